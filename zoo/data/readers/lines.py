"""The text and the lines of a file: one rule for encodings, line ends and byte order marks."""

import re
from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from zoo.errors import CorpusError

MARK = "\ufeff"
LINE_END = re.compile("\r\n|\r|\n")
WIDE_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_text(path: str | PathLike[str], encoding: str = "utf-8") -> str:
    """Return the text of a file, without a byte order mark at its beginning.

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
    return text.removeprefix(MARK)


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


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    r"""Yield the number of each line, from 1, and the line.

    CR, LF and CR LF end a line, and no other character does. U+FEFF at the beginning of a line is
    dropped: concatenated files have it there.

    Example:

    >>> list(numbered_lines("a\r\nb\r\ufeffc\u2028d\n"))
    [(1, 'a'), (2, 'b'), (3, 'c\u2028d'), (4, '')]
    """
    for number, line in enumerate(LINE_END.split(text), 1):
        yield number, line.lstrip(MARK)


def _line_of(before: str) -> int:
    """Return the number of the line on which a text that begins with `before` goes on."""
    return len(LINE_END.split(before))
