"""Tasks that ask how much a network remembers, and for how long."""

from dataclasses import dataclass

import numpy as np

from zoo.data.diagnostics.task import UNSCORED, Diagnostic


@dataclass(frozen=True)
class Dyck(Diagnostic):
    """Balanced brackets of k kinds, nested at most m deep: Dyck-(k, m) of Hewitt et al. (2020).

    The label of a token is the kind of the innermost pair that is open after it, or `kinds` if none
    is. The kind can be read on either side: it is that of the last opening bracket before that is
    not closed yet, and of the first closing bracket after whose partner has been read. So each
    direction can be right. A finite number of states suffices at any length.

    Example:
        >>> Dyck(depth=3).label(np.array([[1, 2, 4, 3]]))  # ([])
        array([[0, 1, 0, 2]])
    """

    depth: int = 3
    length: int = 64
    kinds = 2
    tokens = 1 + 2 * kinds
    labels = 1 + kinds
    shorter = (8, 16, 32)
    longer = (128, 256, 512)

    def draw(self, rng: np.random.Generator, count: int, length: int) -> np.ndarray:
        """Draw the ids of `count` balanced sequences of an even length.

        At each token the depth rises or falls with equal probability where both are possible.
        """
        if length % 2:
            raise ValueError(f"length must be even, got {length!r}")
        ids = np.empty((count, length), np.int32)
        stacks = np.zeros((count, self.depth + 1), np.int32)
        height, rows = np.zeros(count, int), np.arange(count)
        for t in range(length):
            rises = (rng.random(count) < 0.5) | (height == 0)
            rises &= (height < self.depth) & (height < length - t)
            kinds = rng.integers(1, 1 + self.kinds, count)
            top = stacks[rows, height]
            height = height + np.where(rises, 1, -1)
            stacks[rows[rises], height[rises]] = kinds[rises]
            ids[:, t] = np.where(rises, kinds, top + self.kinds)
        return ids

    def label(self, ids: np.ndarray) -> np.ndarray:
        """Return the kind of the innermost pair that is open after each token."""
        labels = np.empty_like(ids)
        stacks = np.full((len(ids), ids.shape[1] + 1), self.kinds)
        height, rows = np.zeros(len(ids), int), np.arange(len(ids))
        for t, tokens in enumerate(ids.T):
            rises = tokens <= self.kinds
            height = height + np.where(rises, 1, -1)
            stacks[rows[rises], height[rises]] = tokens[rises] - 1
            labels[:, t] = stacks[rows, height]
        return labels

    def forward_ceiling(self, length: int) -> np.ndarray:
        """Return 1."""
        return np.ones(length)

    def backward_ceiling(self, length: int) -> np.ndarray:
        """Return 1."""
        return np.ones(length)


@dataclass(frozen=True)
class Adding(Diagnostic):
    """The label of a sequence is the sum of its two marked digits.

    One digit of each half is marked. This is the adding problem of Hochreiter and Schmidhuber
    (1997) with digits in place of real numbers. Each direction reads the whole sequence before it
    answers, so each can be right.

    Example:
        >>> Adding().label(np.array([[1, 6 + 3, 2, 6 + 4]]))  # the digits 3 and 4 are marked
        array([7])
    """

    length: int = 32
    digits = 5
    tokens = 1 + 2 * digits
    labels = 2 * digits - 1
    whole = True

    def draw(self, rng: np.random.Generator, count: int, length: int) -> np.ndarray:
        """Draw the ids of `count` sequences: 1 + digit, and `digits` more where it is marked."""
        ids = rng.integers(1, 1 + self.digits, (count, length), dtype=np.int32)
        half = length // 2
        for start, stop in ((0, half), (half, length)):
            ids[np.arange(count), rng.integers(start, stop, count)] += self.digits
        return ids

    def label(self, ids: np.ndarray) -> np.ndarray:
        """Return the sum of the marked digits."""
        marked = ids > self.digits
        return np.where(marked, ids - 1 - self.digits, 0).sum(axis=1)

    def forward_ceiling(self, length: int) -> np.ndarray:
        """Return 1."""
        return np.array(1.0)

    def backward_ceiling(self, length: int) -> np.ndarray:
        """Return 1."""
        return np.array(1.0)


@dataclass(frozen=True)
class CopyMemory(Diagnostic):
    """Symbols, then blanks, then as many prompts: the label of the i-th prompt is the i-th symbol.

    Only prompts are scored. A backward model has not read any symbol there, so it guesses.

    Example:
        >>> CopyMemory(count=1).label(np.array([[3, 5, 6]]))
        array([[-1, -1, 2]])
    """

    count: int = 4
    length: int = 20
    symbols = 4
    blank, prompt = 1 + symbols, 2 + symbols
    tokens = 3 + symbols
    labels = symbols

    def draw(self, rng: np.random.Generator, count: int, length: int) -> np.ndarray:
        """Draw the ids of `count` sequences."""
        ids = np.full((count, length), self.blank, np.int32)
        ids[:, : self.count] = rng.integers(1, self.blank, (count, self.count))
        ids[:, -self.count :] = self.prompt
        return ids

    def label(self, ids: np.ndarray) -> np.ndarray:
        """Return the symbols at the prompts."""
        labels = np.full_like(ids, UNSCORED)
        labels[:, -self.count :] = ids[:, : self.count] - 1
        return labels

    def _at_prompts(self, length: int, value: float) -> np.ndarray:
        return np.where(np.arange(length) >= length - self.count, value, np.nan)

    def forward_ceiling(self, length: int) -> np.ndarray:
        """Return 1 at the prompts."""
        return self._at_prompts(length, 1.0)

    def backward_ceiling(self, length: int) -> np.ndarray:
        """Return 1 / S at the prompts."""
        return self._at_prompts(length, 1 / self.symbols)
