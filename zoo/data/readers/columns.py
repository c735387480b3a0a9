"""The rows of files with one token per line, and the sentences in their columns."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain, islice
from os import PathLike
from typing import NamedTuple

from zoo.data.readers.faults import Faults
from zoo.data.readers.lines import check_label
from zoo.errors import CorpusError

HEAD = 1000  # rows that tell the width of all
DOCUMENT_START = "-DOCSTART-"
HEADER_WORDS = {"word", "words", "token", "tokens", "form", "text"}
HEADER_TAGS = {"tag", "tags", "label", "labels", "ner", "ner_tag", "ner_tags", "pos", "upos"}
HEADER = " Is this line a header? Remove it."
SKIP = " Correct it, or pass `repair` to skip such lines."
TAB = " The line ends with a tab: an empty column."


class TaggedWord(NamedTuple):
    """A word with its tag.

    Args:
        word: the word.
        tag: its tag, as in the file.
        line: number of its line in the file, from 1.
    """

    word: str
    tag: str
    line: int


class Group(NamedTuple):
    """The tagged words of a sentence.

    Args:
        words: list of `TaggedWord`s, at least one.
        document: number of the document, from 1; 0 if the file does not mark documents.
    """

    words: list[TaggedWord]
    document: int


class Columns:
    """The columns of words and tags in the rows of a file, which all have the same width.

    Args:
        path: the file, for errors.
        word_column: index of the column of words; a negative index counts from the last column.
        tag_column: index of the column of tags.
        skip_blank: whether rows without a word are skipped, and counted in `skipped`; otherwise
            they are an error. None if users cannot choose that.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        word_column: int,
        tag_column: int,
        skip_blank: bool | None = False,
    ) -> None:
        self.path, self.skip_blank, self.skipped = path, skip_blank, 0
        self.columns = {"word_column": word_column, "tag_column": tag_column}
        self.width, self.first_line = 0, 0
        self.tags: set[str] = set()  # those that were read

    def groups(self, rows: Iterable[tuple[int, list[str]]]) -> list[Group]:
        """Return the sentences of the rows of a file.

        Raises:
            CorpusError: with all faulty lines.
        """
        rows = iter(rows)
        head = list(islice(rows, HEAD))
        if words := [row for row in head if self._is_word(row[1])]:
            self._find_width(words)
        groups: list[Group] = []
        tokens: list[TaggedWord] = []
        document, faults = 0, Faults()
        for line, fields in chain(head, rows, [(0, [])]):
            if self._is_word(fields):
                with faults:
                    tokens += self.pick(line, fields)
                continue
            if tokens:
                groups.append(Group(tokens, document))
            document += bool(fields)
            tokens = []
        faults.check()
        return groups

    def _is_word(self, fields: list[str]) -> bool:
        """Return whether a row is neither blank nor the start of a document."""
        if not fields or fields[0] == DOCUMENT_START:
            return False
        column = self.columns["word_column"]
        return not column or DOCUMENT_START not in fields[column:][:1]

    def _find_width(self, words: list[tuple[int, list[str]]]) -> None:
        """Set the number of columns that most rows have; what may be a comment does not count."""
        plain = [row for row in words if not row[1][0].startswith("#")] or words
        width = Counter(len(fields) for _, fields in plain).most_common(1)[0][0]
        self.set_width(width, next(line for line, fields in plain if len(fields) == width))
        self.first_line = words[0][0]

    def set_width(self, width: int, line: int | None = None) -> None:
        """Set the number of columns of all rows.

        Args:
            width: number of columns.
            line: line that has so many, for errors.

        Raises:
            CorpusError: there is no column of words or of tags, or they are the same.
        """
        for name, column in self.columns.items():
            if not -width <= column < width:
                reason = f"{width} columns, hence none for `{name}` {column}."
                raise CorpusError(self.path, line, reason)
        if len({column % width for column in self.columns.values()}) < len(self.columns):
            reason = f"`word_column` and `tag_column` are the same of {width} columns."
            reason += HEADER if width == 1 else ""
            raise CorpusError(self.path, line, reason)
        self.width = width

    def pick(self, line: int, fields: list[str]) -> list[TaggedWord]:
        """Return a list of the word and the tag of a row; it is empty if the row is skipped."""
        if not self.width:  # the head of the file has no word
            self._find_width([(line, fields)])
        if len(fields) != self.width:
            reason = f"{len(fields)} columns, other lines have {self.width}: {fields!r:.60}."
            raise CorpusError(self.path, line, reason + self._hint(line, fields))
        word, tag = fields[self.columns["word_column"]], fields[self.columns["tag_column"]].strip()
        if not (tag and word.strip()):
            return self._skip(line, fields)
        if line == self.first_line and _names_columns(word, tag):
            raise CorpusError(self.path, line, f"a header line, remove it: {fields!r:.60}.")
        if tag not in self.tags:
            check_label(self.path, line, tag)
            self.tags.add(tag)
        return [TaggedWord(word, tag, line)]

    def _skip(self, line: int, fields: list[str]) -> list[TaggedWord]:
        """Skip a row without a word where that is asked for; a row without a tag is an error."""
        name, column = next(each for each in self.columns.items() if not fields[each[1]].strip())
        if self.skip_blank and name == "word_column":
            self.skipped += 1
            return []
        skippable = self.skip_blank is not None and name == "word_column"
        hint = (SKIP if skippable else "") if fields[-1] else TAB
        raise CorpusError(self.path, line, f"nothing in `{name}` {column}: {fields!r:.60}.{hint}")

    def _hint(self, line: int, fields: list[str]) -> str:
        """Return what a row of another width may be."""
        if fields[0].startswith("#"):
            return " Are lines that begin with '#' comments? Pass `comment` '#'."
        if len(fields) == self.width + 1 and not fields[-1]:
            return TAB
        return HEADER if line == self.first_line else ""


def _names_columns(word: str, tag: str) -> bool:
    return word.lower() in HEADER_WORDS and tag.lower() in HEADER_TAGS
