"""What a model has learnt, for TensorBoard's projector: vectors of words, states of sentences."""

import keras
import numpy as np
from keras import ops

from zoo.callbacks.monitor import TrainingWatch
from zoo.callbacks.probe import Probe
from zoo.callbacks.projector_files import write_projector
from zoo.callbacks.scalars import known_labels

WORDS = 5_000  # that are written, the first ones: the browser draws no more than 10,000 well
TEXT = 100  # characters of a sentence
FEW, MORE = 32, 200  # texts that are looked into epoch by epoch, and in the projector


def project(log_dir, model, sample, vectors=None, words=()):
    """Write a model's word vectors and final sentence states for TensorBoard's projector.

    ```
    state = [h_forward at the last token ; h_backward at the first], of the last recurrent layer
    ```

    Args:
        log_dir: of TensorBoard's logs.
        model: a built Keras model.
        sample: `zoo.callbacks.probe.Sample`: the sentences, with tokens and labels if known.
        vectors: (V, D), of the words, a variable or array; or None for the sentences alone.
        words: V strings or more, by id.

    Returns:
        The path of the projector's configuration.

    Raises:
        ValueError: the model has no recurrent layer, fewer words than vectors.
    """
    sample = sample.checked()
    predictions, records = Probe(model, sample).record()
    if not records:
        raise ValueError("project: `model` must have a recurrent layer; none was found in it.")
    states = final_states(list(records.values())[-1])
    sets = {"sentences": (states, sentence_columns(sample, predictions))}
    if vectors is not None:
        table = ops.convert_to_numpy(vectors)[:WORDS]
        sets["words"] = (table, {"word": list(words)[: len(table)]})
    return write_projector(log_dir, sets)


def final_states(record):
    """Return the final states of all directions side by side, (B, U) or (B, 2U).

    Args:
        record: `zoo.callbacks.probe.LayerRecord`; a row without tokens gives zeros.
    """
    rows, mask = np.arange(len(record.mask)), record.mask
    ends = {
        "forward": mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1),
        "backward": np.argmax(mask, axis=1),
    }
    states = [traced["h"][rows, ends[name]] for name, traced in record.directions.items()]
    return np.concatenate(states, axis=-1)


def sentence_columns(sample, predictions):
    """Return what the projector shows of each sentence: its text, its labels, those predicted.

    Of a tagged sentence the kinds of its labels count, each once: "B-PER" and "E-PER" are "PER".
    """
    count = len(next(iter(sample.x.values())) if isinstance(sample.x, dict) else sample.x)
    texts = [" ".join(map(str, words))[:TEXT] for words in sample.tokens or ()]
    columns = {"sentence": texts or list(range(count))}
    known = known_labels(sample, predictions)
    if known is not None:
        columns["label"] = _kinds(known[0], known[2], sample.labels)
    if predictions is not None:
        where = np.ones(predictions.shape, bool) if sample.mask is None else sample.mask
        where = where if predictions.ndim == 2 else np.ones(count, bool)
        columns["predicted"] = _kinds(predictions, where, sample.labels)
    return columns


def _kinds(labels, where, names):
    """Return the kinds of labels of each row, in the order of the alphabet."""
    named = [
        {str(k if names is None else names[k]) for k in np.atleast_1d(row)[np.atleast_1d(here)]}
        for row, here in zip(labels, where, strict=True)
    ]
    return [" ".join(sorted({n.partition("-")[2] or n for n in each} - {"O"})) for each in named]


class Projection(keras.callbacks.Callback):
    """Calls `project` after a training; its arguments but for the model."""

    def __init__(self, log_dir, sample, vectors=None, words=()):
        super().__init__()
        self.log_dir, self.sample, self.vectors, self.words = log_dir, sample, vectors, words

    def on_train_end(self, logs=None):
        """Write the files."""
        project(self.log_dir, self.model, self.sample, self.vectors, self.words)


def watch_callbacks(log_dir, sample_of, vectors, words):
    """Return the callbacks that write what goes on inside of a model, and what it has learnt.

    Args:
        log_dir: of TensorBoard's logs.
        sample_of: function from a number of texts to a `zoo.callbacks.probe.Sample`.
        vectors: (V, D), of the words.
        words: V strings or more, by id.
    """
    inside = TrainingWatch(log_dir, sample_of(FEW))
    return [inside, Projection(log_dir, sample_of(MORE), vectors, words)]
