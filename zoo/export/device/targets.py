"""Platforms: what each one gets beside the bundle of a model."""

import os
import shutil
import tempfile
from pathlib import Path

from zoo.export.device.bundle import DEVICE_FILES, write_bundle
from zoo.export.device.litertjs import write_runtime
from zoo.export.device.model_file import VARIANTS, file_options, make_file
from zoo.export.gate import BOUND, Metric
from zoo.layers.guards import check_choice
from zoo.runtime import TFLITE_FILE

# The code of each is in `files/NAME`, with the paths that it has in an app.
TARGETS = tuple(VARIANTS)
MODEL_FOLDER, RUNTIME_FOLDER = "model", "litert"


def write_target(
    model_folder: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    target: str,
    litert: str | os.PathLike[str] | None = None,
    *,
    variant: str | None = None,
    quantization: str | None = None,
    metric: Metric | None = None,
    bound: float = BOUND,
) -> Path:
    """Write a model and the code that runs it on a platform.

    The TFLite file is that of the model's folder, if it is as asked for; else it is made anew and
    answers in both APIs of LiteRT before anything is written. `file` in `bundle.json` says its
    variant and quantization. "web" and "android", whose runtimes cannot resize inputs, get the
    variant "fixed-lengths".

    Args:
        model_folder: a model folder with its TFLite file and its card.
        folder: where to write: the device bundle to `model`, the runtime of "web" to `litert`, and
            the code beside them. It is created if it does not exist.
        target: a platform in `TARGETS`.
        litert: for "web", as in `zoo.export.device.litertjs.write_runtime`.
        variant: as in `zoo.export.export_tflite`: "while" or "fused" for "python", "while" for
            "ios", "fixed-lengths" for the others. None for that of the model's file, or the first
            of these.
        quantization: as in `zoo.export.export_tflite`; None for that of the model's file.
        metric: as in `zoo.export.export_variant`, of the file of the bundle; None to skip it.
        bound: likewise.

    Returns:
        The folder.

    Raises:
        FileExistsError: `folder` is not empty.
        ValueError: `litert` lacks a file, or the platform cannot run such a TFLite file.
        ExportError: the conversion failed, or LiteRT.js could not be fetched; nothing is written.
        AccuracyError: the file loses more than `bound`; nothing is written.
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
    options = file_options(model_folder, target, variant, quantization)
    with tempfile.TemporaryDirectory() as work:
        app = Path(work, "app")
        shutil.copytree(DEVICE_FILES / target, app, ignore=shutil.ignore_patterns("__pycache__"))
        if target == "web":
            write_runtime(app / RUNTIME_FOLDER, litert)
        path = Path(work, TFLITE_FILE)
        model_file = make_file(model_folder, path, options, target == "web", metric, bound)
        write_bundle(model_folder, app / MODEL_FOLDER, model_file)
        shutil.copytree(app, folder, dirs_exist_ok=True)
    return folder
