"""A new export of a trained model as a model folder, and the verification of a model folder."""

import dataclasses
import os
import shutil
import tempfile
from pathlib import Path

from zoo.export.gate import BOUND, Metric, Recorder, check_accuracy
from zoo.export.report import AS_TRAINED, REPORT_FILE, ExportReport, recorded_options, write_report
from zoo.export.saved_model.model import check_saved_model, export_saved_model
from zoo.export.saved_model.text_answers import check_texts
from zoo.export.tflite.convert import ExportError
from zoo.export.tflite.model import export_tflite
from zoo.export.verify import verify_tflite
from zoo.hub import ModelCard, resolve, verify_files, write_card
from zoo.hub.card import CARD_FILE, read_json
from zoo.hub.errors import ModelFileError
from zoo.hub.load import CONFIG_FILE
from zoo.models import BidirectionalModel
from zoo.runtime import SAVED_MODEL_FOLDER, TFLITE_FILE, LiteRTEngine, open_with
from zoo.runtime.assets import read_vocabularies, task_of
from zoo.runtime.keras_engines import SavedModelEngine, load_keras_model


def export_variant(
    name: str,
    folder: str | os.PathLike[str],
    *,
    variant: str = "while",
    quantization: str = "float32",
    length: int | None = None,
    metric: Metric | None = None,
    bound: float = BOUND,
) -> ExportReport:
    """Export a trained model again, as a verified model folder with SavedModel and TFLite file.

    The task metric of a quantized file is compared with that of the SavedModel, which is not
    quantized. If both the source and the export are the default variant in float32, the new card
    keeps the metrics and the command of the source.

    Args:
        name: a bundled model, or "path:DIR".
        folder: where to write; it must be new or empty.
        variant: as in `zoo.export.export_tflite`.
        quantization: likewise.
        length: likewise.
        metric: function from a predictor to a value in [0, 1], with a `name`, such as
            `zoo.metrics.examples.TaskMetric`. Required for a quantized export.
        bound: how many points (hundredths) of the metric a quantized file may lose.

    Returns:
        The report, which is also in the folder.

    Raises:
        ValueError: an argument is invalid.
        ExportError: the conversion failed, or the file is wrong; nothing is written then.
        AccuracyError: the quantized file loses more than `bound`; nothing is written then.
        UnknownModelError, ModelFileError: the model does not exist, or its files are damaged.
    """
    source, target = resolve(name), Path(folder)
    card = ModelCard.read(source)
    verify_files(source, card)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ValueError(f"`folder` must be new or empty, got {str(target)!r}.")
    if quantization != "float32" and metric is None:
        raise ValueError(
            f"`metric` must be given with quantization={quantization!r}, to measure the loss of "
            "the quantized model."
        )
    made_as = {"variant": variant, "quantization": quantization}
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        made = Path(work, "model")
        # Without the card: its claims have not been measured on the new file.
        leave = shutil.ignore_patterns("card.*", TFLITE_FILE, REPORT_FILE, SAVED_MODEL_FOLDER)
        shutil.copytree(source, made, ignore=leave)
        report = _convert(made, metric, bound, length, made_as)
        as_it_was = made_as == recorded_options(source) == AS_TRAINED
        if as_it_was:
            write_card(made, **_kept(card))
        else:
            _write_card(made, card, name, {**made_as, "length": length}, report)
        made.rename(target)
    return report


def _convert(folder, metric, bound, length, made_as):
    """Write the exports and the report into a model folder, and return the report."""
    config = read_json(folder / CONFIG_FILE)
    model = load_keras_model(folder, config)
    export_saved_model(model, folder / SAVED_MODEL_FOLDER, config, read_vocabularies(folder))
    recorder = Recorder(SavedModelEngine(folder / SAVED_MODEL_FOLDER))
    reference = metric and metric(_predictor(folder, config, recorder))
    samples = recorder.samples() if made_as["quantization"] == "int8" else None
    path = folder / TFLITE_FILE
    export_tflite(model, path, **made_as, length=length, samples=samples)
    report = verified(path, model, **made_as)
    if metric:
        value = metric(_predictor(folder, config, LiteRTEngine(path)))
        figures = check_accuracy(value, reference, bound, metric.name)
        report = dataclasses.replace(report, metric=figures)
    write_report(folder, report)
    return report


