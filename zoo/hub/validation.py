"""Validation of the fields of dataclasses by rules: a test and a description of valid values."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import MISSING, field, fields
from typing import TYPE_CHECKING, Any, TypeVar, cast

from zoo.hub.errors import CardError, did_you_mean

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# A test of a value, and a description of valid values for the error message.
Rule = tuple[Callable[[Any], bool], str]
Record = TypeVar("Record", bound="DataclassInstance")


def is_model_name(text: object) -> bool:
    """Return whether `text` has the form of a model name: no slash, colon or leading dot.

    Example:

    >>> is_model_name("bilstm-ner"), is_model_name("../bilstm-ner")
    (True, False)
    """
    return (
        isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", text) is not None
    )


def _is_text(value: object) -> bool:
    return _is_any_text(value) and cast("str", value).strip() != ""


def _is_any_text(value: object) -> bool:
    """Return whether a value is a string that a terminal shows as it is; it can have lines."""
    return isinstance(value, str) and not any(
        unicodedata.category(c) in ("Cc", "Cs") for c in value if c not in "\n\t"
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_sha256(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


NAME = (is_model_name, "at most 100 letters, digits, '.', '_' and '-'")
TEXT = (_is_text, "a non-empty string without control characters")
ANY_TEXT = (_is_any_text, "a string without control characters")
COUNT = (_is_count, "a whole number, 0 or more")
NUMBER = (_is_number, "a finite number")
SHA256 = (_is_sha256, "64 lower-case hexadecimal digits")


def instance(cls: type) -> Rule:
    """Return the rule that the value is an instance of `cls`."""
    return (lambda value: isinstance(value, cls), f"a {cls.__name__}")


def listing(rule: Rule) -> Rule:
    """Return the rule that the value is a tuple, and each item is valid for `rule`."""
    test, right = rule
    return (
        lambda value: isinstance(value, tuple) and all(map(test, cast("tuple[Any, ...]", value))),
        f"a list (in Python a tuple), each item {right}",
    )


def mapping(rule: Rule) -> Rule:
    """Return the rule that the value is a dict with string keys, and each value is valid."""
    test, right = rule
    return (
        lambda value: (
            isinstance(value, dict)
            and all(_is_text(k) and test(v) for k, v in cast("dict[Any, Any]", value).items())
        ),
        f"an object, each value {right}",
    )


def ruled(rule: Rule, default: Any = MISSING) -> Any:
    """Return a dataclass field that `check` validates.

    Args:
        rule: the rule for its value.
        default: default value of an optional field.
    """
    return field(default=default, metadata={"rule": rule})


def check(record: DataclassInstance, where: str) -> None:
    """Validate every field of a dataclass instance.

    Args:
        record: instance of a dataclass whose fields were created by `ruled`.
        where: what the record is, for the message.

    Raises:
        CardError: a field is invalid; the message names it and describes valid values.
    """
    for each in fields(record):
        test, right = each.metadata["rule"]
        value = getattr(record, each.name)
        if not test(value):
            raise CardError(f"{where} field {each.name!r} must be {right}; got {value!r:.300}")


def build(cls: type[Record], record: Any, where: str) -> Record:
    """Create an instance of a dataclass from a JSON object.

    Args:
        cls: the dataclass.
        record: dict with an entry for every field without a default; or an instance of `cls`, which
            is returned unchanged.
        where: what the record is, for the message.

    Returns:
        An instance of `cls`.

    Raises:
        CardError: a field is missing, unknown or invalid; the message names it.
    """
    if isinstance(record, cls):
        return record
    if not isinstance(record, dict):
        raise CardError(f"{where} must be an object; got {record!r:.300}")
    record = cast("dict[str, Any]", record)
    known = {each.name: each for each in fields(cls)}
    for name in record:
        if name not in known:
            raise CardError(
                f"{where} has the unknown field {name!r:.80}.{did_you_mean(name, known)}"
            )
    for name, each in known.items():
        if name not in record and each.default is MISSING:
            raise CardError(f"{where} lacks the field {name!r}")
    return cls(**record)
