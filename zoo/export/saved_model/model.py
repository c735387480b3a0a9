"""A SavedModel that answers in plain TensorFlow, without this package."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from zoo.export.saved_model.compact import compact
from zoo.export.saved_model.raw_text import text_function
from zoo.export.signature import IDS, SERVING, serving_module
from zoo.models import BidirectionalModel
from zoo.text import Vocabulary

TOLERANCE = 1e-4


def export_saved_model(
    model: BidirectionalModel,
    folder: str | os.PathLike[str],
    config: Mapping[str, Any] | None = None,
    vocabularies: Mapping[str, Vocabulary] | None = None,
) -> Path:
    """Write a SavedModel that answers batches of raw texts, and of ids.

    The signature "ids" takes the inputs that `model.input_sizes` names, padded with 0, and returns
    the outputs of `model.answers`. The signature "serving_default" takes texts; see
    `zoo.export.saved_model.raw_text.text_function`. Without vocabularies it is the same as "ids".

    Args:
        model: a zoo model with `answers`.
        folder: where to write; the parent must exist.
        config: the content of the model's `config.json`; required with vocabularies.
        vocabularies: vocabularies by name.

    Returns:
        The folder.
    """
    module, signatures = serving_module(model, batch=None)
    signatures[IDS] = signatures[SERVING]
    if config and vocabularies:
        answer = signatures[IDS]
        serve, module.tables = text_function(lambda x: answer(**x), config, vocabularies)
        texts = tf.TensorSpec((None,), tf.string, name="text")
        function: Any = tf.function(serve, autograph=False)
        signatures[SERVING] = function.get_concrete_function(texts)
    # Debug information contains paths of the exporting machine; inference needs no gradients.
    options = tf.saved_model.SaveOptions(save_debug_info=False, experimental_custom_gradients=False)
    tf.saved_model.save(module, str(folder), signatures=signatures, options=options)
    compact(Path(folder))
    return Path(folder)


def saved_model_operators(folder: str | os.PathLike[str]) -> set[str]:
    """Return the operators of a SavedModel, including those in its functions."""
    proto: Any = saved_model_pb2.SavedModel()
    proto.ParseFromString((Path(folder) / "saved_model.pb").read_bytes())
    graphs = [meta.graph_def for meta in proto.meta_graphs]
    nodes = [node for graph in graphs for node in graph.node]
    nodes += [node for graph in graphs for each in graph.library.function for node in each.node_def]
    return {node.op for node in nodes}


def check_saved_model(folder: str | os.PathLike[str], model: BidirectionalModel) -> list[str]:
    """Compare a SavedModel with the Keras model that it was made from, on ids.

    Args:
        folder: the SavedModel.
        model: the Keras model.

    Returns:
        The problems, one sentence each; empty if there are none.
    """
    problems = [
        f"the SavedModel contains {name}, which only runs on a GPU"
        for name in sorted(saved_model_operators(folder))
        if "Cudnn" in name
    ]
    rng, lengths = np.random.default_rng(0), np.array([[7], [32], [2]])
    inputs = {}
    for name, size in model.input_sizes.items():
        shape = (3, 32, 11) if name == "characters" else (3, 32)
        values = rng.integers(1, size, shape).astype("int32")
        values[np.arange(32) >= lengths] = 0
        inputs[name] = tf.constant(values)
    got = ids_signature(tf.saved_model.load(str(folder)))(**inputs)
    answers: Any = tf.function(model.answers, autograph=False)
    expected = answers(inputs)
    if set(got) != set(expected):
        return [*problems, f"the SavedModel returns {sorted(got)}, the model {sorted(expected)}"]
    difference = float(np.abs(got["scores"] - expected["scores"]).max())
    if not difference <= TOLERANCE:
        problems.append(f"the SavedModel's scores differ by {difference:.2g}")
    return problems


def ids_signature(loaded: Any) -> Any:
    """Return the signature on ids of a loaded SavedModel."""
    return loaded.signatures[IDS if IDS in loaded.signatures else SERVING]
