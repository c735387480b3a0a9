"""The two directions of outputs and states, for layers of Keras, PyTorch and the zoo."""

from collections.abc import Sequence

from zoo.ops.tensor_types import States, Tensor


def split_outputs(outputs: Tensor) -> tuple[Tensor, Tensor]:
    """Return the two directions of a concatenated output.

    Args:
        outputs: (..., 2U), the forward half first, both in the order of positions, as all
            bidirectional layers of Keras, PyTorch and the zoo concatenate them.

    Returns:
        `(forward, backward)`, each (..., U).

    Raises:
        ValueError: an odd width.

    Example:

    >>> import numpy as np
    >>> forward, backward = split_outputs(np.array([[[1, 2, 3, 4]]]))
    >>> print(forward, backward)
    [[[1 2]]] [[[3 4]]]
    """
    if outputs.shape[-1] % 2:
        raise ValueError(
            "`outputs` must have an even last axis, [forward ; backward] of the same width, got "
            f"shape {tuple(outputs.shape)}."
        )
    units = outputs.shape[-1] // 2
    return outputs[..., :units], outputs[..., units:]


def split_states(states: Sequence[Tensor]) -> tuple[States, States]:
    """Return the final states of the two directions, for layers of Keras and the zoo.

    Args:
        states: `h_f, c_f, h_b, c_b` (LSTM) or `h_f, h_b`, each (B, U), as a list or tuple.

    Returns:
        `(forward, backward)`, two tuples of states.

    Raises:
        ValueError: an odd number of states, or the stacked states of PyTorch.

    Example:

    >>> import numpy as np
    >>> forward, backward = split_states([np.full((1, 2), i) for i in range(4)])
    >>> [int(state[0, 0]) for state in forward], [int(state[0, 0]) for state in backward]
    ([0, 1], [2, 3])
    """
    shapes = [tuple(state.shape) for state in states]
    if len(shapes) % 2 or any(len(shape) != 2 for shape in shapes):
        raise ValueError(
            "`states` must be (batch, units) tensors, as many forward as backward ones, got shapes "
            f"{shapes}. Use split_torch_states for the stacked h_n and c_n of PyTorch."
        )
    half = len(shapes) // 2
    return tuple(states[:half]), tuple(states[half:])


def split_torch_states(stacked: Tensor) -> tuple[Tensor, Tensor]:
    """Return the final states of the two directions, from the stacked form of PyTorch.

    Args:
        stacked: `h_n` or `c_n` of a bidirectional torch module, (num_layers * 2, B, U).

    Returns:
        `(forward, backward)`, each (num_layers, B, U).

    Raises:
        ValueError: a rank other than 3, or an odd first axis.

    Example:

    >>> import numpy as np
    >>> forward, backward = split_torch_states(np.arange(6).reshape(6, 1, 1))
    >>> print(forward.ravel(), backward.ravel())
    [0 2 4] [1 3 5]
    """
    if len(stacked.shape) != 3 or stacked.shape[0] % 2:
        raise ValueError(
            f"`stacked` must have shape (num_layers * 2, batch, units), got {tuple(stacked.shape)}."
        )
    return stacked[0::2], stacked[1::2]
