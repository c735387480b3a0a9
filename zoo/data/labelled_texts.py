"""Labelled texts: IMDB, or files of a user's own."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import Any

from zoo.data.readers.splits import Files, check_known, hold_out, read_splits
from zoo.data.readers.texts import LabelledText, TextReader, labels_of
from zoo.data.tfds import examples_of, load_tfds
from zoo.errors import CorpusError

IMDB_LABELS = ("negative", "positive")
PREPARED = "imdb_reviews/plain_text/*/dataset_info.json"


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
        CorpusError: the files are damaged.
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
            for example in examples_of(split, "imdb_reviews", data_dir)
        ]
        for name, split in splits.items()
    }


def read_labelled_folder(path: str | PathLike[str]) -> list[LabelledText]:
    """Read a folder with one subfolder of text files per label, such as `pos/` and `neg/`.

    Args:
        path: the folder. File names end in `.txt`; hidden folders are ignored, and the texts of a
            subfolder `unsup` are unlabelled.

    Returns:
        List of `LabelledText`, sorted by label and file name.

    Raises:
        CorpusError: there is no text or only one label, or a file is blank or not UTF-8.

    Example:

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for label in ("neg", "pos"):
    ...         Path(folder, label).mkdir()
    ...         _ = Path(folder, label, "1.txt").write_text(f"quite {label}")
    ...     read_labelled_folder(folder)
    [LabelledText(text='quite neg', label='neg'), LabelledText(text='quite pos', label='pos')]
    """
    return _checked(TextReader(format="folder"), path)


def read_labelled_csv(
    path: str | PathLike[str],
    text_column: str = "text",
    label_column: str = "label",
    *,
    delimiter: str | None = None,
    encoding: str = "utf-8",
) -> list[LabelledText]:
    """Read a CSV file with a header line.

    Args:
        path: the file.
        text_column: name of the column of texts.
        label_column: name of the column of labels.
        delimiter: what separates the columns, one character; None for a comma.
        encoding: text encoding of the file.

    Returns:
        List of `LabelledText`, in the order of the file; labels without white space around them.

    Raises:
        CorpusError: with file and line: a column is missing or named twice, a row has another
            number of fields than the header, no text or no label, the file has another encoding, or
            it has no text or only one label.

    Example:

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "mine.csv")
    ...     _ = path.write_text('label,text\\ngood,"Yes, indeed"\\nbad,No')
    ...     read_labelled_csv(path)
    [LabelledText(text='Yes, indeed', label='good'), LabelledText(text='No', label='bad')]
    """
    return _checked(TextReader("csv", text_column, label_column, delimiter, encoding), path)


def read_labelled(path: str | PathLike[str], **options: Any) -> list[LabelledText]:
    """Return the labelled texts of a file or folder, read by `TextReader` with options.

    Raises:
        CorpusError: with file and lines: the file cannot be read, or no text has a label.
    """
    texts, _ = TextReader.of(options).read(path)
    if not (labelled := [text for text in texts if text.label is not None]):
        raise CorpusError(path, None, "no text has a label.")
    return labelled


def load_labelled_splits(
    train: str | PathLike[str] | None = None,
    dev: str | PathLike[str] | None = None,
    test: str | PathLike[str] | None = None,
    *,
    extra: str | PathLike[str] | None = None,
    reader: TextReader | None = None,
    data_dir: str | PathLike[str] | None = None,
    fraction: float = 0.1,
    seed: int = 0,
) -> tuple[dict[str, list[LabelledText]], list[str]]:
    """Load the splits of a corpus of labelled texts, IMDB by default, and print reports on files.

    Args:
        train: file or folder; None for IMDB.
        dev: file or folder; None to hold out a part of train.
        test: file or folder; None for no test split.
        extra: file or folder of further texts of train, none of which is held out; or None.
        reader: reads the files; None for `TextReader()`.
        data_dir: as in `load_imdb`.
        fraction: fraction of each label of train that is held out as dev, between 0 and 1.
        seed: seed of the random choice.

    Returns:
        Pair of a dict of lists of `LabelledText`, with the keys `"train"` and `"dev"` and, where
        available, `"test"` and `"unsupervised"`; and the sorted list of the labels of train.

    Raises:
        CorpusError: a file is invalid, no label has enough texts, or another split has a label that
            is absent from train.
    """
    if train is None:
        corpus = load_imdb(data_dir)
        corpus["train"], corpus["dev"] = hold_out(corpus["train"], fraction, seed)
    else:
        files = Files(train, dev, test)
        corpus = read_splits(reader or TextReader(), files, fraction=fraction, seed=seed)
    labels = labels_of(corpus["train"])
    if extra is not None:
        corpus["train"] += _read_extra(reader or TextReader(), extra, labels)
    return corpus, labels


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


def _read_extra(
    reader: TextReader, path: str | PathLike[str], labels: Sequence[str]
) -> list[LabelledText]:
    texts, report = reader.read(path)
    report.split = "extra"
    print(report)
    labelled = [each for each in texts if each.label is not None]
    check_known(labelled, labels, path)
    return labelled


def _checked(reader: TextReader, path: str | PathLike[str]) -> list[LabelledText]:
    texts, _ = reader.read(path)
    reader.check(texts, path)
    return texts
