"""Labelled texts as word ids, in memory and in a file that is independent of the backend."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from zoo.data.frequent_words import words_of
from zoo.errors import CorpusError, check_conditions
from zoo.text import Vocabulary
from zoo.text.word_encoder import word_ids

if TYPE_CHECKING:
    from zoo.data.labelled_texts import LabelledText


class EncodedTexts(NamedTuple):
    """Texts as word ids, with their labels.

    Args:
        texts: list of N int32 arrays, the word ids of each text.
        labels: (N,) int32, -1 for an unlabelled text.
    """

    texts: list[np.ndarray]
    labels: np.ndarray

    @classmethod
    def of(
        cls, texts: Iterable[Sequence[str]], labels: ArrayLike, vocabulary: Vocabulary
    ) -> EncodedTexts:
        """Encode lists of words with a `zoo.text.Vocabulary`.

        Example:

        >>> from zoo.text import Vocabulary
        >>> EncodedTexts.of([["a", "b"]], [1], Vocabulary(["[PAD]", "[UNK]", "b"])).texts
        [array([1, 2], dtype=int32)]
        """
        return cls([word_ids(vocabulary, words) for words in texts], np.array(labels, "int32"))


def texts_of_train(splits: Mapping[str, EncodedTexts]) -> list[np.ndarray]:
    """Return the texts for unsupervised training: those of train and the unlabelled ones.

    Args:
        splits: dict of `EncodedTexts` by name, with "train" and optionally "unsupervised".

    Example:

    >>> labelled = EncodedTexts([np.array([2])], np.array([1]))
    >>> other = EncodedTexts([np.array([3])], np.array([-1]))
    >>> texts_of_train({"train": labelled, "dev": labelled, "unsupervised": other})
    [array([2]), array([3])]
    """
    names = [name for name in ("train", "unsupervised") if name in splits]
    return [text for name in names for text in splits[name].texts]


def encode_corpus(
    corpus: Mapping[str, Sequence[LabelledText]],
    labels: Sequence[str],
    vocabulary_of: Callable[[dict[str, list[list[str]]]], Vocabulary],
    folder: Path,
    conditions: dict[str, Any],
) -> tuple[Vocabulary, dict[str, EncodedTexts]]:
    """Encode a corpus, or load its encoding if the folder already has one.

    Args:
        corpus: dict of lists of `zoo.data.LabelledText` by the name of the split.
        labels: the labels, in the order of their ids.
        vocabulary_of: function from a dict of lists of lists of words, by the name of the split,
            to a `zoo.text.Vocabulary`.
        folder: folder of the files `words.txt` and `encoded.npz`.
        conditions: dict of plain values that determine the encoding.

    Returns:
        Pair of the vocabulary and a dict of `EncodedTexts` by the name of the split.

    Raises:
        CorpusError: a file in the folder is invalid.
        CheckpointError: the files were written under other conditions.
    """
    words_file, path = folder / "words.txt", folder / "encoded.npz"
    if path.is_file():
        encoded = load_encoded(path, conditions)
        return Vocabulary.load(words_file), encoded
    splits = {name: list(words_of(text.text for text in texts)) for name, texts in corpus.items()}
    vocabulary = vocabulary_of(splits)
    encoded = {
        name: EncodedTexts.of(
            words, [labels.index(t.label) if t.label else -1 for t in corpus[name]], vocabulary
        )
        for name, words in splits.items()
    }
    vocabulary.save(words_file)
    save_encoded(path, encoded, conditions)
    return vocabulary, encoded


def save_encoded(
    path: Path, splits: Mapping[str, EncodedTexts], conditions: dict[str, Any] | None = None
) -> None:
    """Write encoded texts to a file.

    Args:
        path: the file; its name ends in `.npz`.
        splits: dict of `EncodedTexts` by name.
        conditions: dict of plain values that determine the encoding; None for none.
    """
    arrays: dict[str, Any] = {"conditions": np.array(json.dumps(conditions or {}))}
    for name, (texts, labels) in splits.items():
        arrays[f"{name}.ids"] = np.concatenate([np.zeros(0, "int32"), *texts])
        arrays[f"{name}.lengths"] = np.array([len(text) for text in texts], "int32")
        arrays[f"{name}.labels"] = labels
    # Written to another file and then moved: an interruption leaves no partial file.
    fresh = path.with_suffix(".fresh.npz")
    np.savez_compressed(fresh, **arrays)
    os.replace(fresh, path)


def load_encoded(
    path: str | PathLike[str], conditions: dict[str, Any] | None = None
) -> dict[str, EncodedTexts]:
    """Read a file that `save_encoded` wrote.

    Args:
        path: the file.
        conditions: the conditions that it must have been written under; None for any.

    Returns:
        Dict of `EncodedTexts` by name.

    Raises:
        CorpusError: the file was not written by `save_encoded`.
        CheckpointError: the file was written under other conditions.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        before = json.loads(str(arrays.get("conditions", "{}")))
        names = [key.removesuffix(".labels") for key in arrays if key.endswith(".labels")]
        splits = {
            name: EncodedTexts(
                # The last piece, after the end of the last text, is always empty.
                np.split(arrays[f"{name}.ids"], np.cumsum(arrays[f"{name}.lengths"]))[:-1],
                arrays[f"{name}.labels"],
            )
            for name in names
        }
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise CorpusError(path, None, f"not a file of encoded texts: {error}") from error
    if conditions is not None:
        check_conditions(path, before, conditions)
    return splits
