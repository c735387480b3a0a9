"""Language models in both directions: what an encoder learns from texts without labels."""

import keras
import numpy as np
from keras import ops

STATES = 5  # of a direction predict a word, or so, however far ahead it is


@keras.saving.register_keras_serializable(package="zoo")
class TwoWayLanguageModel(keras.Model):
    """Each direction of an encoder predicts words that it has not seen yet.

    ```
    forward   p(w_s | w_1 .. w_t),  t < s <= t + reach
    backward  p(w_s | w_t .. w_T),  t > s >= t - reach
    s_w = e_w . (P h_t) + b_w - log q_w,  e_w: the encoder's embedding, q_w: how often w is drawn
    p(w | ..) = exp(s_w) / (exp(s_w) + sum_v exp(s_v)),  v: words drawn from q
    loss = - sum a(w_s) log p(w_s | ..) / sum a(w_s),  a: the weight of a word
    ```

    With a reach of 1 this is a language model. With a longer one a state has to know what the next
    words will be about, in whatever order, which is closer to what a classifier asks for; then
    every t-th state predicts, t = reach // 5. To tell a word from a few drawn ones teaches the same
    scores as a sum over the whole vocabulary does, at a small part of its price.

    Args:
        encoder: a `zoo.models.Encoder` of one layer, both directions, merge mode "concat".
        reach: how many words ahead are predicted.

    Call arguments:
        inputs: dict of `ids` (B, T), `drawn` (N,) ids, and of all words `log_frequency` (V,), with
            which they are drawn, and `weight` (V,).

    Returns:
        (B, S, 2) sums of a log p over the words within reach of each state that predicts, forward
        and backward; 0 where there are none.

    Raises:
        ValueError: an encoder of another kind.

    Example:

    >>> from zoo.models import Encoder
    >>> model = TwoWayLanguageModel(Encoder(9, embedding_dim=4, units=3), reach=2)
    >>> words = {"log_frequency": np.full(9, -2.2, "float32"), "weight": np.ones(9, "float32")}
    >>> ids = np.array([[3, 4, 5], [6, 7, 0]])
    >>> tuple(model({"ids": ids, "drawn": np.array([2, 3]), **words}).shape)
    (2, 3, 2)

    Reference: Peters et al. (2017); words further ahead, Johnson and Zhang (2016); the estimate,
    Ma and Collins (2018).
    """

    def __init__(self, encoder, reach=1, **kwargs):
        super().__init__(**kwargs)
        config = encoder.stack_config
        wanted = {"num_layers": 1, "direction": "both", "merge_mode": "concat"}
        found = {name: config[name] for name in wanted}
        if found != wanted:
            raise ValueError(f"`encoder` must have {wanted}, got {found}.")
        self.encoder = encoder
        self.reach = reach
        dim = encoder.embedding_dim
        self.projections = [keras.layers.Dense(dim, name=name) for name in ("ahead", "back")]
        self.bias = self.add_weight((encoder.vocabulary_size,), "zeros", name="bias")
        for projection in self.projections:
            projection.build((None, config["units"]))
        self.built = True  # with all weights, so that a run goes on without a call

    def call(self, inputs, training=False):
        """Predict the words around; see the class."""
        ids, weight = inputs["ids"], inputs["weight"]
        sequence = self.encoder(ids, training=training)["sequence"]
        inside = ops.cast(ids != 0, "float32")
        weights = ops.expand_dims(inside * ops.take(weight, ids), 1)
        places, every = ops.arange(ops.shape(ids)[1]), states_apart(self.reach)
        ahead = places[None, :] - places[::every, None]
        scores = []
        for project, states, distance in zip(
            self.projections,
            ops.split(sequence[:, ::every], 2, axis=-1),
            (ahead, -ahead),
            strict=True,
        ):
            within = ops.cast((distance > 0) & (distance <= self.reach), "float32")
            logs = self._log_probabilities(project(states), inputs)
            scores.append(inside[:, ::every] * ops.sum(within * weights * logs, axis=-1))
        return ops.stack(scores, axis=-1)

    def _log_probabilities(self, states, inputs):
        """Return log p (B, S, T) of each word of a text, last axis, by the states that predict."""
        ids, drawn = inputs["ids"], inputs["drawn"]
        table = self.encoder.get_layer("embedding").embeddings
        offset = self.bias - inputs["log_frequency"]

        def scores(words, vectors):
            return ops.matmul(states, vectors) + ops.expand_dims(ops.take(offset, words), -2)

        own = scores(ids, ops.transpose(ops.take(table, ids, axis=0), (0, 2, 1)))
        others = scores(drawn, ops.transpose(ops.take(table, drawn, axis=0)))
        return ops.log_sigmoid(own - ops.logsumexp(others, axis=-1, keepdims=True))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the weighted mean of -log p; `y` (B,) holds the sum of a text's weights."""
        return -ops.sum(y_pred) / ops.maximum(ops.sum(y), 1.0)


class LanguageBatches(keras.utils.PyDataset):
    """Batches of texts, with the words that a language model tells the right ones from.

    Args:
        batches: `zoo.data.TextBatches`.
        counts: (V,) how often each word occurs, the sum of all above 0.
        reach: of the `TwoWayLanguageModel`.
        common: part of all words; one that is more frequent, f, has the weight sqrt(common / f),
            and is drawn as much less often. None for the weight 1 for all.
        drawn: N, how many words are drawn for each batch.
        seed: of the drawing.

    Returns, by index:
        Pair of the model's inputs and, (B,), the weights of all that is predicted of a text.
    """

    def __init__(self, batches, counts, reach=1, common=None, drawn=512, seed=0):
        super().__init__()
        self.batches, self.reach, self.drawn, self.seed = batches, reach, drawn, seed
        self.tokens = batches.tokens
        # Words that do not occur get a little, so that their logarithm exists.
        counts = np.maximum(counts, 0.5)
        often = counts / counts.sum()
        self.weight = np.minimum(1, np.sqrt((common or 1) / often)).astype("float32")
        self.frequency = counts * self.weight / (counts * self.weight).sum()

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        ids, _ = self.batches[index]
        rng = np.random.default_rng([*(self.batches.seeds or [0, 0]), self.seed, index])
        inputs = {
            "ids": ids,
            "drawn": rng.choice(len(self.frequency), self.drawn, p=self.frequency).astype("int32"),
            "log_frequency": np.log(self.frequency).astype("float32"),
            "weight": self.weight,
        }
        return inputs, self._weights(ids)

    def _weights(self, ids):
        """Return the sum over a text's words of weight times the states that predict it."""
        every, lengths = states_apart(self.reach), np.count_nonzero(ids, axis=1)[:, None]

        def states(first, end):  # that predict, of those from `first` to before `end`
            return -(-end // every) + (-np.maximum(first, 0) // every)

        s = np.arange(ids.shape[1])
        count = states(s - self.reach, s) + states(s + 1, np.minimum(s + self.reach + 1, lengths))
        return (self.weight[ids] * (ids != 0) * count).sum(axis=1).astype("float32")


def states_apart(reach):
    """Return how far those states lie apart that predict words.

    Example:

    >>> [states_apart(reach) for reach in (1, 5, 20)]
    [1, 1, 4]
    """
    return max(1, reach // STATES)
