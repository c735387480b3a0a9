"""Which id stands for which token."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

import numpy as np

PADDING, UNKNOWN = "[PAD]", "[UNK]"


class Vocabulary:
    """A fixed list of tokens; id 0 is padding and id 1 stands for every token not in the list.

    Args:
        tokens: all tokens in the order of their ids, beginning with `"[PAD]", "[UNK]"`.

    Raises:
        ValueError: other first tokens, a token twice, or one with a line break.

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
                f"`tokens` must be single lines, neither empty nor broken, got {broken[0]!r}."
            )

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, tokens: Iterable[str]) -> np.ndarray:
        """Return the ids of `tokens`, strings, as an int32 array; unknown ones get 1.

        The literal strings of padding and unknown are tokens like any other and are unknown.
        """
        return np.array([max(self._ids.get(t, 1), 1) for t in tokens], "int32")

    def save(self, path: str | PathLike[str]) -> None:
        """Write the tokens to a UTF-8 text file, one a line in the order of their ids."""
        Path(path).write_bytes("".join(f"{token}\n" for token in self.tokens).encode())

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Vocabulary:
        """Read a file written by `save`.

        Raises:
            ValueError: the file is not such a list, with its path.
        """
        try:
            return cls(Path(path).read_bytes().decode().split("\n")[:-1])
        except (ValueError, OSError) as error:
            raise ValueError(f"{path}: cannot be read as a vocabulary: {error}") from error
