"""Warm start of a classifier: from word vectors, or from a trained classifier."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, NamedTuple

import numpy as np

from zoo.data.vectors import read_vectors
from zoo.errors import CorpusError
from zoo.hub.card import ModelCard, read_json
from zoo.hub.errors import ModelFileError
from zoo.hub.load import CONFIG_FILE
from zoo.hub.store import resolve, verify_files
from zoo.models import Encoder, SequenceClassifier, trainable_weights_of
from zoo.recipes.configuration import merged
from zoo.runtime.assets import read_vocabulary
from zoo.runtime.keras_engines import WEIGHTS_FILE, load_keras_model
from zoo.text import Vocabulary

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
        """Read a bundled model, or that of a folder, "path:DIR".

        Raises:
            UnknownModelError: no bundled model has that name.
            ModelFileError: a file is missing, changed or broken, or the model is not a classifier
                of texts by their words.
        """
        folder = resolve(name)
        card = ModelCard.read(folder)
        verify_files(folder, card)
        config = read_json(folder / CONFIG_FILE)
        model = load_keras_model(folder, config)
        if not isinstance(model, SequenceClassifier):
            raise ModelFileError(
                f"{folder}: a warm start needs a text classifier; the task of this model is "
                f"{config.get('task')!r}"
            )
        words = read_vocabulary(folder, "words")
        return cls(model, words, config["labels"], card.files[WEIGHTS_FILE].sha256)

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
        copied = []
        for mine, other in ((self.classifier.encoder, model.encoder), (self.classifier, model)):
            theirs = {layer.name: layer for layer in other.layers}
            for layer in mine.layers:
                weights = trainable_weights_of(layer)
                if weights and layer.name in {*theirs} - left:
                    wanted = theirs[layer.name].get_weights()
                    if [w.shape for w in weights] == [w.shape for w in wanted]:
                        theirs[layer.name].set_weights(weights)
                        copied.append(layer.name)
        return copied


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
