"""Weight exchange with `torch.nn.LSTM`, `GRU` and `RNN`.

PyTorch is not required: a state dict is a mapping of names to arrays.
"""

from typing import Any

import numpy as np

from zoo.layers.exchange.layer_weights import (
    DirectionWeights,
    Layers,
    LayerWeights,
    layer_weights,
    layers_of,
    other_weights,
)
from zoo.layers.exchange.torch_state import TorchState, read_torch, torch_names
from zoo.layers.exchange.weights import assign, assignments, read_weights
from zoo.layers.rnn.stack import RecurrentStack


def to_torch(layers: Layers, prefix: str = "") -> dict[str, np.ndarray]:
    """Return the state dict of the equivalent `torch.nn` module.

    PyTorch stacks the gates along the first axis and has two biases. In an LSTM and a vanilla RNN
    only their sum matters: the first is set to the bias, the second to zero. A GRU needs both, and
    PyTorch has the reset gate before the update gate.

    Args:
        layers: a layer as in `zoo.layers.read_weights`, a list of stacked layers, or a
            `RecurrentStack`, forward or bidirectional. Directions must be concatenated, the
            activations those of PyTorch, and there may be no projection, residual or
            normalization, which PyTorch does not have.
        prefix: what the names start with, such as "encoder.lstm.".

    Returns:
        `{"weight_ih_l0": (gates * U, F), "weight_hh_l0": (gates * U, U), "bias_ih_l0":
        (gates * U,), "bias_hh_l0": ..., "weight_ih_l0_reverse": ..., ...}`, NumPy arrays, for
        `module.load_state_dict({name: torch.from_numpy(a) for name, a in ...})`. A SimpleRNN with
        `activation="relu"` is a `torch.nn.RNN(nonlinearity="relu")`.

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
    infos = _torch_layers(layers)
    state_dict = {}
    for index, layer in enumerate(layers_of(layers, "layers")):
        for direction, weights in read_weights(layer).items():
            names = torch_names(index, direction, weights.bias is not None)
            arrays = _direction_to_torch(infos[index].cell, weights)
            state_dict |= zip((prefix + name for name in names), arrays, strict=True)
    return state_dict


def from_torch(source: Any, layers: Layers, prefix: str | None = None) -> None:
    """Set the weights of recurrent layers from a `torch.nn` module; see `to_torch`.

    Args:
        source: a `torch.nn.LSTM`, `GRU` or `RNN` without `proj_size`, a module that contains one,
            or its state dict: names to PyTorch tensors or arrays of any float dtype. A state dict
            does not hold the `nonlinearity` of an RNN, which is compared if `source` is a module.
        layers: as in `to_torch`, of the same cell, directions, widths, biases and number of
            layers; built.
        prefix: the path of the recurrent module in `source`, such as "encoder.lstm"; only needed
            if `source` holds the weights of other modules too.

    Raises:
        TypeError: `source` is neither a module nor a mapping.
        ValueError: missing or unexpected names, wrong shapes, an unknown `prefix`, another
            nonlinearity, or layers as in `to_torch`.

    Example:

    >>> from zoo.layers import BiGRU
    >>> source, target = BiGRU(3), BiGRU(3)
    >>> source.build((None, None, 4)), target.build((None, None, 4))
    (None, None)
    >>> from_torch(to_torch(source), target)
    """
    targets = _torch_layers(layers)
    state = read_torch(source, prefix)
    _check_names(state, targets)
    _check_nonlinearity(state, targets[0])
    pairs = []
    for index, target in enumerate(targets):
        weights = {}
        for direction, variables in target.variables.items():
            names = torch_names(index, direction, variables.bias is not None)
            arrays = [state.arrays[name] for name in names]
            _check_shapes(names, arrays, variables)
            weights[direction] = _direction_from_torch(target.cell, *arrays)
        pairs += assignments(target, weights)
    assign(pairs)


def _torch_layers(layers: Layers) -> list[LayerWeights]:
    """Return the weights of layers that one torch module can hold."""
    if other_weights(layers) or (isinstance(layers, RecurrentStack) and layers.options.residual):
        raise ValueError(
            "`layers` must have recurrent weights only: PyTorch has no projection of both "
            "directions, no residual and no normalization between layers. Convert the layers one "
            "by one, with write_weights and read_weights."
        )
    infos = [layer_weights(layer, "layers") for layer in layers_of(layers, "layers")]
    first = infos[0]
    _check_settings(first)
    right = first._replace(features=len(first.directions) * first.units)
    for index, info in enumerate(infos[1:], start=1):
        for name in ("cell", "units", "features", "directions", "settings"):
            if getattr(info, name) != getattr(right, name):
                raise ValueError(
                    "`layers` must be one stack with concatenated directions: layer "
                    f"{index} must have {name}={getattr(right, name)!r}, got "
                    f"{getattr(info, name)!r}."
                )
    return infos


def _check_settings(info):
    """Raise if PyTorch has no module with the directions and activations of a layer."""
    if info.directions == ("backward",):
        raise ValueError(
            "`layers` must be forward or bidirectional: PyTorch has no module that reads "
            "backward only. Use read_weights and write_weights."
        )
    allowed = {
        "activation": ("tanh", "relu") if info.cell == "simple_rnn" else ("tanh",),
        "recurrent_activation": ("sigmoid",),
        "reset_after": (True,),
    }
    for name, values in allowed.items():
        came = info.settings.get(name, values[0])
        if came not in values:
            right = " or ".join(f"{name}={value!r}" for value in values)
            raise ValueError(f"`layers` must have {right}, as PyTorch has, got {came!r}.")


def _check_names(state: TorchState, targets: list[LayerWeights]) -> None:
    if any(name.startswith("weight_hr_") for name in state.arrays):
        raise ValueError(
            "`source` must be a module with proj_size=0, got projections of the hidden state "
            "(weight_hr_l...), which these layers do not have."
        )
    first = targets[0]
    use_bias, directions = first.settings["use_bias"], first.directions
    expected = [
        name
        for index in range(len(targets))
        for direction in directions
        for name in torch_names(index, direction, use_bias)
    ]
    missing = [name for name in expected if name not in state.arrays]
    surplus = [name for name in state.arrays if name not in expected]
    if missing or surplus:
        raise ValueError(
            f"`source` must be a torch.nn module with bidirectional={len(directions) == 2}, "
            f"bias={use_bias} and num_layers={len(targets)}, as `layers` are: missing names "
            f"{missing}, unexpected names {surplus}."
        )


def _check_nonlinearity(state, target):
    right = state.nonlinearity
    came = target.settings["activation"]
    if right is not None and target.cell == "simple_rnn" and came != right:
        raise ValueError(
            f"`layers` must have activation={right!r}, the nonlinearity of the torch.nn.RNN, got "
            f"{came!r}."
        )


def _check_shapes(names, arrays, variables):
    kernel, recurrent_kernel = variables.kernel.shape[::-1], variables.recurrent_kernel.shape[::-1]
    shapes = [kernel, recurrent_kernel, kernel[:1], kernel[:1]]
    for name, array, shape in zip(names, arrays, shapes, strict=False):
        if array.shape != tuple(shape):
            raise ValueError(
                f"`source`: {name} must have shape {tuple(shape)} for these layers, got "
                f"{array.shape}."
            )


def _direction_to_torch(cell, weights):
    kernel, recurrent_kernel, bias = weights
    biases = () if bias is None else (bias, np.zeros_like(bias))
    if cell == "gru":
        kernel, recurrent_kernel = _swap_gates(kernel), _swap_gates(recurrent_kernel)
        biases = () if bias is None else _swap_gates(bias)
    arrays = (kernel.T, recurrent_kernel.T, *biases)
    return [np.ascontiguousarray(a, _torch_dtype(a.dtype)) for a in arrays]


def _torch_dtype(dtype):
    """Return a dtype that `torch.from_numpy` reads, which bfloat16 of NumPy is not."""
    return "float32" if dtype.name == "bfloat16" else dtype


def _direction_from_torch(cell, weight_ih, weight_hh, *biases):
    if cell == "gru":
        bias = _swap_gates(np.stack(biases)) if biases else None
        return DirectionWeights(_swap_gates(weight_ih.T), _swap_gates(weight_hh.T), bias)
    return DirectionWeights(weight_ih.T, weight_hh.T, np.add(*biases) if biases else None)


def _swap_gates(array):
    """Swap the first two gates of a GRU, (..., 3U): update and reset."""
    first, second, candidate = np.split(array, 3, axis=-1)
    return np.concatenate([second, first, candidate], axis=-1)
