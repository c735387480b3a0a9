"""A linear-chain CRF over the unmasked positions of a padded batch: its scores and their sums."""

from __future__ import annotations

from typing import NamedTuple

import keras
from keras import ops

from zoo.ops.scan import scan
from zoo.ops.tensor_types import Tensor

# The score of what is not allowed. It is finite because inf - inf, and the gradient of a logsumexp
# of infinities only, are NaN.
LOWEST = -1e9


class Chain(NamedTuple):
    """A batch of chains, in the form that the recursions use.

    Args:
        emissions: (B, T, K), shifted so that the largest of each position is 0, which keeps the
            precision of sums over long sequences. Zero where masked.
        offset: (B,), the sum of the subtracted values.
        mask: (B, T) boolean. Masked positions are skipped: the chain links the others.
        transitions: (K, K), from the tag of the row to that of the column.
        start: (K,).
        end: (K,).
    """

    emissions: Tensor
    offset: Tensor
    mask: Tensor
    transitions: Tensor
    start: Tensor
    end: Tensor

    @classmethod
    def of(
        cls, emissions: Tensor, mask: Tensor, transitions: Tensor, start: Tensor, end: Tensor
    ) -> Chain:
        """Build the chain from raw scores, which may be -inf."""
        emissions = ops.where(mask[..., None], ops.maximum(emissions, LOWEST), 0.0)
        top = ops.stop_gradient(ops.max(emissions, axis=-1, keepdims=True, initial=LOWEST))
        if 0 in emissions.shape:  # of which PyTorch has no maximum
            top = emissions[..., :1]
        scores = (ops.maximum(each, LOWEST) for each in (transitions, start, end))
        return cls(emissions - top, ops.sum(top, axis=(1, 2)), mask, *scores)

    @property
    def first(self) -> Tensor:
        """Whether a position is the first one that is not masked, (B, T)."""
        return self.mask & (ops.cumsum(ops.cast(self.mask, "int32"), axis=1) == 1)

    @property
    def last(self) -> Tensor:
        """Whether a position is the last one that is not masked, (B, T)."""
        return ops.flip(self.reversed().first, axis=1)

    def reversed(self) -> Chain:
        """Return the chain in reversed order."""
        return self._replace(
            emissions=ops.flip(self.emissions, axis=1),
            mask=ops.flip(self.mask, axis=1),
            transitions=ops.transpose(self.transitions),
            start=self.end,
            end=self.start,
        )

    def limited(self, bitmap: Tensor) -> Chain:
        """Return the chain with only the tags in `bitmap`, (B, T, K) boolean, at each position."""
        may = bitmap | ~self.mask[..., None]
        return self._replace(emissions=ops.where(may, self.emissions, LOWEST))

    def arriving(self, tags: Tensor) -> Tensor:
        """Return the score of coming to each tag from the one before, (B, T, K).

        At the first token these are the scores of `start`. Masked positions have no meaning.

        Args:
            tags: (B, T) integers.
        """
        # Pack the tokens to the front, so that neighbours in the chain are neighbours in the array.
        position = ops.cumsum(ops.ones_like(tags), axis=1)
        order = ops.argsort(ops.where(self.mask, position, position + ops.shape(tags)[1]), axis=1)
        packed = ops.take_along_axis(tags, order, axis=1)
        rank = ops.cumsum(ops.cast(self.mask, "int32"), axis=1)
        before = ops.take_along_axis(packed, ops.maximum(rank - 2, 0), axis=1)
        moved = ops.matmul(_one_hot(before, self.emissions), self.transitions)
        return ops.where(self.first[..., None], self.start, moved)

    def steps(self) -> list[Tensor]:
        """Return the time-major inputs of a scan: emissions, mask, whether the chain starts."""
        each = self.emissions, self.mask[..., None], self.first[..., None]
        return [time_major(x) for x in each]


def score(chain: Chain, tags: Tensor) -> Tensor:
    """Return the score of tag sequences, without `offset`: (B,), NaN for tags outside 0..K-1."""
    ends = ops.where(chain.last[..., None], chain.end, 0.0)
    scores = chain.emissions + chain.arriving(tags) + ends
    return ops.sum(_picked(chain, scores, tags), axis=1)


def token_log_likelihoods(chain: Chain, tags: Tensor) -> Tensor:
    """Return log p(tag | the tags before it): (B, T), NaN in rows with tags outside 0..K-1."""
    _, beta, _ = _forward_backward(chain)
    logs = ops.log_softmax(chain.arriving(tags) + chain.emissions + time_major(beta), axis=-1)
    return _picked(chain, logs, tags)


