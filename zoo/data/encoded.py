"""Labelled texts as numbers, in memory and in a file that any backend reads."""

import zipfile
from typing import NamedTuple

import numpy as np

from zoo.data.errors import CorpusError
from zoo.text.word_encoder import word_ids


class EncodedTexts(NamedTuple):
    """Texts as ids, with their labels.

    Args:
        texts: list of N int32 arrays, the ids of a text's words.
        labels: (N,) int32, -1 where there is none.
    """

    texts: list
    labels: np.ndarray

    @classmethod
    def of(cls, texts, labels, vocabulary):
        """Encode lists of words with a `zoo.text.Vocabulary`.

        Example:

        >>> from zoo.text import Vocabulary
        >>> EncodedTexts.of([["a", "b"]], [1], Vocabulary(["[PAD]", "[UNK]", "b"])).texts
        [array([1, 2], dtype=int32)]
        """
        return cls([word_ids(vocabulary, words) for words in texts], np.array(labels, "int32"))


def save_encoded(path, splits):
    """Write a dict of `EncodedTexts` by name to an `.npz` file."""
    arrays = {}
    for name, (texts, labels) in splits.items():
        arrays[f"{name}.ids"] = np.concatenate([np.zeros(0, "int32"), *texts])
        arrays[f"{name}.lengths"] = np.array([len(text) for text in texts], "int32")
        arrays[f"{name}.labels"] = labels
    np.savez_compressed(path, **arrays)


def load_encoded(path):
    """Read a file of `save_encoded`.

    Returns:
        Dict of `EncodedTexts` by name.

    Raises:
        CorpusError: the file is not such a one.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        names = [key.removesuffix(".labels") for key in arrays if key.endswith(".labels")]
        return {
            name: EncodedTexts(
                np.split(arrays[f"{name}.ids"], np.cumsum(arrays[f"{name}.lengths"])[:-1]),
                arrays[f"{name}.labels"],
            )
            for name in names
        }
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise CorpusError(path, None, f"no file of encoded texts: {error}") from error
