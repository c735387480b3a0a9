"""Synthetic data for bracket tagging: each token is inside or outside a matched pair."""

import difflib
import operator
from dataclasses import dataclass

import numpy as np

from zoo.data.bracket_sources import (
    BRACKETS,
    CLOSING_IDS,
    DISTRACTOR_IDS,
    OPENING_IDS,
    PAD_ID,
    UNKNOWN_ID,
    VOCABULARY,
    BracketSource,
    SinglePairSource,
)

__all__ = [
    "BRACKETS",
    "CLOSING_IDS",
    "DIFFICULTIES",
    "DISTRACTOR_IDS",
    "OPENING_IDS",
    "PAD_ID",
    "UNKNOWN_ID",
    "VOCABULARY",
    "BracketBatch",
    "BracketSource",
    "SinglePairSource",
    "bracket_labels",
    "bracket_source",
    "length_range",
    "sample",
]

DIFFICULTIES = {
    "single": SinglePairSource(p_open=0.8, p_close=0.8),
    "nested": BracketSource(kinds=1, p_open=0.15, p_close=0.15),
    "kinds": BracketSource(kinds=3, p_open=0.06, p_close=0.06),
}


@dataclass(frozen=True, eq=False)
class BracketBatch:
    """A batch of sequences with labels, padded on the right.

    Args:
        ids: token ids, int32, shape (B, T), `PAD_ID` after the end of a sequence.
        labels: 1 inside a matched pair, 0 outside and on padding, int32, shape (B, T).
        lengths: number of tokens of each sequence, int32, shape (B,).
    """

    ids: np.ndarray
    labels: np.ndarray
    lengths: np.ndarray


def bracket_source(difficulty: str) -> BracketSource | SinglePairSource:
    """Return the generator of a difficulty.

    Args:
        difficulty: a key of `DIFFICULTIES`.

    Returns:
        The generator.

    Raises:
        ValueError: `difficulty` is unknown.

    Example:
        >>> bracket_source("kinds").kinds
        3
    """
    if difficulty not in DIFFICULTIES:
        near = difflib.get_close_matches(str(difficulty), DIFFICULTIES, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise ValueError(
            f"unknown difficulty {difficulty!r}: {hint}There are {', '.join(DIFFICULTIES)}."
        )
    return DIFFICULTIES[difficulty]


def length_range(lengths: tuple[int, int]) -> range:
    """Return the range of sequence lengths from the shortest to the longest, inclusive.

    Args:
        lengths: shortest and longest length in tokens.

    Returns:
        The lengths.

    Raises:
        ValueError: `lengths` is not a pair of integers with 1 <= shortest <= longest.

    Example:
        >>> list(length_range((2, 4)))
        [2, 3, 4]
    """
    try:
        shortest, longest = map(operator.index, lengths)
    except (TypeError, ValueError):
        shortest = longest = 0
    if not 1 <= shortest <= longest:
        raise ValueError(
            f"lengths must be two integers with 1 <= shortest <= longest, got {lengths!r}"
        )
    return range(shortest, longest + 1)


def sample(
    source: BracketSource | SinglePairSource,
    count: int,
    lengths: tuple[int, int] = (8, 32),
    *,
    seed: int,
) -> BracketBatch:
    """Draw labelled sequences with uniformly distributed lengths.

    Args:
        source: generator of the tokens, such as `bracket_source("nested")`.
        count: B, number of sequences.
        lengths: shortest and longest length in tokens, inclusive.
        seed: seed for `numpy.random.default_rng`.

    Returns:
        The batch; T is the longest possible length.

    Raises:
        ValueError: `count` is not a positive integer, or `lengths` is not a valid pair.

    Example:
        >>> sample(bracket_source("single"), 2, (5, 5), seed=0).ids.shape
        (2, 5)
    """
    if not isinstance(count, int | np.integer) or count < 1:
        raise ValueError(f"count must be an integer of at least 1, got {count!r}")
    possible = length_range(lengths)
    rng = np.random.default_rng(seed)
    sizes = rng.integers(possible.start, possible.stop, count, dtype=np.int32)
    ids = source.draw(rng, sizes, possible[-1]).astype(np.int32)
    ids[np.arange(ids.shape[1]) >= sizes[:, None]] = PAD_ID
    return BracketBatch(ids, bracket_labels(ids), sizes)


def bracket_labels(ids: np.ndarray) -> np.ndarray:
    """Label each token 1 inside a matched pair of brackets and 0 outside, in linear time.

    Each kind is matched separately: a closing bracket matches the nearest opening bracket of its
    kind that is still pending, so both pairs of `([)]` match. The two brackets of a matched pair
    count as inside. A bracket without a partner does not, unless another pair surrounds it. For one
    kind, token t is inside exactly if


        (opens pending before t) + [t opens] > 0  and  [t closes] + (closes pending after t) > 0

    Args:
        ids: integer token ids, shape (..., T), padded anywhere with `PAD_ID`.

    Returns:
        The labels, int32, shape (..., T); 0 on padding.

    Raises:
        TypeError: `ids` are not integers.
        ValueError: `ids` have no time axis.

    Example:
        >>> bracket_labels(np.array([VOCABULARY.index(token) for token in "a(b]c)d)e("]))
        array([0, 1, 1, 1, 1, 1, 0, 0, 0, 0], dtype=int32)
    """
    ids = np.asarray(ids)
    if not np.issubdtype(ids.dtype, np.integer):
        raise TypeError(f"ids must be integers, got dtype {ids.dtype}")
    if ids.ndim == 0:
        raise ValueError("ids must have shape (..., T), got a scalar")
    inside = np.zeros(ids.shape, bool)
    for opening, closing in zip(OPENING_IDS, CLOSING_IDS, strict=True):
        opens, closes = ids == opening, ids == closing
        past = _pending_before(opens, closes)
        future = _pending_before(closes[..., ::-1], opens[..., ::-1])[..., ::-1]
        inside |= ((past > 0) | opens) & ((future > 0) | closes)
    return (inside & (ids != PAD_ID)).astype(np.int32)


def _pending_before(opens: np.ndarray, closes: np.ndarray) -> np.ndarray:
    """Count the brackets that are open just before each token, (..., T) -> (..., T)."""
    height = np.cumsum(opens.astype(np.int32) - closes, axis=-1)
    # A closing bracket without a partner lowers the floor from which pending ones are counted.
    floor = np.minimum(np.minimum.accumulate(height, axis=-1), 0)
    pending = np.zeros_like(height)
    pending[..., 1:] = (height - floor)[..., :-1]
    return pending
