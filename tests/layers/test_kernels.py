"""Which kernel runs: what `explain` says, and the seam by which an exporter's takes over."""

import re

import keras
import pytest

from tests.laws import array, arrays, close, filled, reference_direction
from tests.specs import ONE_WAY, RECURRENT, UNITS, ZOO, Spec, X
from zoo.layers import BiLSTM, KerasBidirectional, RecurrentStack, UnidirectionalRNN
from zoo.layers.rnn.cell_loop import choose_kernel
from zoo.layers.rnn.keras_layers import base as keras_base
from zoo.layers.rnn.kernels import current_kernel, use_kernel

pytestmark = pytest.mark.grid
BACKEND = keras.backend.backend()


class Spy:
    """A kernel in plain NumPy that counts its calls."""

    def __init__(self):
        self.calls = []

    def __call__(self, cell, weights, sequences):
        self.calls.append((cell, sequences.shape[-1]))
        outputs, _ = reference_direction(cell, arrays(weights), array(sequences))
        return keras.ops.convert_to_tensor(outputs.astype("float32"))


@pytest.mark.parametrize("return_sequences", [True, False], ids=["sequences", "last"])
@pytest.mark.parametrize("spec", RECURRENT, ids=str)
def test_the_kernel_runs_and_gives_the_same(spec, return_sequences):
    layer = filled(spec.make(return_sequences=return_sequences, return_state="h"))
    own, spy = arrays(layer(X)), Spy()
    with use_kernel(spy):
        close(arrays(layer(X)), own)
    assert spy.calls == [(spec.cell, X.shape[-1])] * len(spec.directions)


def test_every_layer_of_a_stack_is_run_by_it():
    stack = filled(RecurrentStack(UNITS, 2, residual=True, layer_norm=True, return_final=True))
    own, spy = arrays(stack(X)), Spy()
    with use_kernel(spy):
        close(arrays(stack(X)), own)
    assert spy.calls == [("lstm", X.shape[-1])] * 2 + [("lstm", 2 * UNITS)] * 2


def test_it_is_gone_after_the_block():
    with pytest.raises(RuntimeError, match="in the block"), use_kernel(Spy()):
        assert current_kernel() is not None
        raise RuntimeError("in the block")
    assert current_kernel() is None


@pytest.mark.parametrize("direction", ["both", "forward"])
@pytest.mark.parametrize("variant", ["hoisted", "keras"])
def test_what_a_kernel_cannot_give_is_refused(variant, direction):
    spec = Spec("lstm", variant, direction)
    with use_kernel(Spy()):
        with pytest.raises(ValueError, match="returns cell states cannot be exported"):
            spec.make(return_state=True)(X)
        with pytest.raises(ValueError, match="takes `initial_state`"):
            spec.make()(X, initial_state=spec.initial_state())


def test_a_gru_has_no_state_but_h():
    layer = filled(Spec("gru", "hoisted").make(return_state=True))
    own = arrays(layer(X))
    with use_kernel(Spy()):
        close(arrays(layer(X)), own)


CHOICES = {
    ("auto", "lstm", "tensorflow", 0.0): ("analytic", ""),
    ("analytic", "lstm", "tensorflow", 0.0): ("analytic", ""),
    ("auto", "lstm", "tensorflow", 0.2): ("hoisted", "no recurrent dropout, and the rate is 0.2"),
    ("auto", "lstm", "jax", 0.0): ("hoisted", "the backend is jax"),
    ("auto", "gru", "tensorflow", 0.0): ("hoisted", "the cell is gru"),
    ("auto", "simple_rnn", "jax", 0.0): ("hoisted", "the backend is jax"),
    ("hoisted", "lstm", "tensorflow", 0.0): ("hoisted", "was requested"),
    ("step", "gru", "jax", 0.5): ("step", "was requested"),
}


@pytest.mark.parametrize("asked, answer", CHOICES.items(), ids=str)
def test_choices(asked, answer):
    name, reason = choose_kernel(*asked)
    assert name == answer[0]
    assert answer[1] in reason and bool(reason) == bool(answer[1])


@pytest.mark.parametrize("situation", sorted({asked[1:] for asked in CHOICES}), ids=str)
def test_analytic_is_refused_where_auto_would_not_choose_it(situation):
    name, reason = choose_kernel("auto", *situation)
    if name == "analytic":
        assert choose_kernel("analytic", *situation) == (name, reason)
    else:
        with pytest.raises(ValueError, match=f"`kernel=.*cannot run: {re.escape(reason)}"):
            choose_kernel("analytic", *situation)


@pytest.mark.parametrize("spec", [*ZOO, *ONE_WAY], ids=str)
def test_the_zoo_layer_says_what_runs(spec):
    assert spec.make().explain().startswith(f"{spec.variant} on {BACKEND}")


def test_auto_says_what_it_chose_and_why():
    name, reason = choose_kernel("auto", "lstm", BACKEND, 0.5)
    assert BiLSTM(UNITS, recurrent_dropout=0.5).explain().startswith(f"{name} on {BACKEND} (")
    assert reason in BiLSTM(UNITS, recurrent_dropout=0.5).explain()


@pytest.mark.skipif(
    keras_base.gpu_is_visible(),
    reason="there is a GPU here",
)
@pytest.mark.parametrize("layer", [KerasBidirectional, UnidirectionalRNN])
def test_without_a_gpu_the_keras_layer_says_so(layer):
    text = layer(UNITS).explain()
    assert text.startswith(f"a loop over time on {BACKEND}") and "no GPU is visible" in text


JAX = BACKEND == "jax"
# layer, arguments -> what it says on a machine with a GPU.
ON_A_GPU = [
    (KerasBidirectional, {}, "cuDNN on"),
    (KerasBidirectional, {"cell": "simple_rnn"}, "cuDNN for a vanilla RNN"),
    (KerasBidirectional, {"recurrent_dropout": 0.5}, "does not support recurrent dropout"),
    (KerasBidirectional, {"cell": "gru"}, "no cuDNN GRU" if JAX else "cuDNN on"),
    (KerasBidirectional, {"dropout": 0.5}, "in the wrong order" if JAX else "cuDNN on"),
    (UnidirectionalRNN, {"backward": True}, "in the wrong order" if JAX else "cuDNN on"),
    (UnidirectionalRNN, {}, "right-padded" if BACKEND == "tensorflow" else "there is no mask"),
]


@pytest.mark.parametrize("layer, arguments, words", ON_A_GPU, ids=str)
def test_with_a_gpu_the_keras_layer_says_what_cudnn_needs(monkeypatch, layer, arguments, words):
    monkeypatch.setattr(keras_base, "gpu_is_visible", lambda: True)
    assert words in layer(UNITS, **arguments).explain()


def test_the_wrong_order_is_kept_away_from():
    """Where `explain` speaks of it, Keras is told not to use cuDNN."""
    pairs = [KerasBidirectional(UNITS, dropout=rate).bidirectional for rate in (0.5, 0.0)]
    told = [[pair.forward_layer.use_cudnn, pair.backward_layer.use_cudnn] for pair in pairs]
    alone = [
        UnidirectionalRNN(UNITS, backward=backward).rnn.use_cudnn for backward in (True, False)
    ]
    avoided = False if JAX else "auto"
    assert told == [[avoided, avoided], ["auto", "auto"]]
    assert alone == [avoided, "auto"]
