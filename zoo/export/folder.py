"""A trained model as a folder for `zoo.load`: configuration, weights, exports and card."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from zoo.export.report import ExportReport, write_report
from zoo.export.saved_model.model import export_saved_model
from zoo.export.tflite.model import export_tflite
from zoo.export.verify import verify_tflite
from zoo.hub import ModelCard, write_card
from zoo.models import BidirectionalModel
from zoo.runtime import open_predictor
from zoo.runtime.predictor import Predictor
from zoo.text import Vocabulary


def export_folder(
    folder: str | os.PathLike[str],
    model: BidirectionalModel,
    config: Mapping[str, Any],
    vocabularies: Mapping[str, Vocabulary],
    *,
    metrics: Sequence[Mapping[str, Any]] | Callable[[Predictor[Any]], Sequence[Mapping[str, Any]]],
    **card: Any,
) -> tuple[ModelCard, ExportReport]:
    """Write a verified model folder with its card, for every runtime.

    Args:
        folder: where to write. It is created if it does not exist.
        model: the trained Keras model.
        config: `task`, `labels`, `preprocessor` and `model`, as `config.json` holds them;
            `zoo.models.build(config["task"], config["model"])` must build the same architecture.
        vocabularies: vocabularies by name; "words" is written to `words.txt`.
        metrics: the metrics of the card, a list of dicts; or a function that measures them, from
            the folder's predictor on LiteRT to such a list.
        **card: the other fields of `zoo.hub.ModelCard` that are not measured here.

    Returns:
        The card and the report.

    Raises:
        RuntimeError: the answers of the TFLite file differ from the model's; no card is written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "config.json", config)
    for name, vocabulary in vocabularies.items():
        vocabulary.save(folder / f"{name}.txt")
    model.save_weights(folder / "model.weights.h5")
    export_saved_model(model, folder / "saved_model", config, vocabularies)
    tflite = export_tflite(model, folder / "model.tflite")
    report = verify_tflite(tflite, model)
    if report.problems:
        raise RuntimeError(f"{tflite}: the export is wrong: {'; '.join(report.problems)}.")
    write_report(folder, report)
    if callable(metrics):
        # The configuration as it is read back: tuples become lists.
        metrics = metrics(open_predictor(folder, json.loads(json.dumps(config))))
    claims = {"task": config["task"], "labels": config["labels"], "metrics": metrics}
    return write_card(folder, **claims, parameters=model.count_params(), **card), report


def _write_json(path, record):
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
