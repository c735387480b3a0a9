"""A linear-chain CRF over the unmasked positions of a padded batch: its scores and their sums."""

from __future__ import annotations

from typing import NamedTuple

from keras import ops

from zoo.ops.scan import scan
from zoo.ops.tensor_types import Tensor

# The score of what is not allowed. Finite, for the sum of two infinities of opposite sign, and
# the gradient of a logsumexp of infinities alone, are no numbers.
LOWEST = -1e9


class Chain(NamedTuple):
    """A batch of chains, in the form that the recursions need.

    Args:
        potentials: (B, T, K), shifted so that the largest of each position is 0: sums over long
            sequences of large potentials keep their precision. Zero where masked.
        offset: (B,), the sum of what was taken off.
        mask: (B, T) boolean. Masked positions are skipped: the chain links those that remain.
        transitions: (K, K), from the row's tag to the column's.
        start: (K,).
        end: (K,).
    """

    potentials: Tensor
    offset: Tensor
    mask: Tensor
    transitions: Tensor
    start: Tensor
    end: Tensor

    @classmethod
    def of(
        cls, potentials: Tensor, mask: Tensor, transitions: Tensor, start: Tensor, end: Tensor
    ) -> Chain:
        """Build the chain from raw scores, which may be -inf."""
        potentials = ops.where(mask[..., None], ops.maximum(potentials, LOWEST), 0.0)
        top = ops.stop_gradient(ops.max(potentials, axis=-1, keepdims=True, initial=LOWEST))
        scores = (ops.maximum(each, LOWEST) for each in (transitions, start, end))
        return cls(potentials - top, ops.sum(top, axis=(1, 2)), mask, *scores)

    @property
    def first(self) -> Tensor:
        """Whether a position is the first one that is not masked, (B, T)."""
        return self.mask & (ops.cumsum(ops.cast(self.mask, "int32"), axis=1) == 1)

    @property
    def last(self) -> Tensor:
        """Whether a position is the last one that is not masked, (B, T)."""
        return ops.flip(self.reversed().first, axis=1)

    def reversed(self) -> Chain:
        """Return the same chain read from its end."""
        return self._replace(
            potentials=ops.flip(self.potentials, axis=1),
            mask=ops.flip(self.mask, axis=1),
            transitions=ops.transpose(self.transitions),
            start=self.end,
            end=self.start,
        )

    def steps(self) -> list[Tensor]:
        """Return what a scan reads, time in front: potentials, mask, whether the chain starts."""
        each = self.potentials, self.mask[..., None], self.first[..., None]
        return [time_major(x) for x in each]


def score(chain: Chain, tags: Tensor) -> Tensor:
    """Return the score of tag sequences, without `offset`: (B,), NaN for tags outside 0..K-1."""
    mask, count = chain.mask, chain.potentials.shape[-1]
    valid = ops.all(~mask | ((tags >= 0) & (tags < count)), axis=1)
    tags = ops.where(mask, tags, -1)  # which is all zeros, one-hot
    picked = ops.one_hot(tags, count, dtype=chain.potentials.dtype)
    total = ops.sum(
        picked * chain.potentials
        + ops.where(chain.first[..., None], picked * chain.start, 0.0)
        + ops.where(chain.last[..., None], picked * chain.end, 0.0),
        axis=(1, 2),
    )
    # Neighbours in the chain become neighbours in the array: tokens in front, padding behind.
    position = ops.cumsum(ops.ones_like(tags), axis=1)
    order = ops.argsort(ops.where(mask, position, position + ops.shape(tags)[1]), axis=1)
    packed = ops.one_hot(
        ops.take_along_axis(tags, order, axis=1), count, dtype=chain.potentials.dtype
    )
    moved = ops.matmul(packed[:, :-1], chain.transitions)
    total += ops.sum(moved * packed[:, 1:], axis=(1, 2))
    return ops.where(valid, total, float("nan"))


def marginals(chain: Chain) -> Tensor:
    """Return the probability of each tag at each position: (B, T, K), zero where masked."""
    alpha, beta, _ = _forward_backward(chain)
    return _marginals(chain, alpha, beta)


def log_norm(chain: Chain) -> Tensor:
    """Return the log of the sum over all tag sequences of exp(score), without `offset`: (B,).

    Its gradient is written out: the expected number of times that each score is counted, all
    positions at once, where automatic differentiation would run the loop back.
    """

    @ops.custom_gradient
    def run(potentials, transitions, start, end):
        here = Chain(potentials, chain.offset, chain.mask, transitions, start, end)
        alpha, beta, norm = _forward_backward(here)

        def gradient(*upstream, **_):
            share = ops.reshape(upstream[0], (-1, 1, 1)) * _marginals(here, alpha, beta)
            starts, ends = (
                ops.sum(ops.where(x[..., None], share, 0.0), axis=(0, 1))
                for x in (here.first, here.last)
            )
            return share, _expected_transitions(here, alpha, beta, upstream[0]), starts, ends

        return norm, gradient

    return run(chain.potentials, chain.transitions, chain.start, chain.end)


def _forward_backward(chain):
    """Run the forward algorithm on the chain and on its reverse, side by side.

    ```
    before_t(k) = logsumexp_j (alpha_(t-1)(j) + transitions(j, k)),  or start(k) at the first token
    alpha_t(k) = before_t(k) + potentials_t(k)
    ```

    Returns:
        `(alpha, beta, log_norm)`: alpha and beta, which is `before` of the reverse, (T, B, K), each
        up to a number of its own at each position; and (B,).
    """
    both = chain, chain.reversed()
    into = ops.stack([ops.transpose(each.transitions) for each in both])[:, None]
    start = ops.stack([each.start for each in both])[:, None]

    def step(states, xs_t):
        (alpha, norm), (potentials, keep, first) = states, xs_t
        before = ops.logsumexp(ops.expand_dims(alpha, 2) + into, axis=-1)
        before = ops.where(first, start, before)
        new = before + potentials
        top = ops.max(new, axis=-1, keepdims=True)
        alpha, norm = ops.where(keep, new - top, alpha), ops.where(keep, norm + top, norm)
        return (alpha, norm), (alpha[0], before[1])

    zeros = ops.zeros_like(ops.sum(chain.potentials, axis=1))
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
    """Return how often each transition is expected, summed over the rows by weight: (K, K)."""
    count = chain.potentials.shape[-1]
    came = ops.concatenate([ops.zeros_like(alpha[:1]), alpha[:-1]], axis=0)
    went = time_major(chain.potentials) + beta
    pairs = came[..., None] + chain.transitions + ops.expand_dims(went, 2)
    pairs = ops.softmax(ops.reshape(pairs, (-1, count * count)), axis=-1)
    weights = ops.where(chain.mask & ~chain.first, weights[:, None], 0.0)
    weights = ops.reshape(ops.transpose(weights), (1, -1))
    return ops.reshape(ops.matmul(weights, pairs), (count, count))


def time_major(x: Tensor) -> Tensor:
    """Swap batch and time: (B, T, K) to (T, B, K) and back."""
    return ops.transpose(x, (1, 0, 2))
