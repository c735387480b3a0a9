"""Readers of labelled texts: IMDB, folders of text files, CSV files."""

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np

from zoo.data.tfds import load_tfds
from zoo.errors import CorpusError

IMDB_LABELS = ("negative", "positive")
PREPARED = "imdb_reviews/plain_text/*/dataset_info.json"


class LabelledText(NamedTuple):
    """A text with its label.

    Args:
        text: the text as it was read, including any markup.
        label: its label, or None for an unlabelled text.
    """

    text: str
    label: str | None


def load_imdb(
    data_dir: str | PathLike[str] | None = None, download: bool = False
) -> dict[str, list[LabelledText]]:
    """Load the Large Movie Review Dataset with TensorFlow Datasets.

    Args:
        data_dir: folder of TensorFlow Datasets; None for its default, which the environment
            variable `TFDS_DATA_DIR` sets.
        download: whether to download and prepare missing data. Otherwise no network is used.

    Returns:
        Dict with the keys `"train"`, `"test"` (25,000 each) and `"unsupervised"` (50,000): lists of
        `LabelledText` with a label of `IMDB_LABELS`, or None.

    Raises:
        FileNotFoundError: the data are missing, and `download` is false.
        ModuleNotFoundError: TensorFlow Datasets is not installed.

    Reference: Maas et al., Learning Word Vectors for Sentiment Analysis, 2011.
    """
    splits, _ = load_tfds("imdb_reviews", PREPARED, data_dir, download)
    return {
        name: [
            LabelledText(
                example["text"].decode(),
                IMDB_LABELS[example["label"]] if example["label"] >= 0 else None,
            )
            for example in split.as_numpy_iterator()
        ]
        for name, split in splits.items()
    }


def read_labelled_folder(path: str | PathLike[str]) -> list[LabelledText]:
    """Read a folder with one subfolder of text files per label, such as `pos/` and `neg/`.

    Args:
        path: the folder. File names end in `.txt`; subfolders without such files are ignored.

    Returns:
        List of `LabelledText`, sorted by label and file name.

    Raises:
        CorpusError: there is no text or only one label, or a file is blank or not UTF-8.

    Example:

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for label in ("neg", "pos"):
    ...         Path(folder, label).mkdir()
    ...         _ = Path(folder, label, "1.txt").write_text(f"quite {label}")
    ...     read_labelled_folder(folder)
    [LabelledText(text='quite neg', label='neg'), LabelledText(text='quite pos', label='pos')]
    """
    path = Path(path)
    files = sorted(path.glob("*/*.txt"))
    return _checked(path, [LabelledText(_read(file), file.parent.name) for file in files])


def read_labelled_csv(
    path: str | PathLike[str], text_column: str = "text", label_column: str = "label"
) -> list[LabelledText]:
    """Read a CSV file with a header line.

    Args:
        path: the file, in UTF-8.
        text_column: name of the column of texts.
        label_column: name of the column of labels.

    Returns:
        List of `LabelledText`, in the order of the file.

    Raises:
        CorpusError: with file and line: a column is missing, a row has no text or no label, the
            file is not UTF-8, or it has no text or only one label.

    Example:

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "mine.csv")
    ...     _ = path.write_text('label,text\\ngood,"Yes, indeed"\\nbad,No')
    ...     read_labelled_csv(path)
    [LabelledText(text='Yes, indeed', label='good'), LabelledText(text='No', label='bad')]
    """
    path = Path(path)
    rows = csv.DictReader(_read(path).splitlines(keepends=True))
    for column in (text_column, label_column):
        if column not in (rows.fieldnames or ()):
            raise CorpusError(path, 1, f"no column {column!r} among {rows.fieldnames}.")
    texts = []
    for row in rows:
        text, label = row[text_column], row[label_column]
        for column, value in ((text_column, text), (label_column, label)):
            if not (value and value.strip()):
                raise CorpusError(path, rows.line_num, f"nothing in the column {column!r}.")
        texts.append(LabelledText(text, label))
    return _checked(path, texts)


def read_labelled(path: str | PathLike[str]) -> list[LabelledText]:
    """Read a folder by `read_labelled_folder`, or a file by `read_labelled_csv`."""
    return read_labelled_folder(path) if Path(path).is_dir() else read_labelled_csv(path)


