"""From a model's name to a predictor."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal, overload

from zoo.hub.card import ModelCard, read_json
from zoo.hub.errors import ModelFileError, did_you_mean
from zoo.hub.store import resolve, verify_files

if TYPE_CHECKING:
    from zoo.runtime import EntityTagger, TextClassifier, TokenTaggingPredictor
    from zoo.runtime.predictor import Predictor

CONFIG_FILE = "config.json"

Runtime = Literal["litert", "keras", "saved_model"]

# Runtime -> the files that it alone reads; every other file on the card serves all runtimes.
RUNTIME_FILES: dict[Runtime, str] = {
    "litert": "*.tflite",
    "keras": "*.weights.h5",
    "saved_model": "saved_model/*",
}


@overload
def load(
    name: Literal["bilstm-ner", "bilstm-ner-tiny"], runtime: Runtime = "litert"
) -> EntityTagger: ...
@overload
def load(
    name: Literal["bilstm-sentiment", "bilstm-sentiment-tiny"], runtime: Runtime = "litert"
) -> TextClassifier: ...
@overload
def load(
    name: Literal["bilstm-brackets"], runtime: Runtime = "litert"
) -> TokenTaggingPredictor: ...
@overload
def load(name: str, runtime: Runtime = "litert") -> Predictor[Any]: ...
def load(name: str, runtime: Runtime = "litert") -> Predictor[Any]:
    """Load a trained model, after checking the hashes of the files that will be read.

    Args:
        name: name of a bundled model, or "path:DIR" for a folder that you trained. A bare name is
            never taken for a path.
        runtime: "litert" (no TensorFlow needed), "keras" or "saved_model" (both need the [train]
            extra). All three give the same answers.

    Returns:
        A predictor: call it on a text, or `stream` an iterable of texts through it.

    Raises:
        UnknownModelError: when no bundled model has that name.
        ModelFileError: when a file is missing, changed or outside of the folder.
        ValueError: when there is no such runtime.

    Example:

    >>> import zoo
    >>> predictor = zoo.load("bilstm-brackets")
    >>> prediction = predictor("a(b)c")
    """
    if runtime not in RUNTIME_FILES:
        raise ValueError(
            f"runtime must be one of {', '.join(map(repr, RUNTIME_FILES))}; got {runtime!r}."
            f"{did_you_mean(str(runtime), RUNTIME_FILES)}"
        )
    folder = resolve(name)
    card = ModelCard.read(folder)
    others = [files for each, files in RUNTIME_FILES.items() if each != runtime]
    checked = verify_files(folder, card, skip=others)
    for needed in (CONFIG_FILE, RUNTIME_FILES[runtime]):
        if not any(fnmatchcase(path, needed) for path in checked):
            raise ModelFileError(
                f"{folder}: the {runtime!r} runtime needs {needed}, and the card lists no such file"
            )
    config = read_json(folder / CONFIG_FILE)
    if not isinstance(config.get("task"), str):
        raise ModelFileError(
            f"{folder / CONFIG_FILE}: 'task' must be a text such as 'token-tagging'; "
            f"got {config.get('task')!r}"
        )
    from zoo.runtime import open_predictor

    return open_predictor(folder, config, runtime)
