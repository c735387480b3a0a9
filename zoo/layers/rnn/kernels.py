"""A context in which recurrent layers run another loop over time.

An exporter needs a loop that its converter can fuse, and which is useless in training. Inside
`use_kernel`, every recurrent layer passes its weights to that loop and skips its own.
"""

import contextlib
import contextvars
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from keras import ops

from zoo.ops.tensor_types import Tensor

# Maps the cell's name, the weights and the sequences of a direction to outputs.
Kernel = Callable[[str, Sequence[Tensor], Tensor], Tensor]

_kernel: contextvars.ContextVar[Kernel | None] = contextvars.ContextVar("zoo_kernel", default=None)


@contextlib.contextmanager
def use_kernel(kernel: Kernel) -> Iterator[None]:
    """Run recurrent layers by `kernel` inside the `with` block.

    A layer with other activations, or with `reset_after=False`, runs its own loop; its `unusual`
    says why.

    Args:
        kernel: function `(cell, weights, sequences) -> outputs` for one direction: the cell's
            name, its (kernel, recurrent kernel, bias), and sequences (B, T, F) in the order in
            which that direction reads them; the outputs (B, T, U) are in the same order. It
            starts from zero states and gets no mask: sequences must have their exact length.
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
    """Run one direction by `kernel`; the outputs are in the order of positions.

    Args:
        kernel: as in `use_kernel`.
        cell: the cell's name.
        weights: (kernel, recurrent kernel, bias or None) of the direction; the function gets zeros
            for None.
        sequences: (B, T, F).
        backward: whether the direction reads from the last position to the first.

    Returns:
        `(outputs, last)`: (B, T, U) in the order of positions, and the final `h` of the
        direction, (B, U).
    """
    weights = tuple(weights)
    if weights[2] is None:
        width = weights[0].shape[-1]
        zeros = np.zeros((2, width) if cell == "gru" else width, "float32")
        weights = (*weights[:2], zeros)
    if not backward:
        outputs = kernel(cell, weights, sequences)
        return outputs, outputs[:, -1]
    outputs = ops.flip(kernel(cell, weights, ops.flip(sequences, axis=1)), axis=1)
    return outputs, outputs[:, 0]
