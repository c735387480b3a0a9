"""The search for the best tag sequences of a linear-chain CRF."""

import numpy as np
from keras import ops

from zoo.ops.crf_chain import LOWEST, Chain
from zoo.ops.largest import largest
from zoo.ops.scan import scan
from zoo.ops.tensor_types import Tensor


def best(chain: Chain, n: int) -> tuple[Tensor, Tensor]:
    """Return the n best tag sequences (B, n, T) and their scores (B, n), without `offset`.

    Tags are 0 where masked. Where there are fewer than n sequences, the score is -inf and the tags
    are 0.
    """
    count = chain.potentials.shape[-1]
    delta, norm, pointers = _viterbi(chain, n)
    end = ops.where(ops.any(chain.mask, axis=1)[:, None, None], chain.end[:, None], 0.0)
    scores, way = _top(ops.reshape(delta + end, (-1, count * n)), n)
    scores += norm[:, 0]

    def follow(states, xs_t):
        (way,) = states
        # TFLite has no integer division; the one best way into a tag has the tag's own number.
        tag = way if n == 1 else way // n
        return (ops.take_along_axis(xs_t[0], way, axis=1),), (tag,)

    _, (tags,) = scan(follow, (way,), [ops.flip(pointers, axis=0)], like=(way,))
    tags = ops.transpose(ops.flip(tags, axis=0), (1, 2, 0))
    exists = scores > LOWEST / 2
    tags = ops.where(chain.mask[:, None] & exists[..., None], tags, 0)
    return tags, ops.where(exists, scores, -float("inf"))


def _viterbi(chain, n):
    """Run the Viterbi algorithm with the n best ways into each tag in place of the best one.

    Way number `k * n + r` is the r-th best one into tag k.

    Returns:
        `(delta, norm, pointers)`: the ways' scores (B, K, n), less their norm (B, 1, 1); for each
        position and way the number of the way that it continues, (T, B, K * n). At a masked
        position, a way continues itself.
    """
    count, dtype = chain.potentials.shape[-1], chain.potentials.dtype
    into = ops.repeat(ops.transpose(chain.transitions), n, axis=-1)
    numbers = np.arange(count * n, dtype="int32").reshape(count, n)
    # A chain starts in one way a tag; of a row that stays empty, the only way is number 0.
    start = ops.where(numbers % n == 0, chain.start[:, None], LOWEST)
    zeros = ops.zeros_like(ops.sum(chain.potentials, axis=1))[..., None]
    delta = ops.cast(ops.where(numbers == 0, 0.0, LOWEST), dtype) + zeros

    def step(states, xs_t):
        delta, norm = states
        potentials, keep, first = (x[..., None] for x in xs_t)
        before, pointers = _top(ops.reshape(delta, (-1, 1, count * n)) + into, n)
        new = ops.where(first, start, before) + potentials
        top = ops.max(new, axis=(1, 2), keepdims=True)
        pointers = ops.reshape(ops.where(keep, pointers, numbers), (-1, count * n))
        return (ops.where(keep, new - top, delta), ops.where(keep, norm + top, norm)), (pointers,)

    like = ops.cast(ops.reshape(delta, (-1, count * n)), "int32")
    (delta, norm), (pointers,) = scan(step, (delta, zeros[:, :1]), chain.steps(), like=(like,))
    return delta, norm, pointers


def _top(x, n):
    """Return the n largest numbers of the last axis, and where they stand."""
    return largest(x) if n == 1 else ops.top_k(x, n)
