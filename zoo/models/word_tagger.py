"""Tags for words, from word embeddings, characters and case, with an optional CRF."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import keras
from keras import ops

from zoo.layers import CRF, ProductQuantizedEmbedding, RecurrentStack
from zoo.layers.character_features import CharacterFeatures
from zoo.models.encoder import BidirectionalModel, feature_dropout
from zoo.models.tagger_options import TaggerOptions
from zoo.ops.largest import largest
from zoo.ops.tensor_types import Tensor

SUBVECTOR_WIDTH = 3  # numbers of a quantized frozen vector that share a byte


@keras.saving.register_keras_serializable(package="zoo")
class WordTagger(BidirectionalModel):
    """A BiLSTM-CRF: word embeddings, character features and case; recurrent layers; labels.

    ```
    x_t = dropout([word embedding ; character features ; case embedding])
    p_t = W dropout(rnn(x)_t) + b
    crf:      log P(y | x) = score(p, y) - log sum_y' exp score(p, y')
    softmax:  log P(y | x) = sum_t log softmax(p_t)[y_t]
    ```

    Args:
        vocabulary_size: number of trainable words; id 0 is padding.
        labels: the K labels.
        temperature: all scores are divided by it before the probabilities are computed. The best
            tags do not depend on it; above 1 the probabilities are less extreme.
        name: name of the model.
        **options: the other fields of `TaggerOptions`; `stack` is required.

    Call arguments:
        inputs: dict of the integers that the model reads, `features`: `words` (B, T), `characters`
            (B, T, C), `cases` (B, T).

    Returns:
        (B, T, K) emissions of the CRF, or logits; `tags_model()` and `answers()` compute tags and
        probabilities from them.

    Masking:
        The mask is `words != 0`; padding may be anywhere.

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
        vocabulary_size: int,
        labels: list[str],
        *,
        temperature: float = 1.0,
        name: str = "word_tagger",
        **options: Any,
    ) -> None:
        chosen = TaggerOptions(vocabulary_size, list(labels), **options)
        count = len(chosen.labels)
        scheme = chosen.scheme if chosen.head == "crf" else None
        crf = CRF(count, chosen.labels, scheme, name="crf")

        # Graph
        inputs = _inputs(chosen)
        mask = ops.not_equal(inputs["words"], 0)
        x = _features(inputs, chosen)
        x = feature_dropout(chosen.input_dropout, chosen.locked_dropout, "input_dropout")(x)
        x = RecurrentStack(**chosen.stack, name="stack")(x, mask=mask)
        x = feature_dropout(chosen.output_dropout, chosen.locked_dropout, "output_dropout")(x)
        scores = keras.layers.Dense(count, dtype="float32", name="scores")(x)
        outputs = crf(scores) if chosen.head == "crf" else scores
        super().__init__(inputs=inputs, outputs=outputs, name=name)

        # Config
        self.options = chosen
        self.temperature = temperature
        self.input_sizes = chosen.input_sizes()
        self.features = tuple(inputs)
        self.crf = crf if chosen.head == "crf" else None

    def compute_loss(
        self,
        x: Any = None,
        y: Tensor = None,
        y_pred: Tensor = None,
        sample_weight: Tensor = None,
        training: bool = True,
    ) -> Tensor:
        """Return the mean over the batch of -log P(y | x)."""
        mask = ops.not_equal(x["words"], 0)
        if self.crf:
            return -ops.mean(self.crf.log_likelihood(y_pred, y, mask))
        tags = ops.where(mask, y, 0)
        losses = ops.sparse_categorical_crossentropy(tags, y_pred, from_logits=True)
        return ops.mean(ops.sum(ops.where(mask, losses, 0.0), axis=1))

    @property
    def word_vectors(self) -> keras.layers.Layer:
        """The trainable word embeddings."""
        return self.get_layer("word_vectors")

    @property
    def frozen_vectors(self) -> keras.layers.Layer:
        """The frozen word embeddings; see `frozen_words`."""
        return self.get_layer("spare_vectors")

    @property
    def recurrent(self) -> RecurrentStack:
        """The `zoo.layers.RecurrentStack`."""
        return self.get_layer("stack")

    def embedder(self) -> keras.Model:
        """Return a model from inputs to features, which shares the weights."""
        return keras.Model(self.input, self.get_layer("input_dropout").input)

    def embed(self, inputs: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Return the features (B, T, F) of words, and their mask (B, T)."""
        return self.embedder()(inputs), ops.not_equal(inputs["words"], 0)

    def stack(self, features: Tensor, mask: Tensor | None = None, training: bool = False) -> Tensor:
        """Return the outputs (B, T, W) of the recurrent layers for features (B, T, F)."""
        features = self.get_layer("input_dropout")(features, training=training)
        return self.recurrent(features, mask=mask, training=training)

    def head(self, outputs: Tensor, mask: Tensor | None = None, training: bool = False) -> Tensor:
        """Return the emissions (B, T, K) for the outputs of the recurrent layers."""
        dropped = self.get_layer("output_dropout")(outputs, training=training)
        return self.get_layer("scores")(dropped)

    def answers(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the best `tags` (B, T), and the probability of each tag, `scores` (B, T, K)."""
        emissions = self({name: inputs[name] for name in self.features}, training=False)
        return self.decode(emissions, ops.not_equal(inputs["words"], 0))

    def decode(self, logits: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Return the answers for emissions or logits (B, T, K) and a mask (B, T)."""
        if self.crf:
            tags = self.crf.decode(logits, mask)[0]
            scores = self.crf.marginals(logits, mask, self.temperature)
        else:
            tags = largest(logits)[1][..., 0]
            scores = ops.softmax(logits / self.temperature)
        return {"scores": scores, "tags": tags}

    def tags_model(self) -> keras.Model:
        """Return a model from inputs to the best tags (B, T), which shares the weights."""
        if not self.crf:
            return keras.Model(self.input, ops.argmax(self.output, axis=-1))
        inputs: Any = self.input
        mask = ops.not_equal(inputs["words"], 0)
        return keras.Model(inputs, self.crf(self.output, mask=mask, returns="tags"))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        own = {"temperature": self.temperature, "name": self.name}
        return {**asdict(self.options), **own, **self.frozen_config()}

    @property
    def can_be_frozen(self) -> list[keras.layers.Layer]:
        """All layers but the frozen word embeddings."""
        return [layer for layer in self.layers if layer.name != "spare_vectors"]


def _inputs(options):
    shapes = {"words": (None,), "characters": (None, None), "cases": (None,)}
    return {
        name: keras.Input(shapes[name], dtype="int32", name=name) for name in options.input_sizes()
    }


def _features(inputs, options):
    """Return the features (B, T, F) of words: embeddings, spelling and case, concatenated."""
    features = {"words": _word_vectors(inputs["words"], options)}
    # Layers draw their seeds in the order of creation; another order would change a training.
    if options.num_cases:
        cases = keras.layers.Embedding(options.num_cases, options.case_dim, name="case_vectors")
        features["cases"] = cases(inputs["cases"])
    if options.characters:
        spelling = CharacterFeatures(**options.characters, name="spelling")
        features["characters"] = spelling(inputs["characters"])
    ordered = [features[name] for name in inputs]
    return ordered[0] if len(ordered) == 1 else ops.concatenate(ordered, axis=-1)


def _word_vectors(words, options):
    """Look up ids below `vocabulary_size` in the trainable table, the others in the frozen one."""
    count, dim = options.vocabulary_size, options.word_dim
    dtype = "int8_from_float32" if options.quantized_words else None
    trainable = keras.layers.Embedding(count, dim, dtype=dtype, name="word_vectors")
    if not options.frozen_words:
        return trainable(words)
    frozen = _frozen_table(options.frozen_words, dim, options.quantized_words)
    vectors = trainable(ops.minimum(words, count - 1))
    fixed = frozen(ops.maximum(words - count, 0))
    return ops.where(ops.expand_dims(words < count, -1), vectors, fixed)


def _frozen_table(count, dim, quantized):
    # The layer's name is that of tensors in the shipped exports.
    if quantized:
        subvectors = -(-dim // SUBVECTOR_WIDTH)
        return ProductQuantizedEmbedding(count, dim, subvectors, name="spare_vectors")
    return keras.layers.Embedding(count, dim, trainable=False, name="spare_vectors")
