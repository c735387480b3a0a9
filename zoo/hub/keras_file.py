"""What a `.keras` file holds, read without running or loading anything of it."""

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from zoo.hub.errors import ModelFileError

CONFIG = "config.json"
PARTS = ("class_name", "config", "module", "registered_name")  # without training
KINDS = {
    b"\x89HDF\r\n\x1a\n": "an HDF5 file, whose layers may run code",
    b"TFL3": "a TFLite file already",
}


def check_keras_file(
    path: str | os.PathLike[str], is_registered: Callable[[str], bool] = lambda name: False
) -> None:
    """Check that a file is a `.keras` file whose classes are known.

    Args:
        path: the file.
        is_registered: whether a class of this registered name can be made.

    Raises:
        ModelFileError: it is no `.keras` file, holds Python code, which is never run, or a class
            whose code it does not hold. The message names the layer.

    Example:

    >>> check_keras_file("no.keras")
    Traceback (most recent call last):
    ...
    zoo.hub.errors.ModelFileError: no.keras: no such file.
    """
    path = Path(path)
    for layer, each in _objects(_config(path)):
        kind = each.get("registered_name") or each["class_name"]
        if each["class_name"] in ("Lambda", "__lambda__"):
            raise ModelFileError(
                f"{path}: layer {layer!r} holds Python code, a lambda, which is not run. Write it "
                "with keras.ops or as a registered layer, or convert the model where you made it: "
                "zoo.export.export_tflite(model, path)."
            )
        if _is_foreign(each, kind) and not is_registered(kind):
            raise ModelFileError(
                f"{path}: layer {layer!r} needs the class {kind!r}, whose code is not in the file. "
                "Convert the file in Python, where the class is registered: "
                "zoo.export.convert(path, output)."
            )


def _is_foreign(each: dict[str, Any], kind: str) -> bool:
    """Return whether a class is neither of Keras nor of this package."""
    if ">" in kind:
        return not kind.startswith("zoo>")
    module = each.get("module")
    return module is not None and module.partition(".")[0] != "keras"


def _config(path: Path) -> dict[str, Any]:
    if path.is_dir():
        raise ModelFileError(
            f"{path}: a folder; expected a file that model.save('my.keras') wrote."
        )
    if not path.is_file():
        raise ModelFileError(f"{path}: no such file.")
    try:
        with zipfile.ZipFile(path) as archive:
            saved: Any = json.loads(archive.read(CONFIG))
        return {key: saved[key] for key in PARTS}
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        with path.open("rb") as file:
            start = file.read(8)
        kind = next((text for mark, text in KINDS.items() if mark in start), "something else")
        raise ModelFileError(
            f"{path}: expected a file that model.save('my.keras') wrote, found {kind}."
        ) from error


def _objects(config: Any, layer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the descriptions of all layers, cells and other objects, with the layer's name.

    Plain functions, which Keras finds by name, are left out.
    """
    if isinstance(config, dict):
        found = cast("dict[str, Any]", config)
        if isinstance(found.get("class_name"), str) and found["class_name"] != "function":
            inner = found.get("config")
            named = cast("dict[str, Any]", inner) if isinstance(inner, dict) else {}
            layer = str(named.get("name", layer))
            yield layer, found
        config = [*found.values()]
    if isinstance(config, list):
        for each in cast("list[Any]", config):
            yield from _objects(each, layer)
