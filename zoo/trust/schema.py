"""A schema of a JSON object: its fields, and a rule for the value of each."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from os import PathLike
from reprlib import Repr
from typing import Any, NamedTuple, cast

from zoo.hub.errors import ModelFileError, did_you_mean
from zoo.hub.validation import Rule

LARGEST = 2**31 - 1  # what the integers of all file formats can hold
_SHORT = Repr()  # bounded in depth and length
_SHORT.maxlevel, _SHORT.maxstring = 2, 60


class Schema(NamedTuple):
    """The fields of a JSON object.

    Args:
        required: rules, or schemas of inner objects, by the names of fields.
        optional: the same, of fields that can be absent.
        nullable: whether `null` can stand for the object.
    """

    required: Mapping[str, Rule | Schema]
    optional: Mapping[str, Rule | Schema] = {}
    nullable: bool = False


def whole(lowest: int, most: int = LARGEST) -> Rule:
    """Return the rule of a whole number between `lowest` and `most`."""
    return (
        lambda value: type(value) is int and lowest <= value <= most,
        f"a whole number from {lowest} to {most}",
    )


def choice(*names: str | None) -> Rule:
    """Return the rule that the value is one of `names`."""
    return (
        lambda value: (value is None or isinstance(value, str)) and value in names,
        f"one of {list(names)}",
    )


def items(rule: Rule, distinct: bool = False, most: int = 10_000) -> Rule:
    """Return the rule of a list of 1 to `most` values, each valid for `rule`.

    Args:
        rule: rule of an item.
        distinct: whether an item may occur only once.
        most: maximum number of items.
    """
    test, right = rule

    def fits(value: object) -> bool:
        if not isinstance(value, list | tuple):
            return False
        found = cast("list[Any]", value)
        if not (0 < len(found) <= most and all(map(test, found))):
            return False
        return not distinct or len(set(found)) == len(found)

    once = ", each once" if distinct else ""
    return fits, f"a list of 1 to {most} items{once}, each {right}"


def nullable(rule: Rule) -> Rule:
    """Return the rule that the value is `null` or valid for `rule`."""
    test, right = rule
    return lambda value: value is None or test(value), f"null or {right}"


def is_plain_text(value: object) -> bool:
    """Return whether a value is a string that prints as it is: no control, no lone surrogate.

    Example:

    >>> is_plain_text("New York"), is_plain_text("\\x1b[31mPER"), is_plain_text("")
    (True, False, False)
    """
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        return False
    bidirectional = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return not any(
        unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(c) in bidirectional
        for c in value
    )


def _is_rate(value: object) -> bool:
    return type(value) in (int, float) and 0 <= cast("float", value) < 1


def _is_scale(value: object) -> bool:
    if type(value) not in (int, float):
        return False
    return 1e-6 <= cast("float", value) <= 1e6 and math.isfinite(cast("float", value))


SIZE = whole(1)
COUNT = whole(0)
RATE: Rule = (_is_rate, "a number from 0 to below 1")
SCALE: Rule = (_is_scale, "a number from 1e-6 to 1e6")
FLAG: Rule = (lambda value: isinstance(value, bool), "true or false")
PLAIN_TEXT: Rule = (is_plain_text, "a string of 1 to 200 characters, without control characters")


def check_object(
    value: Any, schema: Schema, file: str | PathLike[str], field: str = ""
) -> dict[str, Any]:
    """Return a JSON object if it follows a schema.

    Args:
        value: the object, as `json.loads` returns it.
        schema: its schema.
        file: the file that contains it, for the message.
        field: the path of the object in the file, such as "model.encoder"; empty for the whole.

    Raises:
        ModelFileError: a field is missing, unknown or invalid; the message names file and field.

    Example:

    >>> check_object({"units": 0}, Schema({"units": SIZE}), "config.json", "model")
    Traceback (most recent call last):
    ...
    zoo.hub.errors.ModelFileError: config.json: `model.units` must be a whole number from 1 ...
    """
    if value is None and schema.nullable:
        return {}
    if not isinstance(value, dict):
        raise invalid(file, field, "an object", value)
    record = cast("dict[str, Any]", value)
    rules = {**schema.required, **schema.optional}
    path = f"{field}." if field else ""
    for name in record:
        if name not in rules:
            unknown = f"unknown field {_SHORT.repr(path + name)}.{did_you_mean(name[:60], rules)}"
            raise ModelFileError(f"{file}: {unknown}")
    for name in schema.required:
        if name not in record:
            raise ModelFileError(f"{file}: the field `{path}{name}` is missing")
    for name, inner in record.items():
        rule = rules[name]
        if isinstance(rule, Schema):
            check_object(inner, rule, file, path + name)
        elif not rule[0](inner):
            raise invalid(file, path + name, rule[1], inner)
    return record


def invalid(file: str | PathLike[str], field: str, right: str, value: object) -> ModelFileError:
    """Return the error about the value of a field.

    Args:
        file: the file.
        field: path of the field in it.
        right: what is right, completing "must be".
        value: what came.
    """
    return ModelFileError(
        f"{file}: `{field or 'content'}` must be {right}, got {_SHORT.repr(value)}"
    )
