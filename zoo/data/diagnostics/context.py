"""Tasks whose labels depend on the tokens to the left, to the right, or on both sides."""

from dataclasses import dataclass

import numpy as np

from zoo.data.brackets import VOCABULARY, bracket_labels, bracket_source
from zoo.data.ceiling import backward_ceiling, forward_ceiling
from zoo.data.diagnostics.task import UNSCORED, Diagnostic


@dataclass(frozen=True)
class LookAhead(Diagnostic):
    """The label of a token is the token k positions later.

    Tokens are a Markov chain over S symbols: the next token is the same with probability `stay`,
    and otherwise one of the others, which are equally likely. A forward model can only guess that
    the symbol stays the same:

        P(x_{t+k} = x_t) = 1/S + (1 - 1/S) λ^k,   λ = (S stay - 1) / (S - 1)

    Args:
        k: distance, in tokens.
        stay: probability that a symbol is repeated, at least 1 / S.

    Example:
        >>> LookAhead(1).forward_ceiling(3)
        array([0.7, 0.7, nan])
    """

    k: int
    stay: float = 0.7
    length: int = 16
    symbols = 4
    tokens = 1 + symbols
    labels = symbols

    def draw(self, rng: np.random.Generator, count: int, length: int) -> np.ndarray:
        """Draw the ids of `count` sequences."""
        moves = np.where(
            rng.random((count, length)) < self.stay,
            0,
            rng.integers(1, self.symbols, (count, length)),
        )
        moves[:, 0] = rng.integers(self.symbols, size=count)
        return (1 + np.cumsum(moves, axis=1) % self.symbols).astype(np.int32)

    def label(self, ids: np.ndarray) -> np.ndarray:
        """Return the symbol k tokens later."""
        labels = np.full_like(ids, UNSCORED)
        labels[:, : -self.k] = ids[:, self.k :] - 1
        return labels

    def _scored(self, length: int, value: float) -> np.ndarray:
        return np.where(np.arange(length) < length - self.k, value, np.nan)

    def forward_ceiling(self, length: int) -> np.ndarray:
        """Return the probability that the symbol is the same k tokens later."""
        chance, memory = 1 / self.symbols, (self.symbols * self.stay - 1) / (self.symbols - 1)
        return self._scored(length, chance + (1 - chance) * memory**self.k)

    def backward_ceiling(self, length: int) -> np.ndarray:
        """Return 1: a backward model has read the token."""
        return self._scored(length, 1.0)


@dataclass(frozen=True)
class ReversedCopy(Diagnostic):
    """The label of a token is the token at the mirrored position, T - 1 - t.

    Each direction has read it at one half of the positions, and guesses at the other half.

    Example:
        >>> ReversedCopy().label(np.array([[1, 2, 4]]))
        array([[3, 1, 0]])
    """

    length: int = 6
    symbols = 4
    tokens = 1 + symbols
    labels = symbols

    def draw(self, rng: np.random.Generator, count: int, length: int) -> np.ndarray:
        """Draw the ids of `count` sequences: independent symbols, equally likely."""
        return rng.integers(1, self.tokens, (count, length), dtype=np.int32)

    def label(self, ids: np.ndarray) -> np.ndarray:
        """Return the mirrored symbols."""
        return ids[:, ::-1] - 1

    def forward_ceiling(self, length: int) -> np.ndarray:
        """Return 1 in the second half, 1 / S in the first."""
        return np.where(2 * np.arange(length) >= length - 1, 1.0, 1 / self.symbols)

    def backward_ceiling(self, length: int) -> np.ndarray:
        """Return 1 in the first half, 1 / S in the second."""
        return self.forward_ceiling(length)[::-1]


