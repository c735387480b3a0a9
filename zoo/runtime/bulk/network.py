"""The recurrent part of a tagger in NumPy, with the weights of its TFLite file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from zoo.runtime.bulk.recurrence import (
    BiLSTM,
    Floats,
    Integers,
    Packing,
    dense,
    in_order,
    run_bilstm,
)
from zoo.runtime.bulk.weights import Product


class Network(NamedTuple):
    """Bidirectional LSTMs, each upon the outputs of the one before, and a dense layer.

    Args:
        layers: the recurrent layers.
        kernel: (2, U, K), the dense layer for the doubled outputs of both directions.
        bias: (K,).
    """

    layers: tuple[BiLSTM, ...]
    kernel: Floats
    bias: Floats

    @classmethod
    def of(cls, products: Sequence[Product], width: int) -> Network | None:
        """Return the network of a file's products, None if their shapes are of another network.

        Args:
            products: for each layer and direction the products with the inputs and with the
                outputs, then that of the dense layer; see `zoo.runtime.bulk.weights`.
            width: F, number of features of a word.
        """
        layers: list[BiLSTM] = []
        for index in range(0, len(products) - 4, 4):
            directions = products[index : index + 2], products[index + 2 : index + 4]
            if not all(_is_lstm(inputs, outputs, width) for inputs, outputs in directions):
                return None
            scale = 0.5 if layers else 1.0  # of inputs that are doubled outputs
            forward, backward = (_weights(pair[0], pair[1], scale) for pair in directions)
            layers.append(BiLSTM.of(forward, backward))
            width = 2 * layers[-1].units
        if len(products) != 4 * len(layers) + 1 or not layers:
            return None
        kernel, bias = products[-1]
        if kernel.shape[1] != width or bias is None:
            return None
        return cls(tuple(layers), kernel.T.reshape(2, width // 2, -1) / 2, bias)

    def emissions(self, projected: Floats, words: Integers, lengths: Integers) -> Floats:
        """Return the emissions of the words of a batch, (N, K), sentence after sentence.

        Args:
            projected: (2V, 4U), the result of `BiLSTM.project` of the first layer for V words.
            words: (N,), the index of each word among the V words.
            lengths: (B,), number of words of each sentence, in descending order.
        """
        packing = Packing.of(lengths)
        first, *others = self.layers
        outputs = run_bilstm(first, projected, words[packing.words], packing.rows)
        for layer in others:
            projected = layer.project(in_order(outputs, packing.words))
            outputs = run_bilstm(layer, projected, packing.words, packing.rows)
        return dense(outputs, packing.words, self.kernel, self.bias)


def _is_lstm(inputs: Product, outputs: Product, width: int) -> bool:
    """Return whether the shapes of two products are those of one direction of an LSTM."""
    gates, units = outputs.kernel.shape
    return inputs.kernel.shape == (gates, width) and gates == 4 * units and inputs.bias is not None


def _weights(inputs: Product, outputs: Product, scale: float) -> tuple[Floats, Floats, Floats]:
    """Return kernel, recurrent kernel and bias of a direction; see `BiLSTM.of`."""
    assert inputs.bias is not None
    return scale * inputs.kernel.T, outputs.kernel.T, inputs.bias
