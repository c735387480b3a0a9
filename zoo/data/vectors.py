"""Pretrained word vectors."""

import gzip
import re
import zlib
from array import array
from collections.abc import Collection, Iterator
from itertools import islice
from os import PathLike

import numpy as np

from zoo.data.readers.faults import Faults
from zoo.data.readers.lines import MARK, check_kind
from zoo.errors import CorpusError

HEADER = re.compile(r"\d{1,9} \d{1,9}")
GZIP = b"\x1f\x8b"


def read_vectors(
    path: str | PathLike[str],
    words: Collection[str] | None = None,
    limit: int | None = None,
    dim: int | None = None,
) -> tuple[list[str], np.ndarray]:
    """Read word vectors in the text format of GloVe: a word and its numbers, separated by spaces.

    A first line with the number of words and of dimensions, as in the text formats of word2vec and
    fastText, is skipped.

    Args:
        path: the file, plain or compressed by gzip.
        words: the words to keep; None for all.
        limit: maximum number of vectors to read, at least 1; None for all. GloVe's files are sorted
            by word frequency.
        dim: maximum number of dimensions, see `reduce_vectors`; None for those of the file.

    Returns:
        Pair of a list of N words, in the order of the file, and their vectors, float32,
        shape (N, D).

    Raises:
        CorpusError: with file and lines: the file cannot be opened, a line has another width than
            the first or no word, a value is not a finite number, a word occurs twice, the file is
            empty, not UTF-8 or not valid gzip.
        ValueError: `limit` is below 1.

    Example:

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "vectors.txt")
    ...     _ = path.write_text("the 0.5 -1\\nof 0.25 2\\n")
    ...     read_vectors(path, words={"of"})
    (['of'], array([[0.25, 2.  ]], dtype=float32))
    """
    if limit is not None and limit < 1:
        raise ValueError(f"`limit` must be at least 1 or None, got {limit}.")
    width: int | None = None
    lines: dict[str, int] = {}
    numbers = array("f")
    faults = Faults()
    for line, text in faults.until_end(islice(_without_header(_lines(path)), limit)):
        width = width or text.count(" ")
        with faults:
            word, fields = _split(path, line, text, width)
            if words is not None and word not in words:
                continue
            if word in lines:
                raise CorpusError(path, line, f"{word!r} again, as in line {lines[word]}.")
            try:
                numbers.extend(map(float, fields))
            except ValueError as error:
                raise CorpusError(path, line, f"the vector of {word!r}: {error}.") from error
            lines[word] = line
    faults.check()
    if width is None:
        raise CorpusError(path, None, "no vector in the file.")
    vectors = np.frombuffer(numbers, "float32").reshape(-1, width)
    names = list(lines)
    for row in np.flatnonzero(~np.isfinite(vectors).all(axis=1)).tolist():
        with faults:
            reason = f"the vector of {names[row]!r} is not finite."
            raise CorpusError(path, lines[names[row]], reason)
    faults.check()
    if dim is not None and dim < width:
        vectors = reduce_vectors(vectors, dim)
    return names, vectors


def reduce_vectors(vectors: np.ndarray, dim: int) -> np.ndarray:
    """Project vectors onto their first principal components, without centring.

    Args:
        vectors: (N, D).
        dim: number of dimensions, at most D.

    Returns:
        (N, dim) float32, scaled to the mean length of `vectors`.

    Raises:
        ValueError: `dim` is below 1 or above D.

    Example:

    >>> reduce_vectors(np.array([[3.0, 4.0], [6.0, 8.0]]), 1).shape
    (2, 1)
    """
    if not 1 <= dim <= vectors.shape[1]:
        raise ValueError(f"`dim` must be 1 to {vectors.shape[1]}, got {dim}.")
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    reduced = vectors @ axes[:, ::-1][:, :dim]
    lengths = [np.linalg.norm(each, axis=1).mean() for each in (vectors, reduced)]
    return (reduced * (lengths[0] / (lengths[1] or 1.0))).astype("float32")


def _split(path: str | PathLike[str], line: int, text: str, width: int) -> tuple[str, list[str]]:
    """Return the word of a line and the texts of its numbers."""
    word, *fields = text.rsplit(" ", width)
    # Some words of the larger files contain spaces; a word that ends in a number is an error.
    if len(fields) < max(width, 1) or (" " in word and _is_number(word.rpartition(" ")[2])):
        due = f"as in the first line, {width}" if width else "at least one"
        reason = f"{text.count(' ')} numbers after the word, not {due}: {text!r:.60}."
        raise CorpusError(path, line, reason)
    if not word:
        raise CorpusError(path, line, f"no word before the numbers: {text!r:.60}.")
    return word, fields


def _without_header(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the lines of vectors."""
    first, second = next(lines, None), next(lines, None)
    if first and second and HEADER.fullmatch(first[1]):
        dim = int(first[1].split(" ")[1])
        first = None if second[1].count(" ") == dim > 1 else first
    yield from (line for line in (first, second) if line)
    yield from lines


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _lines(path: str | PathLike[str]) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of every line that is not blank."""
    check_kind(path)
    try:
        with open(path, "rb") as file:
            opened = gzip.open if file.read(2) == GZIP else open
    except (OSError, ValueError) as error:  # a ValueError for a NUL in the path
        reason = getattr(error, "strerror", error)
        raise CorpusError(path, None, f"cannot be opened: {reason}.") from error
    line = 0
    with opened(path, "rb") as file:
        try:
            for content in file:
                for part in content.rstrip(b"\r\n").split(b"\r"):
                    line += 1
                    if text := part.decode().lstrip(MARK).rstrip(" "):
                        yield line, text
        except UnicodeDecodeError as error:
            raise CorpusError(path, line, f"not UTF-8: {error}.") from error
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise CorpusError(path, None, f"the gzip file is broken: {error}") from error
