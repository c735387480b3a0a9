"""Texts without labels behind those of train: what models say of them, and what learns from it."""

import numpy as np
from keras import ops

from zoo.data.encoded import EncodedTexts
from zoo.errors import CorpusError


def save_teaching(path, logits):
    """Write the probabilities that several models give, those of the mean of their logits.

    Models of different kinds make different mistakes; their mean makes fewer.

    Args:
        path: of the file, that ends in `.npy`.
        logits: list of arrays (N, K), one a model.
    """
    np.save(path, ops.convert_to_numpy(ops.softmax(np.mean(logits, axis=0))))


def teacher_logits(path):
    """Return logits (N, K) that give the probabilities of a file of `save_teaching`.

    Example:

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile(suffix=".npy") as file:
    ...     save_teaching(file.name, [np.array([[0.0, 2.0]])])
    ...     (teacher_logits(file.name) @ [-1, 1]).round(3).tolist()
    [2.0]
    """
    # A teacher that was sure to the last digit gave a 0, whose logarithm is no number.
    return np.log(np.maximum(np.load(path, allow_pickle=False), 1e-9))


def load_teaching(path, train, texts, num_labels):
    """Return texts with labels, and behind them those without, as the file of a teacher says.

    Args:
        path: a file of `save_teaching`.
        train: `zoo.data.encoded.EncodedTexts`.
        texts: list of N integer arrays, the texts without labels.
        num_labels: K.

    Returns:
        `EncodedTexts` whose labels are probabilities, (N', K) float32.

    Raises:
        CorpusError: the file is not such a one, or of other texts.

    Example:

    >>> import tempfile
    >>> train = EncodedTexts([np.array([2, 3])], np.array([1]))
    >>> with tempfile.NamedTemporaryFile(suffix=".npy") as file:
    ...     save_teaching(file.name, [np.array([[3.0, 0.0]]), np.array([[1.0, 4.0]])])
    ...     load_teaching(file.name, train, [np.array([3])], 2).labels
    array([[0. , 1. ],
           [0.5, 0.5]], dtype=float32)
    """
    try:
        scores = np.load(path, allow_pickle=False)
    except (OSError, EOFError, ValueError) as error:
        raise CorpusError(path, None, f"no file of a teacher: {error}") from error
    expected = len(texts), num_labels
    if scores.shape != expected:
        reason = f"probabilities (texts, labels) {expected} expected, got {scores.shape}."
        raise CorpusError(path, None, reason)
    known = np.eye(num_labels)[train.labels]
    labels = np.concatenate([known, scores]).astype("float32")
    return EncodedTexts([*train.texts, *texts], labels)


def with_unlabelled(splits, num_labels, teacher=None):
    """Return splits in whose train the texts without labels stand behind the others, if they serve.

    Args:
        splits: dict of `EncodedTexts` by name, among them "train", perhaps "unsupervised".
        num_labels: K.
        teacher: a file of `save_teaching` with their labels, or None.

    Returns:
        Dict of `EncodedTexts` by name; that of texts without labels is not in it where they serve.

    Raises:
        CorpusError: of `load_teaching`.

    Example:

    >>> splits = {"train": EncodedTexts([np.array([2])], np.array([1]))}
    >>> with_unlabelled(splits, 2)["train"].labels
    array([1])
    """
    if not teacher:
        return splits
    rest = dict(splits)
    train, unlabelled = rest.pop("train"), rest.pop("unsupervised")
    train = load_teaching(teacher, train, unlabelled.texts, num_labels)
    return {"train": train, **rest}
