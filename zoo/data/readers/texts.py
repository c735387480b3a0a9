"""Readers of labelled texts in all formats, for classifiers."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from zoo.data.readers.faults import Faults
from zoo.data.readers.folders import read_folder
from zoo.data.readers.lines import check_label, check_text
from zoo.data.readers.options import ENCODING_HELP, FORMATS_HELP, Options, option
from zoo.data.readers.records import Record, read_json, read_parquet
from zoo.data.readers.tables import read_csv, read_tsv
from zoo.data.report.file_report import (
    Example,
    FileReport,
    repetitions,
    shortened,
    similar_labels,
)
from zoo.errors import CorpusError

FORMATS = ("csv", "tsv", "jsonl", "parquet", "folder")
MISSING = ("", "nan")


class LabelledText(NamedTuple):
    """A text with its label.

    Args:
        text: the text as it was read, including any markup.
        label: its label, or None for an unlabelled text.
    """

    text: str
    label: str | None


@dataclass(frozen=True)
class TextReader(Options):
    """Reads labelled texts: tables, records, and folders with one subfolder per label.

    Args:
        format: "csv", "tsv", "jsonl", "parquet" or "folder"; None for that of a file's ending, or
            "csv".
        text_column: name of the column of texts.
        label_column: name of the column of labels.
        delimiter: what separates the columns of a CSV file, one character; None for a comma.
        encoding: text encoding of the files.

    Example:

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "mine.csv")
    ...     _ = path.write_text("stars,review\\n5,Good\\n1,Bad\\n5,Fine\\n")
    ...     texts, report = TextReader(text_column="review", label_column="stars").read(path)
    >>> texts[0], report.labels
    (LabelledText(text='Good', label='5'), {'5': 2, '1': 1})
    """

    format: str | None = option(None, FORMATS_HELP, FORMATS)
    text_column: str = option("text", "name of the column of texts")
    label_column: str = option("label", "name of the column of labels")
    delimiter: str | None = option(None, "what separates the columns (CSV; default a comma)")
    encoding: str = option("utf-8", ENCODING_HELP)

    formats: ClassVar[dict[str, str]] = {
        ".csv": "csv",
        ".json": "jsonl",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".parquet": "parquet",
        ".tab": "tsv",
        ".tsv": "tsv",
    }
    other_files: ClassVar[str] = "csv"
    folders: ClassVar[bool] = True
    example: ClassVar[tuple[str, str]] = ("text", "label")

    def read(self, path: str | PathLike[str]) -> tuple[list[LabelledText], FileReport]:
        """Read a file or folder.

        Returns:
            Pair of a list of `LabelledText`s, in the order of the file, and a report on the file.

        Raises:
            CorpusError: with file and line: the file cannot be read.
        """
        name, notes = self.format_of(Path(path)), []
        if self.text_column == self.label_column:
            reason = f"`text_column` and `label_column` are the same: {self.text_column!r}."
            raise CorpusError(path, None, reason)
        if name == "folder":
            if not os.path.isdir(path):
                raise CorpusError(path, None, "no such folder.")
            texts = [LabelledText(*pair) for pair in read_folder(path, self.encoding, notes)]
        else:
            texts = list(self._labelled(path, self._records(path, name), notes))
        if not texts:
            raise CorpusError(path, None, "no text was found.")
        return texts, self._report(path, name, texts, notes)

    def check(self, texts: Sequence[LabelledText], path: str | PathLike[str]) -> None:
        """Raise an error if texts cannot be trained on.

        Raises:
            CorpusError: there are fewer than two labels.
        """
        labels = labels_of(texts)
        if len(labels) < 2:
            reason = f"texts of at least two labels were expected, found {labels}."
            raise CorpusError(path, None, reason)

    def _records(self, path: str | PathLike[str], name: str) -> Iterator[Record]:
        if name == "jsonl":
            return read_json(path, self.encoding)
        if name == "parquet":
            return read_parquet(path)
        if name == "tsv":
            return read_tsv(path, self.encoding, self._columns)
        return read_csv(path, self.delimiter, self.encoding, self._columns)

    def _labelled(
        self, path: str | PathLike[str], records: Iterator[Record], notes: list[str]
    ) -> Iterator[LabelledText]:
        """Yield the labelled texts of records, and add notes on what was left out."""
        rejected: Counter[str] = Counter()
        faults = Faults()
        for line, values in faults.until_end(records):
            answer = None if "answer" in self._columns else values.get("answer")
            if answer in ("reject", "ignore"):
                rejected[answer] += 1  # of Prodigy
                continue
            with faults:
                yield self._text(path, line, _flat(values, self.label_column))
        faults.check()
        notes += [f"left out: {n:,} records with the answer {a!r}" for a, n in rejected.items()]

    def _text(self, path: str | PathLike[str], line: int, values: dict[str, Any]) -> LabelledText:
        """Return the labelled text of a record."""
        for name, column in zip(("text", "label"), self._columns, strict=True):
            if column not in values:
                reason = f"no column {column!r} among {sorted(values)}: pass `{name}_column`."
                raise CorpusError(path, line, reason)
        text, label = values[self.text_column], _label(values[self.label_column])
        for column, value in zip(self._columns, (text, label), strict=True):
            if not isinstance(value, str):
                reason = f"the column {column!r} holds {value!r:.60}; a string was expected."
                raise CorpusError(path, line, reason)
            if not value.strip() or (value is label and label.lower() in MISSING):
                shown = f" but {value!r}" if value.strip() else ""
                raise CorpusError(path, line, f"nothing in the column {column!r}{shown}.")
            check_text(path, line, value)
        check_label(path, line, label)
        return LabelledText(text, label)

    @property
    def _columns(self) -> tuple[str, str]:
        return self.text_column, self.label_column

    def _report(self, path, name, texts: list[LabelledText], notes: list[str]) -> FileReport:
        labels = Counter(text.label for text in texts)
        if unlabelled := labels.pop(None, 0):
            notes.append(f"{unlabelled:,} texts are unlabelled")
        lengths = [len(text.text.split()) for text in texts]
        counts = {str(label): count for label, count in labels.most_common()}
        report = FileReport(
            str(path),
            name if name == "folder" else name.upper().replace("JSONL", "JSON Lines"),
            "texts",
            examples=len(texts),
            words=sum(lengths),
            labels=counts,
            longest=max(lengths),
            notes=[
                *notes,
                *similar_labels(counts),
                *repetitions((each for each in texts if each.label), "texts"),
            ],
        )
        report.count(each.text for each in texts)
        for text, label in texts:
            if label is not None and report.wants(label):
                report.add_sample(label, Example(shortened(text)))
        return report


def labels_of(texts: Sequence[LabelledText]) -> list[str]:
    """Return the labels of texts that have one, sorted.

    Example:

    >>> labels_of([LabelledText("Fine", "pos"), LabelledText("?", None)])
    ['pos']
    """
    return sorted({text.label for text in texts if text.label is not None})


def _label(value: Any) -> Any:
    """Return a label as a string without white space around it, where it is one."""
    if isinstance(value, list) and len(value) == 1:
        (value,) = value
    if isinstance(value, bool | int | float):
        value = str(value)
    return value.strip() if isinstance(value, str) else value


def _flat(values: dict[str, Any], label_column: str) -> dict[str, Any]:
    """Return the columns of a record of an annotation tool: Prodigy's `accept`, Label Studio."""
    if isinstance(values.get("accept"), list):
        return {**values, label_column: values["accept"]}
    made = values.get("annotations")
    if isinstance(made, list) and isinstance(values.get("data"), dict):
        kept = [each for each in _dicts(made) if not each.get("was_cancelled")]
        results = _dicts(result for each in kept[:1] for result in _list(each.get("result")))
        choices = [each.get("choices") for each in _dicts(each.get("value") for each in results)]
        choices = list(filter(None, choices))
        label = choices[0] if len(choices) == 1 else choices or None  # several are refused
        return {**values["data"], label_column: label}
    return values


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(values: Iterable[Any]) -> list[dict[str, Any]]:
    return [each for each in values if isinstance(each, dict)]
