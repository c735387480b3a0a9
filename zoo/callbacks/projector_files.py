"""The files of TensorBoard's projector: vectors with labels."""

# Protobuf creates its classes at run time.
# pyright: reportAttributeAccessIssue=false

import re
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from tensorboard.plugins.projector import EmbeddingInfo, ProjectorConfig
from tensorboard.plugins.projector.metadata import PROJECTOR_FILENAME

from zoo.callbacks.events import EventWriter
from zoo.callbacks.tags import description

FOLDER = "projector"  # for vectors and labels, in the folder of the logs
Columns = Mapping[str, Sequence[Any]]
NAMES = re.compile(r"[A-Za-z0-9_-]+")


def write_projector(
    log_dir: str | PathLike[str], embeddings: Mapping[str, tuple[Any, Columns]]
) -> Path:
    r"""Write sets of vectors and their labels for TensorBoard's projector.

    Writes `projector_config.pbtxt` and, for each set, `projector/NAME.tsv` and `NAME_labels.tsv`;
    also an event, since the projector only reads folders with events. Sets that an earlier call
    wrote to the folder are no longer shown.

    Args:
        log_dir: folder of TensorBoard's logs; created if it does not exist.
        embeddings: dict from name (letters, digits, _ and -) to the pair of vectors (N, D), N and D
            above 0, and columns: dict from name to N values, which the projector shows as text and
            as colours. Values are written as by `metadata_field`.

    Returns:
        The path of the configuration.

    Raises:
        ValueError: no set, a name with other characters, vectors that are not (N, D) or not finite,
            no column, or a column of another length.

    Example:

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_projector(folder, {"words": (np.eye(2), {"word": ["a", "\t"]})})
    ...     labels = (path.parent / "projector" / "words_labels.tsv").read_text()
    >>> labels
    'a\n\\t\n'

    Source: `tensorboard/plugins/projector/projector_plugin.py`.
    """
    if not embeddings:
        raise ValueError("write_projector: `embeddings` must hold at least one set, got none.")
    checked = {name: _check(name, *given) for name, given in embeddings.items()}
    log_dir = Path(log_dir)
    (log_dir / FOLDER).mkdir(parents=True, exist_ok=True)
    config = ProjectorConfig()
    for name, (vectors, columns) in checked.items():
        # As text: the plugin mistakes binary files that happen to be valid UTF-8 for text.
        np.savetxt(log_dir / FOLDER / f"{name}.tsv", vectors, fmt="%.6g", delimiter="\t")
        labels = log_dir / FOLDER / f"{name}_labels.tsv"
        labels.write_text(_table(columns), encoding="utf-8", newline="\n")
        config.embeddings.append(
            EmbeddingInfo(
                tensor_name=name,
                tensor_path=f"{FOLDER}/{name}.tsv",
                metadata_path=f"{FOLDER}/{labels.name}",
            )
        )
    path = log_dir / PROJECTOR_FILENAME
    path.write_text(str(config), encoding="utf-8")
    writer = EventWriter(log_dir, description)
    writer.text("projector", f"In the projector: {', '.join(checked)}.", step=0)
    writer.close()
    return path


def _check(name: str, vectors: Any, columns: Columns) -> tuple[np.ndarray, Columns]:
    vectors = np.asarray(vectors, "float32")
    if not NAMES.fullmatch(name):
        raise ValueError(
            "write_projector: names of `embeddings` are made of letters, digits, _ and -, got "
            f"{name!r}."
        )
    if vectors.ndim != 2 or 0 in vectors.shape or not np.isfinite(vectors).all():
        raise ValueError(
            f"write_projector: the vectors of {name!r} must be finite, (count, width), and not "
            f"empty, got shape {vectors.shape}."
        )
    lengths = {column: len(values) for column, values in columns.items()}
    if set(lengths.values()) != {len(vectors)}:
        raise ValueError(
            f"write_projector: the columns of {name!r} must have a value for each of its "
            f"{len(vectors)} vectors, got {lengths}."
        )
    return vectors, columns


def _table(columns: Columns) -> str:
    """Return the lines of a metadata file, with a header if there are several columns."""
    rows: list[Sequence[Any]] = [list(columns)] if len(columns) > 1 else []
    rows += zip(*columns.values(), strict=True)
    return "".join("\t".join(map(metadata_field, row)) + "\n" for row in rows)


def metadata_field(value: Any) -> str:
    r"""Return a value as one field of a metadata file; never blank, since blank lines are skipped.

    Characters that are not printable, and backslashes, are escaped as in a Python string.

    Example:

    >>> print(*map(metadata_field, ["word", "a\tb", "", "  ", 7]))
    word a\tb (empty) ␣␣ 7
    """
    text = str(value)
    if not text.strip(" "):
        return "␣" * len(text) or "(empty)"
    return "".join(
        c if c.isprintable() and c != "\\" else c.encode("unicode_escape").decode() for c in text
    )
