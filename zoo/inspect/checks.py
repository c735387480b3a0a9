"""Checks of the arguments of measures and figures."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

DIRECTIONS = ("forward", "backward")


def check_outputs(
    function: str,
    outputs: Mapping[str, ArrayLike],
    *,
    both: bool = False,
    rank: int | None = None,
) -> dict[str, np.ndarray]:
    """Return the outputs of the directions as float64 arrays, forward first.

    Args:
        function: the caller's name, for the message.
        outputs: "forward" and "backward", or one of them, (..., T, U).
        both: whether both are required.
        rank: the required number of axes, or None for any from 2 on.

    Raises:
        ValueError: a direction is unknown or missing, shapes or ranks differ, or an array is empty.

    Example:

    >>> {d: h.shape for d, h in check_outputs("f", {"forward": [[1], [2]]}).items()}
    {'forward': (2, 1)}
    """
    if not outputs or not set(outputs) <= set(DIRECTIONS) or (both and len(outputs) < 2):
        needed = "both of" if both else "one or both of"
        raise ValueError(
            f"{function}: `outputs` must be a dict of {needed} {DIRECTIONS}, got {list(outputs)}."
        )
    arrays = {d: np.asarray(outputs[d], "float64") for d in DIRECTIONS if d in outputs}
    shapes = {h.shape for h in arrays.values()}
    shape = next(iter(shapes))
    if len(shapes) > 1 or len(shape) < 2 or 0 in shape or rank not in (None, len(shape)):
        expected = "(time, units), of one sequence" if rank == 2 else "(..., time, units)"
        raise ValueError(
            f"{function}: `outputs` must be {expected}, not empty, of one shape for all "
            f"directions, got {sorted(shapes)}."
        )
    return arrays


def check_alike(
    function: str, name: str, arrays: Mapping[str, ArrayLike], square: bool = False
) -> dict[str, np.ndarray]:
    """Return arrays of one shape, (n,) or with `square` (n, n), as float64.

    Args:
        function: the caller's name, for the message.
        name: the argument's name, for the message.
        arrays: arrays by name.
        square: whether they must be matrices.

    Raises:
        ValueError: there is no array, ranks or shapes differ, or n is 0.

    Example:

    >>> check_alike("f", "curves", {"a": [1, 2]})
    {'a': array([1., 2.])}
    """
    found = {key: np.asarray(array, "float64") for key, array in arrays.items()}
    shapes = {key: array.shape for key, array in found.items()}
    shape = next(iter(shapes.values()), ())
    alike = len(set(shapes.values())) == 1
    if not alike or len(shape) != 1 + square or len(set(shape)) != 1 or 0 in shape:
        raise ValueError(
            f"{function}: `{name}` must be of one shape, {'(n, n)' if square else '(n,)'}, n above "
            f"0, got {shapes}."
        )
    return found
