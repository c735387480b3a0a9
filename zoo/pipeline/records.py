"""From a split to its documents, and to what is none and why."""

import json
import lzma
import zlib
from functools import partial
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from zoo.pipeline.splits import open_file

PART_DOCUMENTS = 1000
PART_CHARACTERS = 1_000_000
LARGEST = 10_000_000  # bytes of a document, so that memory stays bounded
ROWS = 256  # of a Parquet file, read at once
BOM = b"\xef\xbb\xbf"


class Fields(NamedTuple):
    """How records are read.

    Args:
        text: the field or column of the text.
        id: that of the id; None to name documents by file and place.
        folder: what is left out of the paths in such names.
    """

    text: str = "text"
    id: str | None = None
    folder: str = ""


class Document(NamedTuple):
    """A text to tag.

    Args:
        id: its own; else its file, with its first byte or its row behind a colon.
        text: a string that UTF-8 can hold.
    """

    id: str
    text: str


class Refusal(NamedTuple):
    """A record that is no document.

    Args:
        position: its file, with its first byte or its row behind a colon.
        reason: what is wrong with it.
    """

    position: str
    reason: str


class Part(NamedTuple):
    """What is tagged at once and written to one file.

    Args:
        name: numbers of the split and of the part in it: by it, parts are in the corpus' order.
        ids: of its documents.
        refusals: list of `Refusal`.
    """

    name: str
    ids: list[str]
    refusals: list[Refusal]


def read_parts(split, fields):
    """Yield the parts of a split, always the same, with the texts of each.

    Args:
        split: a `zoo.pipeline.splits.Split`.
        fields: a `Fields`.

    Yields:
        Pairs of a `Part` and the list of its texts.
    """
    number, ids, texts, refusals, characters = 0, [], [], [], 0
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


def read_records(split, fields):
    """Yield a `Document` or a `Refusal` for every record of a split, in its order.

    A file that is damaged ends with a refusal of its rest.

    Raises:
        OSError: the file system failed, which another try may mend.
    """
    for path in split.paths:
        name = path.removeprefix(fields.folder)
        position = name
        try:
            with open_file(path) as file:
                for place, make in READERS[split.kind](file, split, fields):
                    position = name if place is None else f"{name}:{place}"
                    yield _record(position, make)
        except (OSError, EOFError, zlib.error, lzma.LZMAError, pa.ArrowException) as error:
            if getattr(error, "errno", None):
                raise
            yield Refusal(position, f"damaged behind here: {error}")


def _record(position, make):
    """Return what `make` gives, a pair of an id or None and a text, as a document."""
    try:
        id, text = make()
        return Document(position if id is None else id, string("the text", text))
    except (ValueError, RecursionError) as error:
        return Refusal(position, str(error))


def string(name, value):
    """Return a string, or bytes in UTF-8 as a string.

    Raises:
        ValueError: it is nothing of the kind.

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


def _from_dict(record, fields):
    """Return id, or None, and text of a record."""
    for name in filter(None, (fields.text, fields.id)):
        if name not in record:
            raise ValueError(f"no field {name!r}")
    text = record[fields.text]
    if fields.id is None:
        return None, text
    id = record[fields.id]
    return str(id) if type(id) is int else string("the id", id), text


def _from_json(line, fields):
    record = json.loads(string("the line", line))
    if not isinstance(record, dict):
        raise ValueError(f"expected a JSON object; got {type(record).__name__}")
    return _from_dict(record, fields)


def _too_long():
    raise ValueError(f"longer than {LARGEST:,} bytes")


def _lines(file, split, fields, parse):
    for offset, line in lines(file, split.start, split.stop):
        yield offset, _too_long if line is None else partial(parse, line, fields)


def lines(file, start, stop):
    """Yield offset and content of the lines that begin in a range of bytes.

    Args:
        file: open to read bytes.
        start, stop: the range; None for a `stop` at the end.

    Yields:
        Pairs of the offset of the first byte, and the bytes without the end of the line, and
        without the mark that some files of UTF-8 begin with; None for a line longer than `LARGEST`.

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


def _finish_line(file):
    while (rest := file.readline(LARGEST)) and not rest.endswith(b"\n"):
        pass


def _whole_file(file, split, fields):
    content = file.read(LARGEST)
    too_long = len(content) == LARGEST
    yield None, _too_long if too_long else lambda: (None, content.removeprefix(BOM))


def _rows(file, split, fields):
    content = pq.ParquetFile(file)
    row = sum(content.metadata.row_group(i).num_rows for i in range(split.start))
    columns = [fields.text] if fields.id is None else [fields.text, fields.id]
    for batch in content.iter_batches(ROWS, row_groups=[split.start], columns=columns):
        values = {name: _values(batch.column(name)) for name in columns}
        for index in range(len(batch)):
            record = {name: each[index] for name, each in values.items()}
            yield row + index, partial(_from_dict, record, fields)
        row += len(batch)


def _values(column):
    """Return the values of a column, strings as bytes: Arrow does not check that they are UTF-8."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = column.cast(pa.large_binary())
    return column.to_pylist()


READERS = {
    "lines": partial(_lines, parse=lambda line, fields: (None, line)),
    "jsonl": partial(_lines, parse=_from_json),
    "files": _whole_file,
    "parquet": _rows,
}
