"""Corpora with one token a line: CoNLL-2003 and any file of that form."""

import re
from collections.abc import Iterator
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
        words: list of strings.
        tags: list of as many strings.
        line: where in the file it begins, from 1; None where that is not known.
        document: how many documents were begun before it in the file, from 1, or 0 where the file
            marks none; None where that is not known.
    """

    words: list
    tags: list
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
    """Read a file with one token a line, columns for words and tags, and blank lines in between.

    Columns are parted by single tabs, on lines that have any, or else by spaces; every line has
    as many. Lines whose word is `-DOCSTART-` begin a document and are no sentences. Lines may end
    with CR LF, and the file may begin with a byte order mark.

    Args:
        path: the file.
        word_column: index of the column of words; negative ones count from the last.
        tag_column: the same for the tags.
        scheme: `"BIO"`, `"IOB1"` or `"BIOES"`, in which the tags are returned, whichever the file
            is in; None for tags that mark no spans, which stay as they are, unchecked.
        encoding: how the file's characters were written as bytes.
        comment: lines that begin with this string are left out; None for none.

    Returns:
        List of `Sentence`, none empty.

    Raises:
        CorpusError: with file and line: bytes that are not `encoding`, a missing or superfluous
            column, tags of no scheme or of several, no sentence at all.
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
    """Yield number and fields of every line; a blank one has no fields."""
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
            # Other white space than this may be part of a word.
            yield number, _fields(line)


def _fields(line):
    if not line.strip(" \t"):
        return []
    return line.split("\t") if "\t" in line else re.split(" +", line.strip(" "))


class _TaggedWord(NamedTuple):
    word: str
    tag: str
    line: int


def _groups(path, rows, word_column, tag_column):
    """Yield for each sentence the number of its document and a list of `_TaggedWord`."""
    document, tokens, width = 0, [], None
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


def _pick(path, line, fields, word_column, tag_column):
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


def _scheme_of(tags, path, groups):
    try:
        return detect_scheme(tags)
    except SchemeError as error:
        lines = [groups[i.sentence][1][i.position].line for i in error.illegal]
        reasons = [i.reason for i in error.illegal]
        # Up to the last of these lines one scheme fitted.
        places = dict.fromkeys(f"line {n}: {r}" for n, r in zip(lines, reasons, strict=True))
        reason = f"the tags fit no single scheme: {'; '.join(places)}."
        raise CorpusError(path, max(lines), reason) from error


def load_conll2003(
    data_dir: str | PathLike[str] | None = None, download: bool = False
) -> dict[str, list[Sentence]]:
    """Load CoNLL-2003 (English, named entities) through TensorFlow Datasets.

    Args:
        data_dir: the folder of TensorFlow Datasets; None for its own default, which the variable
            `TFDS_DATA_DIR` sets.
        download: fetch and prepare the data where they are not there. Without it no network is
            used.

    Returns:
        Dict with the keys `"train"`, `"dev"`, `"test"`: lists of `Sentence` with BIO tags of the
        labels PER, ORG, LOC and MISC, none empty. The order is that of TensorFlow Datasets, which
        knows nothing of documents or lines.

    Raises:
        FileNotFoundError: the data are not there, and `download` is false.
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
