"""One label a word, from the word, its letters and its case; with a CRF over the labels."""

import keras
from keras import ops

from zoo.layers import CRF, RecurrentStack
from zoo.layers.character_features import CharacterFeatures
from zoo.layers.guards import check_choice
from zoo.layers.product_quantized_embedding import CodedEmbedding
from zoo.models.encoder import TwoWayModel
from zoo.ops.largest import largest

HEADS = ("crf", "softmax")
PIECE = 3  # numbers of a quantized spare vector that share a byte


@keras.saving.register_keras_serializable(package="zoo")
class WordTagger(TwoWayModel):
    """A BiLSTM-CRF: word vectors, character features and case; recurrent layers; labels.

    ```
    x_t = dropout([word vector ; character features ; case vector])
    p_t = W dropout(rnn(x)_t) + b
    crf:      log P(y | x) = score(p, y) - log sum_y' exp score(p, y')
    softmax:  log P(y | x) = sum_t log softmax(p_t)[y_t]
    ```

    Args:
        vocabulary_size: how many word ids there are that training may move; 0 is padding.
        spare_words: how many more there are, whose vectors stay as they were read: words that are
            not in the training data, so that no gradient would reach them.
        labels: the K labels.
        scheme: "BIO", "IOB1" or "BIOES", which the CRF's answers keep to, or None.
        word_dim: width of the word vectors.
        characters: dict of arguments of `zoo.layers.CharacterFeatures`, or None to not read them.
        num_cases: how many cases there are, or 0 to not read them.
        case_dim: width of the case vectors.
        stack: dict of arguments of `zoo.layers.RecurrentStack`.
        input_dropout: fraction of the features dropped that enter the recurrent layers.
        output_dropout: fraction of the features dropped that leave them.
        locked_dropout: drop the same features at all positions of a sequence.
        head: "crf" or "softmax".
        quantized_words: keep the word vectors in eight bits a number, and those of spare words in
            eight bits for `PIECE` numbers, `zoo.layers.CodedEmbedding`; none is trained then.
        temperature: the probabilities are those of all scores divided by this; the best tags are
            the same ones. Above 1 the model is less sure.

    Call arguments:
        inputs: dict of `words` (B, T), `characters` (B, T, C), `cases` (B, T), integers; of these
            the ones that the model reads, `features`.

    Returns:
        (B, T, K) potentials; `tags_model()` and `marginals_model()` go on to tags and
        probabilities.

    Masking:
        The mask is `words != 0`; padding may stand anywhere.

    Example:

    >>> import numpy as np
    >>> tagger = WordTagger(9, ["O", "B-X", "I-X"], word_dim=4, stack={"units": 2}, num_cases=0)
    >>> inputs = {"words": np.array([[1, 2, 0]])}
    >>> tuple(tagger(inputs).shape), tuple(tagger.tags_model()(inputs).shape)
    ((1, 3, 3), (1, 3))

    Reference: Huang et al. (2015), Lample et al. (2016), Ma & Hovy (2016).
    """

    word_features = True

    def __init__(
        self,
        vocabulary_size,
        labels,
        *,
        spare_words=0,
        scheme="BIOES",
        word_dim=100,
        characters=None,
        num_cases=8,
        case_dim=8,
        stack,
        input_dropout=0.0,
        output_dropout=0.0,
        locked_dropout=False,
        head="crf",
        quantized_words=False,
        temperature=1.0,
        name="word_tagger",
        **kwargs,
    ):
        check_choice("head", head, HEADS)
        # Layers
        embedding = keras.layers.Embedding(
            vocabulary_size,
            word_dim,
            dtype="int8_from_float32" if quantized_words else None,
            name="word_vectors",
        )
        spare = spare_words and _spare_vectors(spare_words, word_dim, quantized_words)
        case_embedding = num_cases and keras.layers.Embedding(
            num_cases, case_dim, name="case_vectors"
        )
        spelling = characters and CharacterFeatures(**characters, name="spelling")
        dropout = keras.layers.SpatialDropout1D if locked_dropout else keras.layers.Dropout
        input_drop = dropout(input_dropout, name="input_dropout")
        recurrent = RecurrentStack(**stack, name="stack")
        output_drop = dropout(output_dropout, name="output_dropout")
        scores = keras.layers.Dense(len(labels), dtype="float32", name="scores")
        crf = CRF(len(labels), labels, scheme if head == "crf" else None, name="crf")

        # Graph
        inputs = {"words": keras.Input((None,), dtype="int32", name="words")}
        mask = ops.not_equal(inputs["words"], 0)
        features = [_look_up(inputs["words"], embedding, spare, vocabulary_size)]
        if characters:
            inputs["characters"] = keras.Input((None, None), dtype="int32", name="characters")
            features.append(spelling(inputs["characters"]))
        if num_cases:
            inputs["cases"] = keras.Input((None,), dtype="int32", name="cases")
            features.append(case_embedding(inputs["cases"]))
        x = features[0] if len(features) == 1 else ops.concatenate(features, axis=-1)
        x = output_drop(recurrent(input_drop(x), mask=mask))
        potentials = scores(x)
        if head == "crf":
            potentials = crf(potentials)
        super().__init__(inputs=inputs, outputs=potentials, name=name, **kwargs)

        # Config
        self.input_sizes = {"words": vocabulary_size + spare_words}
        if characters:
            self.input_sizes["characters"] = characters["vocabulary_size"]
        if num_cases:
            self.input_sizes["cases"] = num_cases
        self.features = tuple(inputs)
        self.crf = crf if head == "crf" else None
        self.temperature = temperature
        self.config = {
            "vocabulary_size": vocabulary_size,
            "spare_words": spare_words,
            "labels": list(labels),
            "scheme": scheme,
            "word_dim": word_dim,
            "characters": characters,
            "num_cases": num_cases,
            "case_dim": case_dim,
            "stack": stack,
            "input_dropout": input_dropout,
            "output_dropout": output_dropout,
            "locked_dropout": locked_dropout,
            "head": head,
            "quantized_words": quantized_words,
        }

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the mean over the batch of -log P(y | x)."""
        mask = ops.not_equal(x["words"], 0)
        if self.crf:
            return -ops.mean(self.crf.log_likelihood(y_pred, y, mask))
        tags = ops.where(mask, y, 0)
        losses = ops.sparse_categorical_crossentropy(tags, y_pred, from_logits=True)
        return ops.mean(ops.sum(ops.where(mask, losses, 0.0), axis=1))

    @property
    def word_vectors(self):
        """The layer of the words' vectors that training may move."""
        return self.get_layer("word_vectors")

    @property
    def spare_vectors(self):
        """The layer of the vectors of spare words."""
        return self.get_layer("spare_vectors")

    @property
    def recurrent(self):
        """The `zoo.layers.RecurrentStack`."""
        return self.get_layer("stack")

    def embedder(self):
        """Return a model that gives the features of words, with this one's weights."""
        return keras.Model(self.input, self.get_layer("input_dropout").input)

    def embed(self, inputs):
        """Return the features (B, T, F) of words, and their mask."""
        return self.embedder()(inputs), ops.not_equal(inputs["words"], 0)

    def stack(self, features, mask=None, training=False):
        """Return what the recurrent layers make of features (B, T, F): (B, T, W)."""
        features = self.get_layer("input_dropout")(features, training=training)
        return self.recurrent(features, mask=mask, training=training)

    def head(self, outputs, mask=None, training=False):
        """Return the emissions (B, T, K) of what the recurrent layers returned."""
        dropped = self.get_layer("output_dropout")(outputs, training=training)
        return self.get_layer("scores")(dropped)

    def answers(self, inputs):
        """Return the best `tags` (B, T), and the probability of each tag, `scores` (B, T, K)."""
        potentials = self({name: inputs[name] for name in self.features}, training=False)
        return self.decode(potentials, ops.not_equal(inputs["words"], 0))

    def decode(self, potentials, mask):
        """Return the answers that follow from potentials (B, T, K) and a mask (B, T)."""
        if self.crf:
            tags = self.crf.decode(potentials, mask)[0]
            scores = self.crf.marginals(potentials, mask, self.temperature)
        else:
            tags = largest(potentials)[1][..., 0]
            scores = ops.softmax(potentials / self.temperature)
        return {"scores": scores, "tags": tags}

    def tags_model(self):
        """Return a model that gives the best tags alone, (B, T), with this one's weights."""
        if not self.crf:
            return keras.Model(self.input, ops.argmax(self.output, axis=-1))
        mask = ops.not_equal(self.input["words"], 0)
        return keras.Model(self.input, self.crf(self.output, mask=mask, returns="tags"))

    def get_config(self):
        """Return the arguments."""
        return {**self.config, "temperature": self.temperature, "name": self.name}

    @classmethod
    def from_config(cls, config):
        """Build the tagger from its arguments."""
        return cls(**config)


def _spare_vectors(count, dim, quantized):
    if quantized:
        return CodedEmbedding(count, dim, pieces=-(-dim // PIECE), name="spare_vectors")
    return keras.layers.Embedding(count, dim, trainable=False, name="spare_vectors")


def _look_up(words, embedding, spare, count):
    """Return the vectors of ids below `count` from `embedding`, of the others from `spare`."""
    if not spare:
        return embedding(words)
    moved = embedding(ops.minimum(words, count - 1))
    kept = spare(ops.maximum(words - count, 0))
    return ops.where(ops.expand_dims(words < count, -1), moved, kept)