def verified(
    path: str | os.PathLike[str], model: BidirectionalModel, variant: str, quantization: str
) -> ExportReport:
    """Return the report of `verify_tflite` on a new file, or raise if it has problems.

    Args:
        path: the file.
        model: the model that it was made from.
        variant: of the file.
        quantization: of the file.

    Raises:
        ExportError: the file is wrong, or LiteRT cannot run it.
    """
    path = Path(path)
    try:
        report = verify_tflite(path, model, variant=variant, quantization=quantization)
    except ModelFileError as error:
        raise ExportError(f"the converter wrote a file that does not run: {error}") from error
    if report.problems:
        raise ExportError(f"{path.name}: the export is wrong: {'; '.join(report.problems)}.")
    return report


def verify_folder(path: str | os.PathLike[str], metric: Metric | None = None) -> ExportReport:
    """Verify a model folder: the hashes, and the TFLite file and SavedModel against Keras.

    Args:
        path: the folder, or another `.tflite` file in it, which is then verified.
        metric: as in `export_variant`; None to skip it.

    Returns:
        A report; what is wrong is in its `problems`.

    Raises:
        ModelFileError: a file is missing or damaged.
        CardError: the card is invalid.
    """
    path = Path(path)
    folder, file = (path, path / TFLITE_FILE) if path.is_dir() else (path.parent, path)
    if (folder / CARD_FILE).is_file():
        verify_files(folder, ModelCard.read(folder))
    if not file.is_file():
        raise ModelFileError(f"{file}: no such file")
    config = read_json(folder / CONFIG_FILE)
    model = load_keras_model(folder, config)
    written, bound = _recorded(folder, file)
    report = verify_tflite(file, model, **written)
    problems, figures = list(report.problems), None
    saved = folder / SAVED_MODEL_FOLDER
    if saved.is_dir():
        problems += check_saved_model(saved, model)
        problems += check_texts(saved, _predictor(folder, config, SavedModelEngine(saved)))
    if metric:
        reference = metric(_predictor(folder, config, SavedModelEngine(saved)))
        value = metric(_predictor(folder, config, LiteRTEngine(file)))
        try:
            figures = check_accuracy(value, reference, bound, metric.name)
        except ExportError as error:
            problems.append(str(error))
    return dataclasses.replace(report, problems=problems, metric=figures)


def _recorded(folder, file):
    """Return a file's variant and quantization, and the bound of its metric, from its report."""
    if file.name != TFLITE_FILE or not (folder / REPORT_FILE).is_file():
        return AS_TRAINED, BOUND
    metric = read_json(folder / REPORT_FILE).get("metric") or {}
    return recorded_options(folder), metric.get("bound", BOUND)


def _predictor(folder, config, engine):
    return open_with(task_of(folder, config), folder, config, engine)


def _write_card(folder, card, name, made_as, report):
    """Write the card of the source with the new metrics and command."""
    options = " ".join(f"--{key} {value}" for key, value in made_as.items() if value is not None)
    metrics = []
    if report.metric:
        conditions = f"{made_as['variant']}, {made_as['quantization']}, LiteRT"
        found = {"metric": report.metric["name"], "value": report.metric["value"]}
        metrics = [{**found, "split": "given corpus", "conditions": conditions}]
    command = f"zoo export {name} {options} --to FOLDER"
    write_card(folder, **{**_kept(card), "metrics": metrics, "command": command})


def _kept(card):
    """Return the fields of a card that `write_card` does not measure itself."""
    measured = ("files", "size_bytes", "versions")
    return {name: value for name, value in card.to_dict().items() if name not in measured}
