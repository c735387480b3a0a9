"""Language models in both directions: what an encoder learns from texts without labels."""

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="zoo")
class TwoWayLanguageModel(keras.Model):
    """Each direction of an encoder predicts the word that it has not seen yet.

    ```
    forward   p(w_t+1 | w_1 .. w_t),  backward  p(w_t-1 | w_t .. w_T)
    s_w = e_w . (P h) + b_w - log q_w,  e_w: the encoder's embedding, q_w: frequency of the word
    p(w | ..) = exp(s_w) / sum_v exp(s_v),  v: w itself, and words drawn by their frequency
    ```

    To tell a word from a few drawn ones teaches the same scores as a sum over the whole vocabulary
    does, at a small part of its price.

    Args:
        encoder: a `zoo.models.Encoder` of one layer, both directions, merge mode "concat".

    Call arguments:
        inputs: dict of `ids` (B, T), `drawn` (N,) ids and `log_frequency` (V,) of all words.

    Returns:
        (B, T - 1, 2) natural logarithms of the probabilities of the words, forward and backward;
        0 where there is padding.

    Raises:
        ValueError: an encoder of another kind.

    Example:

    >>> from zoo.models import Encoder
    >>> model = TwoWayLanguageModel(Encoder(9, embedding_dim=4, units=3))
    >>> ids = np.array([[3, 4, 5], [6, 7, 0]])
    >>> drawn, frequency = np.array([2, 3]), np.full(9, -2.2, "float32")
    >>> tuple(model({"ids": ids, "drawn": drawn, "log_frequency": frequency}).shape)
    (2, 2, 2)

    Reference: Peters et al. (2017); the estimate, Jean et al. (2015).
    """

    def __init__(self, encoder, **kwargs):
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
        self.built = True  # with all weights, so that a run goes on without a call

    def call(self, inputs, training=False):
        """Predict the neighbours; see the class."""
        ids = inputs["ids"]
        sequence = self.encoder(ids, training=training)["sequence"]
        ahead, back = ops.split(sequence, 2, axis=-1)
        halves = [(ahead[:, :-1], ids[:, 1:]), (back[:, 1:], ids[:, :-1])]
        scores = [
            self._log_probability(project(states), words, inputs)
            for project, (states, words) in zip(self.projections, halves, strict=True)
        ]
        inside = ops.cast((ids[:, 1:] != 0) & (ids[:, :-1] != 0), "float32")
        return ops.stack(scores, axis=-1) * ops.expand_dims(inside, -1)

    def _log_probability(self, states, words, inputs):
        drawn, frequency = inputs["drawn"], inputs["log_frequency"]
        table = self.encoder.embedding.embeddings
        offset = self.bias - frequency
        right = ops.sum(states * ops.take(table, words, axis=0), axis=-1) + ops.take(offset, words)
        others = ops.matmul(states, ops.transpose(ops.take(table, drawn, axis=0)))
        others = others + ops.take(offset, drawn)
        # A word is not to be told from itself.
        others = ops.where(ops.expand_dims(words, -1) == drawn, -1e9, others)
        return right - ops.logaddexp(right, ops.logsumexp(others, axis=-1))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the mean of -log p over all words of a batch and both directions."""
        count = ops.sum(ops.cast((x["ids"][:, 1:] != 0) & (x["ids"][:, :-1] != 0), "float32"))
        return -ops.sum(y_pred) / ops.maximum(2 * count, 1.0)


class LanguageBatches(keras.utils.PyDataset):
    """Batches of texts, with the words that a language model tells the right ones from.

    Args:
        batches: `zoo.data.TextBatches`.
        counts: (V,) how often each word occurs, the sum of all above 0.
        drawn: N, how many words are drawn for each batch.
        seed: of the drawing.
    """

    def __init__(self, batches, counts, drawn=512, seed=0):
        super().__init__()
        self.batches, self.drawn, self.seed = batches, drawn, seed
        self.tokens = batches.tokens
        # Words that do not occur get a little, so that their logarithm exists.
        self.frequency = np.maximum(counts, 0.5) / np.maximum(counts, 0.5).sum()

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        ids, _ = self.batches[index]
        rng = np.random.default_rng([*(self.batches.seeds or [0, 0]), self.seed, index])
        drawn = rng.choice(len(self.frequency), self.drawn, p=self.frequency)
        log_frequency = np.log(self.frequency).astype("float32")
        inputs = {"ids": ids, "drawn": drawn.astype("int32"), "log_frequency": log_frequency}
        return inputs, np.zeros(len(ids), "float32")