@dataclass(frozen=True)
class Agreement(Diagnostic):
    """The label of every token is whether the first and the last token are the same.

    The ends are one of two symbols, the tokens between are distractors. A direction sees both ends
    only at its last token. Elsewhere it can only guess.

    Example:
        >>> Agreement().label(np.array([[1, 4, 1], [1, 3, 2]]))
        array([[1, 1, 1],
               [0, 0, 0]], dtype=int32)
    """

    length: int = 10
    ends, distractors = 2, 4
    tokens = 1 + ends + distractors
    labels = 2

    def draw(self, rng: np.random.Generator, count: int, length: int) -> np.ndarray:
        """Draw the ids of `count` sequences."""
        ids = rng.integers(1 + self.ends, self.tokens, (count, length), dtype=np.int32)
        ids[:, [0, -1]] = rng.integers(1, 1 + self.ends, (count, 2))
        return ids

    def label(self, ids: np.ndarray) -> np.ndarray:
        """Return 1 at all tokens if the ends agree, else 0."""
        agree = ids[:, :1] == ids[:, -1:]
        return np.repeat(agree, ids.shape[1], axis=1).astype(np.int32)

    def forward_ceiling(self, length: int) -> np.ndarray:
        """Return 1 at the last token, 1/2 elsewhere."""
        return np.where(np.arange(length) == length - 1, 1.0, 1 / self.ends)

    def backward_ceiling(self, length: int) -> np.ndarray:
        """Return 1 at the first token, 1/2 elsewhere."""
        return self.forward_ceiling(length)[::-1]


@dataclass(frozen=True)
class SandwichXor(Diagnostic):
    """The label of a token is the XOR of the bits `distance` tokens before and after it.

    Each direction alone has no information about the label, and a linear function of what the two
    know has none either.

    Example:
        >>> SandwichXor(distance=1).label(np.array([[1, 2, 2, 1]]))
        array([[-1, 1, 1, -1]])
    """

    distance: int = 2
    length: int = 16
    tokens = 3
    labels = 2

    def draw(self, rng: np.random.Generator, count: int, length: int) -> np.ndarray:
        """Draw the ids of `count` sequences: independent fair bits."""
        return rng.integers(1, 3, (count, length), dtype=np.int32)

    def label(self, ids: np.ndarray) -> np.ndarray:
        """Return the XOR of the bits on both sides."""
        labels = np.full_like(ids, UNSCORED)
        before, after = ids[:, : -2 * self.distance], ids[:, 2 * self.distance :]
        labels[:, self.distance : -self.distance] = before != after
        return labels

    def forward_ceiling(self, length: int) -> np.ndarray:
        """Return 1/2 at the tokens that are scored."""
        t = np.arange(length)
        scored = (t >= self.distance) & (t < length - self.distance)
        return np.where(scored, 0.5, np.nan)

    def backward_ceiling(self, length: int) -> np.ndarray:
        """Return 1/2 at the tokens that are scored."""
        return self.forward_ceiling(length)


@dataclass(frozen=True)
class Brackets(Diagnostic):
    """The label of a token is whether it lies inside a matched pair, see `zoo.data.brackets`.

    Example:
        >>> Brackets().forward_ceiling(2).round(2)
        array([0.98, 1.  ])
    """

    length: int = 20
    difficulty: str = "nested"
    tokens = len(VOCABULARY)
    labels = 2

    def draw(self, rng: np.random.Generator, count: int, length: int) -> np.ndarray:
        """Draw the ids of `count` sequences."""
        source = bracket_source(self.difficulty)
        return source.draw(rng, np.full(count, length), length).astype(np.int32)

    def label(self, ids: np.ndarray) -> np.ndarray:
        """Return 1 inside a matched pair, 0 outside."""
        return bracket_labels(ids)

    def forward_ceiling(self, length: int) -> np.ndarray:
        """Return `zoo.data.ceiling.forward_ceiling` by position."""
        return forward_ceiling(bracket_source(self.difficulty), (length, length)).per_position

    def backward_ceiling(self, length: int) -> np.ndarray:
        """Return `zoo.data.ceiling.backward_ceiling` by position."""
        return backward_ceiling(bracket_source(self.difficulty), (length, length)).per_position
