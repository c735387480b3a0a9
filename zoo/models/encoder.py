"""The encoder that every model of the zoo starts with: embedding, then recurrent layers."""

import keras

from zoo.errors import refuse_causal_use
from zoo.layers import RecurrentStack, StackOptions


class TwoWayModel(keras.Model):
    """Base of the zoo's models: none of them predicts what comes next.

    The parts that export, inspection and training use, each a method of every model that answers:

    ```
    features, mask = embed(inputs)          what the recurrent layers read
    outputs = stack(features, mask)         what they make of it
    logits = head(outputs, mask)            the scores of labels or tags
    answers = decode(logits, mask)          the best ones, and probabilities
    ```

    Attributes:
        input_sizes: dict from the name of an input to how many ids it has.
        recurrent: the `zoo.layers.RecurrentStack`.
        word_features: whether a word's features depend on that word alone, so that a runtime may
            keep them.
    """

    word_features = False

    @classmethod
    def from_plain(cls, config):
        """Build the model from plain configuration, as `config.json` holds it."""
        return cls(**config)

    def embed(self, inputs):
        """Return features (B, T, F) and the mask (B, T) of a dict of ids (B, T, ...)."""
        raise NotImplementedError(f"{type(self).__name__} reads no ids.")

    def stack(self, features, mask, training=False):
        """Return what the recurrent layers make of features (B, T, F)."""
        raise NotImplementedError(f"{type(self).__name__} has no recurrent layers.")

    def head(self, outputs, mask, training=False):
        """Return the logits of what `stack` returned: (B, T, K), or (B, K) of whole sequences."""
        raise NotImplementedError(f"{type(self).__name__} scores no labels.")

    def logits(self, features, mask, training=False):
        """Return the logits of features (B, T, F): `head` of what `stack` returns."""
        outputs = self.stack(features, mask, training=training)
        return self.head(outputs, mask, training=training)

    def beside(self, inputs):
        """Return what ids add to the logits, of which features know nothing; 0 for nothing."""
        return 0.0

    def decode(self, logits, mask):
        """Return the answers that follow from logits and a mask (B, T); see `answers`."""
        raise NotImplementedError(f"{type(self).__name__} gives no answers.")

    def answers(self, inputs):
        """Return what the model is asked for, by name.

        Args:
            inputs: dict of integers (B, T, ...), 0 where there is padding: what `input_sizes`
                names.

        Returns:
            Dict of `scores`, probabilities, and what they speak for: `tags` or `label`.
        """
        raise NotImplementedError(f"{type(self).__name__} gives no answers.")

    def generate(self, *args, **kwargs):
        """Refuse: a model that reads the whole sequence cannot continue it."""
        refuse_causal_use(f"{type(self).__name__}.generate")


class EncodedModel(TwoWayModel):
    """Base of the models on an `Encoder`, which is their attribute `encoder`."""

    @classmethod
    def from_plain(cls, config):
        """Build the model from plain configuration; `encoder` is a dict of its arguments."""
        return cls(**{**config, "encoder": Encoder(**config["encoder"])})

    @property
    def recurrent(self):
        """The `zoo.layers.RecurrentStack`."""
        return self.encoder.recurrent

    def embed(self, inputs):
        """Return the embeddings (B, T, E) of `ids` (B, T), and their mask."""
        return self.encoder.embed(inputs)

    def stack(self, features, mask, training=False):
        """Return what the encoder makes of embeddings (B, T, E), those of its own or others."""
        return self.encoder.stack(features, mask, training=training)


