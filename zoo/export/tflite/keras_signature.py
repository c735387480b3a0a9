"""The inputs and outputs of a Keras model by name, as its TFLite file has them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import keras
import tensorflow as tf

from zoo.ops.tensor_types import Tensor

Tensors = Mapping[str, Tensor]


def input_specs(model: keras.Model, length: int | None = None) -> dict[str, tf.TensorSpec]:
    """Return the inputs of a model's file by name, in the order of `model.inputs`.

    Args:
        model: a built Keras model.
        length: size of a second axis that the model leaves open; None to leave it open.

    Example:

    >>> model = keras.Sequential([keras.Input((None, 3), name="series"), keras.layers.Dense(1)])
    >>> input_specs(model)
    {'series': TensorSpec(shape=(1, None, 3), dtype=tf.float32, name='series')}
    """
    specs = {}
    for number, each in enumerate(model.inputs):
        batch, *sizes = each.shape
        if sizes and sizes[0] is None:
            sizes[0] = length
        # Keras numbers inputs without a name by session.
        unnamed = re.fullmatch(r"(keras_tensor|input_layer)(_\d+)?", each.name)
        name = f"input_{number}" if unnamed else re.sub(r"\W", "_", each.name)
        specs[name] = tf.TensorSpec((batch or 1, *sizes), each.dtype, name=name)
    return specs


def by_name(model: keras.Model) -> Callable[[Tensors], dict[str, Tensor]]:
    """Return a model as a function from inputs by name to outputs by name.

    Inputs have the names of `input_specs`. Outputs have their keys, or the names of the layers
    that compute them, numbered from the second output of a layer on.

    Example:

    >>> model = keras.Sequential([keras.Input((3,), name="x"), keras.layers.Dense(1, name="y")])
    >>> by_name(model)({"x": tf.zeros((2, 3))})["y"].shape
    TensorShape([2, 1])
    """
    names = list(input_specs(model))
    structure = model.inputs[0] if isinstance(model, keras.Sequential) else model.input

    def call(inputs: Tensors) -> dict[str, Tensor]:
        flat = [inputs[name] for name in names]
        return _named(model, model(keras.tree.pack_sequence_as(structure, flat), training=False))

    return call


def _named(model, outputs):
    if isinstance(outputs, Mapping):
        return dict(outputs)
    outputs = keras.tree.flatten(outputs)
    layers: Any = (
        [model.layers[-1].name] * len(outputs)
        if isinstance(model, keras.Sequential)
        else model.output_names
    )
    names = [re.sub(r"\W", "_", name) for name in layers]
    numbers = [names[:n].count(name) for n, name in enumerate(names)]
    return {
        f"{name}_{number}" if number else name: output
        for name, number, output in zip(names, numbers, outputs, strict=True)
    }


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
                return f"layer {name!r} ({type(layers[name]).__name__})"
    return f"operator {operator!r}"
