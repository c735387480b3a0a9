"""What of the zoo stands for the layers of Keras in Keras' own tests."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import keras
from keras import ops

from zoo import layers


class StandIns(NamedTuple):
    """What stands for the layers in the tests of some modules.

    Args:
        modules: the modules of tests, such as "lstm".
        names: what each name in these modules stands for.
        directions: how many directions there are where the tests count weights and losses of one.
    """

    modules: tuple[str, ...]
    names: Mapping[str, Callable[..., Any]]
    directions: int = 1


class Wrapped(NamedTuple):
    """A layer that `keras.layers.Bidirectional` is to wrap: what it is, and its arguments."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def make(self, package, prefix="", **kwargs):
        """Return the layer of this name of a package."""
        return getattr(package, prefix + self.name)(*self.args, **self.kwargs, **kwargs)


def wrapped(name):
    """Return a function that keeps the arguments of a layer."""
    return lambda *args, **kwargs: Wrapped(name, args, kwargs)


def bidirectional(layer, merge_mode="concat", backward_layer=None, **kwargs):
    """Return our layer with the arguments of the layer that Keras' `Bidirectional` wraps."""
    made = layer.make(layers, "Bi", merge_mode=merge_mode, **kwargs)
    if backward_layer is not None:
        made.build = partial(_build_with_backward, made, made.build, backward_layer)
    return made


def _build_with_backward(made, build, backward_layer, shape, *args):
    """Build our layer; its backward direction gets the initial weights of a layer of Keras."""
    build(shape, *args)
    keras_layer = backward_layer.make(keras.layers)
    keras_layer.build(shape)
    for ours, theirs in zip(made.direction_weights("backward"), keras_layer.weights, strict=True):
        ours.assign(theirs)


class DirectionOf:
    """One direction of a bidirectional layer, with the arguments and defaults of Keras' LSTM."""

    def __init__(self, units, go_backwards=False, zero_output_for_mask=False, **kwargs):
        self.index = int(go_backwards)
        masked = {"zero_output_for_mask": zero_output_for_mask}
        super().__init__(units, **{**kwargs, "merge_mode": None, **masked})

    def call(self, sequences, initial_state=None, mask=None, training=False):
        if initial_state is not None:
            initial_state = 2 * _listed(initial_state)
        return self._own(super().call(sequences, initial_state, mask, training))

    def compute_output_shape(self, sequences_shape, initial_state_shape=None):
        return self._own(super().compute_output_shape(sequences_shape))

    def compute_mask(self, sequences, mask=None):
        return self._own(super().compute_mask(sequences, mask))

    def _own(self, found):
        outputs, states = found[:2], found[2:]
        half = len(states) // 2
        own = (outputs[self.index], *states[self.index * half : (self.index + 1) * half])
        return own if self.return_state else own[0]

    def get_config(self):
        return {**super().get_config(), "go_backwards": bool(self.index)}


def _listed(states):
    return list(states) if isinstance(states, list | tuple) else [states]


def direction_of(bidirectional_layer):
    """Return the class of layers that give one direction of a bidirectional layer."""
    return _registered(
        f"DirectionOf{bidirectional_layer.__name__}", DirectionOf, bidirectional_layer
    )


def _registered(name, *bases, **attributes):
    made = type(name, bases, attributes)
    return keras.saving.register_keras_serializable(package="tests")(made)


def one_state_cell(units, state_size=None):
    """Return our cell with the equations of `OneStateRNNCell`, a cell of Keras' tests."""
    return layers.SimpleRNNCell(
        units,
        activation=None,
        use_bias=False,
        kernel_initializer="ones",
        recurrent_initializer="ones",
    )


class RNNOverCell(keras.layers.RNN):
    """`keras.layers.RNN` over one of our cells, with the arguments of Keras' LSTM.

    All directions of the cell read the same inputs in the same order; the first one is returned.
    """

    cell_class: type
    own = {
        *("return_sequences", "return_state", "go_backwards", "stateful", "unroll"),
        *("zero_output_for_mask", "name", "dtype"),
    }

    def __init__(self, units, **kwargs):
        cell = units  # as the configuration has it
        if isinstance(units, int):
            dtype = {"dtype": kwargs["dtype"]} if "dtype" in kwargs else {}
            names = kwargs.keys() - self.own
            cell = self.cell_class(units, **{name: kwargs.pop(name) for name in names}, **dtype)
        super().__init__(cell, **kwargs)
        self.directions = cell.output_size // cell.units

    def build(self, sequences_shape, initial_state_shape=None):
        super().build((*sequences_shape[:-1], self.directions * sequences_shape[-1]))

    def call(self, sequences, initial_state=None, mask=None, training=False):
        if initial_state is not None:
            initial_state = [self._repeated(state) for state in _listed(initial_state)]
        sequences = self._repeated(sequences)
        found = super().call(sequences, initial_state=initial_state, mask=mask, training=training)
        return self._each(lambda x: x[..., : self.cell.units], found)

    def compute_output_shape(self, sequences_shape, initial_state_shape=None):
        found = super().compute_output_shape(sequences_shape)
        return self._each(lambda shape: (*shape[:-1], self.cell.units), found)

    def _repeated(self, x):
        return ops.concatenate([x] * self.directions, axis=-1)

    def _each(self, function, found):
        return tuple(map(function, found)) if self.return_state else function(found)


def over(cell):
    """Return the class of layers that run a cell by `keras.layers.RNN`."""
    return _registered(f"RNNOver{cell.__name__}", RNNOverCell, cell_class=cell)


NAMES = ("LSTM", "GRU", "SimpleRNN")
MODULES = ("lstm", "gru", "simple_rnn")
STAND_INS = {
    "LSTM, GRU, SimpleRNN": StandIns(MODULES, {name: getattr(layers, name) for name in NAMES}),
    "BiLSTM, BiGRU, BiSimpleRNN": StandIns(
        ("bidirectional",),
        {"Bidirectional": bidirectional, **{name: wrapped(name) for name in NAMES}},
    ),
    "one direction of BiLSTM, BiGRU, BiSimpleRNN": StandIns(
        MODULES, {name: direction_of(getattr(layers, f"Bi{name}")) for name in NAMES}, directions=2
    ),
    "cells in keras.layers.RNN": StandIns(
        MODULES, {name: over(getattr(layers, f"{name}Cell")) for name in NAMES}
    ),
    "bidirectional cells in keras.layers.RNN": StandIns(
        MODULES, {name: over(getattr(layers, f"Bi{name}Cell")) for name in NAMES}, directions=2
    ),
    "cells in keras.layers.StackedRNNCells": StandIns(
        ("rnn", "stacked_rnn_cells"),
        {
            "OneStateRNNCell": one_state_cell,
            **{f"{name}Cell": getattr(layers, f"{name}Cell") for name in NAMES},
        },
    ),
}
