"""Every public layer, with inputs for it."""

import keras
import numpy as np

from tests.specs import CONFIGURED, MODES, RECURRENT
from zoo.layers import CRF, HashedBigrams, MaskedPooling, Merge, ProductQuantizedEmbedding
from zoo.layers.character_features import CharacterFeatures

BATCH, TIME, WIDTH, WORDS = 2, 7, 5, 9
SEQUENCES = (TIME, WIDTH), "float32"
TOKENS = (TIME,), "int32"

# Each a layer, and the shape of a row and the dtype of its inputs.
LAYERS = {
    **{name: (make, [SEQUENCES]) for name, make in CONFIGURED.items()},
    **{str(spec): (spec.make, [SEQUENCES]) for spec in RECURRENT},
    **{
        f"Merge {mode}": (
            lambda mode=mode: Merge(mode, 3 if mode == "projection" else None),
            [SEQUENCES] * 2,
        )
        for mode in MODES
    },
    **{kind: (lambda kind=kind: MaskedPooling(kind), [SEQUENCES]) for kind in ("max", "mean")},
    **{
        kind: (lambda kind=kind: CharacterFeatures(WORDS, 4, kind=kind), [((TIME, 3), "int32")])
        for kind in ("cnn", "bilstm")
    },
    "CRF": (lambda: CRF(WIDTH), [SEQUENCES]),
    "HashedBigrams": (lambda: HashedBigrams(WORDS, 16), [TOKENS]),
    "ProductQuantizedEmbedding": (lambda: ProductQuantizedEmbedding(WORDS, 4, 2), [TOKENS]),
}


def batch(layer, size=BATCH):
    """Return inputs of a layer, by their dtypes."""
    random = np.random.default_rng(0)
    return [
        random.integers(1, WORDS, (size, *shape), dtype="int32")
        if dtype == "int32"
        else random.normal(size=(size, *shape)).astype(dtype)
        for shape, dtype in LAYERS[layer][1]
    ]


def symbolic(layer):
    return [keras.Input(shape, dtype=dtype) for shape, dtype in LAYERS[layer][1]]
