"""Files of records: JSON Lines, JSON lists and Parquet."""

import json
import re
from collections.abc import Iterator
from os import PathLike
from typing import Any, NamedTuple, NoReturn

from zoo.data.readers.faults import Faults
from zoo.data.readers.lines import LINE_END, read_bytes, read_text
from zoo.errors import CorpusError

BLANK = " \t\r\n"
NEXT = re.compile("[\r\n](?={)")


class Record(NamedTuple):
    """A record of a file.

    Args:
        line: number of its first line, from 1; in Parquet the number of its row.
        values: dict from column to value.
    """

    line: int
    values: dict[str, Any]


def read_json(path: str | PathLike[str], encoding: str = "utf-8") -> Iterator[Record]:
    """Yield the objects of a JSON Lines file, or of a JSON file that holds a list of objects.

    Raises:
        CorpusError: with file and lines: the file cannot be opened or is not JSON, a value is not
            an object, a key occurs twice, or there is no object.

    Example:

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "mine.jsonl")
    ...     _ = path.write_text('{"text": "Good", "label": 1}\\n')
    ...     list(read_json(path))
    [Record(line=1, values={'text': 'Good', 'label': 1})]
    """
    scan, faults = _Scanner(path, read_text(path, encoding)), Faults()
    yield from faults.until_end(_listed(scan) if scan.take("[") else _lines(scan, faults))
    faults.check()
    if not scan.count:
        raise CorpusError(path, None, "no record in the file.")


def _listed(scan: "_Scanner") -> Iterator[Record]:
    """Yield the objects of a JSON list, up to the first that is faulty."""
    while not scan.take("]"):
        if scan.count and not scan.take(","):
            scan.fail("',' or ']' was expected")
        yield scan.record()
    if not scan.ended():
        scan.fail("the list has ended before")


def _lines(scan: "_Scanner", faults: Faults) -> Iterator[Record]:
    """Yield the objects of JSON Lines, and take note of those that are faulty."""
    while not scan.ended():
        with faults:
            yield scan.record()
            continue
        scan.skip()


class _Scanner:
    """A position in a JSON text, and the number of its line."""

    def __init__(self, path: str | PathLike[str], text: str) -> None:
        self.path, self.text, self.at, self.line = path, text, 0, 1
        self.count = 0  # of the records
        self.decoder = json.JSONDecoder(object_pairs_hook=_unique)

    def ended(self) -> bool:
        self._skip()
        return self.at == len(self.text)

    def take(self, sign: str) -> bool:
        self._skip()
        found = self.text.startswith(sign, self.at)
        self.at += found
        return found

    def record(self) -> Record:
        self._skip()
        start, line = self.at, self.line
        try:
            values, self.at = self.decoder.raw_decode(self.text, start)
        except json.JSONDecodeError as error:
            self._move(error.pos)
            self.fail(f"not JSON: {error.msg}")
        except (ValueError, RecursionError) as error:
            self.fail(str(error))
        if not isinstance(values, dict):
            self.at = start
            self.fail(f"an object was expected, got {type(values).__name__}: {values!r:.60}")
        self.line += len(LINE_END.findall(self.text, start, self.at))
        self.count += 1
        return Record(line, values)

    def skip(self) -> None:
        """Go to the next line that begins with an object."""
        found = NEXT.search(self.text, self.at)
        self._move(found.end() if found else len(self.text))

    def fail(self, reason: str) -> NoReturn:
        raise CorpusError(self.path, self.line, f"{reason}.")

    def _skip(self) -> None:
        at = self.at
        while at < len(self.text) and self.text[at] in BLANK:
            at += 1
        self._move(at)

    def _move(self, at: int) -> None:
        self.line += len(LINE_END.findall(self.text, self.at, at))
        self.at = at


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} occurs twice in one object")
    return values


def read_parquet(path: str | PathLike[str]) -> Iterator[Record]:
    """Yield the rows of a Parquet file; names of classes take the place of their numbers.

    The names are those that Hugging Face's datasets write into the file.

    Raises:
        CorpusError: the file cannot be opened, is not Parquet, or has no row.
        ModuleNotFoundError: pyarrow is not installed.
    """
    import pyarrow
    from pyarrow import parquet

    content = read_bytes(path)
    try:
        table = parquet.read_table(pyarrow.BufferReader(content))
        rows = table.to_pylist()
        names = _class_names(table.schema.metadata or {})
    except (pyarrow.ArrowException, OSError, ValueError, AttributeError, TypeError) as error:
        raise CorpusError(path, None, f"not a Parquet file that can be read: {error}") from error
    if len({*table.column_names}) < len(table.column_names):
        raise CorpusError(path, None, f"a column occurs twice: {table.column_names}.")
    if not rows:
        raise CorpusError(path, None, "no row in the file.")
    for number, row in enumerate(rows, 1):
        yield Record(number, {name: _named(row[name], names.get(name)) for name in row})


def _class_names(metadata: dict[bytes, bytes]) -> dict[str, list[str]]:
    """Return the names of the classes of each column that has them."""
    written = json.loads(metadata.get(b"huggingface", b"{}"))
    features = written.get("info", {}).get("features", {}).items()
    inner = {name: each.get("feature", each) for name, each in features if isinstance(each, dict)}
    return {name: each["names"] for name, each in inner.items() if "names" in each}


def _named(value: Any, names: list[str] | None) -> Any:
    if isinstance(value, list):
        return [_named(each, names) for each in value]
    if names and isinstance(value, int):
        return names[value] if 0 <= value < len(names) else None  # -1: no label
    return value