def _picked(chain, scores, tags):
    """Return the score of the tag at each token, (B, T): 0 where masked, NaN in invalid rows."""
    count = chain.emissions.shape[-1]
    valid = ops.all(~chain.mask | ((tags >= 0) & (tags < count)), axis=1, keepdims=True)
    picked = ops.sum(_one_hot(ops.where(chain.mask, tags, -1), scores) * scores, axis=-1)
    return ops.where(valid, picked, float("nan"))


def _one_hot(tags, like):
    """Return one-hot tags of the width and dtype of `like`; a tag outside 0..K-1 is all zeros."""
    count = like.shape[-1]
    # PyTorch raises for tags of K and above.
    return ops.one_hot(ops.where(tags < count, tags, -1), count, dtype=like.dtype)


def marginals(chain: Chain) -> Tensor:
    """Return the probability of each tag at each position: (B, T, K), zero where masked."""
    alpha, beta, _ = _forward_backward(chain)
    return _marginals(chain, alpha, beta)


def log_norm(chain: Chain) -> Tensor:
    """Return the log of the sum over all tag sequences of exp(score), without `offset`: (B,).

    It has a custom gradient, the expected counts of each score, which needs no backward loop over
    time. On PyTorch, custom gradients cannot be differentiated again, so there is none.
    """
    if keras.backend.backend() == "torch":
        return _forward_backward(chain)[2]

    @ops.custom_gradient
    def run(emissions, transitions, start, end):
        here = Chain(emissions, chain.offset, chain.mask, transitions, start, end)
        alpha, beta, norm = _forward_backward(here)

        def gradient(*upstream, **_):
            share = ops.reshape(upstream[0], (-1, 1, 1)) * _marginals(here, alpha, beta)
            starts, ends = (
                ops.sum(ops.where(x[..., None], share, 0.0), axis=(0, 1))
                for x in (here.first, here.last)
            )
            return share, _expected_transitions(here, alpha, beta, upstream[0]), starts, ends

        return norm, gradient

    return run(chain.emissions, chain.transitions, chain.start, chain.end)


def _forward_backward(chain):
    """Run the forward algorithm on the chain and on its reverse, in one loop.

    ```
    before_t(k) = logsumexp_j (alpha_(t-1)(j) + transitions(j, k)),  or start(k) at the first token
    alpha_t(k) = before_t(k) + emissions_t(k)
    ```

    Returns:
        `(alpha, beta, log_norm)`: alpha and beta (`before` of the reversed chain), (T, B, K), each
        up to a constant at each position; and (B,).
    """
    both = chain, chain.reversed()
    into = ops.stack([ops.transpose(each.transitions) for each in both])[:, None]
    start = ops.stack([each.start for each in both])[:, None]

    def step(states, xs_t):
        (alpha, norm), (emissions, keep, first) = states, xs_t
        before = ops.logsumexp(ops.expand_dims(alpha, 2) + into, axis=-1)
        before = ops.where(first, start, before)
        new = before + emissions
        top = ops.max(new, axis=-1, keepdims=True)
        alpha, norm = ops.where(keep, new - top, alpha), ops.where(keep, norm + top, norm)
        return (alpha, norm), (alpha[0], before[1])

    zeros = ops.zeros_like(ops.sum(chain.emissions, axis=1))
    states = ops.stack([zeros] * 2), ops.stack([zeros[:, :1]] * 2)
    xs = [ops.stack(pair, axis=1) for pair in zip(*(each.steps() for each in both), strict=True)]
    (final, norm), (alpha, before) = scan(step, states, xs, like=(zeros, zeros))
    norm = norm[0, :, 0] + ops.logsumexp(final[0] + chain.end, axis=-1)
    norm = ops.where(ops.any(chain.mask, axis=1), norm, 0.0)
    return alpha, ops.flip(before, axis=0), norm


def _marginals(chain, alpha, beta):
    probabilities = ops.softmax(time_major(alpha + beta), axis=-1)
    return ops.where(chain.mask[..., None], probabilities, 0.0)


def _expected_transitions(chain, alpha, beta, weights):
    """Return the expected count of each transition, as a weighted sum over the rows: (K, K)."""
    count = chain.emissions.shape[-1]
    came = ops.concatenate([ops.zeros_like(alpha[:1]), alpha[:-1]], axis=0)
    went = time_major(chain.emissions) + beta
    pairs = came[..., None] + chain.transitions + ops.expand_dims(went, 2)
    pairs = ops.softmax(ops.reshape(pairs, (-1, count * count)), axis=-1)
    weights = ops.where(chain.mask & ~chain.first, weights[:, None], 0.0)
    weights = ops.reshape(ops.transpose(weights), (1, -1))
    return ops.reshape(ops.matmul(weights, pairs), (count, count))


def time_major(x: Tensor) -> Tensor:
    """Swap batch and time: (B, T, K) to (T, B, K) and back."""
    return ops.transpose(x, (1, 0, 2))