@keras.saving.register_keras_serializable(package="zoo")
class Encoder(TwoWayModel):
    """Token ids to contextual vectors: embedding, dropout, recurrent stack.

    Args:
        vocabulary_size: how many ids there are; id 0 is padding.
        embedding_dim: E, the width of a token's vector.
        units: U, the width of one direction.
        embeddings_initializer: of the embeddings, a Keras initializer, its name or configuration.
        embedding_dropout: fraction of the embeddings' features dropped.
        locked_dropout: drop the same features at all positions of a sequence.
        quantized: keep the embeddings in eight bits a number, with a scale a token; none of them
            is trained then.
        **kwargs: the other fields of `zoo.layers.StackOptions`, and those of `keras.Model`.

    Call arguments:
        ids: (B, T) integers, 0 where there is padding, which may stand anywhere.

    Returns:
        Dict of `sequence` (B, T, W), `mask` (B, T) boolean, and `final` (B, W'), the final states
        `h` of all directions of the last layer side by side.

    Masking:
        The mask is `ids != 0`, computed here once and passed on by hand.

    Example:

    >>> import numpy as np
    >>> encoder = Encoder(vocabulary_size=10, embedding_dim=4, units=3)
    >>> {name: tuple(x.shape) for name, x in encoder(np.array([[1, 2, 0]])).items()}
    {'sequence': (1, 3, 6), 'mask': (1, 3), 'final': (1, 6)}
    """

    def __init__(
        self,
        vocabulary_size,
        embedding_dim,
        units,
        *,
        embeddings_initializer="uniform",
        embedding_dropout=0.0,
        locked_dropout=False,
        quantized=False,
        name="encoder",
        **kwargs,
    ):
        arguments = {"units": units, **kwargs}
        options = StackOptions.pop_from(arguments)
        # Layers
        embeddings_initializer = keras.initializers.get(embeddings_initializer)
        embedding = keras.layers.Embedding(
            vocabulary_size,
            embedding_dim,
            embeddings_initializer,
            dtype="int8_from_float32" if quantized else None,
            name="embedding",
        )
        dropout = keras.layers.SpatialDropout1D if locked_dropout else keras.layers.Dropout
        drop = dropout(embedding_dropout, name="embedding_dropout")
        stack = RecurrentStack(**options.to_config(), return_final=True, name="stack")

        # Graph
        ids = keras.Input((None,), dtype="int32", name="ids")
        mask = keras.ops.not_equal(ids, 0)
        sequence, final = stack(drop(embedding(ids)), mask=mask)
        outputs = {"sequence": sequence, "mask": mask, "final": final}
        super().__init__(inputs=ids, outputs=outputs, name=name, **arguments)

        # Config
        self.input_sizes = {"ids": vocabulary_size}
        self.vocabulary_size = vocabulary_size
        self.embedding_dim = embedding_dim
        self.embeddings_initializer = embeddings_initializer
        self.embedding_dropout = embedding_dropout
        self.locked_dropout = locked_dropout
        self.quantized = quantized

    @property
    def embedding(self):
        """The layer of the tokens' vectors."""
        return self.get_layer("embedding")

    @property
    def recurrent(self):
        """The `zoo.layers.RecurrentStack`."""
        return self.get_layer("stack")

    def embed(self, inputs):
        """Return the embeddings (B, T, E) of `ids` (B, T), and their mask."""
        return self.embedding(inputs["ids"]), keras.ops.not_equal(inputs["ids"], 0)

    def stack(self, features, mask, training=False):
        """Return what the encoder makes of embeddings (B, T, E), those of its own or others."""
        features = self.get_layer("embedding_dropout")(features, training=training)
        sequence, final = self.recurrent(features, mask=mask, training=training)
        return {"sequence": sequence, "mask": mask, "final": final}

    def explain(self):
        """Return which kernel runs each recurrent layer here, and why."""
        return self.recurrent.explain()

    def get_config(self):
        """Return the arguments."""
        return {
            "vocabulary_size": self.vocabulary_size,
            "embedding_dim": self.embedding_dim,
            "embeddings_initializer": keras.initializers.serialize(self.embeddings_initializer),
            "embedding_dropout": self.embedding_dropout,
            "locked_dropout": self.locked_dropout,
            "quantized": self.quantized,
            "name": self.name,
            **self.recurrent.options.to_config(),
        }

    @classmethod
    def from_config(cls, config):
        """Build the encoder from its arguments."""
        return cls(**config)
