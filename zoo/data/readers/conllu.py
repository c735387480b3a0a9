"""CoNLL-U: ten columns, comments, ranges of words and empty nodes."""

from collections.abc import Iterator
from os import PathLike

from zoo.data.readers.conll import Columns, Group
from zoo.data.readers.lines import numbered_lines
from zoo.errors import CorpusError

FORM, UPOS, MISC, WIDTH = 1, 3, 9, 10
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
        CorpusError: with file and line: a line has not ten columns, or no tag.

    Example:

    >>> line = "1\\tAda\\tAda\\tPROPN\\t_\\t_\\t0\\troot\\t_\\t_"
    >>> [group.words for group in read_conllu("a.conllu", line)]
    [[TaggedWord(word='Ada', tag='PROPN', line=1)]]
    """
    from_attribute = tag_column is None and scheme is not None
    tag_column = tag_column if tag_column is not None else MISC if from_attribute else UPOS
    columns = Columns(path, FORM if word_column is None else word_column, tag_column)
    document = 0
    rows: list[tuple[int, list[str]]] = []
    for number, line in [*numbered_lines(text), (0, "")]:
        if line.startswith("#"):
            document += line.startswith(NEW_DOCUMENT)
        elif line.strip():
            fields = line.split("\t")
            if len(fields) != WIDTH:
                raise CorpusError(path, number, f"{len(fields)} columns, CoNLL-U has {WIDTH}.")
            if not fields[0].isdecimal():
                continue
            if from_attribute:
                fields[MISC] = _entity(path, number, fields[MISC])
            rows.append((number, fields))
        else:
            if words := [word for row in rows for word in columns.pick(*row)]:
                yield Group(words, document)
            rows = []


def _entity(path: str | PathLike[str], line: int, attributes: str) -> str:
    for each in attributes.split("|"):
        if each.startswith(ENTITY):
            return each.removeprefix(ENTITY)
    reason = f"no {ENTITY} among the attributes {attributes!r:.60}; or pass `tag_column`."
    raise CorpusError(path, line, reason)
