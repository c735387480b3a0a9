"""The exports of a trained model anew, as a model folder; and the check of any folder."""

import dataclasses
import json
import shutil
import tempfile
from pathlib import Path

from zoo.export.gate import BOUND, Recorder, check_accuracy
from zoo.export.saved_model.model import TOLERANCE, check_saved_model, export_saved_model
from zoo.export.saved_model.text_answers import check_texts
from zoo.export.tflite.convert import ExportError
from zoo.export.tflite.model import export_tflite
from zoo.export.tflite.string_words import check_string_words, export_string_words
from zoo.export.verify import verify_tflite
from zoo.hub import ModelCard, resolve, verify_files, write_card
from zoo.hub.card import CARD_FILE, read_json
from zoo.hub.errors import ModelFileError
from zoo.hub.load import CONFIG_FILE
from zoo.runtime import SAVED_MODEL_FOLDER, TFLITE_FILE, LiteRTEngine, open_with
from zoo.runtime.assets import read_vocabularies, task_of
from zoo.runtime.keras_engines import SavedModelEngine, load_keras_model

REPORT_FILE = "export_report.json"
AS_TRAINED = {"variant": "fused", "quantization": "float32"}  # what a recipe exports


def export_variant(
    name, folder, *, variant="fused", quantization="float32", length=None, metric=None, bound=BOUND
):
    """Export a trained model anew: a model folder with SavedModel and TFLite file, verified.

    A quantized file is compared with the float model, the SavedModel, on a task metric. The card
    keeps its metrics and its command where the model is exported as it was, fused and in float32.

    Args:
        name: of a bundled model, or "path:DIR".
        folder: where to write; it must not be there, or be empty.
        variant, quantization, length: as in `zoo.export.export_tflite`.
        metric: function from a predictor to a number from 0 to 1, with a `name`; such as
            `zoo.metrics.examples.TaskMetric`. A quantized export needs one.
        bound: how many points of the metric a quantized file may lose.

    Returns:
        The `zoo.export.ExportReport`, which is also in the folder.

    Raises:
        ValueError: bad argument.
        ExportError: the converter cannot do it, or the file is wrong; nothing is left then.
        AccuracyError: the quantized file loses more than `bound`, likewise.
        UnknownModelError, ModelFileError: there is no such model, or its files are damaged.
    """
    source, folder = resolve(name), Path(folder)
    card = ModelCard.read(source)
    verify_files(source, card)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"`folder` must not be there, or be empty, got {str(folder)!r}.")
    if quantization != "float32" and metric is None:
        raise ValueError(
            f"`metric` must be given with quantization={quantization!r}: what a quantized model "
            "loses has to be measured."
        )
    made_as = {"variant": variant, "quantization": quantization}
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        made = Path(work, "model")
        # The copy holds no card, for what it would claim is not measured yet.
        leave = shutil.ignore_patterns("card.*", TFLITE_FILE, REPORT_FILE, SAVED_MODEL_FOLDER)
        shutil.copytree(source, made, ignore=leave)
        report = _convert(made, metric, bound, length, made_as)
        as_it_was = made_as == _made_as(source, source / TFLITE_FILE)[0] == AS_TRAINED
        if as_it_was:
            write_card(made, **_kept(card))
        else:
            _write_card(made, card, name, {**made_as, "length": length}, report)
        made.rename(folder)
    return report


def export_strings(name, path, variant="fused", quantization="float32"):
    """Write the TFLite file of a trained model that takes words as strings, checked.

    Args:
        name: of a bundled model, or "path:DIR".
        path: of the file to write.
        variant, quantization: as in `zoo.export.export_string_words`.

    Returns:
        The path as a `pathlib.Path`.

    Raises:
        ValueError: bad argument.
        ExportError: the converter cannot do it, or the file is wrong; nothing is left then.
        UnknownModelError, ModelFileError: there is no such model, or its files are damaged.
    """
    folder = resolve(name)
    verify_files(folder, ModelCard.read(folder))
    model = load_keras_model(folder, read_json(folder / CONFIG_FILE))
    vocabularies = read_vocabularies(folder)
    made_as = {"variant": variant, "quantization": quantization}
    path = export_string_words(model, path, vocabularies, **made_as)
    # Of a quantized file no more is asked here than that it answers: `export_variant` has a gate.
    tolerance = TOLERANCE if quantization == "float32" else 1.0
    if problems := check_string_words(path, model, vocabularies, tolerance):
        path.unlink()
        raise ExportError(f"{path.name}: the export is wrong: {'; '.join(problems)}.")
    return path


