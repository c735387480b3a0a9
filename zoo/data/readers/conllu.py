"""CoNLL-U: ten columns, comments, ranges of words and empty nodes."""

import re
from collections.abc import Iterator
from os import PathLike

from zoo.data.readers.columns import Columns, Group, TaggedWord
from zoo.data.readers.faults import Faults
from zoo.data.readers.lines import numbered_lines
from zoo.errors import CorpusError

FORM, UPOS, MISC, WIDTH = 1, 3, 9, 10
ID = re.compile(r"\d{1,9}([-.]\d{1,9})?")  # of a word, a range or an empty node
NEW_DOCUMENT = "# newdoc"
ENTITY = "NER="  # the attribute of the last column that holds the tag of an entity


def read_conllu(
    path: str | PathLike[str],
    text: str,
    word_column: int | None = None,
    tag_column: int | None = None,
    scheme: str | None = None,
) -> Iterator[Group]:
    """Yield the sentences of a file in CoNLL-U; ranges and empty nodes are no words of them.

    Args:
        path: the file, for errors.
        text: its text.
        word_column: index of the column of words; None for 1, the form.
        tag_column: index of the column of tags; None for 3, the universal part of speech, or for
            the attribute NER of column 9 if `scheme` is given.
        scheme: as in `zoo.data.read_conll`.

    Raises:
        CorpusError: with file and lines: a line has not ten columns, no number or no tag.

    Example:

    >>> line = "1\\tAda\\tAda\\tPROPN\\t_\\t_\\t0\\troot\\t_\\t_"
    >>> [group.words for group in read_conllu("a.conllu", line)]
    [[TaggedWord(word='Ada', tag='PROPN', line=1)]]
    """
    from_attribute = tag_column is None and scheme is not None
    tag_column = tag_column if tag_column is not None else MISC if from_attribute else UPOS
    columns = Columns(path, FORM if word_column is None else word_column, tag_column, None)
    columns.set_width(WIDTH)
    document, faults = 0, Faults()
    rows, words = _Rows(columns, from_attribute), []
    for number, line in [*numbered_lines(text), (0, "")]:
        if line.startswith("#"):
            document += line.startswith(NEW_DOCUMENT)
        elif line.strip(" \t"):
            with faults:
                words += rows.read(number, line.split("\t"))
        else:
            if words:
                yield Group(words, document)
            words, rows.last = [], 0
    faults.check()


class _Rows:
    """Reads the rows of a sentence, whose numbers rise."""

    def __init__(self, columns: Columns, from_attribute: bool) -> None:
        self.columns, self.from_attribute, self.last = columns, from_attribute, 0

    def read(self, line: int, fields: list[str]) -> list[TaggedWord]:
        """Return a list of the word of a row; it is empty for a range and an empty node."""
        path, id = self.columns.path, fields[0]
        if len(fields) != WIDTH:
            raise CorpusError(path, line, f"{len(fields)} columns, CoNLL-U has {WIDTH}.")
        if not ID.fullmatch(id):
            reason = f"{id!r:.60} in column 0; the number of a word was expected, as 1, 1-2 or 1.1."
            raise CorpusError(path, line, reason)
        if not id.isdecimal():
            return []
        if int(id) <= self.last:
            reason = f"word {id} after word {self.last}: is a blank line missing between sentences?"
            raise CorpusError(path, line, reason)
        self.last = int(id)
        if self.from_attribute:
            fields[MISC] = _entity(path, line, fields[MISC])
        return self.columns.pick(line, fields)


def _entity(path: str | PathLike[str], line: int, attributes: str) -> str:
    for each in attributes.split("|"):
        if each.startswith(ENTITY):
            return each.removeprefix(ENTITY)
    reason = f"no {ENTITY} among the attributes {attributes!r:.60}; or pass `tag_column`."
    raise CorpusError(path, line, reason)
