"""A trained model as the folder that `zoo.load` reads: configuration, weights, exports, card."""

import json
from pathlib import Path

from zoo.export.saved_model.model import export_saved_model
from zoo.export.tflite.model import export_tflite
from zoo.export.variants import write_report
from zoo.export.verify import verify_tflite
from zoo.hub import write_card
from zoo.runtime import open_predictor


def export_folder(folder, model, config, vocabularies, *, metrics, **card):
    """Write a model folder: everything that any runtime needs, verified, with its card.

    Args:
        folder: where to write; made if it is not there.
        model: the trained Keras model.
        config: dict of `task`, `labels`, `preprocessor` and `model`, as `config.json` holds it;
            `zoo.models.build(config["task"], config["model"])` must give the model's structure.
        vocabularies: dict of `zoo.text.Vocabulary` by name: that of "words" is `words.txt`.
        metrics: those of the card, a list of dicts; or a function that measures them, from the
            folder's predictor on LiteRT to such a list.
        **card: the other fields of `zoo.hub.ModelCard` that are not measured here.

    Returns:
        The pair of `zoo.hub.ModelCard` and `zoo.export.ExportReport`.

    Raises:
        RuntimeError: the TFLite file does not give the model's answers; nothing is claimed then.
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
        # As it will be read: lists and strings.
        metrics = metrics(open_predictor(folder, json.loads(json.dumps(config))))
    claims = {"task": config["task"], "labels": config["labels"], "metrics": metrics}
    return write_card(folder, **claims, parameters=model.count_params(), **card), report


def _write_json(path, record):
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
