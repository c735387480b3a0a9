"""One direction of a bidirectional layer, with the attributes of a Keras layer."""

from typing import Any

import numpy as np

from zoo.ops.tensor_types import Variable


class DirectionView:
    """One direction of a bidirectional layer, as `keras.layers.Bidirectional` shows its own.

    It is a view: the variables belong to the layer. A frozen direction stays frozen when the layer
    is saved and loaded; compile a model after a change, as in Keras.

    Args:
        layer: a bidirectional layer of the zoo; built before its weights are used.
        direction: "forward" or "backward".

    Example:

    >>> from zoo.layers import BiLSTM
    >>> layer = BiLSTM(3)
    >>> layer.build((None, None, 4))
    >>> layer.backward_layer.trainable = False
    >>> tuple(layer.forward_layer.kernel.shape), len(layer.trainable_weights)
    ((4, 12), 3)
    """

    def __init__(self, layer: Any, direction: str) -> None:
        self._layer = layer
        self.direction = direction
        self.name = f"{direction}_{layer.cell_kind}"
        self.units = layer.units
        self.go_backwards = direction == "backward"

    @property
    def kernel(self) -> Variable:
        """The input matrix, (F, gates * U)."""
        return self._roles()[0]

    @property
    def recurrent_kernel(self) -> Variable:
        """The recurrent matrix, (U, gates * U)."""
        return self._roles()[1]

    @property
    def bias(self) -> Variable | None:
        """The bias, or None with `use_bias=False`."""
        return self._roles()[2]

    @property
    def weights(self) -> list[Variable]:
        """The variables: kernel, recurrent kernel and, unless there is none, bias."""
        return [w for w in self._roles() if w is not None]

    def _roles(self):
        if not self._layer.built:
            raise ValueError(
                f"{self._layer.name} has no weights yet: call it on data, or "
                "layer.build((None, None, features))."
            )
        return self._layer.direction_weights(self.direction)

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights of this direction; can be set."""
        if not self._layer.built:
            return self.direction not in self._layer.frozen_at_build
        return all(w.trainable for w in self.weights)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._layer.frozen_at_build.discard(self.direction)
        if not value:
            self._layer.frozen_at_build.add(self.direction)
        if self._layer.built:
            for weight in self.weights:
                weight.trainable = value

    @property
    def trainable_weights(self) -> list[Variable]:
        """The variables that training changes."""
        return [w for w in self.weights if self._layer.trainable and w.trainable]

    def count_params(self) -> int:
        """Return the number of weights."""
        return sum(int(np.prod(w.shape)) for w in self.weights)

    def get_weights(self) -> list[np.ndarray]:
        """Return the weights as arrays, in the order of `weights`."""
        return [np.asarray(w) for w in self.weights]

    def set_weights(self, weights: list[Any]) -> None:
        """Set the weights.

        Args:
            weights: arrays as `get_weights` returns them.

        Raises:
            ValueError: another number of arrays, or other shapes.
        """
        came, right = [np.shape(w) for w in weights], [tuple(w.shape) for w in self.weights]
        if came != right:
            raise ValueError(f"`weights` must have the shapes {right}, got {came}.")
        for variable, value in zip(self.weights, weights, strict=True):
            variable.assign(value)
