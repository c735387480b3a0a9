"""A SavedModel that answers in plain TensorFlow, without this package."""

from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from zoo.export.saved_model.compact import compact
from zoo.export.saved_model.raw_text import text_function
from zoo.export.signature import IDS, SERVING, serving_module

TOLERANCE = 1e-4


def export_saved_model(model, folder, config=None, vocabularies=None):
    """Write a SavedModel that answers raw texts, and ids, any number of them at once.

    The signature "ids" takes what `model.input_sizes` names, padded with 0, and gives what
    `model.answers` gives. "serving_default" takes texts, as
    `zoo.export.saved_model.raw_text.text_function` says; of a model that is given
    without its vocabularies, it is "ids" again.

    Args:
        model: a zoo model with `answers`.
        folder: where to write it; the parent must exist.
        config: the content of the model's `config.json`.
        vocabularies: dict of `zoo.text.Vocabulary` by name.

    Returns:
        The folder as a `pathlib.Path`.
    """
    module, signatures = serving_module(model, batch=None)
    signatures[IDS] = signatures[SERVING]
    if vocabularies:
        answer = signatures[IDS]
        serve, module.tables = text_function(lambda x: answer(**x), config, vocabularies)
        texts = tf.TensorSpec((None,), tf.string, name="text")
        serve = tf.function(serve, autograph=False)
        signatures[SERVING] = serve.get_concrete_function(texts)
    # Debug information would carry the paths of the machine that exported the model; gradients
    # are of no use to who only asks it.
    options = tf.saved_model.SaveOptions(save_debug_info=False, experimental_custom_gradients=False)
    tf.saved_model.save(module, str(folder), signatures=signatures, options=options)
    compact(Path(folder))
    return Path(folder)


def saved_model_operators(folder):
    """Return the set of the operators of a SavedModel, those of its functions too."""
    proto = saved_model_pb2.SavedModel()
    proto.ParseFromString((Path(folder) / "saved_model.pb").read_bytes())
    graphs = [meta.graph_def for meta in proto.meta_graphs]
    nodes = [node for graph in graphs for node in graph.node]
    nodes += [node for graph in graphs for each in graph.library.function for node in each.node_def]
    return {node.op for node in nodes}


def check_saved_model(folder, model):
    """Return what is wrong with a SavedModel, one sentence for each thing; empty when it is good.

    Args:
        folder: of the SavedModel.
        model: the Keras model that it was made from.
    """
    problems = [
        f"the SavedModel holds {name}, which runs on a GPU alone"
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
    expected = tf.function(model.answers, autograph=False)(inputs)
    if set(got) != set(expected):
        return [*problems, f"the SavedModel gives {sorted(got)}, the model {sorted(expected)}"]
    difference = float(np.abs(got["scores"] - expected["scores"]).max())
    if not difference <= TOLERANCE:
        problems.append(f"the SavedModel's scores differ by {difference:.2g}")
    return problems


def ids_signature(loaded):
    """Return the signature on ids of a loaded SavedModel, also of one that has no other."""
    return loaded.signatures[IDS if IDS in loaded.signatures else SERVING]
