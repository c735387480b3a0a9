"""What the training of a classifier starts from: vectors of words, or a trained classifier."""

from typing import NamedTuple

from zoo.data.vectors import read_vectors
from zoo.errors import CorpusError
from zoo.hub.card import ModelCard, read_json
from zoo.hub.errors import ModelFileError
from zoo.hub.load import CONFIG_FILE
from zoo.hub.store import resolve, verify_files
from zoo.models import SequenceClassifier, trainable_weights_of
from zoo.runtime.assets import read_vocabulary
from zoo.runtime.keras_engines import WEIGHTS_FILE, load_keras_model
from zoo.text import Vocabulary
from zoo.training.recipe import changed


class Start(NamedTuple):
    """A trained classifier that another one goes on from.

    Args:
        classifier: a `zoo.models.SequenceClassifier`.
        vocabulary: of its words.
        labels: list of its labels.
        sha256: of its file of weights.

    Example:

    >>> start = Start.read("bilstm-sentiment-tiny")
    >>> start.config["encoder"]["units"], start.labels
    (32, ['negative', 'positive'])
    """

    classifier: SequenceClassifier
    vocabulary: Vocabulary
    labels: list
    sha256: str

    @classmethod
    def read(cls, name):
        """Read a model of the zoo, or that of a folder, "path:DIR".

        Raises:
            UnknownModelError: no bundled model has that name.
            ModelFileError: a file is missing, changed or broken, or the model is no classifier of
                texts by their words.
        """
        folder = resolve(name)
        card = ModelCard.read(folder)
        verify_files(folder, card)
        config = read_json(folder / CONFIG_FILE)
        model = load_keras_model(folder, config)
        if not isinstance(model, SequenceClassifier):
            raise ModelFileError(
                f"{folder}: a text classifier is needed to start from, its task is "
                f"{config.get('task')!r}"
            )
        words = read_vocabulary(folder, "words")
        return cls(model, words, config["labels"], card.files[WEIGHTS_FILE].sha256)

    @property
    def config(self):
        """Its arguments, but for those that another corpus and another training decide."""
        encoder = self.classifier.encoder.get_config()
        encoder = {**encoder, "quantized": False}
        known = self.classifier.get_config()
        return {"encoder": encoder, **{name: known[name] for name in ("pooling", "dropout")}}

    def give(self, model, labels):
        """Set the weights of a model, layer by layer where they fit; the head for the same labels.

        A network of other units or another cell starts with the words' vectors alone.

        Args:
            model: a `zoo.models.SequenceClassifier`.
            labels: list of its labels.

        Returns:
            List of the names of the layers that got weights.
        """
        # Pairs of words are another corpus's; what says one label of others is no head for these.
        left = {"encoder", "bigrams", *(() if [*labels] == [*self.labels] else ("logits",))}
        given = []
        for mine, other in ((self.classifier.encoder, model.encoder), (self.classifier, model)):
            theirs = {layer.name: layer for layer in other.layers}
            for layer in mine.layers:
                weights = trainable_weights_of(layer)
                if weights and layer.name in {*theirs} - left:
                    wanted = theirs[layer.name].get_weights()
                    if [w.shape for w in weights] == [w.shape for w in wanted]:
                        theirs[layer.name].set_weights(weights)
                        given.append(layer.name)
        return given


def started(config, start, given):
    """Return the configuration of a training that goes on, with what a start brings.

    A language model is learned once more where the user says so, from the start's weights on.

    Args:
        config: of the recipe, a dict.
        start: a `Start`.
        given: what of the configuration the user said, a dict.

    Raises:
        ValueError: what the user said is otherwise: of the words and their vectors, not of the
            network behind them.
    """
    brought = {"words": len(start.vocabulary), "own_vectors": None}
    for name, value in brought.items():
        if given.get(name, value) != value:
            raise ValueError(f"`--start` brings {name!r}, which `--config` changes: {given[name]}.")
    brought |= {"model": start.config, "pretrain": given.get("pretrain")}
    found = changed(config | brought, {"model": given.get("model", {})})
    dim, wanted = (each["encoder"]["embedding_dim"] for each in (start.config, found["model"]))
    if dim != wanted:
        raise ValueError(f"`--start` brings vectors of {dim} numbers; `--config` wants {wanted}.")
    return found


def vectors_of(path, vocabulary, dim):
    """Return the words of a vocabulary that a file has vectors of, and these, in `dim` dimensions.

    Args:
        path: of a file in GloVe's text format.
        vocabulary: a `zoo.text.Vocabulary`.
        dim: E, how many dimensions.

    Returns:
        Pair of a list of N words and an array (N, E).

    Raises:
        CorpusError: the file has none of the words, or is broken.
    """
    names, vectors = read_vectors(path, words={*vocabulary.tokens}, dim=dim)
    if not names:
        raise CorpusError(path, None, "no vector of a word that the texts have.")
    return names, vectors


def give_vectors(encoder, vocabulary, vectors):
    """Set the embeddings of the words that have vectors; the others get as long ones.

    Args:
        encoder: a `zoo.models.Encoder`.
        vocabulary: of its words.
        vectors: pair of words and array, as of `vectors_of`.

    Example:

    >>> import numpy as np
    >>> from zoo.models import Encoder
    >>> words, encoder = Vocabulary(["[PAD]", "[UNK]", "a"]), Encoder(3, embedding_dim=2, units=1)
    >>> give_vectors(encoder, words, (["a"], np.array([[3.0, 4.0]])))
    >>> encoder.embedding.get_weights()[0][2].tolist()
    [3.0, 4.0]
    """
    names, known = vectors
    (table,) = encoder.embedding.get_weights()
    table *= known.std() / table.std()
    ids = vocabulary.encode(names)
    table[ids[ids > 1]] = known[ids > 1]  # not those of padding and unknown
    encoder.embedding.set_weights([table])
