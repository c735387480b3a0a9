"""Weight exchange with the state dicts of bidirectional `torch.nn.LSTM`, `GRU` and `RNN`.

PyTorch is not required: a state dict is a mapping of names to arrays.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from zoo.layers.exchange.weights import (
    DirectionWeights,
    Layers,
    assign,
    assignments,
    bidirectional_weights,
    layers_of,
    other_weights,
    read_weights,
)
from zoo.layers.rnn.cell_base import DIRECTIONS
from zoo.layers.rnn.stack import RecurrentStack
from zoo.ops.tensor_types import States, Tensor

ROLES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def to_torch(layers: Layers) -> dict[str, np.ndarray]:
    """Return the state dict of the equivalent `torch.nn` module.

    PyTorch stacks the gates along the first axis and has two biases. In an LSTM and a vanilla RNN
    only their sum matters: the first is set to the bias, the second to zero. A GRU needs both, and
    PyTorch has the reset gate before the update gate.

    Args:
        layers: a layer as in `zoo.layers.read_weights`, a list of stacked layers, or a
            `RecurrentStack`; directions must be concatenated, and there may be no projection,
            residual or normalization, which PyTorch does not have.

    Returns:
        `{"weight_ih_l0": (gates * U, F), "weight_hh_l0": (gates * U, U), "bias_ih_l0":
        (gates * U,), "bias_hh_l0": ..., "weight_ih_l0_reverse": ..., ...}`, NumPy arrays, for
        `module.load_state_dict({name: torch.from_numpy(a) for name, a in ...})`.

    Raises:
        ValueError: layers that are no single PyTorch module, or that are not built.

    Example:

    >>> from zoo.layers import BiLSTM
    >>> layer = BiLSTM(3)
    >>> layer.build((None, None, 4))
    >>> {name: a.shape for name, a in to_torch(layer).items() if name.endswith("_reverse")}
    {'weight_ih_l0_reverse': (12, 4), 'weight_hh_l0_reverse': (12, 3),
     'bias_ih_l0_reverse': (12,), 'bias_hh_l0_reverse': (12,)}

    Reference: the variables of `torch.nn.LSTM`, `torch.nn.GRU` and `torch.nn.RNN`.
    """
    state_dict = {}
    for index, (layer, info) in enumerate(_torch_layers(layers)):
        for direction, weights in read_weights(layer).items():
            arrays = _direction_to_torch(info.cell, weights)
            state_dict |= zip(_names(index, direction), arrays, strict=True)
    return state_dict


def from_torch(state_dict: Mapping[str, Any], layers: Layers) -> None:
    """Set the weights of bidirectional layers from a `torch.nn` state dict; see `to_torch`.

    Args:
        state_dict: of a bidirectional `torch.nn.LSTM`, `GRU` or `RNN` (`nonlinearity="tanh"`), with
            biases and without `proj_size`: names to PyTorch tensors or arrays.
        layers: as in `to_torch`, of the same cell, widths and number of layers; built.

    Raises:
        ValueError: missing or unexpected names, wrong shapes, or layers as in `to_torch`.

    Example:

    >>> from zoo.layers import BiGRU
    >>> source, target = BiGRU(3), BiGRU(3)
    >>> source.build((None, None, 4)), target.build((None, None, 4))
    (None, None)
    >>> from_torch(to_torch(source), target)
    """
    targets = [info for _, info in _torch_layers(layers)]
    _check_names(state_dict, len(targets))
    pairs = []
    for index, info in enumerate(targets):
        weights = {}
        for direction in DIRECTIONS:
            names = _names(index, direction)
            arrays = [_as_numpy(state_dict[name]) for name in names]
            _check_shapes(names, arrays, info.variables[direction])
            weights[direction] = _direction_from_torch(info.cell, *arrays)
        pairs += assignments(info, weights)
    assign(pairs)


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

    >>> forward, backward = split_torch_states(np.arange(6).reshape(6, 1, 1))
    >>> print(forward.ravel(), backward.ravel())
    [0 2 4] [1 3 5]
    """
    if len(stacked.shape) != 3 or stacked.shape[0] % 2:
        raise ValueError(
            f"`stacked` must have shape (num_layers * 2, batch, units), got {tuple(stacked.shape)}."
        )
    return stacked[0::2], stacked[1::2]


