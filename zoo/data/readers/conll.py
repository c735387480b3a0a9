"""Files with one token per line: CoNLL-2003 and its many relatives of 2 to 14 columns."""

import re
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from typing import NamedTuple

from zoo.data.readers.dialects import read_tags
from zoo.data.readers.lines import numbered_lines, read_text
from zoo.errors import CorpusError
from zoo.text import SchemeError

DOCUMENT_START = "-DOCSTART-"
TABS = {"\\t": "\t", "tab": "\t"}
HEADER_WORDS = {"word", "words", "token", "tokens", "form", "text"}
HEADER_TAGS = {"tag", "tags", "label", "labels", "ner", "ner_tag", "ner_tags", "pos", "upos"}


class Sentence(NamedTuple):
    """The words of a sentence and their tags.

    Args:
        words: list of T strings.
        tags: list of T strings.
        line: number of its first line in the file, from 1; None if unknown.
        document: number of its document in the file, from 1; 0 if the file does not mark
            documents; None if unknown.
    """

    words: list[str]
    tags: list[str]
    line: int | None = None
    document: int | None = None


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


def read_conll(
    path: str | PathLike[str],
    *,
    word_column: int = 0,
    tag_column: int = -1,
    scheme: str | None = "BIO",
    encoding: str = "utf-8",
    comment: str | None = None,
    delimiter: str | None = None,
    repair: bool = False,
) -> list[Sentence]:
    """Read a file with one token per line and a blank line after each sentence.

    Columns are separated by single tabs, or by spaces on lines without a tab. All lines have the
    same number of columns. A line with the word `-DOCSTART-` starts a document. For line ends and
    byte order marks see `zoo.data.readers.lines`.

    Args:
        path: the file.
        word_column: index of the column of words; a negative index counts from the last column.
        tag_column: index of the column of tags.
        scheme: a name in `zoo.text.SCHEMES`: the scheme to which the tags are converted; that of
            the file is detected. None for tags that do not mark spans; they are not checked.
        encoding: text encoding of the file.
        comment: lines that start with this string are ignored; None for no comments.
        delimiter: what separates the columns; None for tabs or spaces.
        repair: whether illegal tags are read as the conlleval script does and lines without a word
            are skipped; otherwise both are errors.

    Returns:
        List of non-empty `Sentence`s.

    Raises:
        CorpusError: with file and line: the file cannot be opened or has another encoding, a line
            has another number of columns, the tags fit no single scheme, or there is no sentence.

    Example:

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "my.conll")
    ...     _ = path.write_text("Ada I-PER\\nwrote O\\n\\nBo I-PER\\n")
    ...     read_conll(path)
    [Sentence(words=['Ada', 'wrote'], tags=['B-PER', 'O'], line=1, document=0),
     Sentence(words=['Bo'], tags=['B-PER'], line=4, document=0)]
    """
    columns = Columns(path, word_column, tag_column, repair)
    groups = list(columns.groups(rows_of(read_text(path, encoding), comment, delimiter)))
    return to_sentences(path, groups, scheme, repair)[0]


def to_sentences(
    path: str | PathLike[str], groups: Sequence[Group], scheme: str | None, repair: bool
) -> tuple[list[Sentence], str, list[str]]:
    """Convert the tags of a file to a scheme.

    Args:
        path: the file, for errors.
        groups: its sentences.
        scheme: as in `read_conll`.
        repair: as in `read_conll`.

    Returns:
        Triple of the sentences, the scheme of the file in words, and notes for its report.

    Raises:
        CorpusError: the tags fit no single scheme, or there is no sentence.
    """
    if not groups:
        raise CorpusError(path, None, "no sentence in the file.")
    tags, form, notes = [[token.tag for token in group.words] for group in groups], "", []
    if scheme is not None:
        try:
            tags, form, notes = read_tags(tags, scheme, repair)
        except SchemeError as error:
            raise _scheme_error(path, groups, error) from error
    sentences = [
        Sentence([token.word for token in words], each, words[0].line, document)
        for (words, document), each in zip(groups, tags, strict=True)
    ]
    return sentences, form, notes


