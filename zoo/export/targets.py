"""Exports of a model by name: the Python twin of `zoo export`."""

import os
from pathlib import Path
from typing import Literal, overload

from zoo.export.device import targets as device
from zoo.export.gate import BOUND, Metric
from zoo.export.report import ExportReport
from zoo.export.saved_model.model import TOLERANCE
from zoo.export.tflite.convert import ExportError
from zoo.export.tflite.string_words import check_string_words, export_string_words
from zoo.export.variants import export_variant
from zoo.hub import ModelCard, resolve, verify_files
from zoo.hub.card import read_json
from zoo.hub.load import CONFIG_FILE
from zoo.layers.guards import check_choice
from zoo.runtime.assets import read_vocabularies
from zoo.runtime.keras_engines import load_keras_model

TARGETS = ("tflite", "strings", *device.TARGETS)


@overload
def export(
    name: str,
    output: str | os.PathLike[str],
    target: Literal["tflite"] = ...,
    *,
    variant: str | None = ...,
    quantization: str | None = ...,
    length: int | None = ...,
    metric: Metric | None = ...,
    bound: float = ...,
) -> ExportReport: ...


@overload
def export(
    name: str,
    output: str | os.PathLike[str],
    target: Literal["strings"],
    *,
    variant: str | None = ...,
    quantization: str | None = ...,
) -> Path: ...


@overload
def export(
    name: str,
    output: str | os.PathLike[str],
    target: Literal["python", "web", "android", "ios"],
    *,
    variant: str | None = ...,
    quantization: str | None = ...,
    metric: Metric | None = ...,
    bound: float = ...,
    litert: str | os.PathLike[str] | None = ...,
) -> Path: ...


@overload
def export(
    name: str,
    output: str | os.PathLike[str],
    target: str,
    *,
    variant: str | None = ...,
    quantization: str | None = ...,
    length: int | None = ...,
    metric: Metric | None = ...,
    bound: float = ...,
    litert: str | os.PathLike[str] | None = ...,
) -> ExportReport | Path: ...


def export(
    name: str,
    output: str | os.PathLike[str],
    target: str = "tflite",
    *,
    variant: str | None = None,
    quantization: str | None = None,
    length: int | None = None,
    metric: Metric | None = None,
    bound: float = BOUND,
    litert: str | os.PathLike[str] | None = None,
) -> ExportReport | Path:
    """Export a trained model.

    Args:
        name: a bundled model, or "path:DIR".
        output: what to write: of "strings" a file, else a folder, which must be new or empty.
        target: "tflite", a model folder with SavedModel and TFLite file, see
            `zoo.export.export_variant`; "strings", a TFLite file that takes words as strings, see
            `zoo.export.export_strings`; a platform, a folder for an app there, see
            `zoo.export.write_target`.
        variant: as in `zoo.export.export_tflite`, "while" by default; for a platform as in
            `zoo.export.write_target`.
        quantization: as in `zoo.export.export_tflite`, "float32" by default; for a platform as in
            `zoo.export.write_target`.
        length: as in `zoo.export.export_tflite`; for "tflite" only.
        metric: as in `zoo.export.export_variant`; not for "strings".
        bound: likewise.
        litert: as in `zoo.export.write_target`; for "web" only.

    Returns:
        The `zoo.export.ExportReport` of "tflite"; else the path written.

    Raises:
        ValueError: an argument is invalid, or does not apply to the target.
        ExportError: the conversion failed, or the file is wrong; nothing is written then.
        AccuracyError: the quantized model loses more than `bound`; nothing is written then.
        UnknownModelError, ModelFileError: the model does not exist, or its files are damaged.

    Example:

    >>> import tempfile
    >>> app = export("bilstm-brackets", tempfile.mkdtemp(), target="python")
    >>> (app / "example.py").is_file()
    True
    """
    check_choice("target", target, TARGETS)
    if target != "tflite" and length is not None:
        raise ValueError(f"`length` applies to target='tflite' only, not to {target!r}.")
    if target == "strings" and metric is not None:
        raise ValueError("`metric` does not apply to target='strings'.")
    if litert is not None and target != "web":
        raise ValueError(f"`litert` applies to target='web' only, not to {target!r}.")
    if target in device.TARGETS:
        asked = {"variant": variant, "quantization": quantization}
        folder = resolve(name)
        return device.write_target(
            folder, output, target, litert, **asked, metric=metric, bound=bound
        )
    variant, quantization = variant or "while", quantization or "float32"
    if target == "strings":
        return export_strings(name, output, variant, quantization)
    return export_variant(
        name,
        output,
        variant=variant,
        quantization=quantization,
        length=length,
        metric=metric,
        bound=bound,
    )


def export_strings(
    name: str,
    path: str | os.PathLike[str],
    variant: str = "while",
    quantization: str = "float32",
) -> Path:
    """Write a TFLite file of a trained model that takes words as strings, and check it.

    Args:
        name: a bundled model, or "path:DIR".
        path: the file to write.
        variant: as in `zoo.export.export_string_words`.
        quantization: likewise.

    Returns:
        The path.

    Raises:
        ValueError: an argument is invalid.
        ExportError: the conversion failed, or the file is wrong; nothing is written then.
        UnknownModelError, ModelFileError: the model does not exist, or its files are damaged.
    """
    folder = resolve(name)
    verify_files(folder, ModelCard.read(folder))
    model = load_keras_model(folder, read_json(folder / CONFIG_FILE))
    vocabularies = read_vocabularies(folder)
    path = export_string_words(model, path, vocabularies, variant, quantization)
    # A quantized file only has to give an answer here: the accuracy gate is in `export_variant`.
    tolerance = TOLERANCE if quantization == "float32" else 1.0
    if problems := check_string_words(path, model, vocabularies, tolerance):
        path.unlink()
        raise ExportError(f"{path.name}: the export is wrong: {'; '.join(problems)}.")
    return path
