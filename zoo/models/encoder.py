"""The base of all models, and the encoder: token embeddings, then recurrent layers."""

from __future__ import annotations

from typing import Any, NoReturn, Self

import keras

from zoo.errors import refuse_causal_use
from zoo.layers import RecurrentStack, StackOptions
from zoo.layers.inner import freeze_parts, frozen_parts
from zoo.ops.tensor_types import Tensor


class BidirectionalModel(keras.Model):
    """Base class of the zoo's models, which read a whole sequence and predict no next token.

    Export, inspection and training use these methods of every model:

    ```
    features, mask = embed(inputs)          input of the recurrent layers
    outputs = stack(features, mask)         output of the recurrent layers
    logits = head(outputs, mask)            scores of labels or tags
    answers = decode(logits, mask)          best labels or tags, and probabilities
    ```

    Attributes:
        input_sizes: dict from the name of an input to its number of ids.
        word_features: whether the features of a word depend on that word only, so that a runtime
            may cache them.
    """

    word_features = False
    input_sizes: dict[str, int]

    @classmethod
    def from_plain(cls, config: dict[str, Any]) -> BidirectionalModel:
        """Build the model from the plain configuration that `config.json` holds."""
        return cls(**config)

    @property
    def recurrent(self) -> RecurrentStack:
        """The `zoo.layers.RecurrentStack`."""
        raise NotImplementedError(f"{type(self).__name__} has no recurrent layers.")

    def embed(self, inputs: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Return features (B, T, F) and the mask (B, T) for a dict of ids (B, T, ...)."""
        raise NotImplementedError(f"{type(self).__name__} has no embeddings.")

    def stack(self, features: Tensor, mask: Tensor, training: bool = False) -> Any:
        """Return the output of the recurrent layers for features (B, T, F)."""
        raise NotImplementedError(f"{type(self).__name__} has no recurrent layers.")

    def head(self, outputs: Any, mask: Tensor, training: bool = False) -> Tensor:
        """Return logits for the output of `stack`: (B, T, K), or (B, K) for whole sequences."""
        raise NotImplementedError(f"{type(self).__name__} has no head.")

    def logits(self, features: Tensor, mask: Tensor, training: bool = False) -> Tensor:
        """Return the logits of features (B, T, F): `head` of the output of `stack`."""
        outputs = self.stack(features, mask, training=training)
        return self.head(outputs, mask, training=training)

    def beside(self, inputs: dict[str, Tensor]) -> Tensor:
        """Return what ids add to the logits without passing the network; 0 by default."""
        return 0.0

    def decode(self, logits: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Return the answers for logits and a mask (B, T); see `answers`."""
        raise NotImplementedError(f"{type(self).__name__} gives no answers.")

    def answers(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the predictions by name.

        Args:
            inputs: dict of integers (B, T, ...), 0 for padding, with the names in `input_sizes`.

        Returns:
            Dict of probabilities, `scores`, and what they belong to, `tags` or `label`.
        """
        raise NotImplementedError(f"{type(self).__name__} gives no answers.")

    def generate(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise: a model that reads the whole sequence cannot continue it."""
        refuse_causal_use(f"{type(self).__name__}.generate")

    @property
    def can_be_frozen(self) -> list[keras.layers.Layer]:
        """The layers that are trained unless `trainable` is set to False."""
        return self.layers

    def frozen_config(self) -> dict[str, Any]:
        """Return the part of the configuration that says what is frozen; empty if nothing is."""
        whole = {} if self.trainable else {"trainable": False}
        return {**whole, **frozen_parts(self, self.can_be_frozen)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Build the model from its arguments, and freeze what was frozen."""
        arguments = {"trainable": True, "frozen": (), **config}
        trainable, frozen = arguments.pop("trainable"), arguments.pop("frozen")
        model = cls(**arguments)
        freeze_parts(model.layers, frozen)
        if not trainable:
            model.trainable = False
        return model


def feature_dropout(rate: float, locked: bool, name: str) -> keras.layers.Layer:
    """Return a dropout layer for features (B, T, F).

    Args:
        rate: fraction of the features dropped.
        locked: whether the same features are dropped at all positions of a sequence.
        name: of the layer.
    """
    layer = keras.layers.SpatialDropout1D if locked else keras.layers.Dropout
    return layer(rate, name=name)


@keras.saving.register_keras_serializable(package="zoo")
class Encoder(BidirectionalModel):
    """Token ids to contextual vectors: embedding, dropout, recurrent stack.

    Args:
        vocabulary_size: number of ids; id 0 is padding.
        embedding_dim: E, the width of the embeddings.
        units: U, the width of one direction.
        embeddings_initializer: a Keras initializer, its name or its configuration.
        embedding_dropout: fraction of the embeddings' features dropped.
        locked_dropout: whether the same features are dropped at all positions of a sequence.
        quantized: whether the embeddings are stored as int8 with one scale per token; then they
            are not trained.
        name: name of the model.
        **kwargs: the other fields of `zoo.layers.StackOptions`, and arguments of `keras.Model`.

    Call arguments:
        ids: (B, T) integers, 0 for padding, which may be anywhere.

    Returns:
        Dict of `sequence` (B, T, W), `mask` (B, T) boolean, and `final` (B, W'), the final states
        `h` of all directions of the last layer, concatenated.

    Masking:
        The mask is `ids != 0`; it is computed once and passed explicitly.

    Example:

    >>> import numpy as np
    >>> encoder = Encoder(vocabulary_size=10, embedding_dim=4, units=3)
    >>> {name: tuple(x.shape) for name, x in encoder(np.array([[1, 2, 0]])).items()}
    {'sequence': (1, 3, 6), 'mask': (1, 3), 'final': (1, 6)}
    """

    def __init__(
        self,
        vocabulary_size: int,
        embedding_dim: int,
        units: int,
        *,
        embeddings_initializer: Any = "uniform",
        embedding_dropout: float = 0.0,
        locked_dropout: bool = False,
        quantized: bool = False,
        name: str = "encoder",
        **kwargs: Any,
    ) -> None:
        arguments = {"units": units, **kwargs}
        options = StackOptions.pop_from(arguments)
        # Layers
        initializer: Any = keras.initializers.get(embeddings_initializer)
        embedding = keras.layers.Embedding(
            vocabulary_size,
            embedding_dim,
            initializer,
            dtype="int8_from_float32" if quantized else None,
            name="embedding",
        )
        drop = feature_dropout(embedding_dropout, locked_dropout, "embedding_dropout")
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
        self.embeddings_initializer = initializer
        self.embedding_dropout = embedding_dropout
        self.locked_dropout = locked_dropout
        self.quantized = quantized

    @property
    def embedding(self) -> keras.layers.Embedding:
        """The embedding layer."""
        return self.get_layer("embedding")

    @property
    def recurrent(self) -> RecurrentStack:
        """The `zoo.layers.RecurrentStack`."""
        return self.get_layer("stack")

    def embed(self, inputs: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Return the embeddings (B, T, E) of `ids` (B, T), and their mask (B, T)."""
        return self.embedding(inputs["ids"]), keras.ops.not_equal(inputs["ids"], 0)

    def stack(self, features: Tensor, mask: Tensor, training: bool = False) -> dict[str, Tensor]:
        """Return the outputs of the encoder for embeddings (B, T, E), its own or any others."""
        features = self.get_layer("embedding_dropout")(features, training=training)
        sequence, final = self.recurrent(features, mask=mask, training=training)
        return {"sequence": sequence, "mask": mask, "final": final}

    def explain(self) -> str:
        """Return which kernel runs each recurrent layer on this machine, and why."""
        return self.recurrent.explain()

    def get_config(self) -> dict[str, Any]:
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
            **self.frozen_config(),
        }


class EncodedModel(BidirectionalModel):
    """Base class of the models with an `Encoder`, in the attribute `encoder`."""

    encoder: Encoder

    @classmethod
    def from_plain(cls, config: dict[str, Any]) -> EncodedModel:
        """Build the model from plain configuration; `encoder` is a dict of its arguments."""
        return cls(**{**config, "encoder": Encoder(**config["encoder"])})

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Build the model from its arguments, and freeze what was frozen."""
        encoder = keras.saving.deserialize_keras_object(config["encoder"])
        return super().from_config({**config, "encoder": encoder})

    @property
    def recurrent(self) -> RecurrentStack:
        """The `zoo.layers.RecurrentStack`."""
        return self.encoder.recurrent

    def embed(self, inputs: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Return the embeddings (B, T, E) of `ids` (B, T), and their mask (B, T)."""
        return self.encoder.embed(inputs)

    def stack(self, features: Tensor, mask: Tensor, training: bool = False) -> dict[str, Tensor]:
        """Return the outputs of the encoder for embeddings (B, T, E), its own or any others."""
        return self.encoder.stack(features, mask, training=training)
