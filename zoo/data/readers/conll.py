"""Files with one token per line: CoNLL-2003 and its many relatives of two or more columns."""

import re
from collections.abc import Iterator, Sequence
from os import PathLike
from typing import NamedTuple

from zoo.data.readers.columns import Columns, Group
from zoo.data.readers.dialects import read_tags
from zoo.data.readers.lines import numbered_lines, read_text
from zoo.errors import CorpusError
from zoo.text import SchemeError

TABS = {"\\t": "\t", "tab": "\t"}
REPAIR = ". Correct such tags, or pass `repair` to read them as the conlleval script does."


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
        CorpusError: with file and lines: the file cannot be opened or has another encoding, a line
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
    groups = columns.groups(rows_of(read_text(path, encoding), comment, delimiter))
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
    """Return an error that names the lines of the illegal tags."""
    places = []
    for sentence, position, reason in error.illegal:
        strange = "is not a tag" in reason
        if strange and (sentence, position) == (0, 0):
            reason += "; is this line a header? Remove it"
        elif not places:
            reason = f"the tags fit no single scheme: {reason}"
        reason += "." if strange or places else REPAIR
        places.append(CorpusError(path, groups[sentence].words[position].line, reason))
    return CorpusError(path, places[0].line, places[0].reason, places[1:])


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
