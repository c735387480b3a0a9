"""Any Keras model with the recurrent layers of the zoo in place of those of Keras."""

from typing import Any

import keras
from keras import ops

from zoo.layers.exchange.copy_model import copy_model
from zoo.layers.rnn.bidirectional import ZOO_LAYERS
from zoo.layers.rnn.cells.base import RecurrentCell
from zoo.layers.rnn.keras_layers.base import KERAS_LAYERS, cell_weights
from zoo.layers.rnn.one_direction import UNIDIRECTIONAL_LAYERS

Layer = keras.layers.Layer

KERAS_CELLS = {
    keras.layers.LSTMCell: "lstm",
    keras.layers.GRUCell: "gru",
    keras.layers.SimpleRNNCell: "simple_rnn",
}
# Arguments in which the directions of a `keras.layers.Bidirectional` may differ: the copied weights
# replace the initial ones, and are trainable where those of the direction are.
OF_ONE_DIRECTION = {
    "name",
    "trainable",
    "go_backwards",
    "seed",
    "kernel_initializer",
    "recurrent_initializer",
    "bias_initializer",
}
# Arguments that a `Bidirectional` has itself, sets itself, or does not have.
OF_KERAS = {"name", "trainable", "dtype", "go_backwards", "stateful", "zero_output_for_mask"}


def adopt(model: keras.Model, strict: bool = True) -> keras.Model:
    """Return a copy of a Keras model in which the recurrent layers are those of the zoo.

    `keras.layers.LSTM`, `GRU`, `SimpleRNN`, `RNN` of their cells, and `Bidirectional` of these are
    replaced, in nested models and wrappers such as `TimeDistributed` too. Other layers are copied.
    Names, weights, inputs, outputs and answers stay the same. The copy shares no weight with the
    model.

    Args:
        model: a built `keras.Sequential` or functional model, such as one that
            `keras.saving.load_model` returns.
        strict: whether a recurrent layer that the zoo cannot express is an error; else it stays as
            it is, and a layer that has no usable configuration is shared by the model and its copy.

    Returns:
        The copy. It is compiled if the model is; its optimizer has no state.

    Masking:
        As in the model, also where Keras drops the implicit mask of a layer that is called with
        `initial_state`: the copy passes `mask=False` there. Keras zeroes the wrong outputs of a
        backward direction with `unroll=True` and a mask; the copy gives the answers of
        `unroll=False`.

    Raises:
        TypeError: `model` is neither Sequential nor functional.
        ValueError: the model is not built, or, if `strict`, the zoo cannot express one of its
            recurrent layers. The message names the layer and the argument.

    Example:

    >>> layers = [keras.Input((None, 2)), keras.layers.Bidirectional(keras.layers.LSTM(3))]
    >>> adopt(keras.Sequential(layers)).layers[0].__class__.__name__
    'BiLSTM'
    """
    replace = _adopted if strict else _adopted_if_possible
    return copy_model(model, replace, _copy_weights, _called_as_in_keras, share=not strict)


def _adopted_if_possible(layer):
    try:
        return _adopted(layer)
    except ValueError:
        return None


def _adopted(layer):
    """Return the layer of the zoo in place of a layer of Keras, or None if it stays."""
    if isinstance(layer, keras.layers.Bidirectional):
        return _bidirectional(layer)
    if not isinstance(layer, keras.layers.RNN) or isinstance(layer.cell, RecurrentCell):
        return None
    cell, config = _cell_and_config(layer, layer)
    if config["zero_output_for_mask"] and not layer.return_sequences:
        raise _refusal(layer, "`zero_output_for_mask=True` needs `return_sequences=True`")
    return _made(layer, UNIDIRECTIONAL_LAYERS[cell], config)


def _bidirectional(layer):
    (cell, config), (other_cell, other_config) = (
        _cell_and_config(layer, side) for side in (layer.forward_layer, layer.backward_layer)
    )
    if cell != other_cell:
        raise _refusal(layer, f"both directions need one cell, and have {cell} and {other_cell}")
    for name in config:
        if name not in OF_ONE_DIRECTION and config[name] != other_config[name]:
            raise _refusal(
                layer,
                f"both directions need the same `{name}`, and have {config[name]!r} and "
                f"{other_config[name]!r}",
            )
    for name in ("go_backwards", "stateful", "activity_regularizer"):
        if config.get(name):
            raise _refusal(layer, f"a bidirectional layer has no `{name}={config[name]!r}`")
    shared = {name: value for name, value in config.items() if name not in OF_KERAS}
    own = {"name": layer.name, "trainable": layer.trainable, "dtype": layer.dtype_policy}
    return _made(layer, ZOO_LAYERS[cell], {**shared, **own, "merge_mode": layer.merge_mode})


def _cell_and_config(layer, side):
    """Return the name of the cell and the arguments of a recurrent layer of Keras."""
    for name, keras_layer in KERAS_LAYERS.items():
        if type(side) is keras_layer:
            return name, side.get_config()
    if type(side) is keras.layers.RNN and type(side.cell) in KERAS_CELLS:
        of_layer = {name: value for name, value in side.get_config().items() if name != "cell"}
        return KERAS_CELLS[type(side.cell)], {**side.cell.get_config(), **of_layer}
    cell = f"({type(side.cell).__name__})" if type(side) is keras.layers.RNN else ""
    raise _refusal(
        layer,
        "it must be an LSTM, GRU or SimpleRNN of Keras, or an RNN of their cells, and is "
        f"{type(side).__name__}{cell}",
    )


def _made(layer, zoo_layer, config):
    try:
        return zoo_layer.from_config(config)
    except (TypeError, ValueError) as error:
        raise _refusal(layer, str(error)) from error


def _called_as_in_keras(layer, sequences, initial_state=None, mask=None, **kwargs):
    """Call a layer of the zoo; without the implicit mask where Keras does not pass it on."""
    if initial_state is not None and mask is None:
        mask = False
    return layer(sequences, initial_state=initial_state, mask=mask, **kwargs)


def _refusal(layer, why):
    return ValueError(
        f"`model`: layer {layer.name!r} ({type(layer).__name__}) cannot be adopted: {why}."
    )


def _copy_weights(old, new):
    """Copy the weights of a replaced layer; return False for a layer that was not replaced.

    A variable on JAX would share the array that is assigned to it, which a step of training frees.
    """
    if type(old) is type(new):
        return False
    both = isinstance(old, keras.layers.Bidirectional)
    sides = (old.forward_layer, old.backward_layer) if both else (old,)
    for side, direction in zip(sides, new.directions, strict=True):
        targets: Any = new.direction_weights(direction)
        for source, target in zip(cell_weights(side), targets, strict=True):
            if source is not None:
                target.assign(ops.copy(source))
                target.trainable = source.trainable
    if old.stateful:
        for source, target in zip(old.states, new.states, strict=True):
            target.assign(ops.copy(source))
    return True
