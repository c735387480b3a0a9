"""The inputs and outputs of a Keras model by name, as its TFLite file has them."""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras
import tensorflow as tf

from zoo.layers.rnn.recurrent_base import RecurrentBase
from zoo.ops.tensor_types import Tensor, Variable

Tensors = Mapping[str, Tensor]


def input_specs(model: keras.Model, length: int | None = None) -> dict[str, tf.TensorSpec]:
    """Return the inputs of a model's file by name: those of the model, then the states it keeps.

    Inputs of 16 bits are float32 in the file.

    Args:
        model: a built Keras model.
        length: size of a second axis that the model leaves open; None to leave it open.

    Example:

    >>> model = keras.Sequential([keras.Input((None, 3), name="series"), keras.layers.Dense(1)])
    >>> input_specs(model)
    {'series': TensorSpec(shape=(1, None, 3), dtype=tf.float32, name='series')}
    """
    specs = {}
    for name, each in zip(_input_names(model), model.inputs, strict=True):
        batch, *sizes = each.shape
        if sizes and sizes[0] is None:
            sizes[0] = length
        dtype = "float32" if each.dtype in ("float16", "bfloat16") else each.dtype
        specs[name] = tf.TensorSpec((batch or 1, *sizes), dtype, name=name)
    for name, state in kept_states(model).items():
        specs[name] = tf.TensorSpec(state.shape, "float32", name=name)
    return specs


def _input_names(model):
    # Keras numbers inputs without a name by session.
    unnamed = [re.fullmatch(r"(keras_tensor|input_layer)(_\d+)?", i.name) for i in model.inputs]
    names = [f"input_{n}" if u else model.inputs[n].name for n, u in enumerate(unnamed)]
    return _identifiers(names)


def _identifiers(names):
    """Return names of letters, digits and underscores; one that came before is numbered."""
    found: list[str] = []
    for name in names:
        plain = re.sub(r"\W", "_", name)
        numbered = [plain, *(f"{plain}_{n}" for n in range(1, len(names)))]
        found.append(next(each for each in numbered if each not in found))
    return found


def kept_states(model: keras.Model) -> dict[str, Variable]:
    """Return the states that the layers with `stateful=True` keep, by the names of inputs.

    The names are those of the layers, with `_state_0` for the first state, and so on: of an LSTM,
    h and c.

    Args:
        model: a built Keras model.

    Example:

    >>> memory = keras.layers.LSTM(3, stateful=True, name="memory")
    >>> list(kept_states(keras.Sequential([keras.Input(batch_shape=(1, 5, 2)), memory])))
    ['memory_state_0', 'memory_state_1']
    """
    states = [
        (f"{layer.name}_state_{number}", state)
        for layer in model._flatten_layers()
        if isinstance(layer, keras.layers.RNN | RecurrentBase) and getattr(layer, "stateful", False)
        for number, state in enumerate(keras.tree.flatten(layer.states))
    ]
    names = _identifiers([name for name, _ in states])
    return dict(zip(names, (state for _, state in states), strict=True))


def by_name(model: keras.Model) -> Callable[[Tensors], dict[str, Tensor]]:
    """Return a model as a function from inputs by name to outputs by name.

    Inputs have the names of `input_specs`. Outputs have their keys, or the names of the layers
    that compute them, numbered from the second output of a layer on. The kept state `NAME` comes
    out as `NAME_out`, and the model's own states stay as they are.

    Example:

    >>> model = keras.Sequential([keras.Input((3,), name="x"), keras.layers.Dense(1, name="y")])
    >>> by_name(model)({"x": tf.zeros((2, 3))})["y"].shape
    TensorShape([2, 1])
    """
    names = _input_names(model)
    structure = model.inputs[0] if isinstance(model, keras.Sequential) else model.input
    states = kept_states(model)

    def call(inputs: Tensors) -> dict[str, Tensor]:
        given = [(state, inputs[name]) for name, state in states.items()]
        packed = keras.tree.pack_sequence_as(structure, [inputs[name] for name in names])
        own: Any = keras.StatelessScope(given) if states else contextlib.nullcontext()
        with own as scope:
            outputs = _named(model, model(packed, training=False))
        after: dict[str, Any] = {
            f"{name}_out": scope.get_current_value(state) for name, state in states.items()
        }
        return outputs | {name: keras.ops.cast(each, "float32") for name, each in after.items()}

    return call


def _named(model, outputs):
    found = keras.tree.flatten(outputs)
    if isinstance(outputs, Mapping):
        paths = [path for path, _ in keras.tree.flatten_with_path(outputs)]
        names = ["_".join(map(str, path)) for path in paths]
    elif isinstance(model, keras.Sequential):
        names = [model.layers[-1].name] * len(found)
    else:
        names = model.output_names
    return dict(zip(_identifiers(names), found, strict=True))


def layer_of(model: keras.Model, operator: str) -> str:
    """Return which layer of a model an operator belongs to, from the operator's name.

    Args:
        model: a Keras model.
        operator: the operator's name, whose parts are the names of scopes: "model/dense_1/MatMul".

    Returns:
        The layer's name and class, or the operator's name if no layer is found.
    """
    layers = {layer.name: layer for layer in model._flatten_layers(include_self=False)}
    for scope in operator.split("/"):
        for name in (scope, re.sub(r"_\d+$", "", scope)):  # scopes of the same name are numbered
            if name in layers and not isinstance(layers[name], keras.Model):
                return described(layers[name])
    return f"operator {operator!r}"


def described(layer: keras.layers.Layer) -> str:
    """Return a layer's name and class, for messages."""
    return f"layer {layer.name!r} ({type(layer).__name__})"


def readers(model: keras.Model, tensor: Any) -> Iterator[keras.layers.Layer]:
    """Yield the layers that read an input of a model, in nested models too.

    Args:
        model: a Sequential or functional model.
        tensor: one of `model.inputs`.
    """
    for layer in model.layers:
        for node in layer._inbound_nodes:
            for number, each in enumerate(node.input_tensors):
                if each is not tensor:
                    continue
                if isinstance(layer, keras.Model) and getattr(layer, "inputs", None):
                    yield from readers(layer, layer.inputs[number])
                else:
                    yield layer
