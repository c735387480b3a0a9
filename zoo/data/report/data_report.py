"""Whether files can be trained on, and what is in them: the function behind `zoo data`."""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from zoo.data.readers.annotations import read_annotation
from zoo.data.readers.options import option_names
from zoo.data.readers.records import read_json, read_parquet
from zoo.data.readers.sentences import EntityReader, TagReader
from zoo.data.readers.splits import Files, read_splits
from zoo.data.readers.tables import read_tsv
from zoo.data.readers.texts import TextReader
from zoo.data.report.file_report import FileReport, some
from zoo.data.report.page import page_html
from zoo.errors import CorpusError

KINDS: dict[str, type[Any]] = {"entities": EntityReader, "tags": TagReader, "texts": TextReader}


@dataclass
class DataReport:
    """What is in the files of a corpus; `str` shows it as text.

    Args:
        kind: what the files were read as, a key of `KINDS`.
        paths: the given files.
        files: a report for each file that could be read.
        notes: what concerns several files.
        refusals: why the files cannot be trained on, one line each for the first faulty places;
            empty if they can.
    """

    kind: str
    paths: list[str] = field(default_factory=list)
    files: list[FileReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def add(self, found: FileReport | str) -> None:
        """Add a report on a file, or a note."""
        if isinstance(found, FileReport):
            self.files.append(found)
        else:
            self.notes.append(found)

    def to_html(self) -> str:
        """Return a page with what was found and examples of each label."""
        return page_html(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values, for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        lines = [f"{each}{each.shown_samples()}" for each in self.files] + self.notes
        return "\n".join(lines + [f"refused: {reason}" for reason in self.refusals])


def data_report(
    train: str | PathLike[str],
    *,
    dev: str | PathLike[str] | None = None,
    test: str | PathLike[str] | None = None,
    kind: str | None = None,
    **options: Any,
) -> DataReport:
    """Read files as a training does, and return what was found.

    Args:
        train: file or folder to train on.
        dev: file or folder to choose the best epoch on; None to hold out a part of train.
        test: file or folder for the report; None for none.
        kind: "entities" for tags of spans, "tags" for one label per word, "texts" for labelled
            texts; None to guess it from the format and the content of `train`.
        **options: options of the reader: of `EntityReader`, `TagReader` or `TextReader`.

    Returns:
        `DataReport`; its `refusals` are empty if the files can be trained on.

    Raises:
        OptionError: the reader does not have an option.
        ValueError: an unknown kind.

    Example:

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "my.conll")
    ...     _ = path.write_text("Ada I-PER\\nwrote O\\n\\nBo I-PER\\n\\nrain O\\n")
    ...     report = data_report(path)
    >>> report.files[0].labels, report.files[0].form, report.refusals
    ({'PER': 2}, 'CoNLL, tags in IOB1', [])
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"`kind` must be one of {', '.join(KINDS)}, got {kind!r}.")
    report = DataReport(kind or "", [str(path) for path in (train, dev, test) if path is not None])
    try:
        report.kind = kind or guess_kind(Path(train), options)
        read_splits(KINDS[report.kind].of(options), Files(train, dev, test), say=report.add)
    except CorpusError as error:
        report.refusals += error.lines()
        if kind is None and os.path.isfile(train):
            report.add(f"note: read as {report.kind}, which was guessed; pass `kind` otherwise")
    else:
        report.notes += _new_labels(*report.files)
    return report


def _new_labels(train: FileReport, *others: FileReport) -> Iterator[str]:
    for each in others:
        if new := each.labels.keys() - train.labels.keys():
            names = some(sorted(map(repr, new)))
            yield f"note: labels of {each.split} that are absent from train: {names}"


def guess_kind(path: Path, options: dict[str, Any]) -> str:
    """Return the kind of data in a file, a key of `KINDS`: entities or texts.

    Raises:
        CorpusError: the file cannot be read.
    """
    names = {*option_names(TextReader)} - {"format"}
    texts = TextReader(**{name: value for name, value in options.items() if name in names})
    name = options.get("format") or texts.formats.get(path.suffix.lower(), "conll")
    named = {"text_column", "label_column"} & options.keys()
    if named or os.path.isdir(path) or name in ("folder", "csv"):
        return "texts"
    if name in ("jsonl", "parquet"):
        records = read_json(path, texts.encoding) if name == "jsonl" else read_parquet(path)
        return "entities" if _annotated(next(records).values) else "texts"
    if name == "tsv":
        try:
            found = next(read_tsv(path, texts.encoding)).values
        except CorpusError:
            return "entities"  # no header
        return "texts" if {texts.text_column, texts.label_column} <= found.keys() else "entities"
    return "entities"


def _annotated(record: dict[str, Any]) -> bool:
    """Return whether a record holds spans or tags."""
    try:
        found = read_annotation(record)
    except ValueError:
        return False
    return not isinstance(found, str) and bool(found.spans or found.words)
