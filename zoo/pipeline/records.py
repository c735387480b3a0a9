"""Readers of the documents of a split; invalid records become refusals."""

import json
import lzma
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Any, NamedTuple, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

from zoo.pipeline.splits import Split, open_file

PART_DOCUMENTS = 1000
PART_CHARACTERS = 1_000_000
LARGEST = 10_000_000  # maximum size of a document in bytes, so that memory is bounded
ROWS = 256  # rows of a Parquet file that are read at a time
BOM = b"\xef\xbb\xbf"

# The offset of a record, or None for a whole file, and a function that returns its id and text.
Read = tuple[int | None, Callable[[], tuple[str | None, Any]]]


class Fields(NamedTuple):
    """The names of the fields of records.

    Args:
        text: field or column of the text.
        id: field or column of the id; None to identify documents by file and offset.
        folder: prefix that is removed from the paths in such ids.
    """

    text: str = "text"
    id: str | None = None
    folder: str = ""


class Document(NamedTuple):
    """A text with its id.

    Args:
        id: its id; or its file, a colon, and its byte offset or row.
        text: a string that UTF-8 can encode.
    """

    id: str
    text: str


class Refusal(NamedTuple):
    """An invalid record.

    Args:
        position: its file, a colon, and its byte offset or row.
        reason: why it was refused.
    """

    position: str
    reason: str


class Part(NamedTuple):
    """The documents that are answered together and written to one file.

    Args:
        name: numbers of the split and of the part in it; sorted by name, parts are in the order of
            the corpus.
        ids: ids of its documents.
        refusals: its invalid records.
    """

    name: str
    ids: list[str]
    refusals: list[Refusal]


def read_parts(split: Split, fields: Fields) -> Iterator[tuple[Part, list[str]]]:
    """Yield the parts of a split with their texts; deterministic.

    Args:
        split: the split.
        fields: the names of the fields.

    Yields:
        Pairs of a `Part` and the list of its texts.
    """
    number, characters = 0, 0
    ids: list[str] = []
    texts: list[str] = []
    refusals: list[Refusal] = []
    for record in read_records(split, fields):
        if isinstance(record, Refusal):
            refusals.append(record)
        else:
            ids.append(record.id)
            texts.append(record.text)
            characters += len(record.text)
        if len(ids) + len(refusals) >= PART_DOCUMENTS or characters >= PART_CHARACTERS:
            yield Part(f"{split.number:06}-{number:06}", ids, refusals), texts
            number, ids, texts, refusals, characters = number + 1, [], [], [], 0
    if ids or refusals:
        yield Part(f"{split.number:06}-{number:06}", ids, refusals), texts


def read_records(split: Split, fields: Fields) -> Iterator[Document | Refusal]:
    """Yield a `Document` or a `Refusal` for every record of a split, in order.

    A damaged file ends with one refusal for the rest of it.

    Args:
        split: the split.
        fields: the names of the fields.

    Yields:
        A `Document` or a `Refusal` for each record.

    Raises:
        OSError: the file system failed; a retry can succeed.
    """
    for path in split.paths:
        name = path.removeprefix(fields.folder)
        position = name
        try:
            with open_file(path) as file:
                for offset, read in READERS[split.kind](file, split, fields):
                    position = name if offset is None else f"{name}:{offset}"
                    yield _record(position, read)
        except (OSError, EOFError, zlib.error, lzma.LZMAError, pa.ArrowException) as error:
            if getattr(error, "errno", None):
                raise
            yield Refusal(position, f"damaged after this position: {error}")


def _record(position: str, read: Callable[[], tuple[str | None, Any]]) -> Document | Refusal:
    """Return the document whose id, or None, and text `read` returns; a refusal if it fails."""
    try:
        id, text = read()
        return Document(position if id is None else id, string("the text", text))
    except (ValueError, RecursionError) as error:
        return Refusal(position, str(error))


