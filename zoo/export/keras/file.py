"""Conversion of a `.keras` file to TFLite: the Python twin of `zoo convert`."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from zoo.export.keras.model import export_keras_model
from zoo.export.keras.report import ConversionReport
from zoo.hub.errors import ModelFileError
from zoo.hub.keras_file import check_keras_file


def convert(
    path: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    variant: str | None = None,
    quantization: str = "float32",
    length: int | None = None,
    samples: Sequence[Mapping[str, np.ndarray]] | None = None,
) -> ConversionReport:
    """Convert a `.keras` file to TFLite with builtin operators only, and compare the answers.

    Code in the file is not run. Classes of your own must be registered before the call, by
    `keras.saving.register_keras_serializable`.

    Args:
        path: a file that `model.save("my.keras")` wrote.
        output: the `.tflite` file to write; an existing one is replaced.
        variant, quantization, length, samples: as in `zoo.export.export_tflite`.

    Returns:
        The inputs and outputs of the file, its operators and its largest difference.

    Raises:
        ModelFileError: `path` is no `.keras` file, holds code, or needs a class that is not
            registered.
        ValueError, TypeError, ExportError: as in `zoo.export.export_tflite`.
        OSError: `output` cannot be written.

    Example:

    >>> import tempfile
    >>> layers = [keras.Input((None, 2), name="series"), keras.layers.GRU(3, name="last")]
    >>> folder = tempfile.mkdtemp()
    >>> keras.Sequential(layers).save(f"{folder}/my.keras")
    >>> report = convert(f"{folder}/my.keras", f"{folder}/model.tflite")
    >>> report.inputs[0], report.largest_difference < 1e-4
    ({'name': 'series', 'shape': [1, -1, 2], 'dtype': 'float32'}, True)
    """
    if os.path.abspath(path) == os.path.abspath(output):
        raise ValueError(
            f"`output` must be another file than `path`, got {os.fspath(path)!r} twice."
        )
    model = load_keras_file(path)
    return export_keras_model(model, output, variant, quantization, length=length, samples=samples)


def load_keras_file(path: str | os.PathLike[str]) -> keras.Model:
    """Return the model of a `.keras` file, without its training; arguments as of `convert`.

    Raises:
        ModelFileError: as `convert`.
    """
    check_keras_file(path, lambda name: keras.saving.get_registered_object(name) is not None)
    try:
        model: Any = keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # of any kind, from damaged or foreign configurations
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelFileError(
            f"{path}: Keras {keras.__version__} cannot load it: {reason}"
        ) from error
    return model
