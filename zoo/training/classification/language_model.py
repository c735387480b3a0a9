"""Bidirectional language models: pretraining of an encoder on texts without labels."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from zoo.data.texts import TextBatches
from zoo.models import Encoder
from zoo.ops.tensor_types import Tensor


@keras.saving.register_keras_serializable(package="zoo")
class BidirectionalLanguageModel(keras.Model):
    """A language model per direction of an encoder: each predicts the next word in its direction.

    ```
    forward   p(w_t+1 | w_1 .. w_t),  backward  p(w_t-1 | w_t .. w_T)
    s_w = e_w . (P h) + b_w - log q_w,  e_w: the encoder's embedding, q_w: frequency of the word
    p(w | ..) = exp(s_w) / sum_v exp(s_v),  v: w itself, and words sampled by their frequency
    ```

    This sampled softmax trains the same scores as a sum over the whole vocabulary, at a small part
    of the cost.

    Args:
        encoder: a `zoo.models.Encoder` of one bidirectional layer with merge mode "concat".

    Call arguments:
        inputs: dict of `ids` (B, T), `drawn` (N,) ids of the sampled words and `log_frequency`
            (V,) of all words.

    Returns:
        (B, T - 1, 2) natural logarithms of the probabilities of the words, forward and backward;
        0 where there is padding.

    Raises:
        ValueError: the encoder has another structure.

    Example:

    >>> model = BidirectionalLanguageModel(Encoder(9, embedding_dim=4, units=3))
    >>> ids = np.array([[3, 4, 5], [6, 7, 0]])
    >>> drawn, frequency = np.array([2, 3]), np.full(9, -2.2, "float32")
    >>> tuple(model({"ids": ids, "drawn": drawn, "log_frequency": frequency}).shape)
    (2, 2, 2)

    Reference: Peters et al. (2017); the estimate, Jean et al. (2015).
    """

    def __init__(self, encoder: Encoder, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        options = encoder.recurrent.options
        wanted = {"num_layers": 1, "direction": "both", "merge_mode": "concat"}
        found = {name: getattr(options, name) for name in wanted}
        if found != wanted:
            raise ValueError(f"`encoder` must have {wanted}, got {found}.")
        self.encoder = encoder
        dim = encoder.embedding_dim
        self.projections = [keras.layers.Dense(dim, name=name) for name in ("ahead", "back")]
        self.bias = self.add_weight((encoder.vocabulary_size,), "zeros", name="bias")
        for projection in self.projections:
            projection.build((None, options.units))
        self.built = True  # with all weights, so that a checkpoint is restored without a call

    def call(self, inputs: Mapping[str, Tensor], training: bool = False) -> Tensor:
        """Predict the neighbours; see the class."""
        ids = inputs["ids"]
        sequence = self.encoder(ids, training=training)["sequence"]
        split: Any = ops.split(sequence, 2, axis=-1)
        ahead, back = split
        halves = [(ahead[:, :-1], ids[:, 1:]), (back[:, 1:], ids[:, :-1])]
        scores = [
            self._log_probability(project(states), words, inputs)
            for project, (states, words) in zip(self.projections, halves, strict=True)
        ]
        mask = ops.cast((ids[:, 1:] != 0) & (ids[:, :-1] != 0), "float32")
        return ops.stack(scores, axis=-1) * ops.expand_dims(mask, -1)

    def _log_probability(
        self, states: Tensor, words: Tensor, inputs: Mapping[str, Tensor]
    ) -> Tensor:
        drawn, frequency = inputs["drawn"], inputs["log_frequency"]
        table = self.encoder.embedding.embeddings
        offset = self.bias - frequency
        of_word: Tensor = ops.sum(states * ops.take(table, words, axis=0), axis=-1)
        of_word += ops.take(offset, words)
        others: Tensor = ops.matmul(states, ops.transpose(ops.take(table, drawn, axis=0)))
        others += ops.take(offset, drawn)
        # A sampled word that is the target itself does not count twice.
        others = ops.where(ops.expand_dims(words, -1) == drawn, -1e9, others)
        return of_word - ops.logaddexp(of_word, ops.logsumexp(others, axis=-1))

    def compute_loss(
        self,
        x: Any = None,
        y: Tensor = None,
        y_pred: Tensor = None,
        sample_weight: Tensor = None,
        training: bool = True,
    ) -> Tensor:
        """Return the mean of -log p over all words of a batch and both directions."""
        pairs = (x["ids"][:, 1:] != 0) & (x["ids"][:, :-1] != 0)
        count: Tensor = ops.sum(ops.cast(pairs, "float32"))
        total: Tensor = ops.sum(y_pred)
        return -total / ops.maximum(2 * count, 1.0)


class LanguageBatches:
    """The batches of one epoch for a language model: texts and sampled words.

    Indexing returns a pair: a dict of `ids`, `drawn` and `log_frequency`, as for
    `BidirectionalLanguageModel`, and an array of zeros (B,).

    Args:
        batches: `zoo.data.TextBatches`.
        counts: (V,) counts of the words, with a sum above 0.
        drawn: N, number of sampled words per batch.
        seed: seed of the sampling.
    """

    def __init__(
        self, batches: TextBatches, counts: np.ndarray, drawn: int = 512, seed: int = 0
    ) -> None:
        self.batches, self.drawn, self.seed = batches, drawn, seed
        self.tokens = batches.tokens
        # Words that do not occur get a small count, so that their logarithm exists.
        self.frequency = np.maximum(counts, 0.5) / np.maximum(counts, 0.5).sum()

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        ids, _ = self.batches[index]
        rng = np.random.default_rng([*(self.batches.seeds or [0, 0]), self.seed, index])
        drawn = rng.choice(len(self.frequency), self.drawn, p=self.frequency)
        log_frequency = np.log(self.frequency).astype("float32")
        inputs = {"ids": ids, "drawn": drawn.astype("int32"), "log_frequency": log_frequency}
        return inputs, np.zeros(len(ids), "float32")
