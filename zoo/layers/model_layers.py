"""The recurrent layers inside a model, and what runs them."""

from collections.abc import Callable
from typing import Any

import keras

from zoo.layers.rnn.recurrent_base import RecurrentBase

RECURRENT = (RecurrentBase, keras.layers.RNN, keras.layers.Bidirectional)


def recurrent_layers(model: keras.layers.Layer) -> dict[str, RecurrentBase]:
    """Return the recurrent layers of the zoo inside a model, by their paths.

    Args:
        model: a built model or layer, with layers inside at any depth.

    Example:

    >>> from zoo.layers import BiLSTM
    >>> model = keras.Sequential([keras.Input((None, 2)), BiLSTM(3, name="rnn")], name="model")
    >>> list(recurrent_layers(model))
    ['model/rnn']
    """
    found = layers_inside(model, lambda layer: isinstance(layer, RECURRENT))
    return {name_of(layer): layer for layer in found if isinstance(layer, RecurrentBase)}


def explain(model: keras.layers.Layer) -> str:
    """Return a line for each recurrent layer of a model: which kernel runs it, and why.

    Args:
        model: a built model or layer, with layers inside at any depth.

    Example:

    >>> layers = [keras.Input((None, 2)), keras.layers.GRU(3, name="rnn")]
    >>> print(explain(keras.Sequential(layers, name="model")))
    model/rnn: GRU of Keras, which `zoo.layers.adopt` replaces.
    """
    return "\n".join(
        f"{name_of(layer)}: {type(layer).__name__} {_explained(layer)}"
        for layer in layers_inside(model, lambda layer: isinstance(layer, RECURRENT))
    )


def _explained(layer):
    if isinstance(layer, RecurrentBase):
        return f"of {layer.units} units, {layer.explain()}"
    return "of Keras, which `zoo.layers.adopt` replaces."


def name_of(layer: keras.layers.Layer) -> str:
    """Return the path of a layer in its model, such as "encoder/bi_lstm"."""
    return layer.path or layer.name


def layers_inside(
    layer: keras.layers.Layer, wanted: Callable[[keras.layers.Layer], Any]
) -> list[Any]:
    """Return the layers inside a layer, or the layer itself, for which `wanted` is true.

    Layers inside such a layer are not searched.

    Example:

    >>> from zoo.layers import BiLSTM
    >>> stack = keras.Sequential([BiLSTM(2, return_sequences=True, name="a"), BiLSTM(2, name="b")])
    >>> [layer.name for layer in layers_inside(stack, lambda layer: isinstance(layer, BiLSTM))]
    ['a', 'b']
    """
    found: list[Any] = []
    seen: set[int] = set()

    def look(each: keras.layers.Layer) -> None:
        if id(each) in seen or isinstance(each, keras.metrics.Metric):
            return
        seen.add(id(each))
        if wanted(each):
            found.append(each)
            return
        parts = each.layers if isinstance(each, keras.Model) else vars(each).values()
        for part in parts:
            for inner in part if isinstance(part, list | tuple) else [part]:
                if isinstance(inner, keras.layers.Layer):
                    look(inner)

    look(layer)
    return found
