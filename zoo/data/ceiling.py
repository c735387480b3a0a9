"""The exact upper bound of the accuracy of unidirectional models on bracket tagging.

Token t is inside a pair exactly if some kind of bracket is pending on both of its sides. A
unidirectional model sees one side only, so the best one predicts the label that is more probable
given what it has read. Of what it has read, only a small *evidence* e matters, for example the
number of kinds that are pending. Two tables of probabilities therefore suffice:

    inside[t, r, e] = P(evidence e at token t and label 1 | r tokens follow)
    outside[t, r, e] = P(evidence e at token t and label 0 | r tokens follow)

A forward model knows t and e but not r; a backward model knows r and e but not t. The length
t + 1 + r is uniformly distributed on a range. A backward model on a generator is a forward model on
the mirrored generator, with t and r exchanged.
"""

from dataclasses import dataclass
from functools import singledispatch
from math import comb

import numpy as np

from zoo.data.brackets import BracketSource, SinglePairSource, length_range


@dataclass(frozen=True, eq=False)
class Ceiling:
    """The expected accuracy of the best unidirectional model.

    No such model exceeds `overall`. At a single position, no forward model exceeds `per_position`
    and no backward model exceeds `per_position_from_end`. The other array of each is no bound: a
    forward model does not know how many tokens follow, so a gain at one such position costs
    accuracy at others.

    Args:
        per_position: accuracy at token t, shape (longest,), over the sequences that have it.
        per_position_from_end: accuracy at the token that is followed by r others, shape (longest,).
        overall: accuracy over all tokens.
    """

    per_position: np.ndarray
    per_position_from_end: np.ndarray
    overall: float


def forward_ceiling(
    source: BracketSource | SinglePairSource, lengths: tuple[int, int] = (8, 32)
) -> Ceiling:
    """Compute the best accuracy of a model that labels token t from tokens 0 to t.

    Args:
        source: generator of the tokens.
        lengths: shortest and longest length in tokens; all lengths between are equally likely.

    Returns:
        The exact ceiling.

    Raises:
        ValueError: `lengths` is not a valid pair.

    Example:
        >>> source = BracketSource(kinds=1, p_open=0.4, p_close=0.4)
        >>> forward_ceiling(source, (2, 2)).per_position.round(6)  # wrong on `()`, 0.4 * 0.4
        array([0.84, 1.  ])
    """
    inside, outside = _evidence(source, length_range(lengths)[-1])
    return _best_accuracy(inside, outside, lengths, unknown_axis=1)


def backward_ceiling(
    source: BracketSource | SinglePairSource, lengths: tuple[int, int] = (8, 32)
) -> Ceiling:
    """Compute the best accuracy of a model that labels token t from tokens T-1 down to t.

    Args:
        source: generator of the tokens.
        lengths: shortest and longest length in tokens; all lengths between are equally likely.

    Returns:
        The exact ceiling.

    Raises:
        ValueError: `lengths` is not a valid pair.

    Example:
        >>> source = BracketSource(kinds=1, p_open=0.4, p_close=0.4)
        >>> backward_ceiling(source, (2, 2)).per_position.round(6)
        array([1.  , 0.84])
    """
    inside, outside = _evidence(source.mirrored, length_range(lengths)[-1])
    inside, outside = inside.swapaxes(0, 1), outside.swapaxes(0, 1)
    return _best_accuracy(inside, outside, lengths, unknown_axis=0)


def _best_accuracy(
    inside: np.ndarray, outside: np.ndarray, lengths: tuple[int, int], unknown_axis: int
) -> Ceiling:
    """Predict the more probable label for each evidence, summed over the unknown axis (t or r)."""
    t, r = np.indices(inside.shape[:2])
    possible = length_range(lengths)
    weight = np.isin(t + 1 + r, possible) / len(possible)
    inside, outside = inside * weight[..., None], outside * weight[..., None]
    answer = inside.sum(unknown_axis, keepdims=True) > outside.sum(unknown_axis, keepdims=True)
    correct = np.where(answer, inside, outside).sum(axis=2)
    return Ceiling(
        per_position=correct.sum(axis=1) / weight.sum(axis=1),
        per_position_from_end=correct.sum(axis=0) / weight.sum(axis=0),
        overall=float(correct.sum() / weight.sum()),
    )


