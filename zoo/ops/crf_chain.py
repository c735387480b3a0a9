"""The sums and the search of a linear-chain CRF over the unmasked positions of a padded batch."""

from typing import NamedTuple

from keras import ops

from zoo.ops.scan import scan

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

    potentials: object
    offset: object
    mask: object
    transitions: object
    start: object
    end: object

    @classmethod
    def of(cls, potentials, mask, transitions, start, end):
        """Build the chain from raw scores, which may be -inf."""
        potentials = ops.where(mask[..., None], ops.maximum(potentials, LOWEST), 0.0)
        top = ops.stop_gradient(ops.max(potentials, axis=-1, keepdims=True))
        scores = (ops.maximum(each, LOWEST) for each in (transitions, start, end))
        return cls(potentials - top, ops.sum(top, axis=(1, 2)), mask, *scores)

    def reversed(self):
        """Return the same chain read from its end."""
        return self._replace(
            potentials=ops.flip(self.potentials, axis=1),
            mask=ops.flip(self.mask, axis=1),
            transitions=ops.transpose(self.transitions),
            start=self.end,
            end=self.start,
        )

    def batch_and_tags(self):
        """Return B and K."""
        return ops.shape(self.potentials)[0], self.potentials.shape[-1]

    def steps(self):
        """Return what a scan reads, time in front: potentials, mask, whether the chain starts."""
        each = self.potentials, self.mask[..., None], _first(self.mask)[..., None]
        return [ops.transpose(x, (1, 0, 2)) for x in each]


def log_norm(chain):
    """Return the log of the sum over all tag sequences of exp(score), without `offset`: (B,)."""

    def body(states, xs_t):
        return advance(states, xs_t)[0], ()

    advance, states = _forward(chain)
    (alpha, norm), _ = scan(body, states, chain.steps(), like=())
    return _unless_empty(norm[:, 0] + ops.logsumexp(alpha + chain.end, axis=-1), chain.mask)


def score(chain, tags):
    """Return the score of tag sequences, without `offset`: (B,), NaN for tags outside 0..K-1."""
    mask, (_, count) = chain.mask, chain.batch_and_tags()
    valid = ops.all(~mask | ((tags >= 0) & (tags < count)), axis=1)
    tags = ops.where(mask, tags, -1)  # which is all zeros, one-hot
    picked = _one_hot(tags, chain)
    first, last = _first(mask), ops.flip(_first(ops.flip(mask, axis=1)), axis=1)
    total = ops.sum(
        picked * chain.potentials
        + ops.where(first[..., None], picked * chain.start, 0.0)
        + ops.where(last[..., None], picked * chain.end, 0.0),
        axis=(1, 2),
    )
    # Neighbours in the chain become neighbours in the array: tokens in front, padding behind.
    position = ops.cumsum(ops.ones_like(tags), axis=1)
    order = ops.argsort(ops.where(mask, position, position + ops.shape(tags)[1]), axis=1)
    packed = _one_hot(ops.take_along_axis(tags, order, axis=1), chain)
    moved = ops.matmul(packed[:, :-1], chain.transitions)
    total += ops.sum(moved * packed[:, 1:], axis=(1, 2))
    return ops.where(valid, total, float("nan"))


def marginals(chain):
    """Return the probability of each tag at each position: (B, T, K), zero where masked."""

    def body(states, xs_t):
        states, before = advance(states, xs_t)
        return states, (states[0], before)

    advance, states = _forward(chain)
    _, (alpha, _) = scan(body, states, chain.steps(), like=(states[0],) * 2)
    backward = chain.reversed()
    advance, states = _forward(backward)
    _, (_, beta) = scan(body, states, backward.steps(), like=(states[0],) * 2)
    scores = ops.transpose(alpha + ops.flip(beta, axis=0), (1, 0, 2))
    return ops.where(chain.mask[..., None], ops.softmax(scores, axis=-1), 0.0)


