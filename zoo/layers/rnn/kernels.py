"""The seam by which another loop over time takes the place of a layer's own.

An exporter has a loop that a converter knows how to fuse; it is of no use in training. Inside
`use_kernel` every recurrent layer hands its weights to that loop and skips its own.
"""

import contextlib
import contextvars
from collections.abc import Callable, Iterator, Sequence

from keras import ops

from zoo.ops.tensor_types import Tensor

# From the cell's name, a direction's weights and its sequences to outputs; see `use_kernel`.
Kernel = Callable[[str, Sequence[Tensor], Tensor], Tensor]

_kernel: contextvars.ContextVar[Kernel | None] = contextvars.ContextVar("zoo_kernel", default=None)


@contextlib.contextmanager
def use_kernel(kernel: Kernel) -> Iterator[None]:
    """Run all recurrent layers by `kernel` inside the `with` block.

    Args:
        kernel: function `(cell, weights, sequences) -> outputs` for one direction: the cell's
            name, its (kernel, recurrent kernel, bias), sequences (B, T, F) in the order in which
            that direction reads them; outputs (B, T, U) in the same order. It starts from zero
            states and takes sequences of exact length: masks do not reach it.
    """
    token = _kernel.set(kernel)
    try:
        yield
    finally:
        _kernel.reset(token)


def current_kernel() -> Kernel | None:
    """Return the kernel set by `use_kernel`, or None."""
    return _kernel.get()


def run_direction(
    kernel: Kernel, cell: str, weights: Sequence[Tensor], sequences: Tensor, backward: bool
) -> tuple[Tensor, Tensor]:
    """Run one direction by `kernel`, outputs in the order of positions.

    Args:
        kernel: as in `use_kernel`.
        cell: the cell's name.
        weights: (kernel, recurrent kernel, bias) of the direction.
        sequences: (B, T, F).
        backward: whether the direction reads from the end.

    Returns:
        `(outputs, last)`: (B, T, U) in the order of positions, and the direction's final `h`,
        (B, U).
    """
    if not backward:
        outputs = kernel(cell, weights, sequences)
        return outputs, outputs[:, -1]
    outputs = ops.flip(kernel(cell, weights, ops.flip(sequences, axis=1)), axis=1)
    return outputs, outputs[:, 0]
