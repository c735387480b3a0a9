"""What a model does with a fixed sample, computed in compiled calls that change nothing in it."""

from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from zoo.callbacks.recurrent_layers import (
    GATES,
    directions_of,
    layers_inside,
    name_of,
    recording,
    trace,
)
from zoo.callbacks.stateless import compiled, gradients_of
from zoo.layers import CRF


class Sample(NamedTuple):
    """Sequences that a training is watched on.

    Args:
        x: array or dict of arrays, (B, T, ...) each, as the model takes it.
        y: what they should give, or None.
        weights: of the sequences or positions in the loss, or None.
        mask: (B, T) boolean, True where there is a token, or None: where the ids are not 0, and
            everywhere if x holds no ids.
        tokens: list of B lists of strings, one a token, or None.
        labels: names of the K labels, or None for numbers.
    """

    x: object
    y: object = None
    weights: object = None
    mask: object = None
    tokens: object = None
    labels: object = None

    def checked(self):
        """Return the sample with its mask as an array or None, and everything of one batch size.

        Raises:
            ValueError: parts of different batch sizes, tokens that the mask has no place for.
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

    def _mask(self):
        if self.mask is not None:
            return np.asarray(self.mask, bool)
        ids = self.x
        if isinstance(ids, dict):
            ids = next((self.x[name] for name in ("words", "ids") if name in self.x), None)
        ids = None if ids is None else np.asarray(ids)
        return ids != 0 if ids is not None and ids.ndim == 2 and ids.dtype.kind in "iu" else None


class LayerRecord(NamedTuple):
    """What one recurrent layer did: its input (B, T, F), the mask (B, T), `trace` by direction."""

    sequences: np.ndarray
    mask: np.ndarray
    directions: dict


class Probe:
    """Looks into a model, again and again, on the same sample.

    Args:
        model: a built Keras model, on the TensorFlow or JAX backend.
        sample: a `Sample`, checked.

    Attributes:
        layers: the recurrent layers, in the order that the model holds them.
        crfs: the CRF layers.
    """

    def __init__(self, model, sample):
        self.model, self.sample = model, sample
        self.layers = layers_inside(model, directions_of)
        self.crfs = layers_inside(model, lambda layer: isinstance(layer, CRF))
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

    def record(self):
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

    def flow_function(self, layer):
        """Return the function from a layer's input to the states of its directions side by side."""
        return self._flows[self.layers.index(layer)]

    def gradients(self):
        """Return the loss, and the gradient's squared norm.

        Returns:
            `(loss, squares)`: a float, and a dict of trainable variable's path to (parts,): of
            each gate for a variable of a recurrent layer, else of the whole.
        """
        loss, squares = self._backward(self.sample.x, self.sample.y, self.sample.weights)
        paths = [variable.path for variable in self.model.trainable_variables]
        return float(loss), dict(zip(paths, map(np.asarray, squares), strict=True))

    def graph(self):
        """Return the model's graph as TensorBoard reads it, the bytes of a `GraphDef`.

        Raises:
            NotImplementedError: another backend than TensorFlow, which alone has graphs.
        """
        if keras.backend.backend() != "tensorflow":
            raise NotImplementedError(
                "only TensorFlow has a graph that TensorBoard draws; this is the backend "
                f"{keras.backend.backend()!r}. Leave `graph` out; `profile` works here."
            )
        function = self._forward.get_concrete_function(self.sample.x, self.sample.mask)
        return function.graph.as_graph_def(add_shapes=True).SerializeToString()

    def gate_paths(self):
        """Yield name, direction, kind and paths of the variables of each direction."""
        for layer, directions in zip(self.layers, self.directions, strict=True):
            for name, direction in directions.items():
                paths = [v.path for v in direction.weights if v is not None]
                yield name_of(layer), name, direction.kind, paths

    def _flow(self, index):
        def states(sequences):
            return self._states(index, sequences, None)[1]

        # A picture is rare: on TensorFlow a loop run as it is costs less than a graph of it.
        tensorflow = keras.backend.backend() == "tensorflow"
        return states if tensorflow else compiled(states, self.model.variables)

    def _run(self, x, mask):
        with recording(self.layers) as calls:
            outputs = self.model(x, training=False)
        layers = {
            index: (sequences, inner, self._states(index, sequences, inner)[0])
            for index, (sequences, inner) in calls.items()
        }
        return self._predict(outputs, mask), layers

    def _states(self, index, sequences, mask):
        traced = {
            name: trace(direction, sequences, mask, backward=name == "backward")
            for name, direction in self.directions[index].items()
        }
        return traced, ops.concatenate([each["h"] for each in traced.values()], axis=-1)

    def _predict(self, outputs, mask):
        """Return the best labels, by the CRF if there is one; None if the outputs are no scores."""
        shape = tuple(getattr(outputs, "shape", ()))
        if len(shape) not in (2, 3) or shape[-1] == 1:
            return None
        crf = next((crf for crf in self.crfs if crf.num_tags == shape[-1]), None)
        if crf is not None and len(shape) == 3:
            return crf.decode(outputs, mask)[0]
        return ops.argmax(outputs, axis=-1)

    def _slopes(self, x, y, weights):
        def loss_of():
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


def _squares(gradient, parts):
    """Return the squared norms of equal parts of the last axis, (parts,)."""
    width = (gradient.shape[-1] if len(gradient.shape) else 1) // parts
    return ops.sum(ops.square(ops.reshape(gradient, (-1, parts, width))), axis=(0, 2))
