"""Random generators of bracket sequences, and their vocabulary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PAD_ID = 0
UNKNOWN_ID = 1
BRACKETS = ("()", "[]", "{}")
VOCABULARY = ("[PAD]", "[UNK]", *"".join(BRACKETS), *"abcdefghijklmnopqrstuvwxyz")
OPENING_IDS = tuple(VOCABULARY.index(opening) for opening, _ in BRACKETS)
CLOSING_IDS = tuple(VOCABULARY.index(closing) for _, closing in BRACKETS)
DISTRACTOR_IDS = tuple(
    i for i in range(len(VOCABULARY)) if i not in (PAD_ID, *OPENING_IDS, *CLOSING_IDS)
)


@dataclass(frozen=True)
class BracketSource:
    """A generator whose tokens are independent of each other.

    Each token is the opening bracket of a given kind with probability `p_open`, the closing one
    with probability `p_close`, and otherwise one of the distractors, which are equally likely.
    Brackets can nest, cross, and lack a partner. Because tokens are independent, the best accuracy
    of a unidirectional model can be computed exactly: see `zoo.data.ceiling`.

    Args:
        kinds: number of kinds of brackets, in the order of `BRACKETS`.
        p_open: probability that a token is the opening bracket of a given kind.
        p_close: probability that a token is the closing bracket of a given kind.

    Raises:
        ValueError: `kinds` is not 1 to 3, a probability is not positive, or the probabilities of
            all brackets sum to 1 or more.

    Example:
        >>> BracketSource(kinds=1, p_open=0.25, p_close=0.25).p_distractor
        0.5
    """

    kinds: int
    p_open: float
    p_close: float

    def __post_init__(self) -> None:
        if self.kinds not in range(1, len(BRACKETS) + 1):
            raise ValueError(f"kinds must be 1 to {len(BRACKETS)}, got {self.kinds!r}")
        for name in ("p_open", "p_close"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)!r}")
        if not self.p_distractor > 0:
            raise ValueError(
                "p_open and p_close must leave room for distractors: kinds * (p_open + p_close) "
                f"must be below 1, got {self.kinds} * ({self.p_open} + {self.p_close})"
            )

    @property
    def p_distractor(self) -> float:
        """The probability that a token is a distractor."""
        return 1 - self.kinds * (self.p_open + self.p_close)

    @property
    def mirrored(self) -> BracketSource:
        """The source of the same sequences read backward, each bracket turned round."""
        return BracketSource(self.kinds, p_open=self.p_close, p_close=self.p_open)

    @property
    def token_probabilities(self) -> np.ndarray:
        """The probability of each token of `VOCABULARY`, shape (len(VOCABULARY),)."""
        probabilities = np.zeros(len(VOCABULARY))
        probabilities[list(OPENING_IDS[: self.kinds])] = self.p_open
        probabilities[list(CLOSING_IDS[: self.kinds])] = self.p_close
        probabilities[list(DISTRACTOR_IDS)] = self.p_distractor / len(DISTRACTOR_IDS)
        return probabilities

    def draw(self, rng: np.random.Generator, sizes: np.ndarray, width: int) -> np.ndarray:
        """Draw token ids of shape (B, width) for sequences of `sizes` (B,), not padded yet."""
        # The padding token has probability 0 and is never drawn.
        upper_edges = np.cumsum(self.token_probabilities)
        upper_edges[-1] = 1.0
        return np.searchsorted(upper_edges, rng.random((len(sizes), width)), side="right")


@dataclass(frozen=True)
class SinglePairSource:
    """A generator of at most one `(` in the first half of a sequence and one `)` in the second.

    The two brackets occur independently, each at a random position of its half. A sequence can so
    have a matched pair, a single bracket without a partner, or no bracket. The middle token of a
    sequence of odd length belongs to neither half.

    Args:
        p_open: probability that the opening bracket occurs.
        p_close: probability that the closing bracket occurs.

    Raises:
        ValueError: a probability is not above 0 and at most 1.

    Example:
        >>> SinglePairSource(p_open=0.9, p_close=0.5).mirrored
        SinglePairSource(p_open=0.5, p_close=0.9)
    """

    p_open: float
    p_close: float

    def __post_init__(self) -> None:
        for name in ("p_open", "p_close"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"{name} must be in (0, 1], got {getattr(self, name)!r}")

    @property
    def mirrored(self) -> SinglePairSource:
        """The source of the same sequences read backward, each bracket turned round."""
        return SinglePairSource(p_open=self.p_close, p_close=self.p_open)

    def draw(self, rng: np.random.Generator, sizes: np.ndarray, width: int) -> np.ndarray:
        """Draw token ids of shape (B, width) for sequences of `sizes` (B,), not padded yet."""
        ids = rng.choice(DISTRACTOR_IDS, (len(sizes), width))
        half = sizes // 2
        from_start, from_end = rng.integers(np.maximum(half, 1), size=(2, len(sizes)))
        opened, closed = rng.random((2, len(sizes))) < [[self.p_open], [self.p_close]]
        for present, position, bracket in (
            (opened, from_start, OPENING_IDS[0]),
            (closed, sizes - 1 - from_end, CLOSING_IDS[0]),
        ):
            rows = np.flatnonzero(present & (half > 0))
            ids[rows, position[rows]] = bracket
        return ids
