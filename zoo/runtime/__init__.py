"""Predictors: from text to answers, on LiteRT (the default), Keras or a SavedModel."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from zoo.runtime.assets import task_of
from zoo.runtime.classifier import Classification, TextClassifier, WordWeight
from zoo.runtime.entities import Entity, EntityTagger
from zoo.runtime.litert import LiteRTEngine
from zoo.runtime.predictor import Engine, Predictor
from zoo.runtime.tagger import TaggedToken, TokenTaggingPredictor
from zoo.runtime.words import WordTaggingPredictor
from zoo.tasks import Task

__all__ = [
    "Entity",
    "EntityTagger",
    "LiteRTEngine",
    "Classification",
    "TaggedToken",
    "TextClassifier",
    "TokenTaggingPredictor",
    "WordTaggingPredictor",
    "WordWeight",
    "open_predictor",
]

TFLITE_FILE = "model.tflite"
SAVED_MODEL_FOLDER = "saved_model"


def open_predictor(
    folder: str | Path, config: dict[str, Any], runtime: str = "litert"
) -> Predictor[Any]:
    """Return the predictor of a model folder.

    Args:
        folder: of the model; its files have been checked.
        config: the content of its `config.json`: `task`, `labels`, `preprocessor`, `model`.
        runtime: "litert", "keras" or "saved_model".

    Returns:
        A predictor of the task.

    Raises:
        ModelFileError: the configuration or a file is not what this version can read.
    """
    folder = Path(folder)
    task = task_of(folder, config)
    open_model = cache(partial(_open_model, folder, config))
    engine = _open_engine(folder, runtime, open_model)
    return open_with(task, folder, config, engine, open_model)


def open_with(
    task: Task,
    folder: Path,
    config: dict,
    engine: Engine,
    open_model: Callable[[], Any] | None = None,
) -> Predictor[Any]:
    """Return the predictor of a task on an engine; the rest as in `open_predictor`."""
    return task.predictor.open(folder, config, engine, open_model).of_task(task)


def _open_model(folder, config):
    from zoo.runtime.keras_engines import load_keras_model

    return load_keras_model(folder, config)


def _open_engine(folder, runtime, open_model):
    if runtime == "litert":
        return LiteRTEngine(folder / TFLITE_FILE)
    from zoo.runtime.keras_engines import KerasEngine, SavedModelEngine

    if runtime == "keras":
        return KerasEngine(open_model())
    return SavedModelEngine(folder / SAVED_MODEL_FOLDER)