def _forward(chain):
    """Return a step of the forward algorithm, and the states that it starts from.

    ```
    before(k) = logsumexp_j (alpha(j) + transitions(j, k)),  or start(k) for the first token
    alpha'(k) = before(k) + potentials(k)
    ```

    The states are alpha, (B, K), with its largest number taken off and added up in the second
    one, (B, 1). The step also returns `before`: of the reversed chain this is beta.
    """
    batch, count = chain.batch_and_tags()
    into = ops.transpose(chain.transitions)

    def advance(states, xs_t):
        (alpha, norm), (potentials, keep, first) = states, xs_t
        before = ops.logsumexp(ops.expand_dims(alpha, 1) + into, axis=-1)
        before = ops.where(first, chain.start, before)
        new = before + potentials
        top = ops.stop_gradient(ops.max(new, axis=-1, keepdims=True))
        states = ops.where(keep, new - top, alpha), ops.where(keep, norm + top, norm)
        return states, before

    zeros = ops.zeros((batch, count), chain.potentials.dtype)
    return advance, (zeros, zeros[:, :1])


def best(chain, n):
    """Return the n best tag sequences (B, n, T) and their scores (B, n), without `offset`.

    Where there are fewer than n sequences, the score is -inf and the tags are 0. Tags are 0 where
    masked.
    """
    count = chain.potentials.shape[-1]
    delta, norm, pointers = _viterbi(chain, n)
    end = ops.where(ops.any(chain.mask, axis=1)[:, None, None], chain.end[:, None], 0.0)
    scores, state = _top(ops.reshape(delta + end, (-1, count * n)), n)
    scores += norm[:, 0]

    def follow(states, xs_t):
        (state,) = states
        return (ops.take_along_axis(xs_t[0], state, axis=1),), (state // n,)

    _, (tags,) = scan(follow, (state,), [ops.flip(pointers, axis=0)], like=(state,))
    tags = ops.transpose(ops.flip(tags, axis=0), (1, 2, 0))
    exists = scores > LOWEST / 2
    tags = ops.where(chain.mask[:, None, :] & exists[..., None], tags, 0)
    return tags, ops.where(exists, scores, -float("inf"))


def _viterbi(chain, n):
    """Return the n best scores into each tag, (B, K, n), their norm (B, 1), and where they came.

    The number of the r-th best way into tag k is `k * n + r`: the last result, (T, B, K * n),
    tells for each the number of the way that it continues. A masked position continues itself.
    """
    batch, count = chain.batch_and_tags()
    into = ops.repeat(ops.transpose(chain.transitions), n, axis=-1)
    numbers = ops.reshape(ops.arange(count * n, dtype="int32"), (1, count, n))
    no_way = ops.where(ops.arange(n) > 0, LOWEST, 0.0)  # a chain starts in one way only
    no_way = ops.cast(no_way, chain.potentials.dtype)
    start = chain.start[:, None] + no_way

    def body(states, xs_t):
        (delta, norm), xs_t = states, [x[..., None] for x in xs_t]
        potentials, keep, first = xs_t
        ways = ops.reshape(delta, (-1, 1, count * n)) + into
        before, pointers = _top(ways, n)
        new = ops.where(first, start, before) + potentials
        top = ops.max(new, axis=(1, 2), keepdims=True)
        states = ops.where(keep, new - top, delta), norm + ops.where(keep, top, 0.0)[:, 0]
        return states, (ops.reshape(ops.where(keep, pointers, numbers), (-1, count * n)),)

    # Of a row that stays empty, the only sequence has no tags and the score 0.
    delta = ops.zeros((batch, count, n), chain.potentials.dtype) + no_way
    delta = ops.where(numbers < n, delta, LOWEST)
    pointers = ops.zeros((batch, count * n), "int32")
    states = delta, ops.zeros((batch, 1), chain.potentials.dtype)
    (delta, norm), (pointers,) = scan(body, states, chain.steps(), like=(pointers,))
    return delta, norm, pointers


def _top(x, n):
    if n > 1:
        return ops.top_k(x, n)
    best = ops.cast(ops.argmax(x, axis=-1, keepdims=True), "int32")
    return ops.max(x, axis=-1, keepdims=True), best


def _first(mask):
    """Return True at the first unmasked position of each row."""
    return mask & (ops.cumsum(ops.cast(mask, "int32"), axis=1) == 1)


def _one_hot(tags, chain):
    return ops.one_hot(tags, chain.potentials.shape[-1], dtype=chain.potentials.dtype)


def _unless_empty(x, mask):
    return ops.where(ops.any(mask, axis=1), x, 0.0)
