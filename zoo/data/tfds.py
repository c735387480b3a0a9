"""The way to TensorFlow Datasets: a folder of one's own, and no network unless it is asked for."""

from pathlib import Path


def load_tfds(name, prepared, data_dir=None, download=False):
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

    folder = Path(data_dir or tfds.core.constants.DATA_DIR).expanduser()
    if not download and not any(folder.glob(prepared)):
        raise FileNotFoundError(
            f"{name} is not in `data_dir` {str(folder)!r} ({prepared} is missing). Prepare it "
            'once, with network: python -c "import tensorflow_datasets as tfds; '
            f"tfds.load('{name}', data_dir={str(folder)!r})\"; or pass `download=True`."
        )
    return tfds.load(name, data_dir=folder, download=download, with_info=True)
