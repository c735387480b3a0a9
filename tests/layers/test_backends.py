"""The table of the backends in the documentation is true of the backend that runs here."""

from pathlib import Path

import keras
import numpy as np
import pytest

from tests.laws import apart, arrays
from tests.specs import MASK, RECURRENT, UNITS, X
from zoo.layers import CRF, BiGRU, BiLSTM, BiLSTMCell, BiSimpleRNN, CRFLoss, recurrent
from zoo.layers.rnn.keras_layers import base as keras_base

PAGE = Path(__file__).resolve().parents[2] / "docs" / "pages" / "concepts" / "backends.md"
BACKEND = keras.backend.backend()


def table():
    """Return the column of this backend: row -> cell."""
    lines = PAGE.read_text(encoding="utf-8").split("\n\n")[2].splitlines()
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row[head.index(BACKEND)] for row in rows}


def layers_with_any_mask():
    for spec in RECURRENT:
        outputs = arrays(apart(spec)(X, mask=MASK))
        assert np.isfinite(outputs[0]).all() and not outputs[0][~MASK].any(), spec
    return "yes"


def a_cell_in_keras_rnn():
    both = np.concatenate([X, X[:, ::-1]], axis=-1)
    outputs = keras.layers.RNN(BiLSTMCell(UNITS), return_sequences=True)(both, mask=MASK)
    assert tuple(outputs.shape) == (*X.shape[:2], 2 * UNITS)
    return "yes"


def fitted(*layers, loss="mse", targets=None):
    """Return a model of these layers after an epoch of `fit`, which must move its weights."""
    inputs = keras.Input(X.shape[1:])
    outputs = inputs
    for layer in layers:
        outputs = layer(outputs)
    model = keras.Model(inputs, outputs)
    model.compile("adam", loss)
    before = model.get_weights()
    model.fit(X, np.zeros(X.shape[:2], "int32") if targets is None else targets, verbose=0)
    after = model.get_weights()
    assert all(np.isfinite(new).all() for new in after)
    assert all((new != old).any() for new, old in zip(after, before, strict=True))
    return model


def a_tagger_with_a_crf():
    crf = CRF(3)
    fitted(BiLSTM(UNITS, return_sequences=True), keras.layers.Dense(3), crf, loss=CRFLoss(crf))
    return "yes"


def dropout_and_half_precision():
    layer = BiLSTM(UNITS, dropout=0.5, recurrent_dropout=0.5, dtype="mixed_bfloat16")
    fitted(layer, keras.layers.Dense(1), targets=np.ones((len(X), 1)))
    return "yes"


def compiles_in_fit():
    model = fitted(BiLSTM(UNITS), keras.layers.Dense(1), targets=np.ones((len(X), 1)))
    return "yes" if model.jit_compile else "no"


def other_kernels():
    assert BiGRU(UNITS).chosen == BiSimpleRNN(UNITS).chosen
    return BiGRU(UNITS).chosen


def cudnn(cell):
    text = recurrent(UNITS, cell=cell, backend_layer="keras").explain()
    conditions = {"no cuDNN GRU": "never", "there is no mask": "no mask"}
    conditions["is right-padded"] = "right-padded masks"
    return next(word for words, word in conditions.items() if words in text)


ROWS = {
    "`BiLSTM`, `LSTM` and the other layers, with any mask": layers_with_any_mask,
    "a cell of both directions in `keras.layers.RNN`, with a mask": a_cell_in_keras_rnn,
    "a tagger with a `CRF`, trained by `fit`": a_tagger_with_a_crf,
    "dropout and half precision in `fit`": dropout_and_half_precision,
    "`fit` compiles a `BiLSTM` by XLA or `torch.compile`": compiles_in_fit,
    "kernel of `BiLSTM`": lambda: BiLSTM(UNITS).chosen,
    "kernel of `BiGRU` and `BiSimpleRNN`": other_kernels,
    "cuDNN in an LSTM of Keras, on a GPU": lambda: cudnn("lstm"),
    "cuDNN in a GRU of Keras, on a GPU": lambda: cudnn("gru"),
}


def test_the_table_has_these_rows():
    assert list(table()) == list(ROWS)


@pytest.mark.parametrize("row", ROWS)
def test_the_table_is_true(row, monkeypatch):
    if "on a GPU" in row:
        monkeypatch.setattr(keras_base, "gpu_is_visible", lambda: True)
    assert ROWS[row]() == table()[row]
