"""Platforms: what each one gets beside the bundle of a model."""

import os
import shutil
import tempfile
from pathlib import Path

from zoo.export.device.bundle import DEVICE_FILES, write_bundle
from zoo.export.device.litertjs import write_runtime
from zoo.export.tflite.model import export_tflite
from zoo.hub.card import read_json
from zoo.hub.load import CONFIG_FILE
from zoo.layers.guards import check_choice
from zoo.runtime import TFLITE_FILE
from zoo.runtime.keras_engines import load_keras_model

# The code of each is in `files/NAME`, with the paths that it has in an app.
TARGETS = ("python", "web", "android", "ios")
FIXED = ("web", "android")  # their runtimes cannot resize inputs
MODEL_FOLDER, RUNTIME_FOLDER = "model", "litert"


def write_target(
    model_folder: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    target: str,
    litert: str | os.PathLike[str] | None = None,
) -> Path:
    """Write a model and the code that runs it on a platform.

    The TFLite file is that of the model; for "web" and "android", whose runtimes cannot resize
    inputs, it is made anew with the variant "fixed-lengths".

    Args:
        model_folder: a model folder with its TFLite file and its card.
        folder: where to write: the device bundle to `model`, the runtime of "web" to `litert`, and
            the code beside them. It is created if it does not exist.
        target: a platform in `TARGETS`.
        litert: for "web", as in `zoo.export.device.litertjs.write_runtime`.

    Returns:
        The folder.

    Raises:
        FileExistsError: `folder` is not empty.
        ValueError: `litert` lacks a file.
        ExportError: the conversion failed, or LiteRT.js could not be fetched; nothing is written.
        ModelFileError: a file of the model is missing, damaged or of a newer version.

    Example:

    >>> from zoo.hub.store import resolve
    >>> app = write_target(resolve("bilstm-brackets"), tempfile.mkdtemp(), "python")
    >>> sorted(path.name for path in app.iterdir())
    ['example.py', 'model', 'reading.py']
    """
    check_choice("target", target, TARGETS)
    model_folder, folder = Path(model_folder), Path(folder)
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"`folder` must be new or empty, got {folder}.")
    with tempfile.TemporaryDirectory() as work:
        app, model_file = Path(work, "app"), None
        shutil.copytree(DEVICE_FILES / target, app, ignore=shutil.ignore_patterns("__pycache__"))
        if target == "web":
            write_runtime(app / RUNTIME_FOLDER, litert)
        if target in FIXED:
            model = load_keras_model(model_folder, read_json(model_folder / CONFIG_FILE))
            model_file = Path(work, TFLITE_FILE)
            export_tflite(model, model_file, "fixed-lengths", directions=target == "web")
        write_bundle(model_folder, app / MODEL_FOLDER, model_file)
        shutil.copytree(app, folder, dirs_exist_ok=True)
    return folder
