"""Splits of the files of a corpus; one worker reads a split at a time."""

import bz2
import glob
import gzip
import lzma
import os.path
from collections.abc import Iterable, Sequence
from os import PathLike
from typing import IO, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from zoo.errors import CorpusError

SPLIT_BYTES = 4_000_000  # size of a split of lines; larger if there were too many splits
MOST_SPLITS = 10_000  # approximate; a runner receives all of them at once
SPLIT_FILES = 500  # files in a split, where each file is a document
UNPACK: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
KINDS = {".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}  # others have lines


class Split(NamedTuple):
    """The part of a corpus that one worker reads at a time.

    Args:
        number: number of the split, from 0, in the order of the files.
        kind: "lines", "files", "jsonl" or "parquet".
        paths: the file, or for "files" several.
        start: offset of the first byte, or number of the row group; 0 for "files".
        stop: offset after the last byte: only lines that start before it belong to the split. None
            for the end of the file.
    """

    number: int
    kind: str
    paths: list[str]
    start: int
    stop: int | None


def find_files(patterns: Iterable[str | PathLike[str]]) -> dict[str, Any]:
    """Return the files that match patterns such as `data/*.txt`.

    Args:
        patterns: paths or patterns, on any file system that Beam supports.

    Returns:
        Dict of Beam's `FileMetadata` by path, sorted.

    Raises:
        CorpusError: a pattern matches no file, or is a folder.
    """
    found: dict[str, Any] = {}
    for pattern in map(whole_path, patterns):
        if os.path.isdir(pattern):
            raise CorpusError(pattern, None, "a folder: files were expected, such as FOLDER/*.txt.")
        literal = FileSystems.exists(pattern)  # a file name such as `a[1].txt` is no pattern
        files = FileSystems.match([glob.escape(pattern) if literal else pattern])[0].metadata_list
        if not files:
            raise CorpusError(pattern, None, "no such file.")
        found |= {each.path: each for each in files}
    return dict(sorted(found.items()))


def whole_path(path: str | PathLike[str]) -> str:
    """Return an absolute path or URL, which Beam needs to match patterns.

    >>> whole_path("gs://bucket/a*.txt"), whole_path("/data//a*.txt")
    ('gs://bucket/a*.txt', '/data/a*.txt')
    """
    return str(path) if "://" in str(path) else os.path.abspath(path)


def kind_of(paths: Iterable[str]) -> str:
    """Return the kind of all files, by their extensions.

    Raises:
        CorpusError: the files are of several kinds.

    Example:

    >>> kind_of(["a.jsonl", "b.jsonl.gz"]), kind_of(["a.txt"])
    ('jsonl', 'lines')
    """
    kinds: dict[str, str] = {}
    for path in paths:
        stem, ending = os.path.splitext(path)
        ending = os.path.splitext(stem)[1] if ending in UNPACK else ending
        kinds.setdefault(KINDS.get(ending, "lines"), path)
    if len(kinds) > 1:
        reason = "of another kind than the other files; pass one `kind` for all."
        raise CorpusError(kinds.popitem()[1], None, reason)
    return next(iter(kinds))


def cut(files: dict[str, Any], kind: str, columns: Sequence[str]) -> list[Split]:
    """Cut files into splits.

    Args:
        files: the result of `find_files`.
        kind: the kind of all splits.
        columns: names of the columns that a Parquet file must have.

    Returns:
        List of `Split`.

    Raises:
        CorpusError: a file is not Parquet, or lacks a column.
    """
    ranges: list[tuple[list[str], int, int | None]] = []
    if kind == "files":
        paths = list(files)
        groups = [paths[i : i + SPLIT_FILES] for i in range(0, len(paths), SPLIT_FILES)]
        ranges = [(group, 0, None) for group in groups]
    step = max(SPLIT_BYTES, sum(each.size_in_bytes for each in files.values()) // MOST_SPLITS)
    for path, each in files.items() if kind != "files" else ():
        if kind == "parquet":
            ranges += [([path], group, None) for group in range(_row_groups(path, columns))]
        elif os.path.splitext(path)[1] in UNPACK:  # can only be read from its start
            ranges.append(([path], 0, None))
        else:
            size = each.size_in_bytes
            ranges += [([path], i, min(i + step, size)) for i in range(0, size, step)]
    return [Split(number, kind, *each) for number, each in enumerate(ranges)]


def open_file(path: str) -> IO[bytes]:
    """Open a file for reading in binary mode; .gz, .bz2 and .xz are decompressed."""
    file = FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED)
    unpack = UNPACK.get(os.path.splitext(path)[1])
    return unpack(file) if unpack else file


def _row_groups(path: str, columns: Sequence[str]) -> int:
    try:
        with open_file(path) as file:
            content = pq.ParquetFile(file)
            names, groups = content.schema_arrow.names, content.num_row_groups
    except (pa.ArrowException, OSError) as error:
        raise CorpusError(path, None, f"not Parquet: {error}") from error
    for column in columns:
        if column not in names:
            raise CorpusError(path, None, f"no column {column!r} among {names}.")
    return groups
