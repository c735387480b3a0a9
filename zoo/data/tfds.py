"""Loading of prepared data sets of TensorFlow Datasets, without network by default."""

from os import PathLike
from pathlib import Path
from typing import Any, cast


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
        FileNotFoundError: the data are missing, and `download` is false.
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
