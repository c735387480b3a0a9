"""The text and the lines of a file: one rule for encodings, line ends and byte order marks."""

import re
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path

from zoo.errors import CorpusError

MARK = "\ufeff"
MARKS = re.compile("(?:^|(?<=[\r\n]))\ufeff+")
LINE_END = re.compile("\r\n|\r|\n")
WIDE_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_text(path: str | PathLike[str], encoding: str = "utf-8") -> str:
    """Return the text of a file, without byte order marks at the beginning of its lines.

    Where files were concatenated, U+FEFF begins lines other than the first one, too.

    Args:
        path: the file.
        encoding: text encoding of the file.

    Raises:
        CorpusError: the file cannot be opened, has another encoding, or contains NUL characters, as
            a binary file does.

    Example:

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "mine.txt")
    ...     _ = path.write_bytes(b"caf\\xe9")
    ...     read_text(path, "latin-1")
    'café'
    """
    content = read_bytes(path)
    try:
        text = content.decode(encoding)
    except LookupError as error:
        raise CorpusError(path, None, f"`encoding` {encoding!r} is unknown.") from error
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        reason = f"byte {start} of the file is not {encoding} ({getattr(error, 'reason', error)})"
        guess = WIDE_MARKS.get(content[:2], "latin-1 or cp1252")
        hint = f"pass the `encoding` of the file, such as {guess}."
        line = _line_of(content[:start].decode(encoding, "replace"))
        raise CorpusError(path, line, f"{reason}: {hint}") from error
    if "\0" in text:
        line = _line_of(text[: text.index("\0")])
        reason = "a NUL character: the file is binary, or its `encoding` is another, as utf-16."
        raise CorpusError(path, line, reason)
    return MARKS.sub("", text) if MARK in text else text


def read_bytes(path: str | PathLike[str]) -> bytes:
    """Return the content of a file.

    Raises:
        CorpusError: the file cannot be opened.
    """
    try:
        return Path(path).read_bytes()
    except IsADirectoryError as error:
        raise CorpusError(path, None, "is a folder; a file was expected.") from error
    except OSError as error:
        raise CorpusError(path, None, f"cannot be opened: {error.strerror}.") from error
    except ValueError as error:  # a NUL in the path
        raise CorpusError(path, None, f"cannot be opened: {error}.") from error


def numbered_lines(text: str) -> Iterable[tuple[int, str]]:
    r"""Return pairs of the number of each line, from 1, and the line.

    CR, LF and CR LF end a line, and no other character does.

    Example:

    >>> list(numbered_lines("a\r\nb\rc\u2028d\n"))
    [(1, 'a'), (2, 'b'), (3, 'c\u2028d'), (4, '')]
    """
    return enumerate(LINE_END.split(text), 1)


def stream_lines(path: str | PathLike[str], encoding: str = "utf-8") -> Iterator[str]:
    """Yield the lines of a file of any size, without their ends.

    Raises:
        CorpusError: as in `read_text`, once the line is reached.
    """
    try:
        with open(path, encoding=encoding, newline=None) as file:
            for line in file:
                yield line.removesuffix("\n").lstrip(MARK)
    except (OSError, LookupError, UnicodeError):
        read_text(path, encoding)  # raises the error that names the line
        raise


def _line_of(before: str) -> int:
    """Return the number of the line on which a text that begins with `before` goes on."""
    return len(LINE_END.split(before))
