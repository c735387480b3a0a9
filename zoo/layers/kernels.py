"""The seam by which another loop over time takes the place of a layer's own.

An exporter has a loop that a converter knows how to fuse; it is of no use in training. Inside
`use_kernel` every recurrent layer hands its weights to that loop and skips its own.
"""

import contextlib
import contextvars

from keras import ops

_kernel = contextvars.ContextVar("zoo_kernel", default=None)


@contextlib.contextmanager
def use_kernel(kernel):
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


def current_kernel():
    """Return the kernel set by `use_kernel`, or None."""
    return _kernel.get()


def run_direction(kernel, cell, weights, sequences, backward):
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
