"""Predictors, which map a text to a result, on LiteRT (the default), Keras or a SavedModel."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from zoo.runtime.assets import task_of
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


def open_predictor(
    folder: str | Path, config: dict[str, Any], runtime: str = "litert"
) -> Predictor[Any]:
    """Open the predictor of a model folder, without checking the hashes of its files.

    Args:
        folder: the model folder.
        config: content of its `config.json`: `task`, `labels`, `preprocessor`, `model`.
        runtime: "litert", "keras" or "saved_model".

    Returns:
        The predictor of the task.

    Raises:
        ModelFileError: the configuration or a file cannot be read by this version.
    """
    folder = Path(folder)
    task = task_of(folder, config)
    open_model = cache(partial(_open_model, folder, config))
    engine = _open_engine(folder, runtime, open_model)
    return open_with(task, folder, config, engine, open_model)


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


def _open_model(folder: Path, config: dict[str, Any]) -> Any:
    from zoo.runtime.keras_engines import load_keras_model

    return load_keras_model(folder, config)


def _open_engine(folder: Path, runtime: str, open_model: Callable[[], Any]) -> Engine:
    if runtime == "litert":
        return LiteRTEngine(folder / TFLITE_FILE)
    from zoo.runtime.keras_engines import KerasEngine, SavedModelEngine

    if runtime == "keras":
        return KerasEngine(open_model())
    return SavedModelEngine(folder / SAVED_MODEL_FOLDER)
