"""The text and the lines of a file: one rule for encodings, line ends and byte order marks."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path

from zoo.errors import CorpusError

MARK = "\ufeff"
MARKS = re.compile("(?:^|(?<=[\r\n]))\ufeff+")
LINE_END = re.compile("\r\n|\r|\n")
BYTES_END = re.compile(b"(?<=\n)|(?<=\r)(?!\n)")  # the places behind the ends of lines
SIGNATURES = {  # of files, by their first bytes
    b"\x1f\x8b": "compressed by gzip",
    b"\xfd7zXZ\0": "compressed by xz",
    b"\x28\xb5\x2f\xfd": "compressed by zstd",
    b"BZh": "compressed by bzip2",
    b"%PDF": "a PDF file",
    b"PAR1": "a Parquet file, whose `format` is parquet",
    b"PK\3\4": "a ZIP archive, as .xlsx and .docx files are",
    b"\xd0\xcf\x11\xe0": "a file of an office program, as .xls and .doc files are",
}
UNUSABLE = re.compile("[\0\ud800-\udfff]")
CONTROL = re.compile("[\0-\x1f\x7f-\x9f]")
WIDE_MARKS = {
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


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
    for signature, kind in SIGNATURES.items():
        if content.startswith(signature):
            raise CorpusError(path, None, f"no text, but {kind}; a text file was expected.")
    try:
        text = content.decode(encoding)
    except LookupError as error:
        raise CorpusError(path, None, f"`encoding` {encoding!r} is unknown.") from error
    except UnicodeError as error:
        raise _decoding_error(path, content, encoding, error) from error
    if found := UNUSABLE.search(text):
        kind = "a NUL character" if found[0] == "\0" else f"half a surrogate pair, {found[0]!r}"
        reason = f"{kind}: the file is binary, or its `encoding` is another, as utf-16."
        raise CorpusError(path, _line_of(text[: found.start()]), reason)
    return MARKS.sub("", text) if MARK in text else text


def read_bytes(path: str | PathLike[str]) -> bytes:
    """Return the content of a file.

    Raises:
        CorpusError: the file cannot be opened, or is a pipe or a device.
    """
    check_kind(path)
    try:
        return Path(path).read_bytes()
    except IsADirectoryError as error:
        raise CorpusError(path, None, "is a folder; a file was expected.") from error
    except OSError as error:
        raise CorpusError(path, None, f"cannot be opened: {error.strerror}.") from error
    except ValueError as error:  # a NUL in the path
        raise CorpusError(path, None, f"cannot be opened: {error}.") from error


def check_kind(path: str | PathLike[str]) -> None:
    """Raise an error if a path is a pipe, a socket or a device.

    A pipe can be read only once, but a file is read again for each purpose; a device may have no
    end.

    Raises:
        CorpusError: it is.
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):  # reported where the file is opened
        return
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise CorpusError(path, None, "a pipe, socket or device; copy its content to a file.")


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
    check_kind(path)
    try:
        with open(path, encoding=encoding, newline=None) as file:
            for line in file:
                yield line.removesuffix("\n").lstrip(MARK)
    except (OSError, LookupError, UnicodeError):
        read_text(path, encoding)  # raises the error that names the line
        raise


def check_text(path: str | PathLike[str], line: int, text: str) -> None:
    """Raise an error if a text holds NUL or half a surrogate pair, as JSON can write them.

    Raises:
        CorpusError: it does.
    """
    if found := UNUSABLE.search(text):
        reason = f"{found[0]!r}, which is NUL or half a surrogate pair: {text!r:.60}."
        raise CorpusError(path, line, reason)


def check_label(path: str | PathLike[str], line: int, label: str) -> None:
    """Raise an error if a label holds a control character, or half a surrogate pair.

    Raises:
        CorpusError: it does.
    """
    check_text(path, line, label)
    if found := CONTROL.search(label):
        reason = f"the control character {found[0]!r} in a label: {label!r:.60}."
        raise CorpusError(path, line, reason)


def _decoding_error(
    path: str | PathLike[str], content: bytes, encoding: str, error: UnicodeError
) -> CorpusError:
    """Return an error that names all lines that have another encoding."""
    wide = next((name for mark, name in WIDE_MARKS.items() if content.startswith(mark)), None)
    places = [] if wide or not _has_ascii_ends(encoding) else _undecoded(content, encoding)
    if not places:
        start = getattr(error, "start", 0)
        line = _line_of(content[:start].decode(encoding, "replace"))
        places = [(line, start, _reason(error))]
    first, *others = (
        CorpusError(path, line, f"byte {start} of the file is not {encoding} ({reason})")
        for line, start, reason in places
    )
    hint = f"pass the `encoding` of the file, such as {wide or 'latin-1 or cp1252'}."
    return CorpusError(path, first.line, f"{first.reason}: {hint}", others)


def _has_ascii_ends(encoding: str) -> bool:
    """Return whether a line end is one byte, so that lines can be decoded one by one."""
    try:
        return "\n".encode(encoding) == b"\n"
    except UnicodeError:
        return False


def _undecoded(content: bytes, encoding: str) -> list[tuple[int, int, str]]:
    """Return line, byte and reason of all lines that cannot be decoded."""
    places, start = [], 0
    for line, part in enumerate(BYTES_END.split(content), 1):
        try:
            part.decode(encoding)
        except UnicodeError as error:
            places.append((line, start + getattr(error, "start", 0), _reason(error)))
        start += len(part)
    return places


def _reason(error: UnicodeError) -> str:
    return " ".join(str(getattr(error, "reason", error)).split())


def _line_of(before: str) -> int:
    """Return the number of the line on which a text that begins with `before` goes on."""
    return len(LINE_END.split(before))
