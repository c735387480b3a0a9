"""Every way of merging the two directions, as one table and one layer."""

from typing import NamedTuple

import keras
from keras import ops

from zoo.layers.guards import check_choice, check_positive_int


class MergeMode(NamedTuple):
    """How two (..., U) tensors become one."""

    function: callable
    width: callable  # U -> width of the function's result


def _concatenate(forward, backward):
    return ops.concatenate([forward, backward], axis=-1)


def _average(forward, backward):
    return (forward + backward) / 2


def _same(units):
    return units


def _double(units):
    return 2 * units


MERGE_MODES = {
    "concat": MergeMode(_concatenate, _double),
    "sum": MergeMode(ops.add, _same),
    "ave": MergeMode(_average, _same),
    "mul": MergeMode(ops.multiply, _same),
    "max": MergeMode(ops.maximum, _same),
    "projection": MergeMode(_concatenate, _double),  # and a learned matrix behind it
}


@keras.saving.register_keras_serializable(package="zoo")
class Merge(keras.layers.Layer):
    """Merge the outputs of the two directions.

    ```
    concat [f ; b]    sum f + b    ave (f + b) / 2    mul f * b    max max(f, b)
    projection [f ; b] P + p, with P (2U, projection_units) learned
    ```

    Args:
        mode: one of `MERGE_MODES`, or None to keep the directions apart.
        projection_units: the width of the result with `mode="projection"`, any; else None.

    Call arguments:
        forward: (..., U).
        backward: (..., U).

    Returns:
        (..., width), or the pair itself with mode None.

    Raises:
        ValueError: unknown mode, `projection_units` missing or given without need, directions of
            different width.

    Example:

    >>> import numpy as np
    >>> f, b = np.array([[1.0, 2.0]], "float32"), np.array([[3.0, 0.0]], "float32")
    >>> print(np.asarray(Merge("max")(f, b)))
    [[3. 2.]]
    """

    def __init__(self, mode="concat", projection_units=None, **kwargs):
        super().__init__(**kwargs)
        self.mode = check_choice("merge_mode", mode, [*MERGE_MODES, None])
        if mode == "projection":
            check_positive_int("projection_units", projection_units)
        elif projection_units is not None:
            raise ValueError(
                f'`projection_units` belongs to merge_mode="projection", got {projection_units!r} '
                f"with merge_mode={mode!r}."
            )
        self.projection_units = projection_units
        self.supports_masking = True
        self.projection = (
            keras.layers.Dense(projection_units, dtype=self.dtype_policy, name="projection")
            if projection_units
            else None
        )

    def build(self, forward_shape, backward_shape):
        """Create the projection, if there is one."""
        if forward_shape[-1] != backward_shape[-1]:
            raise ValueError(
                "Merge: `forward` and `backward` must have the same width, got "
                f"{forward_shape[-1]} and {backward_shape[-1]}."
            )
        if self.projection:
            self.projection.build((*forward_shape[:-1], 2 * forward_shape[-1]))

    def call(self, forward, backward):
        """Merge; see the class."""
        if self.mode is None:
            return forward, backward
        merged = MERGE_MODES[self.mode].function(forward, backward)
        return self.projection(merged) if self.projection else merged

    def compute_mask(self, *inputs, mask=None):
        """Return None: masks are passed by hand."""
        return None

    def output_width(self, units):
        """Return the width of the result for directions of `units`."""
        return self.projection_units or MERGE_MODES[self.mode].width(units)

    def get_config(self):
        """Return the arguments."""
        return {
            **super().get_config(),
            "mode": self.mode,
            "projection_units": self.projection_units,
        }
