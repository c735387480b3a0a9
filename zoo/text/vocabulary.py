"""Vocabularies: the mapping from tokens to ids."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

import numpy as np

PADDING, UNKNOWN = "[PAD]", "[UNK]"


class Vocabulary:
    """A fixed mapping from tokens to ids; id 0 is padding, and id 1 is the unknown token.

    Args:
        tokens: all tokens in the order of their ids, starting with `"[PAD]", "[UNK]"`.

    Raises:
        ValueError: the first two tokens are others, or a token occurs twice, is empty or contains a
            line break.

    Example:

    >>> vocabulary = Vocabulary(["[PAD]", "[UNK]", "a", "b"])
    >>> vocabulary.encode(["b", "?", "a"])
    array([3, 1, 2], dtype=int32)
    """

    def __init__(self, tokens: Iterable[str]) -> None:
        self.tokens = tuple(tokens)
        if self.tokens[:2] != (PADDING, UNKNOWN):
            raise ValueError(
                f"`tokens` must begin with {PADDING!r}, {UNKNOWN!r}, got {self.tokens[:2]}."
            )
        self._ids = {token: index for index, token in enumerate(self.tokens)}
        if len(self._ids) != len(self.tokens):
            twice = next(t for i, t in enumerate(self.tokens) if self._ids[t] != i)
            raise ValueError(f"`tokens` must hold each token once, got {twice!r} twice.")
        broken = [token for token in self.tokens if not token or "\n" in token]
        if broken:
            raise ValueError(
                f"`tokens` must not be empty or contain line breaks, got {broken[0]!r}."
            )

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, tokens: Iterable[str]) -> np.ndarray:
        """Return the ids of tokens.

        The strings `"[PAD]"` and `"[UNK]"` have no special meaning in a text and are unknown.

        Args:
            tokens: T strings.

        Returns:
            (T,) int32; 1 for unknown tokens.
        """
        return np.array([max(self._ids.get(t, 1), 1) for t in tokens], "int32")

    def save(self, path: str | PathLike[str]) -> None:
        """Write the tokens to a UTF-8 text file, one per line, in the order of their ids."""
        Path(path).write_bytes("".join(f"{token}\n" for token in self.tokens).encode())

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Vocabulary:
        """Read a file written by `save`.

        Raises:
            ValueError: the file cannot be read as a vocabulary; the message contains its path.
        """
        try:
            return cls(Path(path).read_bytes().decode().split("\n")[:-1])
        except (ValueError, OSError) as error:
            raise ValueError(f"{path}: cannot be read as a vocabulary: {error}") from error
