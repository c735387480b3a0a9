"""Rules for the fields of a record: a test of the value and the words for what would be right."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import MISSING, field, fields
from typing import TYPE_CHECKING, Any, TypeVar, cast

from zoo.hub.errors import CardError, did_you_mean

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# A test of a value, and the words for what would be right.
Rule = tuple[Callable[[Any], bool], str]
Record = TypeVar("Record", bound="DataclassInstance")


def is_model_name(text: object) -> bool:
    """Tell whether `text` has the form of a model's name: no slash, colon or leading dot.

    Example:

    >>> is_model_name("bilstm-ner"), is_model_name("../bilstm-ner")
    (True, False)
    """
    return isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _is_any_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_sha256(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


NAME = (is_model_name, "letters, digits, '.', '_' and '-'")
TEXT = (_is_text, "a text that is not empty")
ANY_TEXT = (_is_any_text, "a text")
COUNT = (_is_count, "a whole number, 0 or more")
NUMBER = (_is_number, "a finite number")
SHA256 = (_is_sha256, "64 lower-case hexadecimal digits")


def instance(cls: type) -> Rule:
    """Return the rule "is a `cls`"."""
    return (lambda value: isinstance(value, cls), f"a {cls.__name__}")


def listing(rule: Rule) -> Rule:
    """Return the rule "every item keeps `rule`", for a tuple."""
    test, right = rule
    return (
        lambda value: isinstance(value, tuple) and all(map(test, cast("tuple[Any, ...]", value))),
        f"a list (in Python a tuple), each item {right}",
    )


def mapping(rule: Rule) -> Rule:
    """Return the rule "every value keeps `rule` and every key is a text", for a dict."""
    test, right = rule
    return (
        lambda value: (
            isinstance(value, dict)
            and all(_is_text(k) and test(v) for k, v in cast("dict[Any, Any]", value).items())
        ),
        f"an object, each value {right}",
    )


def ruled(rule: Rule, default: Any = MISSING) -> Any:
    """Return a dataclass field whose value `check` holds to `rule`.

    Args:
        rule: pair of a test of the value and the words for what would be right.
        default: value of a field that may be left out.
    """
    return field(default=default, metadata={"rule": rule})


def check(record: DataclassInstance, where: str) -> None:
    """Hold every field of a dataclass instance to its rule.

    Args:
        record: instance of a dataclass whose fields were made by `ruled`.
        where: what the record is, for the message.

    Raises:
        CardError: naming the first field that does not fit, what came and what would be right.
    """
    for each in fields(record):
        test, right = each.metadata["rule"]
        value = getattr(record, each.name)
        if not test(value):
            raise CardError(f"{where} field {each.name!r} must be {right}; got {value!r}")


def build(cls: type[Record], record: Any, where: str) -> Record:
    """Build an instance of a dataclass from an object read from JSON.

    Args:
        cls: the dataclass.
        record: dict with an entry for every field without a default; an instance passes as it is.
        where: what the record is, for the message.

    Returns:
        An instance of `cls`.

    Raises:
        CardError: naming the first field that is missing or unknown.
    """
    if isinstance(record, cls):
        return record
    if not isinstance(record, dict):
        raise CardError(f"{where} must be an object; got {record!r}")
    record = cast("dict[str, Any]", record)
    known = {each.name: each for each in fields(cls)}
    for name in record:
        if name not in known:
            raise CardError(f"{where} has the unknown field {name!r}.{did_you_mean(name, known)}")
    for name, each in known.items():
        if name not in record and each.default is MISSING:
            raise CardError(f"{where} lacks the field {name!r}")
    return cls(**record)
