"""The way to TensorFlow Datasets: a folder of one's own, and no network unless it is asked for."""

from os import PathLike
from pathlib import Path
from typing import Any, cast


def load_tfds(
    name: str, prepared: str, data_dir: str | PathLike[str] | None = None, download: bool = False
) -> tuple[dict[str, Any], Any]:
    """Load a data set with all its splits.

    Args:
        name: under which TensorFlow Datasets knows it.
        prepared: glob pattern of a file that is there when it is prepared.
        data_dir: the folder of TensorFlow Datasets; None for its own default, which the variable
            `TFDS_DATA_DIR` sets.
        download: fetch and prepare it where it is not there. Without it no network is used.

    Returns:
        The pair of a dict of `tf.data.Dataset` by split, and the data set's information.

    Raises:
        FileNotFoundError: it is not there, and `download` is false.
        ModuleNotFoundError: TensorFlow Datasets is not installed.
    """
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core import constants

    folder = Path(data_dir or constants.DATA_DIR).expanduser()
    if not download and not any(folder.glob(prepared)):
        raise FileNotFoundError(
            f"{name} is not in `data_dir` {str(folder)!r} ({prepared} is missing). Prepare it "
            'once, with network: python -c "import tensorflow_datasets as tfds; '
            f"tfds.load('{name}', data_dir={str(folder)!r})\"; or pass `download=True`."
        )
    return cast(
        "tuple[dict[str, Any], Any]",
        tfds.load(name, data_dir=folder, download=download, with_info=True),
    )
