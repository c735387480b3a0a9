"""Readers of corpora with one token per line: CoNLL-2003 and files in its format."""

import re
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from zoo.data.tfds import load_tfds
from zoo.errors import CorpusError
from zoo.text import SchemeError, convert_tags, detect_scheme

DOCUMENT_START = "-DOCSTART-"
PREPARED = "conll2003/conll2003/*/dataset_info.json"


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
) -> list[Sentence]:
    """Read a file with one token per line and a blank line after each sentence.

    Columns are separated by single tabs, or by spaces on lines without a tab. All lines have the
    same number of columns. A line whose word is `-DOCSTART-` starts a document. Lines may end with
    CR LF, and the file may start with a byte order mark.

    Args:
        path: the file.
        word_column: index of the column of words; a negative index counts from the last column.
        tag_column: index of the column of tags.
        scheme: a name in `zoo.text.SCHEMES`: the scheme to which the tags are converted; that of
            the file is detected. None for tags that do not mark spans; they are not checked.
        encoding: text encoding of the file.
        comment: lines that start with this string are ignored; None for no comments.

    Returns:
        List of non-empty `Sentence`s.

    Raises:
        CorpusError: with file and line: the file has another encoding, a line has another number
            of columns, the tags fit no single scheme, or there is no sentence.
        OSError: the file cannot be opened.

    Example:

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "my.conll")
    ...     _ = path.write_text("Ada I-PER\\nwrote O\\n\\nBo I-PER\\n")
    ...     read_conll(path)
    [Sentence(words=['Ada', 'wrote'], tags=['B-PER', 'O'], line=1, document=0),
     Sentence(words=['Bo'], tags=['B-PER'], line=4, document=0)]
    """
    groups = list(_groups(path, _rows(path, encoding, comment), word_column, tag_column))
    if not groups:
        raise CorpusError(path, None, "no sentence in the file.")
    tags = [[token.tag for token in tokens] for _, tokens in groups]
    if scheme is not None:
        source = _scheme_of(tags, path, groups)
        tags = [convert_tags(each, source, scheme) for each in tags]
    return [
        Sentence([token.word for token in tokens], each, tokens[0].line, document)
        for (document, tokens), each in zip(groups, tags, strict=True)
    ]


def _rows(
    path: str | PathLike[str], encoding: str, comment: str | None
) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the fields of every line; a blank line has no fields."""
    content = Path(path).read_bytes()
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = f"byte {error.start} of the file is not {encoding} ({error.reason})"
        raise CorpusError(path, line, f"{reason}: pass the `encoding` of the file.") from error
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        line = line.removesuffix("\r")
        if comment is None or not line.startswith(comment):
            # Only tabs and spaces separate fields; other white space can be part of a word.
            yield number, _fields(line)


def _fields(line: str) -> list[str]:
    if not line.strip(" \t"):
        return []
    return line.split("\t") if "\t" in line else re.split(" +", line.strip(" "))


class _TaggedWord(NamedTuple):
    word: str
    tag: str
    line: int


def _groups(
    path: str | PathLike[str],
    rows: Iterable[tuple[int, list[str]]],
    word_column: int,
    tag_column: int,
) -> Iterator[tuple[int, list[_TaggedWord]]]:
    """Yield for each sentence the number of its document and its tagged words."""
    document, width = 0, None
    tokens: list[_TaggedWord] = []
    for line, fields in rows:
        if fields and DOCUMENT_START not in fields:
            width = width or len(fields)
            if len(fields) != width:
                reason = f"{len(fields)} columns, those before it have {width}: {fields!r:.60}."
                raise CorpusError(path, line, reason)
            tokens.append(_pick(path, line, fields, word_column, tag_column))
        else:
            if tokens:
                yield document, tokens
            document += bool(fields)
            tokens = []
    if tokens:
        yield document, tokens


def _pick(
    path: str | PathLike[str], line: int, fields: list[str], word_column: int, tag_column: int
) -> _TaggedWord:
    columns = {"word_column": word_column, "tag_column": tag_column}
    for name, column in columns.items():
        if not -len(fields) <= column < len(fields):
            reason = f"{len(fields)} columns, hence none for `{name}` {column}: {fields!r:.60}."
            raise CorpusError(path, line, reason)
        if not fields[column]:
            raise CorpusError(path, line, f"nothing in `{name}` {column}: {fields!r:.60}.")
    if word_column % len(fields) == tag_column % len(fields):
        reason = f"`word_column` and `tag_column` are the same of {len(fields)} columns."
        raise CorpusError(path, line, reason)
    return _TaggedWord(fields[word_column], fields[tag_column], line)


def _scheme_of(
    tags: list[list[str]],
    path: str | PathLike[str],
    groups: list[tuple[int, list[_TaggedWord]]],
) -> str:
    """Detect the scheme of a corpus, and name the offending lines where there is none."""
    try:
        return detect_scheme(tags)
    except SchemeError as error:
        lines = [groups[i.sentence][1][i.position].line for i in error.illegal]
        reasons = [i.reason for i in error.illegal]
        # The last of these lines rules out the last scheme that was still possible.
        places = dict.fromkeys(f"line {n}: {r}" for n, r in zip(lines, reasons, strict=True))
        reason = f"the tags fit no single scheme: {'; '.join(places)}."
        raise CorpusError(path, max(lines), reason) from error


def load_conll2003(
    data_dir: str | PathLike[str] | None = None, download: bool = False
) -> dict[str, list[Sentence]]:
    """Load CoNLL-2003 (English, named entities) with TensorFlow Datasets.

    Args:
        data_dir: folder of TensorFlow Datasets; None for its default, which the environment
            variable `TFDS_DATA_DIR` sets.
        download: whether to download and prepare missing data. Otherwise no network is used.

    Returns:
        Dict with the keys `"train"`, `"dev"`, `"test"`: lists of non-empty `Sentence`s with BIO
        tags of the labels PER, ORG, LOC and MISC. Their order is that of TensorFlow Datasets, which
        provides neither documents nor line numbers.

    Raises:
        FileNotFoundError: the data are missing, and `download` is false.
        ModuleNotFoundError: TensorFlow Datasets is not installed.

    Reference: Tjong Kim Sang and De Meulder, Introduction to the CoNLL-2003 Shared Task:
    Language-Independent Named Entity Recognition, 2003.
    """
    splits, info = load_tfds("conll2003", PREPARED, data_dir, download)
    names = info.features["ner"].feature.names
    return {
        name: [
            Sentence(
                [word.decode() for word in example["tokens"]], [names[i] for i in example["ner"]]
            )
            for example in split.as_numpy_iterator()
            if len(example["tokens"])  # one example of each split is empty
        ]
        for name, split in splits.items()
    }
