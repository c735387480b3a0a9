"""Predictors: from text to answers, on LiteRT (the default), Keras or a SavedModel."""

from functools import cache, partial
from pathlib import Path

from zoo.hub.errors import ModelFileError
from zoo.runtime.litert import LiteRTEngine
from zoo.runtime.tagger import TaggedToken, TokenTaggingPredictor
from zoo.text import CharacterTokenizer, Vocabulary

__all__ = ["LiteRTEngine", "TaggedToken", "TokenTaggingPredictor", "open_predictor"]

TFLITE_FILE = "model.tflite"
SAVED_MODEL_FOLDER = "saved_model"
VOCABULARY_FILE = "vocabulary.txt"

PREDICTORS = {"token-tagging": TokenTaggingPredictor}
TOKENIZERS = {"characters": CharacterTokenizer}


def open_predictor(folder, config, runtime="litert"):
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
    predictor = _known(folder, config, "task", PREDICTORS)
    tokenizer = _known(folder, config.get("preprocessor", {}), "tokenizer", TOKENIZERS)
    try:
        vocabulary = Vocabulary.load(folder / VOCABULARY_FILE)
    except ValueError as error:
        raise ModelFileError(str(error)) from error
    open_model = cache(partial(_open_model, folder, config))
    engine = _open_engine(folder, config, runtime, open_model)
    return predictor(tokenizer(), vocabulary, config["labels"], engine, open_model)


def _known(folder, config, key, table):
    if config.get(key) not in table:
        raise ModelFileError(
            f"{folder}: `{key}` in config.json must be one of {list(table)}, "
            f"got {config.get(key)!r}"
        )
    return table[config[key]]


def _open_model(folder, config):
    from zoo.runtime.keras_engines import load_keras_model

    return load_keras_model(folder, config)


def _open_engine(folder, config, runtime, open_model):
    if runtime == "litert":
        return LiteRTEngine(folder / TFLITE_FILE)
    from zoo.runtime.keras_engines import KerasEngine, SavedModelEngine

    if runtime == "keras":
        return KerasEngine(open_model(), config["task"])
    return SavedModelEngine(folder / SAVED_MODEL_FOLDER)
