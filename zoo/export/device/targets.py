"""Platforms: what each one gets beside the bundle of a model."""

import os
import shutil
from pathlib import Path

from zoo.export.device.bundle import DEVICE_FILES, write_bundle
from zoo.layers.guards import check_choice

MODEL_FOLDER = "model"


# The code of each is in `files/NAME`, with the paths that it has in an app.
TARGETS = ("python", "web", "android", "ios")


def write_target(
    model_folder: str | os.PathLike[str], folder: str | os.PathLike[str], target: str
) -> Path:
    """Write a model and the code that runs it on a platform.

    Args:
        model_folder: a model folder with its TFLite file and its card.
        folder: where to write: the device bundle to `model`, and the code beside it. It is created
            if it does not exist.
        target: a platform in `TARGETS`.

    Returns:
        The folder.

    Raises:
        FileExistsError: `folder` is not empty.
        ModelFileError: a file of the model is missing, damaged or of a newer version.

    Example:

    >>> import tempfile
    >>> from zoo.hub.store import resolve
    >>> app = write_target(resolve("bilstm-brackets"), tempfile.mkdtemp(), "python")
    >>> sorted(path.name for path in app.iterdir())
    ['example.py', 'model']
    """
    check_choice("target", target, TARGETS)
    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"`folder` must be new or empty, got {folder}.")
    write_bundle(model_folder, folder / MODEL_FOLDER)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(DEVICE_FILES / target, folder, ignore=ignored, dirs_exist_ok=True)
    return folder