@singledispatch
def _evidence(source: object, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return `inside` and `outside` of a forward model, shape (size, size, evidences)."""
    raise TypeError(f"source must be a bracket source, got {type(source).__name__}")


@_evidence.register
def _(source: BracketSource, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Evidence s <= kinds: s kinds are pending after token t; the last: token t closes a pair.

    Tokens are independent, and the number of pending brackets of one kind does not matter: the
    first closing bracket without a partner among the following tokens closes the innermost one.
    """
    kinds, p_open, p_close = source.kinds, source.p_open, source.p_close
    opens = p_open / (p_open + p_close)
    idle = _nothing_pending(opens, size)
    no_spare_close = _nothing_pending(1 - opens, size)
    inside, outside = np.zeros((2, size, size, kinds + 2))
    before = np.zeros(size)
    for s in range(kinds + 1):
        fewer_before = before
        before = comb(kinds, s) * _all_kinds(source, [1 - idle] * s + [idle] * (kinds - s))
        opens_another = fewer_before * (kinds - s + 1) * p_open
        after = before * (1 - s * p_close - (kinds - s) * p_open) + opens_another
        stays = _all_kinds(source, [no_spare_close] * s + [np.ones(size)] * (kinds - s))
        inside[..., s] = np.outer(after, 1 - stays)
        outside[..., s] = np.outer(after, stays)
        inside[..., -1] += (before * s * p_close)[:, None]
    return inside, outside


def _nothing_pending(p_open: float, size: int) -> np.ndarray:
    """Return P(nothing is open after m tokens of one kind), m = 0 ... size - 1."""
    depth = np.zeros(size + 1)
    depth[0] = 1
    nothing = np.empty(size)
    for m in range(size):
        nothing[m] = depth[0]
        opened, closed = p_open * depth, (1 - p_open) * depth
        depth = np.append(0, opened[:-1]) + np.append(closed[1:], 0)
        depth[0] += closed[0]
    return nothing


def _all_kinds(source: BracketSource, events: list[np.ndarray]) -> np.ndarray:
    """Return the probability that every kind's event holds after n tokens, n = 0 ... size - 1.

    Given the number of tokens of each kind, the kinds are independent. The sum over these numbers
    starts with the distractors and adds one kind at a time: of n tokens of the group, the number
    that belongs to the new kind is binomially distributed.

    Args:
        source: the generator.
        events: for each kind, the probability of its event after m tokens of it, shape (size,).
    """
    size = len(events[0])
    n, m = np.indices((size, size))
    group, p_group, p_kind = np.ones(size), source.p_distractor, source.p_open + source.p_close
    for event in events:
        p_group += p_kind
        group = (_binomial(p_kind / p_group, size) * event[m] * group[n - m]).sum(axis=1)
    return group


def _binomial(p: float, size: int) -> np.ndarray:
    """Return at [n, m] the probability of m successes in n trials, shape (size, size)."""
    table = np.zeros((size, size))
    table[0, 0] = 1
    for n in range(1, size):
        table[n] = (1 - p) * table[n - 1]
        table[n, 1:] += p * table[n - 1, :-1]
    return table


@_evidence.register
def _(source: SinglePairSource, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Evidence i < size: `(` is token i <= t and `)` not read yet; the last two: label 1, label 0.

    The position of `(` is informative about the length, because it is in the first half.
    """
    t, r, i = np.ogrid[:size, :size, :size]
    half = (t + 1 + r) // 2
    places = np.maximum(half, 1)
    pending = source.p_open * ((i <= t) & (i < half)) / places
    closes_now = source.p_close * (r < half) / places
    closes_later = source.p_close * np.minimum(r, half) / places
    inside, outside = np.zeros((2, size, size, size + 2))
    inside[..., :size] = pending * closes_later
    outside[..., :size] = pending * (1 - source.p_close)
    inside[..., size] = (source.p_open * closes_now)[..., 0]
    outside[..., size + 1] = 1 - inside.sum(axis=2) - outside.sum(axis=2)
    return inside, outside
