"""Readers of tagged sentences in all formats, for taggers of words and of entities."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from zoo.data.readers.align import Pairs
from zoo.data.readers.annotations import UNITS
from zoo.data.readers.columns import Columns, Group, TaggedWord
from zoo.data.readers.conll import Sentence, rows_of, to_sentences
from zoo.data.readers.conllu import read_conllu
from zoo.data.readers.faults import Faults
from zoo.data.readers.lines import read_text
from zoo.data.readers.options import ENCODING_HELP, FORMATS_HELP, Options, option
from zoo.data.readers.records import read_json, read_parquet
from zoo.data.report.file_report import (
    Example,
    FileReport,
    Mark,
    repetitions,
    shortened,
    similar_labels,
)
from zoo.errors import CorpusError
from zoo.text import Span, tags_to_spans

NAMES = MappingProxyType({"conll": "CoNLL", "conllu": "CoNLL-U", "jsonl": "JSON Lines"})
FORMATS = ("conll", "conllu", "jsonl", "parquet")
AROUND, WORD = 20, 60  # words before and after a span in an example, and characters of a word


@dataclass(frozen=True)
class TagReader(Options):
    """Reads files of words with one tag each, such as parts of speech.

    Args:
        format: "conll", "conllu", "jsonl" or "parquet"; None for that of a file's ending, or
            "conll".
        word_column: index of the column of words; None for 0, in CoNLL-U for 1.
        tag_column: index of the column of tags; None for the last one. In CoNLL-U it is the column
            of universal parts of speech, or the attribute NER in the last column for entities.
        delimiter: what separates the columns of a CoNLL file; None for tabs or spaces.
        comment: lines of a CoNLL file that start with it are skipped; None for no comments.
        encoding: text encoding of the files.
        repair: whether illegal tags of spans are read as the conlleval script does, and lines
            without a word are skipped.

    Example:

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "my.conll")
    ...     _ = path.write_text("Ada PROPN\\nwrites VERB\\n")
    ...     sentences, report = TagReader().read(path)
    >>> sentences[0].tags, report.labels
    (['PROPN', 'VERB'], {'PROPN': 1, 'VERB': 1})
    """

    format: str | None = option(None, FORMATS_HELP, FORMATS)
    word_column: int | None = option(None, "index of the column of words, from 0 (CoNLL)")
    tag_column: int | None = option(None, "index of the column of tags, -1 for the last (CoNLL)")
    delimiter: str | None = option(None, "what separates columns (CoNLL; default tabs or spaces)")
    comment: str | None = option(None, "skip lines that start with this string (CoNLL)")
    encoding: str = option("utf-8", ENCODING_HELP)
    repair: bool = option(False, "read illegal tags as conlleval does, skip lines without a word")

    offsets: ClassVar[str | None] = None  # an option where spans are read
    scheme: ClassVar[str | None] = None
    formats: ClassVar[dict[str, str]] = {
        ".conllu": "conllu",
        ".json": "jsonl",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".parquet": "parquet",
    }
    other_files: ClassVar[str] = "conll"

    def read(self, path: str | PathLike[str]) -> tuple[list[Sentence], FileReport]:
        """Read a file.

        Returns:
            Pair of a list of `Sentence`s, whose tags of spans are in the scheme BIO, and a report
            on the file.

        Raises:
            CorpusError: with file and lines: the file cannot be read.
        """
        name = self.format_of(Path(path))
        notes: list[str] = []
        if name in ("jsonl", "parquet"):
            groups = self._annotated(path, name, notes)
        else:
            groups = self._lines(path, name, notes)
        sentences, form, more = to_sentences(path, groups, self.scheme, self.repair)
        form = ", ".join(filter(None, [NAMES.get(name, name), form]))
        return sentences, self._report(path, form, sentences, [*notes, *more])

    def check(self, sentences: Sequence[Sentence], path: str | PathLike[str]) -> None:
        """Raise an error if sentences cannot be trained on.

        Raises:
            CorpusError: there are fewer than two tags.
        """
        tags = sorted({tag for sentence in sentences for tag in sentence.tags})
        if len(tags) < 2:
            reason = f"nothing to learn: every word has the tag {', '.join(tags)}."
            raise CorpusError(path, None, reason)

    def _lines(self, path: str | PathLike[str], name: str, notes: list[str]) -> list[Group]:
        """Return the sentences of a file with one word per line."""
        text = read_text(path, self.encoding)
        if name == "conllu":
            numbers = self.word_column, self.tag_column
            return list(read_conllu(path, text, *numbers, self.scheme))
        word = 0 if self.word_column is None else self.word_column
        tag = -1 if self.tag_column is None else self.tag_column
        columns = Columns(path, word, tag, self.repair)
        groups = columns.groups(rows_of(text, self.comment, self.delimiter))
        if columns.skipped:
            notes.append(f"lines without a word that were skipped: {columns.skipped:,}")
        return groups

    def _annotated(self, path: str | PathLike[str], name: str, notes: list[str]) -> list[Group]:
        """Return the sentences of records, and add notes on what was left out."""
        records = read_json(path, self.encoding) if name == "jsonl" else read_parquet(path)
        pairs = Pairs(path, self.offsets)
        groups: list[Group] = []
        faults = Faults()
        for number, record in enumerate(faults.until_end(records), 1):
            with faults:
                found = pairs.of(record, spans=self.scheme is not None)
                groups += [_group(words, tags, record.line, number) for words, tags in found]
        faults.check()
        notes += pairs.notes()
        if notes and not groups:
            raise CorpusError(path, None, f"no sentence is left: {'; '.join(notes)}.")
        return groups

    def _report(self, path, form, sentences: list[Sentence], notes: list[str]) -> FileReport:
        labels = Counter(span.label for each in sentences for span in self._spans(each.tags))
        longest = max(sentences, key=lambda sentence: len(sentence.words))
        documents = {sentence.document for sentence in sentences} - {0, None}
        contents = ((tuple(each.words), tuple(each.tags)) for each in sentences)
        report = FileReport(
            str(path),
            form,
            examples=len(sentences),
            words=sum(len(sentence.words) for sentence in sentences),
            documents=len(documents),
            labels=dict(labels.most_common()),
            longest=len(longest.words),
            longest_line=longest.line,
            notes=[*notes, *similar_labels(labels), *repetitions(contents, "sentences")],
        )
        report.count(text for s in sentences for text in (*s.words, *s.tags))
        for sentence in sentences:
            spans = self._spans(sentence.tags)
            for label in dict.fromkeys(span.label for span in spans):
                if report.wants(label):
                    # The tags of all words would hide the words.
                    shown = [each for each in spans if self.scheme or each.label == label]
                    report.add_sample(label, passage(sentence, shown, label))
        return report

    def _spans(self, tags: list[str]) -> list[Span]:
        """Return the labelled spans of a sentence: those of its tags, or its words."""
        if self.scheme is None:
            return [Span(tag, at, at + 1) for at, tag in enumerate(tags)]
        return tags_to_spans(tags)


@dataclass(frozen=True)
class EntityReader(TagReader):
    """Reads files of words with tags of spans, or of texts with spans, such as named entities.

    The options are those of `TagReader` and one more. Every scheme and dialect of tags is read as
    BIO.

    Args:
        offsets: what the offsets of spans count, "characters", "utf-16" or "bytes"; None for what
            the quoted texts of the spans show, or characters.

    Example:

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "my.jsonl")
    ...     record = '{"text": "Ada met Bo.", "spans": [{"start": 0, "end": 3, "label": "PER"}]}'
    ...     _ = path.write_text(record)
    ...     sentences, report = EntityReader().read(path)
    >>> sentences
    [Sentence(words=['Ada', 'met', 'Bo', '.'], tags=['B-PER', 'O', 'O', 'O'], line=1, document=1)]
    """

    offsets: str | None = option(  # pyright: ignore[reportIncompatibleVariableOverride]
        None,
        "what offsets of spans count (default: as quoted texts show, or characters)",
        (*UNITS,),
    )
    scheme: ClassVar[str | None] = "BIO"

    def check(self, sentences: Sequence[Sentence], path: str | PathLike[str]) -> None:
        """Raise an error if sentences cannot be trained on.

        Raises:
            CorpusError: there are fewer than two tags, or a tag has no label, or the label O.
        """
        super().check(sentences, path)
        for sentence in sentences:
            for tag in sentence.tags:
                if tag in ("B", "I", "B-O", "I-O"):
                    reason = f"the tag {tag!r} needs a label other than 'O', such as 'B-NAME'."
                    raise CorpusError(path, sentence.line, reason)


def passage(sentence: Sentence, spans: Sequence[Span], label: str) -> Example:
    """Return the words around the first span of a label, with the spans among them.

    Example:

    >>> passage(Sentence(["Ada", "ran"], ["B-PER", "O"], 7), [Span("PER", 0, 1)], "PER")
    Example(text='Ada ran', spans=[Mark(start=0, end=3, label='PER')], line=7)
    """
    first = next(span for span in spans if span.label == label)
    start, end = max(0, first.start - AROUND), first.start + AROUND
    words = [shortened(word, WORD) for word in sentence.words[start:end]]
    starts = [0, *accumulate(len(word) + 1 for word in words)]
    marks = [
        Mark(starts[span.start - start], starts[min(span.end, end) - start] - 1, span.label)
        for span in spans
        if start <= span.start < start + len(words)
    ]
    return Example(" ".join(words), marks, sentence.line)


def _group(words: list[str], tags: list[str], line: int, document: int) -> Group:
    pairs = zip(words, tags, strict=True)
    return Group([TaggedWord(word, tag, line) for word, tag in pairs], document)
