"""Folders with one subfolder of text files per label."""

from collections import Counter
from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from zoo.data.readers.faults import Faults
from zoo.data.readers.lines import read_text
from zoo.data.report.file_report import some
from zoo.errors import CorpusError

ENDING = ".txt"
UNLABELLED = ("unsup", "unsupervised", "unlabelled", "unlabeled")
HIDDEN = (".", "__")  # first signs of .ipynb_checkpoints, .git, __MACOSX, __pycache__


def read_folder(
    path: str | PathLike[str], encoding: str, notes: list[str]
) -> Iterator[tuple[str, str | None]]:
    """Yield the texts of a folder and their labels, sorted by label and file name.

    The label of a text is the name of its subfolder; None for a name of `UNLABELLED`.

    Args:
        path: the folder.
        encoding: text encoding of the files.
        notes: list to which notes are added: what was left out.

    Raises:
        CorpusError: with all faulty files: a file is blank or has another encoding, a folder cannot
            be opened, or a subfolder holds folders of texts itself.

    Example:

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for label in ("neg", "pos"):
    ...         Path(folder, label).mkdir()
    ...         _ = Path(folder, label, "1.txt").write_text(f"quite {label}")
    ...     list(read_folder(folder, "utf-8", []))
    [('quite neg', 'neg'), ('quite pos', 'pos')]
    """
    left_out: Counter[str] = Counter()
    faults = Faults()
    for entry in _entries(Path(path)):
        if entry.name.startswith(HIDDEN):
            left_out["hidden files and folders"] += 1
        elif not entry.is_dir():
            left_out["files beside the folders of labels"] += 1
        else:
            label = None if entry.name.strip().lower() in UNLABELLED else entry.name.strip()
            count = 0
            for file in faults.until_end(_texts(entry, left_out)):
                with faults:
                    text = read_text(file, encoding)
                    if not text.strip():
                        raise CorpusError(file, None, "blank; a text was expected.")
                    yield text, label
                count += 1
            left_out["folders of labels without a text"] += not count
    faults.check()
    notes += [f"left out: {count:,} {what}" for what, count in left_out.items() if count]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise CorpusError(folder, None, f"cannot be opened: {error.strerror}.") from error


def _texts(folder: Path, left_out: Counter[str]) -> Iterator[Path]:
    """Yield the text files of a label, and count what else there is."""
    for entry in _entries(folder):
        if entry.name.startswith(HIDDEN):
            left_out["hidden files and folders"] += 1
        elif entry.is_dir():
            if inner := sorted(entry.glob(f"*{ENDING}")):
                reason = f"holds texts in a folder of a folder ({some(inner[:1])}): pass the folder"
                raise CorpusError(folder.parent, None, f"{reason} {folder} instead.")
            left_out["folders in the folders of labels"] += 1
        elif entry.suffix.lower() != ENDING:
            left_out[f"files that do not end in {ENDING}"] += 1
        else:
            yield entry