def _convert(folder, metric, bound, length, made_as):
    """Write the TFLite file and its report into a folder with all else, and return the report."""
    config = read_json(folder / CONFIG_FILE)
    model = load_keras_model(folder, config)
    export_saved_model(model, folder / SAVED_MODEL_FOLDER, config, read_vocabularies(folder))
    recorder = Recorder(SavedModelEngine(folder / SAVED_MODEL_FOLDER))
    reference = metric and metric(_predictor(folder, config, recorder))
    samples = recorder.samples() if made_as["quantization"] == "int8" else None
    path = folder / TFLITE_FILE
    export_tflite(model, path, **made_as, length=length, samples=samples)
    report = checked(path, model, **made_as)
    if metric:
        value = metric(_predictor(folder, config, LiteRTEngine(path)))
        figures = check_accuracy(value, reference, bound, metric.name)
        report = dataclasses.replace(report, metric=figures)
    write_report(folder, report)
    return report


def checked(path, model, **made_as):
    """Return the report of a file that was just exported, as `verify_tflite` does.

    Raises:
        ExportError: the file is wrong, or LiteRT cannot run what the converter wrote.
    """
    try:
        report = verify_tflite(path, model, **made_as)
    except ModelFileError as error:
        raise ExportError(f"the converter wrote a file that does not run: {error}") from error
    if report.problems:
        raise ExportError(f"{path.name}: the export is wrong: {'; '.join(report.problems)}.")
    return report


def verify_folder(path, metric=None):
    """Check a model folder: the hashes, the TFLite file, the SavedModel, all against Keras.

    Args:
        path: of the folder, or of a `.tflite` file in it, which then is checked.
        metric: as in `export_variant`; None to measure none.

    Returns:
        A `zoo.export.ExportReport`; what is wrong is in its `problems`.

    Raises:
        ModelFileError: a file is missing or damaged.
        CardError: the card does not hold together.
    """
    path = Path(path)
    folder, file = (path, path / TFLITE_FILE) if path.is_dir() else (path.parent, path)
    if (folder / CARD_FILE).is_file():
        verify_files(folder, ModelCard.read(folder))
    if not file.is_file():
        raise ModelFileError(f"{file}: no such file")
    config = read_json(folder / CONFIG_FILE)
    model = load_keras_model(folder, config)
    written, bound = _made_as(folder, file)
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


def write_report(folder, report):
    """Write an `ExportReport` beside the export, as `export_report.json`."""
    text = json.dumps(report.to_dict(), indent=2, ensure_ascii=False) + "\n"
    Path(folder, REPORT_FILE).write_text(text, encoding="utf-8")


def _made_as(folder, file):
    """Return what the report beside a file says it was made as, and the bound of its metric."""
    report = folder / REPORT_FILE
    record = read_json(report) if file.name == TFLITE_FILE and report.is_file() else {}
    bound = (record.get("metric") or {}).get("bound", BOUND)
    return {name: record.get(name, usual) for name, usual in AS_TRAINED.items()}, bound


def _predictor(folder, config, engine):
    return open_with(task_of(folder, config), folder, config, engine)


def _write_card(folder, card, name, made_as, report):
    """Write the card of the source with what differs; of its metrics, none was measured here."""
    options = " ".join(f"--{key} {value}" for key, value in made_as.items() if value is not None)
    metrics = []
    if report.metric:
        conditions = f"{made_as['variant']}, {made_as['quantization']}, LiteRT"
        found = {"metric": report.metric["name"], "value": report.metric["value"]}
        metrics = [{**found, "split": "given corpus", "conditions": conditions}]
    command = f"zoo export {name} {options} --to FOLDER"
    write_card(folder, **{**_kept(card), "metrics": metrics, "command": command})


def _kept(card):
    """Return the fields of a card that are not measured when one is written."""
    measured = ("files", "size_bytes", "versions")
    return {name: value for name, value in card.to_dict().items() if name not in measured}
