"""Word vectors and sentence states of a model, for TensorBoard's projector."""

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from zoo.callbacks.monitor import TrainingMonitor
from zoo.callbacks.probe import LayerRecord, Probe, Sample
from zoo.callbacks.projector_files import write_projector
from zoo.callbacks.scalars import known_labels
from zoo.ops.tensor_types import Tensor

WORDS = 5_000  # written; the browser draws at most 10,000 well
TEXT = 100  # characters of a sentence
FEW, MORE = 32, 200  # texts to monitor, and texts in the projector


def project(
    log_dir: str | PathLike[str],
    model: keras.Model,
    sample: Sample,
    vectors: Tensor | None = None,
    words: Sequence[str] = (),
) -> Path:
    """Write a model's word vectors and final sentence states for TensorBoard's projector.

    ```
    state = [h_forward at the last token ; h_backward at the first], of the last recurrent layer
    ```

    Args:
        log_dir: folder of TensorBoard's logs.
        model: a built Keras model.
        sample: `zoo.callbacks.Sample`: the sentences, with tokens and labels if known.
        vectors: (V, D) word vectors, a variable or array; None for the sentences alone.
        words: V strings or more, by id.

    Returns:
        The path of the projector's configuration.

    Raises:
        ValueError: the model has no recurrent layer, or there are fewer words than vectors.
    """
    sample = sample.checked()
    predictions, records = Probe(model, sample).record()
    if not records:
        raise ValueError("project: `model` must have a recurrent layer; none was found in it.")
    states = final_states(list(records.values())[-1])
    sets: dict[str, Any] = {"sentences": (states, sentence_columns(sample, predictions))}
    if vectors is not None:
        table = np.asarray(ops.convert_to_numpy(vectors))[:WORDS]
        sets["words"] = (table, {"word": list(words)[: len(table)]})
    return write_projector(log_dir, sets)


def final_states(record: LayerRecord) -> np.ndarray:
    """Return the concatenated final states of all directions, (B, U) or (B, 2U).

    Args:
        record: `zoo.callbacks.probe.LayerRecord`; a row without tokens has zeros.
    """
    rows, mask = np.arange(len(record.mask)), record.mask
    ends = {
        "forward": mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1),
        "backward": np.argmax(mask, axis=1),
    }
    states = [traced["h"][rows, ends[name]] for name, traced in record.directions.items()]
    return np.concatenate(states, axis=-1)


def sentence_columns(sample: Sample, predictions: np.ndarray | None) -> dict[str, Sequence[Any]]:
    """Return the columns of the projector for each sentence: text, labels, predicted labels.

    The labels of a tagged sentence are its entity types, each once: "B-PER" and "E-PER" are "PER".
    """
    count = len(next(iter(sample.x.values())) if isinstance(sample.x, dict) else sample.x)
    texts = [" ".join(map(str, words))[:TEXT] for words in sample.tokens or ()]
    columns: dict[str, Sequence[Any]] = {"sentence": texts or range(count)}
    known = known_labels(sample, predictions)
    if known is not None:
        columns["label"] = _kinds(known[0], known[2], sample.labels)
    if predictions is not None:
        where = np.ones(predictions.shape, bool) if sample.mask is None else sample.mask
        where = where if predictions.ndim == 2 else np.ones(count, bool)
        columns["predicted"] = _kinds(predictions, where, sample.labels)
    return columns


def _kinds(labels: np.ndarray, where: np.ndarray, names: Sequence[str] | None) -> list[str]:
    """Return the entity types or labels of each row, in alphabetical order."""
    named = [
        {str(k if names is None else names[k]) for k in np.atleast_1d(row)[np.atleast_1d(here)]}
        for row, here in zip(labels, where, strict=True)
    ]
    return [" ".join(sorted({n.partition("-")[2] or n for n in each} - {"O"})) for each in named]


class Projection(keras.callbacks.Callback):
    """A callback that calls `project` after the training; its arguments are those of `project`."""

    def __init__(
        self,
        log_dir: str | PathLike[str],
        sample: Sample,
        vectors: Tensor | None = None,
        words: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.log_dir, self.sample, self.vectors, self.words = log_dir, sample, vectors, words

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Write the files."""
        model: Any = self.model
        project(self.log_dir, model, self.sample, self.vectors, self.words)


def monitor_callbacks(
    log_dir: str | PathLike[str],
    sample_of: Callable[[int], Sample],
    vectors: Tensor,
    words: Sequence[str],
) -> list[keras.callbacks.Callback]:
    """Return a `TrainingMonitor` and a `Projection`.

    Args:
        log_dir: folder of TensorBoard's logs.
        sample_of: function from a number of texts to a `zoo.callbacks.Sample`.
        vectors: (V, D) word vectors.
        words: V strings or more, by id.
    """
    monitor = TrainingMonitor(log_dir, sample_of(FEW))
    return [monitor, Projection(log_dir, sample_of(MORE), vectors, words)]
