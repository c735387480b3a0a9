"""Vectors with labels for TensorBoard's projector, in the files that its plugin reads."""

import re
from pathlib import Path

import numpy as np
from tensorboard.plugins.projector import EmbeddingInfo, ProjectorConfig
from tensorboard.plugins.projector.metadata import PROJECTOR_FILENAME

from zoo.callbacks.events import EventWriter

FOLDER = "projector"  # of the vectors and labels, in the folder of the logs
NAMES = re.compile(r"[A-Za-z0-9_-]+")


def write_projector(log_dir, embeddings):
    r"""Write sets of vectors and what they stand for, so that TensorBoard's projector opens them.

    Writes `projector_config.pbtxt` and, a pair a set, `projector/NAME.tsv` and `NAME_labels.tsv`,
    and an event, since the projector looks only into folders that have any. A set that the folder
    has from before is no longer shown.

    Args:
        log_dir: of TensorBoard's logs; made if it is not there.
        embeddings: dict of name (letters, digits, _ and -) to the pair of vectors (N, D), N and D
            above 0, and columns: dict of name to N values, which the projector shows as text and
            colours by. Values are written as by `metadata_field`.

    Returns:
        The path of the configuration.

    Raises:
        ValueError: no set, a name of other characters, vectors that are not (N, D) or not finite,
            no column, a column of another length.

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
        # As text: of binary files the plugin takes those for text that happen to be legal UTF-8.
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
    writer = EventWriter(log_dir)
    writer.text("projector", f"In the projector: {', '.join(checked)}.", step=0)
    writer.close()
    return path


def _check(name, vectors, columns):
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


def _table(columns):
    """Return the lines of a metadata file: one column has no header, more than one have one."""
    rows = [list(columns)] if len(columns) > 1 else []
    rows += zip(*columns.values(), strict=True)
    return "".join("\t".join(map(metadata_field, row)) + "\n" for row in rows)


def metadata_field(value):
    r"""Return a value as one field of a metadata file, never blank: blank lines are skipped there.

    What is not printable, and the backslash, is written as in a Python string.

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
