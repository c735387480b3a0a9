"""Tables with a header line: CSV and TSV."""

import csv
import io
import re
from collections.abc import Iterator
from os import PathLike
from typing import Any

from zoo.data.readers.faults import Faults
from zoo.data.readers.lines import numbered_lines, read_text
from zoo.data.readers.records import Record
from zoo.errors import CorpusError

QUOTED = re.compile(r'"(?:[^"]|"")*"')
TABS = {"\\t": "\t", "tab": "\t"}


def read_csv(
    path: str | PathLike[str],
    delimiter: str | None = None,
    encoding: str = "utf-8",
    needed: tuple[str, ...] = (),
) -> Iterator[Record]:
    """Yield the rows of a CSV file by the names in its header line.

    Fields with delimiters, quotes or line ends are quoted, as RFC 4180 describes.

    Args:
        path: the file.
        delimiter: what separates the fields, one character; None for a comma.
        encoding: text encoding of the file.
        needed: names of columns that the header must have.

    Raises:
        CorpusError: with file and lines: the file cannot be opened or has another encoding, a row
            has another number of fields than the header, a column is missing or named twice, a
            quote is not closed, or there is no row.

    Example:

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "mine.csv")
    ...     _ = path.write_text('text,label\\n"Yes, indeed",good\\n')
    ...     list(read_csv(path))
    [Record(line=2, values={'text': 'Yes, indeed', 'label': 'good'})]
    """
    text = read_text(path, encoding)
    delimiter = TABS.get(delimiter or ",", delimiter or ",")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise CorpusError(path, None, f"`delimiter` must be one character, got {delimiter!r}.")
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))  # it only refuses
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return _records(path, _csv_rows(path, reader), needed, f"The `delimiter` is {delimiter!r}.")


def _csv_rows(path: str | PathLike[str], reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row of a CSV reader begins, and its fields."""
    line = 0
    while True:
        try:
            fields = next(reader, None)
        except csv.Error as error:
            raise CorpusError(path, line + 1, f"a quoted field is malformed: {error}.") from error
        if fields is None:
            return
        if fields:
            yield line + 1, fields
        line = reader.line_num


def read_tsv(
    path: str | PathLike[str], encoding: str = "utf-8", needed: tuple[str, ...] = ()
) -> Iterator[Record]:
    """Yield the rows of a TSV file by the names in its header line.

    A field contains neither tabs nor line ends. A field in quotes whose inner quotes are doubled is
    read as in CSV; other quotes are characters of the field.

    Args:
        path: the file.
        encoding: text encoding of the file.
        needed: names of columns that the header must have.

    Raises:
        CorpusError: with file and lines: as `read_csv`.
    """
    lines = numbered_lines(read_text(path, encoding))
    rows = ((number, _tsv_fields(line)) for number, line in lines if line)
    return _records(path, rows, needed, "Fields are separated by tabs.")


def _tsv_fields(line: str) -> list[str]:
    return [
        field[1:-1].replace('""', '"') if QUOTED.fullmatch(field) else field
        for field in line.split("\t")
    ]


def _records(
    path: str | PathLike[str],
    rows: Iterator[tuple[int, list[str]]],
    needed: tuple[str, ...],
    separated: str,
) -> Iterator[Record]:
    """Yield records of the rows that follow a header."""
    first, header = next(rows, (None, []))
    if first is None:
        raise CorpusError(path, None, "blank; a header line was expected.")
    names = [name.strip() for name in header]
    if twice := {name for name in names if name and names.count(name) > 1}:
        raise CorpusError(path, first, f"the header names a column twice: {sorted(twice)}.")
    for name in needed:
        if name not in names:
            hint = "Pass its name, by `text_column` or `label_column`."
            reason = f"no column {name!r} among {names}. {hint if len(names) > 1 else separated}"
            raise CorpusError(path, first, reason)
    count, faults = 0, Faults()
    for line, fields in faults.until_end(rows):
        with faults:
            if len(fields) != len(names):
                reason = f"{len(fields)} fields, the header has {len(names)}: {fields!r:.60}."
                raise CorpusError(path, line, f"{reason} {separated}")
            if [field.strip() for field in fields] == names:
                raise CorpusError(path, line, f"the header again: {fields!r:.60}.")
            yield Record(line, dict(zip(names, fields, strict=True)))
            count += 1
    faults.check()
    if not count:
        raise CorpusError(path, None, "no row after the header line.")
