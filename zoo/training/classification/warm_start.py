"""Warm start of a classifier: from word vectors, or from a trained classifier."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, NamedTuple

import numpy as np

from zoo.data.vectors import read_vectors
from zoo.errors import CorpusError
from zoo.models import Encoder, SequenceClassifier
from zoo.recipes.configuration import merged
from zoo.runtime.assets import read_vocabulary
from zoo.tasks import task_named
from zoo.text import Vocabulary
from zoo.training.start import copy_layers, read_start

WordVectors = tuple[Sequence[str], np.ndarray]  # N words and their vectors (N, E)


class WarmStart(NamedTuple):
    """A trained classifier whose words and weights another one starts from.

    Args:
        classifier: a `zoo.models.SequenceClassifier`.
        vocabulary: vocabulary of its words.
        labels: list of its labels.
        sha256: hash of its file of weights.

    Example:

    >>> start = WarmStart.read("bilstm-sentiment-tiny")
    >>> start.config["encoder"]["units"], start.labels
    (32, ['negative', 'positive'])
    """

    classifier: SequenceClassifier
    vocabulary: Vocabulary
    labels: Sequence[str]
    sha256: str

    @classmethod
    def read(cls, name: str) -> "WarmStart":
        """Read a bundled model, or that of a folder, "path:DIR"; see `zoo.training.start`."""
        found = read_start(task_named("sequence-classification"), name)
        words = read_vocabulary(found.folder, "words")
        return cls(found.model, words, found.labels, found.sha256)

    @property
    def config(self) -> dict[str, Any]:
        """The arguments of the classifier that do not depend on the corpus or the training."""
        encoder = self.classifier.encoder.get_config()
        encoder = {**encoder, "quantized": False}
        known = self.classifier.get_config()
        return {"encoder": encoder, **{name: known[name] for name in ("pooling", "dropout")}}

    def copy_weights(self, model: SequenceClassifier, labels: Sequence[str]) -> list[str]:
        """Copy the weights of each layer whose shapes fit; those of the head for the same labels.

        A network with other units or another cell gets only the word vectors.

        Args:
            model: the `zoo.models.SequenceClassifier` to copy to.
            labels: list of its labels.

        Returns:
            List of the names of the layers that were copied.
        """
        # Bigrams belong to their corpus, and a head to its labels.
        left = {"encoder", "pairs", *(() if [*labels] == [*self.labels] else ("logits",))}
        pairs = (self.classifier.encoder, model.encoder), (self.classifier, model)
        return [name for mine, other in pairs for name in copy_layers(mine, other, left)]


def warm_start_config(
    config: Mapping[str, Any], start: WarmStart, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the configuration of a training from a warm start.

    The vocabulary and the structure of the network come from the warm start. A language model is
    pretrained again, from its weights, only if the user asks for it.

    Args:
        config: configuration of the recipe.
        start: a `WarmStart`.
        given: the part of the configuration that the user gave.

    Raises:
        ValueError: the user gave another vocabulary size or width of the word vectors.
    """
    words = len(start.vocabulary)
    if given.get("words", words) != words:
        raise ValueError(f"`--start` brings 'words', which `--config` changes: {given['words']}.")
    brought = {"words": words, "model": start.config, "pretrain": given.get("pretrain")}
    found = merged({**config, **brought}, {"model": given.get("model", {})})
    dim, wanted = (each["encoder"]["embedding_dim"] for each in (start.config, found["model"]))
    if dim != wanted:
        raise ValueError(f"`--start` brings vectors of {dim} numbers; `--config` wants {wanted}.")
    return found


def read_word_vectors(path: str | PathLike[str], vocabulary: Vocabulary, dim: int) -> WordVectors:
    """Return the words of a vocabulary that are in a file of vectors, and their vectors.

    Args:
        path: a file in GloVe's text format.
        vocabulary: a `zoo.text.Vocabulary`.
        dim: E, number of dimensions.

    Returns:
        Pair of a list of N words and an array (N, E).

    Raises:
        CorpusError: the file has none of the words, or is broken.
    """
    names, vectors = read_vectors(path, words={*vocabulary.tokens}, dim=dim)
    if not names:
        raise CorpusError(path, None, "no vector of a word that the texts have.")
    return names, vectors


def set_word_vectors(encoder: Encoder, vocabulary: Vocabulary, vectors: WordVectors) -> None:
    """Set the embeddings of the words that have vectors; scale those of the others to match.

    Args:
        encoder: a `zoo.models.Encoder`.
        vocabulary: vocabulary of its words.
        vectors: pair of words and array, as from `read_word_vectors`.

    Example:

    >>> words, encoder = Vocabulary(["[PAD]", "[UNK]", "a"]), Encoder(3, embedding_dim=2, units=1)
    >>> set_word_vectors(encoder, words, (["a"], np.array([[3.0, 4.0]])))
    >>> encoder.embedding.get_weights()[0][2].tolist()
    [3.0, 4.0]
    """
    names, known = vectors
    (table,) = encoder.embedding.get_weights()
    table *= known.std() / table.std()
    ids = vocabulary.encode(names)
    table[ids[ids > 1]] = known[ids > 1]  # not those of padding and the unknown word
    encoder.embedding.set_weights([table])