def _names(index, direction):
    suffix = f"_l{index}" + ("_reverse" if direction == "backward" else "")
    return [role + suffix for role in ROLES]


def _torch_layers(layers):
    """Return pairs (layer, `BidirectionalWeights`) that one torch module can hold."""
    if other_weights(layers) or (isinstance(layers, RecurrentStack) and layers.options.residual):
        raise ValueError(
            "`layers` must have recurrent weights only: PyTorch has no projection of both "
            "directions, no residual and no normalization between layers. Convert the layers one "
            "by one, with write_weights and read_weights."
        )
    parts = layers_of(layers, "layers")
    infos = [bidirectional_weights(layer, "layers") for layer in parts]
    first = infos[0]
    for index, info in enumerate(infos[1:], start=1):
        right = (first.cell, first.units, 2 * first.units)
        came = (info.cell, info.units, info.features)
        if came != right:
            raise ValueError(
                "`layers` must have the same cell and width, with concatenated directions: layer "
                f"{index} must have (cell, units, features) = {right}, got {came}."
            )
    return list(zip(parts, infos, strict=True))


def _check_names(state_dict, layer_count):
    if any(name.startswith("weight_hr_") for name in state_dict):
        raise ValueError(
            "`state_dict` must come from a module with proj_size=0, got projections of the hidden "
            "state (weight_hr_l...), which these layers do not support."
        )
    expected = [n for i in range(layer_count) for d in DIRECTIONS for n in _names(i, d)]
    missing = [name for name in expected if name not in state_dict]
    surplus = [name for name in state_dict if name not in expected]
    if missing or surplus:
        raise ValueError(
            f"`state_dict` must be that of a torch.nn module with bidirectional=True, bias=True "
            f"and num_layers={layer_count}: missing names {missing}, unexpected names {surplus}."
        )


def _check_shapes(names, arrays, variables):
    kernel, recurrent_kernel = variables.kernel.shape[::-1], variables.recurrent_kernel.shape[::-1]
    shapes = [kernel, recurrent_kernel, kernel[:1], kernel[:1]]
    for name, array, shape in zip(names, arrays, shapes, strict=True):
        if array.shape != tuple(shape):
            raise ValueError(
                f"`state_dict`: {name} must have shape {tuple(shape)} for these layers, got "
                f"{array.shape}."
            )


def _direction_to_torch(cell, weights):
    if cell == "gru":
        kernel, recurrent_kernel, (bias_ih, bias_hh) = map(_swap_gates, weights)
    else:
        kernel, recurrent_kernel, bias_ih = weights
        bias_hh = np.zeros_like(bias_ih)
    return [np.ascontiguousarray(a) for a in (kernel.T, recurrent_kernel.T, bias_ih, bias_hh)]


def _direction_from_torch(cell, weight_ih, weight_hh, bias_ih, bias_hh):
    if cell == "gru":
        bias = np.stack([bias_ih, bias_hh])
        return DirectionWeights(*map(_swap_gates, (weight_ih.T, weight_hh.T, bias)))
    return DirectionWeights(weight_ih.T, weight_hh.T, bias_ih + bias_hh)


def _swap_gates(array):
    """Swap the first two gates of a GRU, (..., 3U): update and reset."""
    first, second, candidate = np.split(array, 3, axis=-1)
    return np.concatenate([second, first, candidate], axis=-1)


def _as_numpy(value):
    """Return an array of a value that may be a PyTorch tensor on any device."""
    return np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
