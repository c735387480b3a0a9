"""The search for the best tag sequences of a linear-chain CRF."""

import numpy as np
from keras import ops

from zoo.ops.crf.chain import LOWEST, Chain
from zoo.ops.largest import largest
from zoo.ops.scan import scan
from zoo.ops.tensor_types import Tensor


def best(chain: Chain, n: int) -> tuple[Tensor, Tensor]:
    """Return the n best tag sequences (B, n, T) and their scores (B, n), without `offset`.

    Tags are 0 where masked. If there are fewer than n sequences, the remaining scores are -inf and
    their tags 0.
    """
    count = chain.emissions.shape[-1]
    delta, norm, pointers = _viterbi(chain, n)
    end = ops.where(ops.any(chain.mask, axis=1)[:, None, None], chain.end[:, None], 0.0)
    scores, path = _top(ops.reshape(delta + end, (-1, count * n)), n)
    scores += norm[:, 0]

    def follow(states, xs_t):
        (path,) = states
        # TFLite has no integer division. With n = 1, the index of a path is that of its tag.
        tag = path if n == 1 else path // n
        return (ops.take_along_axis(xs_t[0], path, axis=1),), (tag,)

    _, (tags,) = scan(follow, (path,), [ops.flip(pointers, axis=0)], like=(path,))
    tags = ops.transpose(ops.flip(tags, axis=0), (1, 2, 0))
    exists = scores > LOWEST / 2
    tags = ops.where(chain.mask[:, None] & exists[..., None], tags, 0)
    return tags, ops.where(exists, scores, -float("inf"))


def _viterbi(chain, n):
    """Run the Viterbi algorithm with the n best paths into each tag instead of the best one.

    Path `k * n + r` is the r-th best one into tag k.

    Returns:
        `(delta, norm, pointers)`: the scores of the paths (B, K, n), minus their norm (B, 1, 1);
        for each position and path the index of the path that it extends, (T, B, K * n). At a
        masked position, a path extends itself.
    """
    count, dtype = chain.emissions.shape[-1], chain.emissions.dtype
    into = ops.repeat(ops.transpose(chain.transitions), n, axis=-1)
    numbers = np.arange(count * n, dtype="int32").reshape(count, n)
    # A chain starts with one path per tag; an empty row has path 0 only.
    start = ops.where(numbers % n == 0, chain.start[:, None], LOWEST)
    zeros = ops.zeros_like(ops.sum(chain.emissions, axis=1))[..., None]
    delta = ops.cast(ops.where(numbers == 0, 0.0, LOWEST), dtype) + zeros

    def step(states, xs_t):
        delta, norm = states
        emissions, keep, first = (x[..., None] for x in xs_t)
        before, pointers = _top(ops.reshape(delta, (-1, 1, count * n)) + into, n)
        new = ops.where(first, start, before) + emissions
        top = ops.max(new, axis=(1, 2), keepdims=True)
        pointers = ops.reshape(ops.where(keep, pointers, numbers), (-1, count * n))
        return (ops.where(keep, new - top, delta), ops.where(keep, norm + top, norm)), (pointers,)

    like = ops.cast(ops.reshape(delta, (-1, count * n)), "int32")
    (delta, norm), (pointers,) = scan(step, (delta, zeros[:, :1]), chain.steps(), like=(like,))
    return delta, norm, pointers


def _top(x, n):
    """Return the n largest values of the last axis, and their indices."""
    if n == 1:
        return largest(x)
    values, indices = ops.top_k(x, n)
    return values, ops.cast(indices, "int32")  # PyTorch has int64
