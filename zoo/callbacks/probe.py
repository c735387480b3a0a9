"""What a model computes on a fixed sample, in compiled calls that do not change the model."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from zoo.callbacks.recurrent_layers import GATES, directions_of, trace
from zoo.callbacks.stateless import compiled, gradients_of
from zoo.inspect.recording import recording
from zoo.layers import CRF
from zoo.layers.model_layers import layers_inside, name_of
from zoo.ops.tensor_types import Tensor


class Sample(NamedTuple):
    """Sequences on which a training is monitored.

    Args:
        x: array or dict of arrays, (B, T, ...) each, the input of the model.
        y: the targets, or None.
        weights: weights of the sequences or positions in the loss, or None.
        mask: (B, T) boolean, True where there is a token. None for all positions with an id other
            than 0, or for all positions if x holds no ids.
        tokens: list of B lists of strings, one per token, or None.
        labels: names of the K labels, or None for their ids.
    """

    x: Any
    y: Any = None
    weights: Any = None
    mask: Any = None
    tokens: Sequence[Sequence[str]] | None = None
    labels: Sequence[str] | None = None

    def checked(self) -> "Sample":
        """Return the sample with its mask as an array or None, after checking its parts.

        Raises:
            ValueError: the parts differ in batch size, or the tokens do not fit the mask.
        """
        parts = {"x": self.x, "y": self.y, "weights": self.weights, "tokens": self.tokens}
        arrays = {**self.x, **parts, "x": None} if isinstance(self.x, dict) else parts
        mask = self._mask()
        sizes = {n: len(a) for n, a in {**arrays, "mask": mask}.items() if a is not None}
        if len(set(sizes.values())) != 1 or 0 in sizes.values():
            raise ValueError(f"Sample: all parts must be of one batch, 1 or more, got {sizes}.")
        if self.tokens is not None and mask is not None:
            counts = [len(words) for words in self.tokens]
            if counts != mask.sum(axis=1).tolist():
                raise ValueError(
                    "Sample: `tokens` must name every position that is not masked, "
                    f"{mask.sum(axis=1).tolist()}, got {counts}."
                )
        return self._replace(mask=mask)

    def _mask(self) -> np.ndarray | None:
        if self.mask is not None:
            return np.asarray(self.mask, bool)
        ids = self.x
        if isinstance(ids, dict):
            ids = next((self.x[name] for name in ("words", "ids") if name in self.x), None)
        ids = None if ids is None else np.asarray(ids)
        return ids != 0 if ids is not None and ids.ndim == 2 and ids.dtype.kind in "iu" else None


class LayerRecord(NamedTuple):
    """The input (B, T, F) of a recurrent layer, its mask (B, T), and `trace` by direction."""

    sequences: np.ndarray
    mask: np.ndarray
    directions: dict[str, dict[str, np.ndarray]]


class Probe:
    """Computes states, predictions and gradients of a model on a sample.

    Args:
        model: a built Keras model, on the TensorFlow or JAX backend.
        sample: a `Sample`, checked.

    Attributes:
        layers: the recurrent layers, in the order of the model.
        crfs: the CRF layers.
    """

    def __init__(self, model: keras.Model, sample: Sample) -> None:
        self.model, self.sample = model, sample
        self.layers = layers_inside(model, directions_of)
        self.crfs: list[CRF] = layers_inside(model, lambda layer: isinstance(layer, CRF))
        self.directions = [directions_of(layer) for layer in self.layers]
        self.parts = {
            id(variable): len(GATES[direction.kind])
            for each in self.directions
            for direction in each.values()
            for variable in direction.weights
            if variable is not None
        }
        self._forward = compiled(self._run, model.variables)
        self._backward = compiled(self._slopes, model.variables)
        self._flows = [self._flow(index) for index in range(len(self.layers))]

    def record(self) -> tuple[np.ndarray | None, dict[keras.layers.Layer, LayerRecord]]:
        """Return the predicted labels (B,) or (B, T), or None, and a dict of `LayerRecord`s."""
        predictions, layers = self._forward(self.sample.x, self.sample.mask)
        records = {}
        for index, (sequences, mask, directions) in layers.items():
            sequences = np.asarray(sequences)
            mask = np.ones(sequences.shape[:2], bool) if mask is None else np.asarray(mask, bool)
            directions = {
                name: {part: np.asarray(x) for part, x in directions[name].items()}
                for name in self.directions[index]
            }
            records[self.layers[index]] = LayerRecord(sequences, mask, directions)
        return None if predictions is None else np.asarray(predictions), records

    def flow_function(self, layer: keras.layers.Layer) -> Callable[[Tensor], Tensor]:
        """Return the function from a layer's input to the concatenated states of its directions."""
        return self._flows[self.layers.index(layer)]

    def gradients(self) -> tuple[float, dict[str, np.ndarray]]:
        """Return the loss, and the squared norms of the gradient.

        Returns:
            `(loss, squares)`: a float, and a dict from the path of a variable to an array (parts,):
            one number per gate for a variable of a recurrent layer, else one.
        """
        loss, squares = self._backward(self.sample.x, self.sample.y, self.sample.weights)
        paths = [variable.path for variable in self.model.trainable_variables]
        return float(loss), dict(zip(paths, map(np.asarray, squares), strict=True))

    def graph(self) -> bytes:
        """Return the graph of the model for TensorBoard, the bytes of a `GraphDef`.

        Raises:
            NotImplementedError: the backend is not TensorFlow.
        """
        if keras.backend.backend() != "tensorflow":
            raise NotImplementedError(
                "only TensorFlow has a graph that TensorBoard draws; this is the backend "
                f"{keras.backend.backend()!r}. Leave `graph` out; `profile` works here."
            )
        function = self._forward.get_concrete_function(self.sample.x, self.sample.mask)
        return function.graph.as_graph_def(add_shapes=True).SerializeToString()

    def gate_paths(self) -> Iterator[tuple[str, str, str, list[str]]]:
        """Yield layer, direction, kind of cell and paths of the variables of each direction."""
        for layer, directions in zip(self.layers, self.directions, strict=True):
            for name, direction in directions.items():
                paths = [v.path for v in direction.weights if v is not None]
                yield name_of(layer), name, direction.kind, paths

    def _flow(self, index: int) -> Callable[[Tensor], Tensor]:
        def states(sequences: Tensor) -> Tensor:
            return self._states(index, sequences, None)[1]

        # Images are rare: on TensorFlow, an eager loop costs less than tracing a graph.
        tensorflow = keras.backend.backend() == "tensorflow"
        return states if tensorflow else compiled(states, self.model.variables)

    def _run(self, x: Any, mask: Tensor | None) -> tuple[Tensor, dict[int, Any]]:
        with recording(self.layers) as calls:
            outputs = self.model(x, training=False)
        layers = {
            index: (sequences, inner, self._states(index, sequences, inner)[0])
            for index, (sequences, inner, initial) in calls.items()
            if initial is None
        }
        return self._predict(outputs, mask), layers

    def _states(
        self, index: int, sequences: Tensor, mask: Tensor | None
    ) -> tuple[Mapping[str, Mapping[str, Tensor]], Tensor]:
        traced = {
            name: trace(direction, sequences, mask, backward=name == "backward")
            for name, direction in self.directions[index].items()
        }
        return traced, ops.concatenate([each["h"] for each in traced.values()], axis=-1)

    def _predict(self, outputs: Tensor, mask: Tensor | None) -> Tensor | None:
        """Return the best labels, by the CRF if there is one; None if outputs are not scores."""
        shape: tuple[Any, ...] = tuple(getattr(outputs, "shape", ()))
        if len(shape) not in (2, 3) or shape[-1] == 1:
            return None
        crf = next((crf for crf in self.crfs if crf.num_tags == shape[-1]), None)
        if crf is not None and len(shape) == 3:
            return crf.decode(outputs, mask)[0]
        return ops.argmax(outputs, axis=-1)

    def _slopes(self, x: Any, y: Any, weights: Tensor | None) -> tuple[Tensor, list[Tensor]]:
        def loss_of() -> Tensor:
            outputs = self.model(x, training=False)
            return self.model.compute_loss(
                x=x, y=y, y_pred=outputs, sample_weight=weights, training=False
            )

        variables = self.model.trainable_variables
        loss, gradients = gradients_of(loss_of, variables, self.model.variables)
        return loss, [
            _squares(gradient, self.parts.get(id(variable), 1))
            for variable, gradient in zip(variables, gradients, strict=True)
        ]


def _squares(gradient: Tensor, parts: int) -> Tensor:
    """Return the squared norms of equal parts of the last axis, (parts,)."""
    width = (gradient.shape[-1] if len(gradient.shape) else 1) // parts
    return ops.sum(ops.square(ops.reshape(gradient, (-1, parts, width))), axis=(0, 2))
