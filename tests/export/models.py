"""Small models with random weights."""

import keras
import numpy as np

from zoo.models import build

LABELS = ["O", *(f"{prefix}-{kind}" for kind in "XY" for prefix in "BIES")]


def filled(model, seed=0):
    """Give every weight a random value: no bias or transition is left at zero."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        scale = 60 if "int8" in str(weight.dtype) else 1
        weight.assign((scale * rng.normal(size=weight.shape)).clip(-127, 127))
    return model


def tagger(units=6, **encoder):
    keras.utils.set_random_seed(1)
    return build("token-tagging", {"encoder": _encoder(units, encoder), "num_labels": 3})


def classifier(pooling, units=6, **encoder):
    keras.utils.set_random_seed(1)
    config = {"encoder": _encoder(units, encoder), "num_labels": 3, "pooling": pooling}
    return build("sequence-classification", config)


def word_tagger(units=6, cell="lstm", **config):
    keras.utils.set_random_seed(1)
    sizes = {"vocabulary_size": 9, "labels": LABELS, "word_dim": 5}
    return build("entity-tagging", {**sizes, "stack": {"units": units, "cell": cell}, **config})


def _encoder(units, encoder):
    normal = {"class_name": "RandomNormal", "config": {"stddev": 1.0}}
    sizes = {"vocabulary_size": 9, "embedding_dim": 4, "units": units}
    return {**sizes, "embeddings_initializer": normal, **encoder}
