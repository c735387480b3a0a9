"""Merge modes of the two directions: a table and a layer."""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
from keras import ops

from zoo.layers.guards import check_choice, check_positive_int
from zoo.layers.inner import inherited
from zoo.ops.tensor_types import Shape, Tensor


class MergeMode(NamedTuple):
    """How two (..., U) tensors become one."""

    function: Callable[[Tensor, Tensor], Tensor]
    width: Callable[[int], int]  # U -> width of the function's result


def _concatenate(forward: Tensor, backward: Tensor) -> Tensor:
    return ops.concatenate([forward, backward], axis=-1)


def _average(forward: Tensor, backward: Tensor) -> Tensor:
    return (forward + backward) / 2


def _same(units: int) -> int:
    return units


def _double(units: int) -> int:
    return 2 * units


MERGE_MODES = {
    "concat": MergeMode(_concatenate, _double),
    "sum": MergeMode(ops.add, _same),
    "ave": MergeMode(_average, _same),
    "mul": MergeMode(ops.multiply, _same),
    "max": MergeMode(ops.maximum, _same),
    "projection": MergeMode(_concatenate, _double),  # followed by a learned matrix
}


@keras.saving.register_keras_serializable(package="zoo")
class Merge(keras.layers.Layer):
    """Merge the outputs of the two directions.

    ```
    concat [f ; b]    sum f + b    ave (f + b) / 2    mul f * b    max max(f, b)
    projection [f ; b] P + p, with P (2U, projection_units) learned
    ```

    Args:
        mode: one of `MERGE_MODES`, or None to return the pair unmerged.
        projection_units: the width of the result if `mode="projection"`, else None.

    Call arguments:
        forward: (..., U).
        backward: (..., U).

    Returns:
        (..., width), or the pair itself if `mode` is None.

    Masking:
        The implicit mask of `forward` goes out.

    Raises:
        ValueError: unknown mode, `projection_units` missing or not applicable, directions of
            different widths.

    Example:

    >>> import numpy as np
    >>> f, b = np.array([[1.0, 2.0]], "float32"), np.array([[3.0, 0.0]], "float32")
    >>> print(np.asarray(Merge("max")(f, b)))
    [[3. 2.]]
    """

    def __init__(
        self, mode: str | None = "concat", projection_units: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.mode: Any = check_choice("merge_mode", mode, [*MERGE_MODES, None])
        if mode == "projection":
            check_positive_int("projection_units", projection_units)
        elif projection_units is not None:
            raise ValueError(
                f'`projection_units` requires merge_mode="projection", got {projection_units!r} '
                f"with merge_mode={mode!r}."
            )
        self.projection_units = projection_units
        self.supports_masking = True
        self.projection = (
            keras.layers.Dense(projection_units, **inherited(self), name="projection")
            if projection_units
            else None
        )

    def build(self, forward_shape: Shape, backward_shape: Shape) -> None:
        """Create the weights of the projection, if there is one."""
        if forward_shape[-1] != backward_shape[-1]:
            raise ValueError(
                "Merge: `forward` and `backward` must have the same width, got "
                f"{forward_shape[-1]} and {backward_shape[-1]}."
            )
        if self.projection:
            self.projection.build((*forward_shape[:-1], 2 * forward_shape[-1]))

    def call(self, forward: Tensor, backward: Tensor) -> Tensor:
        """Merge; see the class."""
        if self.mode is None:
            return forward, backward
        merged = MERGE_MODES[self.mode].function(forward, backward)
        return self.projection(merged) if self.projection else merged

    def compute_output_shape(self, forward_shape: Shape, backward_shape: Shape) -> Any:
        """Return the shape of the result, or both shapes if `mode` is None."""
        if self.mode is None:
            return tuple(forward_shape), tuple(backward_shape)
        return (*forward_shape[:-1], *self.output_widths(forward_shape[-1]))

    def compute_mask(self, forward: Tensor, mask: Tensor | None = None) -> Any:
        """Return the mask of `forward`, for each output."""
        return (mask, mask) if self.mode is None else mask

    def output_widths(self, units: int) -> list[int]:
        """Return the width of each output for directions of width `units`.

        >>> Merge("sum").output_widths(3), Merge(None).output_widths(3)
        ([3], [3, 3])
        """
        if self.mode is None:
            return [units, units]
        return [self.projection_units or MERGE_MODES[self.mode].width(units)]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {
            **super().get_config(),
            "mode": self.mode,
            "projection_units": self.projection_units,
        }