def string(name: str, value: Any) -> str:
    """Convert a value to a string: a string itself, or bytes in UTF-8.

    Args:
        name: what the value is, for the message.
        value: the value.

    Returns:
        The string.

    Raises:
        ValueError: `value` is neither a string nor UTF-8.

    Example:

    >>> string("the text", b"Caf\\xc3\\xa9")
    'Café'
    >>> string("the text", None)
    Traceback (most recent call last):
    ValueError: the text must be a string; got NoneType
    """
    try:
        if isinstance(value, bytes):
            return value.decode()
        if isinstance(value, str):
            value.encode()
            return value
    except UnicodeError as error:
        raise ValueError(f"{name} is not UTF-8: {error}") from error
    raise ValueError(f"{name} must be a string; got {type(value).__name__}")


def _from_dict(record: dict[str, Any], fields: Fields) -> tuple[str | None, Any]:
    """Return the id, or None, and the text of a record."""
    for name in filter(None, (fields.text, fields.id)):
        if name not in record:
            raise ValueError(f"no field {name!r}")
    text = record[fields.text]
    if fields.id is None:
        return None, text
    id = record[fields.id]
    return str(id) if type(id) is int else string("the id", id), text


def _from_json(line: bytes, fields: Fields) -> tuple[str | None, Any]:
    record = json.loads(string("the line", line))
    if not isinstance(record, dict):
        raise ValueError(f"expected a JSON object; got {type(record).__name__}")
    return _from_dict(record, fields)


def _too_long() -> NoReturn:
    raise ValueError(f"longer than {LARGEST:,} bytes")


def _lines(
    file: IO[bytes],
    split: Split,
    fields: Fields,
    parse: Callable[[bytes, Fields], tuple[str | None, Any]],
) -> Iterator[Read]:
    for offset, line in lines(file, split.start, split.stop):
        yield offset, _too_long if line is None else partial(parse, line, fields)


def lines(file: IO[bytes], start: int, stop: int | None) -> Iterator[tuple[int, bytes | None]]:
    """Yield the lines that start in a range of bytes.

    Args:
        file: a file, opened for reading in binary mode.
        start: offset of the first byte of the range.
        stop: offset after the last byte of the range; None for the end of the file.

    Yields:
        Pairs of the offset of a line and its bytes, without the line end and the byte order mark of
        the file; None instead of the bytes if the line is longer than `LARGEST`.

    Example:

    >>> import io
    >>> file = io.BytesIO(b"one\\ntwo\\r\\nthree")
    >>> list(lines(file, 0, 4)), list(lines(file, 1, None))
    ([(0, b'one')], [(4, b'two'), (9, b'three')])
    """
    if start:
        file.seek(start - 1)
        _finish_line(file)
    while stop is None or file.tell() < stop:
        offset = file.tell()
        line = file.readline(LARGEST)
        if not line:
            return
        if len(line) == LARGEST and not line.endswith(b"\n"):
            _finish_line(file)
            yield offset, None
        else:
            line = line.removesuffix(b"\n").removesuffix(b"\r")
            yield offset, line.removeprefix(BOM) if offset == 0 else line


def _finish_line(file: IO[bytes]) -> None:
    while (rest := file.readline(LARGEST)) and not rest.endswith(b"\n"):
        pass


def _whole_file(file: IO[bytes], split: Split, fields: Fields) -> Iterator[Read]:
    content = file.read(LARGEST)
    too_long = len(content) == LARGEST
    yield None, _too_long if too_long else lambda: (None, content.removeprefix(BOM))


def _rows(file: IO[bytes], split: Split, fields: Fields) -> Iterator[Read]:
    content = pq.ParquetFile(file)
    row = sum(content.metadata.row_group(i).num_rows for i in range(split.start))
    columns = [fields.text] if fields.id is None else [fields.text, fields.id]
    for batch in content.iter_batches(ROWS, row_groups=[split.start], columns=columns):
        values = {name: _values(batch.column(name)) for name in columns}
        for index in range(len(batch)):
            record = {name: each[index] for name, each in values.items()}
            yield row + index, partial(_from_dict, record, fields)
        row += len(batch)


def _values(column: Any) -> list[Any]:
    """Return the values of a column; strings as bytes, because Arrow does not check their UTF-8."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = column.cast(pa.large_binary())
    return column.to_pylist()


READERS: dict[str, Callable[[IO[bytes], Split, Fields], Iterator[Read]]] = {
    "lines": partial(_lines, parse=lambda line, fields: (None, line)),
    "jsonl": partial(_lines, parse=_from_json),
    "files": _whole_file,
    "parquet": _rows,
}
