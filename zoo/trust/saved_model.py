"""The graph of a SavedModel, checked before TensorFlow loads it: a graph is a program."""

# TensorFlow has no type annotations.
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from zoo.hub.errors import ModelFileError
from zoo.trust.saved_model_operators import OPERATORS

GRAPH_FILE = "saved_model.pb"
KINDS = {"user_object", "function", "bare_concrete_function", "constant", "variable", "resource"}
OBJECTS = {
    *("_generic_user_object", "signature_map", "trackable_dict_wrapper"),
    *("trackable_list_wrapper", "trackable_tuple_wrapper"),
}
REGISTERED = {"", "tf.StaticHashTable", "tf.TrackableConstant"}


def check_saved_model(folder: str | Path) -> None:
    """Check that a SavedModel runs only operators that compute, and that no variable is NaN.

    An operator counts if a function of the model reaches it. The functions that saved the model,
    which read and write its variables, are not among them.

    Args:
        folder: folder of the SavedModel.

    Raises:
        ModelFileError: the graph is damaged, or has another kind of operator or object; the message
            names it.
    """
    from google.protobuf.message import DecodeError
    from tensorflow.core.protobuf import saved_model_pb2

    path = Path(folder) / GRAPH_FILE
    try:
        saved: Any = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    except (OSError, DecodeError) as error:
        raise ModelFileError(f"{path}: cannot be read as a SavedModel: {error}") from error
    if len(saved.meta_graphs) != 1 or not saved.meta_graphs[0].object_graph_def.nodes:
        raise ModelFileError(f"{path}: expected one graph with its objects")
    graph = saved.meta_graphs[0]
    if graph.asset_file_def:
        raise ModelFileError(f"{path}: refers to other files, which no export does")
    for node in graph.object_graph_def.nodes:
        _check_object(path, node)
    library = {each.signature.name: each for each in graph.graph_def.library.function}
    if shadowed := sorted(library.keys() & OPERATORS):
        raise ModelFileError(f"{path}: a function has the name of an operator: {shadowed[0]}")
    if foreign := sorted(_reached(graph.object_graph_def, library) - OPERATORS):
        raise ModelFileError(
            f"{path}: has operators that no export uses and that could read or write outside of "
            f"the model: {', '.join(foreign[:8])!a}"
        )
    _refuse_nan(Path(folder))


def _check_object(path: Path, node: Any) -> None:
    kind = node.WhichOneof("kind")
    name = node.user_object.identifier if kind == "user_object" else ""
    plain = kind in KINDS and (not name or name in OBJECTS) and node.registered_name in REGISTERED
    if not plain or node.registered_saver or node.saveable_objects:
        found = name or node.registered_name or kind
        raise ModelFileError(f"{path}: has an object that no export has: {found!a:.80}")


def _reached(objects: Any, library: dict[str, Any]) -> set[str]:
    """Return the operators of the functions that the objects of a graph can run."""
    waiting, seen = list(_functions_of_objects(objects)), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen and name in library:
            seen.add(name)
            waiting += [call for node in library[name].node_def for call in _calls(node)]
    return {node.op for name in seen for node in library[name].node_def} - library.keys()


def _functions_of_objects(objects: Any) -> Iterator[str]:
    yield from objects.concrete_functions
    for node in objects.nodes:
        yield from node.function.concrete_functions
        yield node.bare_concrete_function.concrete_function_name


def _calls(node: Any) -> Iterator[str]:
    yield node.op  # a function can stand in place of an operator
    for attribute in node.attr.values():
        yield attribute.func.name
        yield from (each.name for each in attribute.list.func)


def _refuse_nan(folder: Path) -> None:
    import tensorflow as tf

    if not (folder / "variables" / "variables.index").is_file():
        return
    try:
        reader: Any = tf.train.load_checkpoint(str(folder / "variables" / "variables"))
        kinds = reader.get_variable_to_dtype_map()
        floats = [name for name, kind in kinds.items() if kind.is_floating]
        wrong = [name for name in floats if np.isnan(reader.get_tensor(name)).any()]
    except (ValueError, RuntimeError, tf.errors.OpError) as error:
        raise ModelFileError(f"{folder}: its variables cannot be read: {error}") from error
    if wrong:
        raise ModelFileError(f"{folder}: the variable {wrong[0]!a:.80} has values that are NaN")
