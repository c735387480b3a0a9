"""From annotated records and spans of characters to tagged sentences of tokens."""

from collections import Counter
from collections.abc import Sequence
from os import PathLike
from typing import NamedTuple

from zoo.data.readers.annotations import UNITS, Offsets, in_characters, read_annotation
from zoo.data.readers.lines import LINE_END, check_label, check_text
from zoo.data.readers.records import Record
from zoo.data.report.file_report import some
from zoo.errors import CorpusError
from zoo.text import Span, Token, WordTokenizer, spans_to_tags, split_sentences
from zoo.text.markup import blank_markup
from zoo.text.shown import HIDDEN

TOKENIZER = WordTokenizer()


class Aligned(NamedTuple):
    """The sentences of a text, and the spans that could not be aligned.

    Args:
        sentences: pairs of words and BIO tags, without the sentences of `problems`.
        problems: what is wrong with each span that is not one of whole tokens, as text.
        left_out: number of sentences that hold such spans, and are left out.
    """

    sentences: list[tuple[list[str], list[str]]]
    problems: list[str]
    left_out: int


def align(text: str, spans: Sequence[Offsets]) -> Aligned:
    """Split a text into tokens and sentences, as taggers do, and tag the tokens by its spans.

    HTML tags and entities are read as taggers read them: a tag is white space. White space and
    format characters at the edges of a span are ignored. A span over several
    sentences joins them. A sentence is left out if a span in it begins or ends within a token, or
    overlaps another span.

    Args:
        text: the text.
        spans: triples of start, end and label, in characters.

    Example:

    >>> align("Ada met Bo. Eve left.", [(0, 3, "PER"), (13, 15, "PER")])
    Aligned(sentences=[(['Ada', 'met', 'Bo', '.'], ['B-PER', 'O', 'O', 'O'])],
            problems=["'ve' (PER) is not one of whole tokens: Eve"],
            left_out=1)
    """
    read = blank_markup(text)
    spans = sorted({_stripped(read, span) for span in spans})
    tokens = TOKENIZER(read)
    problems = dict(zip(spans, _problems(text, spans, tokens), strict=True))
    sentences, left_out = [], 0
    for sentence in _joined(split_sentences(read, tokens), spans):
        start, end = sentence[0].start, sentence[-1].end
        inside = [span for span in spans if span[0] < end and start < span[1]]
        if any(problems[span] for span in inside):
            left_out += 1
            continue
        firsts = {token.start: index for index, token in enumerate(sentence)}
        lasts = {token.end: index + 1 for index, token in enumerate(sentence)}
        found = [Span(label, firsts[start], lasts[end]) for start, end, label in inside]
        tags = spans_to_tags(found, len(sentence), "BIO")
        sentences.append(([token.text for token in sentence], tags))
    return Aligned(sentences, [problem for problem in problems.values() if problem], left_out)


def _stripped(text: str, span: Offsets) -> Offsets:
    start, end, label = span
    while start < end and _is_blank(text[start]):
        start += 1
    while start < end and _is_blank(text[end - 1]):
        end -= 1
    return start, end, label


def _is_blank(character: str) -> bool:
    return character.isspace() or HIDDEN.match(character) is not None


def _problems(text: str, spans: Sequence[Offsets], tokens: Sequence[Token]) -> list[str]:
    """Return what is wrong with each span, empty where nothing is."""
    firsts, lasts = {token.start for token in tokens}, {token.end for token in tokens}
    problems = []
    for index, (start, end, label) in enumerate(spans):
        name = f"{text[start:end]!r} ({label})"
        others = [each for at, each in enumerate(spans) if at != index]
        over = [text[a:b] for a, b, _ in others if a < end and start < b]
        if start >= end:
            problems.append(f"a span of {label} holds only white space")
        elif over:
            problems.append(f"{name} overlaps {over[0]!r}")
        elif start not in firsts or end not in lasts:
            words = " ".join(t.text for t in tokens if t.start < end and start < t.end)
            problems.append(f"{name} is not one of whole tokens: {words}")
        else:
            problems.append("")
    return problems


def _joined(sentences: Sequence[list[Token]], spans: Sequence[Offsets]) -> list[list[Token]]:
    """Join the sentences that a span connects."""
    joined: list[list[Token]] = []
    for sentence in sentences:
        first = sentence[0].start
        if joined and any(start < first < end for start, end, _ in spans):
            joined[-1].extend(sentence)
        else:
            joined.append([*sentence])
    return joined


class Pairs:
    """Turns annotated records into pairs of words and tags, and counts what is left out.

    Args:
        path: the file of the records, for errors.
        offsets: as in `zoo.data.readers.annotations.read_annotation`.

    Attributes:
        changes: what was left out or read in another way, with counts.
        problems: what is wrong with each span that could not be aligned.
    """

    def __init__(self, path: str | PathLike[str], offsets: str | None = None) -> None:
        self.path = path
        self.offsets = offsets
        self.changes: Counter[str] = Counter()
        self.problems: list[str] = []

    def of(self, record: Record, spans: bool = True) -> list[tuple[list[str], list[str]]]:
        """Return pairs of words and tags: of an annotated text, or of annotated words.

        Args:
            record: a record of the file.
            spans: whether texts with spans are read, too.

        Raises:
            CorpusError: the record cannot be read, or its offsets count other units.
        """
        try:
            annotation = read_annotation(record.values, self.offsets)
        except ValueError as error:
            raise self._error(record, f"{error}.") from error
        if isinstance(annotation, str):
            self.changes[f"record left out: {annotation}"] += 1
            return []
        self.changes.update(annotation.notes)
        for text in (annotation.text, *annotation.words):
            check_text(self.path, record.line, text)
        for label in (*annotation.tags, *(label for _, _, label in annotation.spans)):
            check_label(self.path, record.line, label.strip())
        if annotation.words:
            if not all(each.strip() for each in (*annotation.words, *annotation.tags)):
                raise self._error(record, "a word or a tag is blank.")
            if any(LINE_END.search(word) for word in annotation.words):
                raise self._error(record, "a word holds the end of a line.")
            return [(annotation.words, [tag.strip() for tag in annotation.tags])]
        if not annotation.text.strip():
            self.changes["record left out: there is no word"] += 1
            return []
        if not spans:
            raise self._error(record, "words with tags were expected, got spans.")
        return self._aligned(record, annotation.text, annotation.spans)

    def notes(self) -> list[str]:
        """Return what was changed and left out so far."""
        notes = [f"{count:,} × {change}" for change, count in self.changes.items()]
        return notes + ([f"not aligned: {some(self.problems)}"] if self.problems else [])

    def _aligned(self, record, text, spans):
        aligned = align(text, spans)
        if aligned.problems and not self.offsets and not text.isascii():
            for unit, (name, *_) in UNITS.items():
                others = align(text, in_characters(text, spans, unit)).problems
                if len(others) < len(aligned.problems):
                    reason = f"{aligned.problems[0]}; the offsets may count {name}: pass `offsets`"
                    raise self._error(record, f"{reason} {unit!r}, or 'characters' if not.")
        if aligned.left_out:
            self.changes["sentence left out, whose spans cannot be aligned"] += aligned.left_out
        self.problems += [f"line {record.line}: {problem}" for problem in aligned.problems]
        return aligned.sentences

    def _error(self, record: Record, reason: str) -> CorpusError:
        return CorpusError(self.path, record.line, reason)
