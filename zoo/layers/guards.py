"""Argument checks; messages name the argument, the value and what is allowed."""

import difflib
from collections.abc import Iterable
from typing import Any, TypeVar

import keras

from zoo.ops.tensor_types import Tensor

Choice = TypeVar("Choice")


def check_positive_int(name: str, value: Any) -> int:
    """Return `value` if it is an integer above 0, else raise.

    >>> check_positive_int("units", 3)
    3
    """
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise ValueError(f"`{name}` must be an integer above 0, got {value!r}.")
    return value


def check_rate(name: str, value: Any) -> float:
    """Return `value` as a float if it lies in [0, 1), else raise.

    >>> check_rate("dropout", 0)
    0.0
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise ValueError(f"`{name}` must be a number in [0, 1), got {value!r}.")
    return float(value)


def check_choice(name: str, value: Choice, allowed: Iterable[Choice]) -> Choice:
    """Return `value` if it is one of `allowed`, else raise and suggest the nearest one.

    >>> check_choice("merge_mode", "sum", ["sum", "mul"])
    'sum'
    """
    allowed = list(allowed)
    if value in allowed:
        return value
    near = difflib.get_close_matches(str(value), [str(a) for a in allowed], n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"`{name}` must be one of {allowed}, got {value!r}.{hint}")


def check_sequences(layer_name: str, sequences: Tensor, mask: Tensor | None) -> None:
    """Raise unless `sequences` is a floating (B, T, F) tensor and `mask` fits it.

    Args:
        layer_name: for the message.
        sequences: the tensor to check.
        mask: the mask to check, (B, T) boolean, or None.
    """
    shape, dtype = tuple(sequences.shape), keras.backend.standardize_dtype(sequences.dtype)
    if len(shape) != 3:
        raise ValueError(
            f"{layer_name}: `sequences` must have rank 3, (batch, time, features), got shape "
            f"{shape}. Add the missing axis, or embed token ids first."
        )
    if "float" not in dtype:
        raise ValueError(
            f"{layer_name}: `sequences` must be floating, got dtype {dtype}. Embed token ids first."
        )
    if mask is None:
        return
    mask_shape = tuple(mask.shape)
    mask_dtype = keras.backend.standardize_dtype(mask.dtype)
    if len(mask_shape) != 2 or any(
        m is not None and s is not None and m != s
        for m, s in zip(mask_shape, shape[:2], strict=True)
    ):
        raise ValueError(
            f"{layer_name}: `mask` must have the shape (batch, time) of `sequences`, {shape[:2]}, "
            f"got {mask_shape}."
        )
    if mask_dtype != "bool":
        raise ValueError(
            f"{layer_name}: `mask` must be boolean (True where there is a token), got dtype "
            f"{mask_dtype}. Pass `ids != 0`, or cast it."
        )