def _scheme_error(
    path: str | PathLike[str], groups: Sequence[Group], error: SchemeError
) -> CorpusError:
    """Return an error that names the lines of the offending tags."""
    tokens = [groups[i.sentence].words[i.position] for i in error.illegal]
    if error.illegal[0][:2] == (0, 0) and "is not a tag" in error.illegal[0].reason:
        reason = f"{error.illegal[0].reason}; is this line a header? Remove it."
        return CorpusError(path, tokens[0].line, reason)
    reasons = zip(tokens, error.illegal, strict=True)
    places = dict.fromkeys(f"line {token.line}: {i.reason}" for token, i in reasons)
    hint = "Correct them, or pass `repair` to read them as the conlleval script does."
    reason = f"the tags fit no single scheme: {'; '.join(places)}. {hint}"
    # The last of these lines rules out the last scheme that was still possible.
    return CorpusError(path, max(token.line for token in tokens), reason)


def rows_of(
    text: str, comment: str | None = None, delimiter: str | None = None
) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the fields of every line; a blank line has no fields.

    Args:
        text: the text of the file.
        comment: lines that start with this string are skipped; None for no comments.
        delimiter: what separates the fields; None for single tabs, or spaces where no tab is.
    """
    delimiter = TABS.get(delimiter or "", delimiter)
    for number, line in numbered_lines(text):
        if not (comment and line.startswith(comment)):
            yield number, _fields(line, delimiter)


def _fields(line: str, delimiter: str | None) -> list[str]:
    # Only tabs and spaces separate fields; other white space can be part of a word.
    if not line.strip(" \t"):
        return []
    if delimiter is None and "\t" not in line:
        return re.split(" +", line.strip(" "))
    return [field.strip(" ") for field in line.split(delimiter or "\t")]


class Columns:
    """The columns of words and tags in the rows of a file, which all have the same width.

    Args:
        path: the file, for errors.
        word_column: index of the column of words; a negative index counts from the last column.
        tag_column: index of the column of tags.
        skip_blank: whether rows without a word are skipped, and counted in `skipped`; otherwise
            they are an error.
    """

    def __init__(
        self, path: str | PathLike[str], word_column: int, tag_column: int, skip_blank: bool = False
    ) -> None:
        self.path, self.skip_blank, self.skipped = path, skip_blank, 0
        self.columns = {"word_column": word_column, "tag_column": tag_column}
        self.first: tuple[int, list[str]] | None = None

    def groups(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[Group]:
        """Yield the sentences of the rows of a file."""
        document = 0
        tokens: list[TaggedWord] = []
        for line, fields in rows:
            if fields and DOCUMENT_START not in fields:
                tokens += self.pick(line, fields)
                continue
            if tokens:
                yield Group(tokens, document)
            document += bool(fields)
            tokens = []
        if tokens:
            yield Group(tokens, document)

    def pick(self, line: int, fields: list[str]) -> list[TaggedWord]:
        """Return a list of the word and the tag of a row; it is empty if the row is skipped."""
        first_line, first = self.first = self.first or (line, fields)
        if len(fields) != len(first):
            reason = f"{len(fields)} columns, those before it have {len(first)}: {fields!r:.60}."
            raise CorpusError(self.path, line, reason + _width_hint(first, fields))
        for name, column in self.columns.items():
            if not -len(fields) <= column < len(fields):
                reason = f"{len(fields)} columns, hence none for `{name}` {column}: {fields!r:.60}."
                raise CorpusError(self.path, line, reason)
            if not fields[column].strip():
                if self.skip_blank and name == "word_column":
                    self.skipped += 1
                    return []
                hint = "" if fields[-1] else " The line ends with a tab: an empty column."
                hint = hint or " Correct it, or pass `repair` to skip such lines."
                reason = f"nothing in `{name}` {column}: {fields!r:.60}.{hint}"
                raise CorpusError(self.path, line, reason)
        word, tag = (column % len(fields) for column in self.columns.values())
        if word == tag:
            reason = f"`word_column` and `tag_column` are the same of {len(fields)} columns."
            reason += " Is this line a header? Remove it." if len(fields) == 1 else ""
            raise CorpusError(self.path, line, reason)
        if line == first_line and _names_columns(fields[word], fields[tag]):
            raise CorpusError(self.path, line, f"a header line, remove it: {fields!r:.60}.")
        return [TaggedWord(fields[word], fields[tag].strip(), line)]


def _width_hint(first: list[str], fields: list[str]) -> str:
    for row in (fields, first):
        if row[0].startswith("#"):
            return " Are lines that begin with '#' comments? Pass `comment` '#'."
    return ""


def _names_columns(word: str, tag: str) -> bool:
    return word.lower() in HEADER_WORDS and tag.lower() in HEADER_TAGS
