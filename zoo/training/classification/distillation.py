"""Distillation: soft labels of teacher models for unlabelled texts, and training data with them."""

from collections.abc import Mapping, Sequence
from os import PathLike

import numpy as np

from zoo.data.encoded import EncodedTexts
from zoo.errors import CorpusError


def save_soft_labels(path: str | PathLike[str], logits: Sequence[np.ndarray]) -> None:
    """Write the probabilities of an ensemble, those of the mean of its logits.

    Models of different kinds make different mistakes; their mean makes fewer.

    Args:
        path: the file; its name ends in `.npy`.
        logits: list of arrays (N, K), one per model.
    """
    mean = np.mean(logits, axis=0)
    exponentials = np.exp(mean - mean.max(axis=-1, keepdims=True))
    np.save(path, exponentials / exponentials.sum(axis=-1, keepdims=True))


def soft_label_logits(path: str | PathLike[str]) -> np.ndarray:
    """Return logits (N, K) that give the probabilities of a file of `save_soft_labels`.

    Example:

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile(suffix=".npy") as file:
    ...     save_soft_labels(file.name, [np.array([[0.0, 2.0]])])
    ...     (soft_label_logits(file.name) @ [-1, 1]).round(3).tolist()
    [2.0]
    """
    # A probability that was rounded to 0 has no logarithm.
    return np.log(np.maximum(np.load(path, allow_pickle=False), 1e-9))


def load_soft_labels(
    path: str | PathLike[str], train: EncodedTexts, texts: Sequence[np.ndarray], num_labels: int
) -> EncodedTexts:
    """Return the labelled texts, followed by the unlabelled ones with their soft labels.

    Args:
        path: a file of `save_soft_labels`.
        train: `zoo.data.encoded.EncodedTexts`.
        texts: list of N integer arrays, the unlabelled texts.
        num_labels: K.

    Returns:
        `EncodedTexts` whose labels are probabilities, (N', K) float32.

    Raises:
        CorpusError: the file was not written by `save_soft_labels`, or for other texts.

    Example:

    >>> import tempfile
    >>> train = EncodedTexts([np.array([2, 3])], np.array([1]))
    >>> with tempfile.NamedTemporaryFile(suffix=".npy") as file:
    ...     save_soft_labels(file.name, [np.array([[3.0, 0.0]]), np.array([[1.0, 4.0]])])
    ...     load_soft_labels(file.name, train, [np.array([3])], 2).labels
    array([[0. , 1. ],
           [0.5, 0.5]], dtype=float32)
    """
    try:
        scores = np.load(path, allow_pickle=False)
    except (OSError, EOFError, ValueError) as error:
        raise CorpusError(path, None, f"not a file of soft labels: {error}") from error
    expected = len(texts), num_labels
    if scores.shape != expected:
        reason = f"probabilities (texts, labels) {expected} expected, got {scores.shape}."
        raise CorpusError(path, None, reason)
    one_hot = np.eye(num_labels)[train.labels]
    labels = np.concatenate([one_hot, scores]).astype("float32")
    return EncodedTexts([*train.texts, *texts], labels)


def with_soft_labels(
    splits: Mapping[str, EncodedTexts], num_labels: int, path: str | PathLike[str] | None
) -> dict[str, EncodedTexts]:
    """Return splits in which train also has the unlabelled texts, with their soft labels.

    Args:
        splits: dict of `EncodedTexts` by split, with "train" and "unsupervised".
        num_labels: K.
        path: a file of `save_soft_labels`; None to leave the splits as they are.

    Returns:
        Dict of `EncodedTexts` by split, without "unsupervised" if its texts are in train.

    Raises:
        CorpusError: as for `load_soft_labels`.

    Example:

    >>> splits = {"train": EncodedTexts([np.array([2])], np.array([1]))}
    >>> with_soft_labels(splits, 2, None)["train"].labels
    array([1])
    """
    rest = dict(splits)
    if path is None:
        return rest
    train, unlabelled = rest.pop("train"), rest.pop("unsupervised")
    return {"train": load_soft_labels(path, train, unlabelled.texts, num_labels), **rest}
