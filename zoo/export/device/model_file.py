"""The TFLite file of a device bundle: which ones a platform can run, and how one is made."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo.export.gate import Metric, check_accuracy
from zoo.export.report import recorded_options
from zoo.export.tflite.convert import QUANTIZATIONS
from zoo.export.tflite.model import export_tflite
from zoo.export.variants import verified
from zoo.hub.card import read_json
from zoo.hub.load import CONFIG_FILE
from zoo.layers.guards import check_choice
from zoo.runtime import SAVED_MODEL_FOLDER, TFLITE_FILE, LiteRTEngine, open_with
from zoo.runtime.assets import task_of
from zoo.runtime.keras_engines import SavedModelEngine, load_keras_model

# The variants that the code of a platform runs, the default first; and why it runs no other.
VARIANTS = {
    "python": ("while", "fused"),
    "web": ("fixed-lengths",),
    "android": ("fixed-lengths",),
    "ios": ("while",),
}
REASONS = {
    "python": "example.py resizes the inputs of one signature",
    "web": "LiteRT.js cannot resize inputs",
    "android": "CompiledModel cannot resize inputs in Kotlin",
    "ios": "the Swift resizes the inputs of one signature and resets no state",
}


@dataclass(frozen=True)
class ModelFile:
    """A TFLite file for a device bundle.

    Args:
        path: the file.
        variant: as in `zoo.export.export_tflite`.
        quantization: likewise.
        own: whether it is the file of the model's folder, unchanged.
        metric: the task metric, as `zoo.export.check_accuracy` returns it; None if not measured.
    """

    path: Path
    variant: str
    quantization: str
    own: bool
    metric: dict[str, Any] | None = None

    @classmethod
    def of_folder(cls, folder: Path) -> "ModelFile":
        """Return the file of a model folder."""
        return cls(folder / TFLITE_FILE, **recorded_options(folder), own=True)

    def settings(self) -> dict[str, Any]:
        """Return what `bundle.json` says of the file."""
        metric = {} if self.metric is None else {"metric": self.metric}
        return {"variant": self.variant, "quantization": self.quantization, **metric}

    def card_section(self) -> str:
        """Return what the card says of a file that is not the one that it was written for."""
        if self.own:
            return ""
        measured = "The metrics above were not measured with it."
        if self.metric:
            value, reference = (100 * self.metric[key] for key in ("value", "float"))
            measured += (
                f" Its {self.metric['name']} on a given corpus is {value:.2f}, that of the float "
                f"model {reference:.2f}."
            )
        return (
            "\n## The TFLite file of this bundle\n\n"
            f"Made from the model's weights, variant `{self.variant}`, quantization "
            f"`{self.quantization}`. {measured}\n"
        )


def file_options(
    folder: Path, target: str, variant: str | None, quantization: str | None
) -> dict[str, Any]:
    """Return the variant and the quantization of the TFLite file that a platform gets.

    Args:
        folder: the model folder.
        target: a platform of `VARIANTS`.
        variant: what is asked for; None for that of the model's file, or if the platform does not
            run that, for the platform's default.
        quantization: what is asked for; None for that of the model's file.

    Raises:
        ValueError: the platform cannot run such a file.

    Example:

    >>> from zoo.hub import resolve
    >>> file_options(resolve("bilstm-brackets"), "web", None, "float16")
    {'variant': 'fixed-lengths', 'quantization': 'float16'}
    """
    runs, own = VARIANTS[target], recorded_options(folder)
    if variant is None:
        variant = own["variant"] if own["variant"] in runs else runs[0]
    if variant not in runs:
        raise ValueError(
            f"`variant` must be {' or '.join(map(repr, runs))} with target={target!r}, got "
            f"{variant!r}: {REASONS[target]}."
        )
    quantization = own["quantization"] if quantization is None else quantization
    check_choice("quantization", quantization, QUANTIZATIONS)
    return {"variant": variant, "quantization": quantization}


def make_file(
    folder: Path,
    path: Path,
    options: dict[str, Any],
    directions: bool,
    metric: Metric | None,
    bound: float,
) -> ModelFile:
    """Return the TFLite file of a bundle: that of the model's folder, or a new one.

    A new file answers in `Interpreter` and in `CompiledModel` before it is returned.

    Args:
        folder: the model folder.
        path: where to write a new file.
        options: as `file_options` returns them.
        directions: as in `zoo.export.export_tflite`.
        metric: as in `zoo.export.export_variant`; None to skip it.
        bound: likewise.

    Raises:
        ExportError: the conversion failed, or the file is wrong.
        AccuracyError: the file loses more than `bound`.
    """
    own, config = ModelFile.of_folder(folder), read_json(folder / CONFIG_FILE)
    unchanged = not directions and options == recorded_options(folder)
    figures = None
    if unchanged:
        path = own.path
    else:
        model = load_keras_model(folder, config)
        export_tflite(model, path, **options, directions=directions)
        verified(path, model, **options)
    if metric is not None:
        task = task_of(folder, config)
        engines = SavedModelEngine(folder / SAVED_MODEL_FOLDER), LiteRTEngine(path)
        reference, value = (metric(open_with(task, folder, config, each)) for each in engines)
        figures = check_accuracy(value, reference, bound, metric.name)
    return ModelFile(path, **options, own=unchanged, metric=figures)
