"""Loading of prepared data sets of TensorFlow Datasets, without network by default."""

import os
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any, cast

from zoo.errors import CorpusError

DEFAULT = "~/tensorflow_datasets"
DAMAGED = "the data set is damaged: {}. Delete this folder and prepare the data set again."


def load_tfds(
    name: str, prepared: str, data_dir: str | PathLike[str] | None = None, download: bool = False
) -> tuple[dict[str, Any], Any]:
    """Load a data set with all its splits.

    Args:
        name: its name in TensorFlow Datasets.
        prepared: glob pattern of a file that exists if the data set is prepared.
        data_dir: folder of TensorFlow Datasets; None for its default, which the environment
            variable `TFDS_DATA_DIR` sets.
        download: whether to download and prepare missing data. Otherwise no network is used.

    Returns:
        Pair of a dict of `tf.data.Dataset` by split, and the data set's `DatasetInfo`.

    Raises:
        CorpusError: the files are damaged.
        FileNotFoundError: the data are missing, and `download` is false.
        ModuleNotFoundError: TensorFlow Datasets is not installed.
    """
    folder = Path(data_dir or os.environ.get("TFDS_DATA_DIR") or DEFAULT).expanduser()
    if not download and not any(folder.glob(prepared)):
        raise FileNotFoundError(
            f"{name} is not in `data_dir` {str(folder)!r} ({prepared} is missing). Prepare it "
            'once, with network: python -c "import tensorflow_datasets as tfds; '
            f"tfds.load('{name}', data_dir={str(folder)!r})\"; in Python, `download=True` does so."
        )
    import tensorflow_datasets as tfds

    try:
        loaded = tfds.load(name, data_dir=folder, download=download, with_info=True)
    except Exception as error:  # of any kind, depending on the file
        if download:  # or the network is to blame
            raise
        raise CorpusError(folder / name, None, DAMAGED.format(error)) from error
    return cast("tuple[dict[str, Any], Any]", loaded)


def examples_of(split: Any, name: str, data_dir: str | PathLike[str] | None) -> Iterator[Any]:
    """Yield the examples of a split as NumPy values.

    Args:
        split: `tf.data.Dataset`.
        name: name of the data set, for errors.
        data_dir: folder of TensorFlow Datasets, for errors.

    Raises:
        CorpusError: a file of the data set is damaged.
    """
    import tensorflow as tf

    try:
        yield from split.as_numpy_iterator()
    except tf.errors.OpError as error:
        raise CorpusError(
            Path(data_dir or "", name), None, DAMAGED.format(error.message)
        ) from error
