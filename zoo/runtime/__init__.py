"""Predictors, which map a text to a result, on LiteRT (the default), Keras or a SavedModel."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from zoo.hub.card import ModelCard
from zoo.hub.store import verify_files
from zoo.runtime.assets import task_of
from zoo.runtime.check import check_answers
from zoo.runtime.classifier import Classification, TextClassifier, WordWeight
from zoo.runtime.encoding import Encoding
from zoo.runtime.entities import Entity, EntityTagger
from zoo.runtime.highlight import Highlight, show
from zoo.runtime.litert import LiteRTEngine
from zoo.runtime.predictor import Engine, Predictor
from zoo.runtime.results import Result, ResultList
from zoo.runtime.tagger import TaggedToken, TokenTaggingPredictor
from zoo.runtime.words import WordTaggingPredictor
from zoo.tasks import Task
from zoo.trust.folder import check_config, check_listed

__all__ = [
    "Classification",
    "Encoding",
    "Entity",
    "EntityTagger",
    "Highlight",
    "LiteRTEngine",
    "Result",
    "ResultList",
    "TaggedToken",
    "TextClassifier",
    "TokenTaggingPredictor",
    "WordTaggingPredictor",
    "WordWeight",
    "open_predictor",
    "show",
]

TFLITE_FILE = "model.tflite"
SAVED_MODEL_FOLDER = "saved_model"
# What a runtime runs, for messages.
MODEL_FILES = {
    "litert": TFLITE_FILE,
    "keras": "model.weights.h5",
    "saved_model": SAVED_MODEL_FOLDER,
}


def open_predictor(
    folder: str | Path,
    config: dict[str, Any],
    runtime: str = "litert",
    card: ModelCard | None = None,
) -> Predictor[Any]:
    """Open the predictor of a model folder, without checking the hashes of its files.

    The configuration is checked before a file is loaded, and the model afterwards, on the last ids
    of its vocabularies.

    Args:
        folder: the model folder.
        config: content of its `config.json`: `task`, `labels`, `preprocessor`, `model`.
        runtime: "litert", "keras" or "saved_model".
        card: the card of the folder; None if it has none yet.

    Returns:
        The predictor of the task.

    Raises:
        ModelFileError: the configuration or a file cannot be read by this version; the message
            names file and field.
    """
    folder = Path(folder)
    task = task_of(folder, config)
    config = check_config(folder, config, task.config_rules, card)
    open_model = cache(partial(_open_model, folder, config, card))
    engine = _open_engine(folder, runtime, open_model)
    predictor = open_with(task, folder, config, engine, open_model)
    check_answers(predictor, folder / MODEL_FILES[runtime])
    return predictor


def open_with(
    task: Task,
    folder: Path,
    config: dict[str, Any],
    engine: Engine,
    open_model: Callable[[], Any] | None = None,
) -> Predictor[Any]:
    """Open the predictor of a model folder on a given engine.

    Args:
        task: the task of the model.
        folder: the model folder, for the vocabularies.
        config: as in `open_predictor`.
        engine: the engine, see `zoo.runtime.predictor.Predictor`.
        open_model: function that returns the Keras model, or None.

    Returns:
        The predictor of the task.
    """
    predictor: Predictor[Any] = task.predictor.open(folder, config, engine, open_model)
    predictor.task = task
    return predictor


def _open_model(folder: Path, config: dict[str, Any], card: ModelCard | None) -> Any:
    from zoo.runtime.keras_engines import WEIGHTS_FILE, load_keras_model

    if card:
        verify_files(folder, card, skip=[name for name in card.files if name != WEIGHTS_FILE])
        check_listed(folder, [WEIGHTS_FILE], card)
    return load_keras_model(folder, config)


def _open_engine(folder: Path, runtime: str, open_model: Callable[[], Any]) -> Engine:
    if runtime == "litert":
        return LiteRTEngine(folder / TFLITE_FILE)
    from zoo.runtime.keras_engines import KerasEngine, SavedModelEngine

    if runtime == "keras":
        return KerasEngine(open_model())
    return SavedModelEngine(folder / SAVED_MODEL_FOLDER)
