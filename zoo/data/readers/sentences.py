"""Readers of tagged sentences in all formats, for taggers of words and of entities."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from zoo.data.readers.align import align
from zoo.data.readers.annotations import Annotation, read_annotation
from zoo.data.readers.conll import (
    Columns,
    Group,
    Sentence,
    TaggedWord,
    rows_of,
    to_sentences,
)
from zoo.data.readers.conllu import read_conllu
from zoo.data.readers.lines import read_text
from zoo.data.readers.options import ENCODING_HELP, FORMATS_HELP, Options, option
from zoo.data.readers.records import Record, read_json, read_parquet
from zoo.data.readers.report import FileReport, similar_labels, some
from zoo.errors import CorpusError
from zoo.text import tags_to_spans

NAMES = MappingProxyType({"conll": "CoNLL", "conllu": "CoNLL-U", "jsonl": "JSON Lines"})
FORMATS = ("conll", "conllu", "jsonl", "parquet")


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
            CorpusError: with file and line: the file cannot be read.
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
            columns = self.word_column, self.tag_column
            return list(read_conllu(path, text, *columns, self.scheme))
        word = 0 if self.word_column is None else self.word_column
        tag = -1 if self.tag_column is None else self.tag_column
        columns = Columns(path, word, tag, self.repair)
        groups = list(columns.groups(rows_of(text, self.comment, self.delimiter)))
        if columns.skipped:
            notes.append(f"lines without a word that were skipped: {columns.skipped:,}")
        return groups

    def _annotated(self, path: str | PathLike[str], name: str, notes: list[str]) -> list[Group]:
        """Return the sentences of records, and add notes on what was left out."""
        records = read_json(path, self.encoding) if name == "jsonl" else read_parquet(path)
        groups: list[Group] = []
        changes: Counter[str] = Counter()
        problems: list[str] = []
        for number, record in enumerate(records, 1):
            try:
                annotation = read_annotation(record.values)
            except ValueError as error:
                raise CorpusError(path, record.line, f"{error}.") from error
            if isinstance(annotation, str):
                changes[f"record left out: {annotation}"] += 1
                continue
            changes.update(annotation.notes)
            pairs = self._pairs(path, record, annotation, changes, problems)
            groups += [_group(words, tags, record.line, number) for words, tags in pairs]
        notes += [f"{count:,} × {change}" for change, count in changes.items()]
        notes += [f"not aligned: {some(problems)}"] if problems else []
        return groups

    def _pairs(self, path, record: Record, annotation: Annotation, changes, problems):
        """Return pairs of words and tags: of an annotated text, or of annotated words."""
        if annotation.words:
            if not all(each.strip() for each in (*annotation.words, *annotation.tags)):
                raise CorpusError(path, record.line, "a word or a tag is blank.")
            return [(annotation.words, [tag.strip() for tag in annotation.tags])]
        if self.scheme is None:
            raise CorpusError(path, record.line, "words with tags were expected, got spans.")
        aligned = align(annotation.text, annotation.spans)
        if aligned.left_out:
            changes["sentence left out, whose spans cannot be aligned"] += aligned.left_out
        problems += [f"line {record.line}: {problem}" for problem in aligned.problems]
        return aligned.sentences

    def _report(self, path, form, sentences: list[Sentence], notes: list[str]) -> FileReport:
        labels = Counter(
            label for words, tags, *_ in sentences for label, _ in self._labelled(words, tags)
        )
        longest = max(sentences, key=lambda sentence: len(sentence.words))
        documents = {sentence.document for sentence in sentences} - {0, None}
        report = FileReport(
            str(path),
            form,
            examples=len(sentences),
            words=sum(len(sentence.words) for sentence in sentences),
            documents=len(documents),
            labels=dict(labels.most_common()),
            longest=len(longest.words),
            longest_line=longest.line,
            notes=[*notes, *similar_labels(labels)],
        )
        report.count(text for s in sentences for text in (*s.words, *s.tags))
        for words, tags, *_ in sentences:
            for label, text in self._labelled(words, tags):
                report.add_sample(label, text)
        return report

    def _labelled(self, words: list[str], tags: list[str]) -> Iterator[tuple[str, str]]:
        """Yield labels and what they label: words, or the words of spans."""
        if self.scheme is None:
            yield from zip(tags, words, strict=True)
        else:
            for label, start, end in tags_to_spans(tags):
                yield label, " ".join(words[start:end])


@dataclass(frozen=True)
class EntityReader(TagReader):
    """Reads files of words with tags of spans, or of texts with spans, such as named entities.

    The options are those of `TagReader`. Every scheme and dialect of tags is read as BIO.

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

    scheme: ClassVar[str | None] = "BIO"


def _group(words: list[str], tags: list[str], line: int, document: int) -> Group:
    pairs = zip(words, tags, strict=True)
    return Group([TaggedWord(word, tag, line) for word, tag in pairs], document)
