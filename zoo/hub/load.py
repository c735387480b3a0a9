"""Loading of a model by its name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, overload

from zoo.hub.card import ModelCard, read_json
from zoo.hub.errors import ModelFileError, did_you_mean
from zoo.hub.store import resolve, verify_files

if TYPE_CHECKING:
    from zoo.runtime import EntityTagger, TextClassifier, TokenTaggingPredictor
    from zoo.runtime.predictor import Predictor

CONFIG_FILE = "config.json"

Runtime = Literal["litert", "keras", "saved_model"]

# Runtime -> the files that only this runtime reads. All runtimes read the other files of the card.
RUNTIME_FILES: dict[Runtime, str] = {
    "litert": "*.tflite",
    "keras": "*.weights.h5",
    "saved_model": "saved_model/*",
}
# Runtime -> the file that it opens.
MAIN_FILES: dict[Runtime, str] = {
    "litert": "model.tflite",
    "keras": "model.weights.h5",
    "saved_model": "saved_model/saved_model.pb",
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
    """Load a trained model, and check the hashes of the files that it reads.

    Args:
        name: name of a bundled model, or "path:DIR" for a model folder. A name without "path:" is
            never interpreted as a path.
        runtime: "litert" (does not need TensorFlow), "keras" or "saved_model" (both require the
            [train] extra). All runtimes give the same results.

    Returns:
        A predictor. Call it on a text or a list of texts; `stream` maps it over an iterable.

    Raises:
        UnknownModelError: there is no bundled model of this name.
        ModelFileError: a file is missing, changed, or outside of the folder.
        ValueError: `runtime` is unknown.

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
    for needed in (CONFIG_FILE, MAIN_FILES[runtime]):
        if needed not in checked:
            raise ModelFileError(
                f"{folder}: the {runtime!r} runtime needs {needed}, and the card lists no such file"
            )
    config = read_json(folder / CONFIG_FILE)
    if not isinstance(config.get("task"), str):
        raise ModelFileError(
            f"{folder / CONFIG_FILE}: 'task' must be a string such as 'token-tagging'; "
            f"got {config.get('task')!r}"
        )
    from zoo.runtime import open_predictor

    predictor = open_predictor(folder, config, runtime, card)
    bundled = not name.startswith("path:")
    predictor.reload = partial(load, name if bundled else f"path:{folder.resolve()}", runtime)
    return predictor
