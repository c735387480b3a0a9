"""Write the weights of a model of the zoo in 32 bits, under the names of `networks.py`.

python benchmarks/peers/weights.py bilstm-ner runs/peers/bilstm-ner.npz
"""

import sys

import numpy as np

import zoo
from zoo.layers import to_torch
from zoo.ops.tag_constraints import allowed_tags

FORBIDDEN = -1e9  # score of a transition that the tag scheme does not allow


def rows(layer):
    """Return the vectors (N, D) of an embedding, quantized or not."""
    return np.asarray(layer(np.arange(layer.input_dim, dtype="int32")))


def dense(layer, name):
    kernel, bias = layer.get_weights()
    return {f"{name}.weight": kernel.T, f"{name}.bias": bias}


def tagger_arrays(model):
    """Return the weights of a `zoo.models.WordTagger`, and the parameters of its CRF."""
    tables = [rows(model.word_vectors)]
    if model.options.frozen_words:
        tables.append(rows(model.frozen_vectors))
    spelling = model.get_layer("spelling")
    arrays = {
        "words.weight": np.concatenate(tables),
        "characters.weight": rows(spelling.embedding),
        "cases.weight": rows(model.get_layer("case_vectors")),
        **to_torch(model.recurrent, "lstm."),
        **dense(model.get_layer("scores"), "scores"),
    }
    for number, layer in enumerate(spelling.readers):
        kernel, bias = layer.get_weights()
        arrays[f"convolutions.{number}.weight"] = kernel.transpose(2, 1, 0)
        arrays[f"convolutions.{number}.bias"] = bias
    allowed = allowed_tags(model.options.labels, model.options.scheme)
    for name in ("transitions", "start", "end"):
        scores = np.asarray(getattr(model.crf, name))
        arrays[name] = np.where(getattr(allowed, name), scores, FORBIDDEN)
    return arrays


def classifier_arrays(model):
    """Return the weights of a `zoo.models.SequenceClassifier`."""
    arrays = {
        "words.weight": rows(model.encoder.embedding),
        **to_torch(model.recurrent, "lstm."),
        **dense(model.get_layer("logits"), "logits"),
    }
    if model.bigram_buckets:
        arrays["bigrams.weight"] = rows(model.bigrams.table)
        half = float(np.asarray(model.bigrams.bias)) / 2
        arrays["logits.bias"] = arrays["logits.bias"] + np.array([-half, half], "float32")
    return arrays


def write_weights(name, path):
    model = zoo.load(name, runtime="keras").model
    arrays = (tagger_arrays if hasattr(model, "word_vectors") else classifier_arrays)(model)
    np.savez(path, **{key: np.ascontiguousarray(a, "float32") for key, a in arrays.items()})


if __name__ == "__main__":
    write_weights(*sys.argv[1:])