def load_labelled_splits(
    train: str | PathLike[str] | None = None,
    test: str | PathLike[str] | None = None,
    *,
    data_dir: str | PathLike[str] | None = None,
    fraction: float = 0.1,
    seed: int = 0,
) -> tuple[dict[str, list[LabelledText]], list[str]]:
    """Load the splits of a corpus of labelled texts, IMDB by default.

    Args:
        train: file or folder for `read_labelled`; None for IMDB.
        test: file or folder for `read_labelled`; None for no test split.
        data_dir: as in `load_imdb`.
        fraction: fraction of each label of train that is held out as dev, between 0 and 1.
        seed: seed of the random choice.

    Returns:
        Pair of a dict of lists of `LabelledText`, with the keys `"train"` and `"dev"` and, where
        available, `"test"` and `"unsupervised"`; and the sorted list of the labels of train.

    Raises:
        CorpusError: a file is invalid, no label has enough texts, or test has a label that is
            absent from train.
    """
    if train:
        corpus = {"train": read_labelled(train)}
        corpus |= {"test": read_labelled(test)} if test else {}
    else:
        corpus = load_imdb(data_dir)
    corpus["train"], corpus["dev"] = hold_out(corpus["train"], fraction, seed)
    labels = _labels(corpus["train"])
    if not corpus["dev"]:
        reason = f"no label has enough texts to hold out a fraction of {fraction}."
        raise CorpusError(train, None, reason)
    if new := sorted({*_labels(corpus.get("test", ()))} - {*labels}):
        raise CorpusError(
            test, None, f"the labels {new} are absent from train, which has {labels}."
        )
    return corpus, labels


def hold_out(
    texts: Sequence[LabelledText], fraction: float, seed: int = 0
) -> tuple[list[LabelledText], list[LabelledText]]:
    """Split texts in two at random, stratified by label.

    Args:
        texts: list of `LabelledText`.
        fraction: fraction of each label that is held out, between 0 and 1.
        seed: seed of the random choice.

    Returns:
        Pair of the remaining and the held-out texts, each in the order of `texts`.

    Raises:
        ValueError: `fraction` is not between 0 and 1.

    Example:

    >>> texts = [LabelledText(str(i), "ab"[i % 2]) for i in range(10)]
    >>> left, held_out = hold_out(texts, 0.2)
    >>> len(left), sorted(text.label for text in held_out)
    (8, ['a', 'b'])
    """
    if not 0 < fraction < 1:
        raise ValueError(f"`fraction` must be between 0 and 1, got {fraction}.")
    rng = np.random.default_rng(seed)
    labels = np.array([text.label for text in texts])
    chosen = np.zeros(len(texts), bool)
    for label in sorted(set(labels)):
        where = np.flatnonzero(labels == label)
        chosen[rng.permutation(where)[: round(fraction * len(where))]] = True
    left = [text for text, out in zip(texts, chosen, strict=True) if not out]
    return left, [text for text, out in zip(texts, chosen, strict=True) if out]


def fingerprint(texts: Iterable[LabelledText]) -> str:
    """Return a hash of the texts, their labels and their order.

    Args:
        texts: list of `LabelledText`.

    Example:

    >>> texts = [LabelledText("Fine", "pos"), LabelledText("Bad", "neg")]
    >>> fingerprint(texts) == fingerprint([*texts]), fingerprint(texts) == fingerprint(texts[::-1])
    (True, False)
    """
    digest = hashlib.sha256()
    for each in texts:
        digest.update(repr(tuple(each)).encode())
    return digest.hexdigest()


def fingerprints(corpus: Mapping[str, Iterable[LabelledText]]) -> dict[str, str]:
    """Return the `fingerprint` of each split of a corpus, for `zoo.errors.check_conditions`."""
    return {f"texts of {name}": fingerprint(texts) for name, texts in corpus.items()}


def _read(path: Path) -> str:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise CorpusError(path, line, f"not UTF-8: {error}.") from error
    if not text.strip():
        raise CorpusError(path, None, "blank; a text was expected.")
    return text


def _labels(texts: Iterable[LabelledText]) -> list[str]:
    """Return the labels of texts that have one, sorted."""
    return sorted({text.label for text in texts if text.label is not None})


def _checked(path: Path, texts: list[LabelledText]) -> list[LabelledText]:
    labels = _labels(texts)
    if len(labels) < 2:
        raise CorpusError(
            path, None, f"texts of at least two labels were expected, found {labels}."
        )
    return texts
