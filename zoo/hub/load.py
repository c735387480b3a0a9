"""Loading of a model by its name."""

from __future__ import annotations

from functools import partial
from pathlib import Path
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
    name: Literal["bilstm-ner", "bilstm-ner-tiny"],
    runtime: Runtime = "litert",
    *,
    trusted: bool = True,
) -> EntityTagger: ...
@overload
def load(
    name: Literal["bilstm-sentiment", "bilstm-sentiment-tiny"],
    runtime: Runtime = "litert",
    *,
    trusted: bool = True,
) -> TextClassifier: ...
@overload
def load(
    name: Literal["bilstm-brackets"], runtime: Runtime = "litert", *, trusted: bool = True
) -> TokenTaggingPredictor: ...
@overload
def load(name: str, runtime: Runtime = "litert", *, trusted: bool = True) -> Predictor[Any]: ...
def load(name: str, runtime: Runtime = "litert", *, trusted: bool = True) -> Predictor[Any]:
    """Load a trained model, and check the hashes of the files that it reads.

    Args:
        name: name of a bundled model, or "path:DIR" for a model folder. A name without "path:" is
            never interpreted as a path.
        runtime: "litert" (does not need TensorFlow), "keras" or "saved_model" (both require the
            [train] extra). All runtimes give the same results.
        trusted: False for a model folder of someone else: a process of its own opens it first and
            reads one text, so that a file that crashes a library is an error here. It takes as long
            as a second start of Python.

    Returns:
        A predictor. Call it on a text or a list of texts; `stream` maps it over an iterable.

    Raises:
        UnknownModelError: there is no bundled model of this name.
        ModelFileError: a file is missing, changed, or outside of the folder, or its content cannot
            be a model of its task; the message names file and field.
        CardError: the card has a missing, unknown or invalid field.
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
    bundled = not name.startswith("path:")
    if not (trusted or bundled):
        from zoo.runtime.child import open_in_child

        open_in_child(folder, [runtime])
    card = ModelCard.read(folder)
    others = [files for each, files in RUNTIME_FILES.items() if each != runtime]
    checked = verify_files(folder, card, skip=others)
    for needed in (CONFIG_FILE, MAIN_FILES[runtime]):
        if needed not in checked:
            raise ModelFileError(
                f"{folder}: the {runtime!r} runtime needs {needed}, and the card lists no such file"
            )
    if runtime == "saved_model":
        _check_all_listed(folder / "saved_model", folder, card)
    config = read_json(folder / CONFIG_FILE)
    if not isinstance(config.get("task"), str):
        raise ModelFileError(
            f"{folder / CONFIG_FILE}: 'task' must be a string such as 'token-tagging'; "
            f"got {config.get('task')!r}"
        )
    from zoo.runtime import open_predictor

    predictor = open_predictor(folder, config, runtime, card)
    predictor.reload = partial(load, name if bundled else f"path:{folder.resolve()}", runtime)
    return predictor


def _check_all_listed(part: Path, folder: Path, card: ModelCard) -> None:
    """Raise `ModelFileError` if a part of a folder has files that the card does not list."""
    found = {path.relative_to(folder).as_posix() for path in part.rglob("*") if path.is_file()}
    if extra := sorted(found - card.files.keys()):
        raise ModelFileError(f"{folder}: the file {extra[0]!r} is not on the card; remove it")
