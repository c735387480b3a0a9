"""Labelled texts as numbers, in memory and in a file that any backend reads."""

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

from zoo.data.texts import words_of
from zoo.errors import CorpusError, check_conditions
from zoo.text import Vocabulary
from zoo.text.word_encoder import word_ids

if TYPE_CHECKING:
    from zoo.data.reviews import LabelledText


class EncodedTexts(NamedTuple):
    """Texts as ids, with their labels.

    Args:
        texts: list of N int32 arrays, the ids of a text's words.
        labels: (N,) int32, -1 where there is none.
    """

    texts: list
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
    """Return the texts that may be learned from, those of train and those without labels.

    Args:
        splits: dict of `EncodedTexts` by name, among them "train", perhaps "unsupervised".

    Example:

    >>> labelled, other = EncodedTexts([[2]], np.array([1])), EncodedTexts([[3]], np.array([-1]))
    >>> texts_of_train({"train": labelled, "dev": labelled, "unsupervised": other})
    [[2], [3]]
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
    """Return vocabulary and encoded splits of a corpus; those of the folder, if they are there.

    Args:
        corpus: dict of lists of `zoo.data.LabelledText` by the name of the split.
        labels: list of them; the ids of the texts' labels are places in it.
        vocabulary_of: function from a dict of lists of lists of words, by the name of the split,
            to a `zoo.text.Vocabulary`.
        folder: of the files `words.txt` and `encoded.npz`, a `pathlib.Path`.
        conditions: dict of plain values: what makes the encoding what it is.

    Raises:
        CorpusError: the files there are broken.
        CheckpointError: they were written with other conditions.
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
        path: the file, a `pathlib.Path` that ends in `.npz`.
        splits: dict of `EncodedTexts` by name.
        conditions: dict of plain values: what makes the encoding what it is; None for nothing.
    """
    arrays: dict[str, Any] = {"conditions": np.array(json.dumps(conditions or {}))}
    for name, (texts, labels) in splits.items():
        arrays[f"{name}.ids"] = np.concatenate([np.zeros(0, "int32"), *texts])
        arrays[f"{name}.lengths"] = np.array([len(text) for text in texts], "int32")
        arrays[f"{name}.labels"] = labels
    # Written beside and moved into place: a kill leaves no part of a file.
    fresh = path.with_suffix(".fresh.npz")
    np.savez_compressed(fresh, **arrays)
    os.replace(fresh, path)


def load_encoded(
    path: str | PathLike[str], conditions: dict[str, Any] | None = None
) -> dict[str, EncodedTexts]:
    """Read a file of `save_encoded`.

    Args:
        path: the file.
        conditions: what it must have been written with; None for anything.

    Returns:
        Dict of `EncodedTexts` by name.

    Raises:
        CorpusError: the file is not such a one.
        CheckpointError: it was written with other conditions.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        before = json.loads(str(arrays.get("conditions", "{}")))
        names = [key.removesuffix(".labels") for key in arrays if key.endswith(".labels")]
        splits = {
            name: EncodedTexts(
                # One piece behind the last text is left over; of no texts, the only one.
                np.split(arrays[f"{name}.ids"], np.cumsum(arrays[f"{name}.lengths"]))[:-1],
                arrays[f"{name}.labels"],
            )
            for name in names
        }
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise CorpusError(path, None, f"no file of encoded texts: {error}") from error
    if conditions is not None:
        check_conditions(path, before, conditions)
    return splits
