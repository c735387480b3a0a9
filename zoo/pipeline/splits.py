"""From the files of a corpus to splits, what one worker reads at a time."""

import bz2
import glob
import gzip
import lzma
import os.path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from zoo.errors import CorpusError

SPLIT_BYTES = 4_000_000  # of a file of lines, more where that would make too many splits
MOST_SPLITS = 10_000  # about; a runner is sent all of them at once
SPLIT_FILES = 500  # where a file is a document
UNPACK = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
KINDS = {".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}  # all else has lines


class Split(NamedTuple):
    """What one worker reads at a time.

    Args:
        number: from 0, in the order of the files.
        kind: "lines", "files", "jsonl" or "parquet".
        paths: its file; its files, where each is a document.
        start: first byte of its lines, or its row group; 0 for files.
        stop: the byte behind it, in which no line of it begins; None for the end of the file.
    """

    number: int
    kind: str
    paths: list[str]
    start: int
    stop: int | None


def find_files(patterns):
    """Return the files that patterns such as `data/*.txt` match.

    Args:
        patterns: paths or patterns, of any file system that Beam knows.

    Returns:
        Dict of Beam's `FileMetadata` by path, sorted.

    Raises:
        CorpusError: a pattern matches no file, or is a folder.
    """
    found = {}
    for pattern in map(whole_path, patterns):
        if os.path.isdir(pattern):
            raise CorpusError(pattern, None, "a folder: files were expected, such as FOLDER/*.txt.")
        literal = FileSystems.exists(pattern)  # even if a name such as `a[1].txt`
        files = FileSystems.match([glob.escape(pattern) if literal else pattern])[0].metadata_list
        if not files:
            raise CorpusError(pattern, None, "no such file.")
        found |= {each.path: each for each in files}
    return dict(sorted(found.items()))


def whole_path(path):
    """Return a path that means the same in every process; Beam matches no other patterns.

    >>> whole_path("gs://bucket/a*.txt"), whole_path("/data//a*.txt")
    ('gs://bucket/a*.txt', '/data/a*.txt')
    """
    return str(path) if "://" in str(path) else os.path.abspath(path)


def kind_of(paths):
    """Return what all of the files hold, by the endings of their names.

    Raises:
        CorpusError: there are several kinds.

    Example:

    >>> kind_of(["a.jsonl", "b.jsonl.gz"]), kind_of(["a.txt"])
    ('jsonl', 'lines')
    """
    kinds = {}
    for path in paths:
        stem, ending = os.path.splitext(path)
        ending = os.path.splitext(stem)[1] if ending in UNPACK else ending
        kinds.setdefault(KINDS.get(ending, "lines"), path)
    if len(kinds) > 1:
        raise CorpusError(
            kinds.popitem()[1], None, "of another kind than the others: name one for all of them."
        )
    return next(iter(kinds))


def cut(files, kind, columns):
    """Cut files into splits.

    Args:
        files: what `find_files` returned.
        kind: as of `Split`.
        columns: names that a Parquet file must have.

    Returns:
        List of `Split`.

    Raises:
        CorpusError: a file that is not Parquet, or lacks a column.
    """
    ranges = []
    if kind == "files":
        paths = list(files)
        groups = [paths[i : i + SPLIT_FILES] for i in range(0, len(paths), SPLIT_FILES)]
        ranges = [(group, 0, None) for group in groups]
    step = max(SPLIT_BYTES, sum(each.size_in_bytes for each in files.values()) // MOST_SPLITS)
    for path, each in files.items() if kind != "files" else ():
        if kind == "parquet":
            ranges += [([path], group, None) for group in range(_row_groups(path, columns))]
        elif os.path.splitext(path)[1] in UNPACK:  # is read from its beginning alone
            ranges.append(([path], 0, None))
        else:
            size = each.size_in_bytes
            ranges += [([path], i, min(i + step, size)) for i in range(0, size, step)]
    return [Split(number, kind, *each) for number, each in enumerate(ranges)]


def open_file(path):
    """Open a file to read its bytes; what ends in .gz, .bz2 or .xz is unpacked on the way."""
    file = FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED)
    unpack = UNPACK.get(os.path.splitext(path)[1])
    return unpack(file) if unpack else file


def _row_groups(path, columns):
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
