"""Bad input: every message names the argument, what came and what would be right."""

import keras
import numpy as np
import pytest

from tests.specs import BIDIRECTIONAL, FEATURES, MASK, UNIDIRECTIONAL, UNITS, Spec, X
from zoo.layers import (
    GRU,
    LSTM,
    BiGRU,
    BiLSTM,
    BiLSTMCell,
    CausalUseError,
    KerasBidirectional,
    RecurrentStack,
    UnidirectionalRNN,
    recurrent,
)

LAYERS = [Spec("lstm", "hoisted"), Spec("lstm", "keras"), Spec("lstm", "hoisted", "forward")]
every_layer = pytest.mark.parametrize("spec", LAYERS, ids=str)
bidirectional = pytest.mark.parametrize("spec", LAYERS[:2], ids=str)


@pytest.mark.parametrize("units", [0, -1, True, "4", 2.0, None], ids=repr)
@every_layer
def test_units(spec, units):
    with pytest.raises(ValueError, match=f"`units` must be an integer above 0, got {units!r}"):
        spec.make(units)


@pytest.mark.parametrize("name", ["dropout", "recurrent_dropout"])
@pytest.mark.parametrize("rate", [-0.1, 1, True, "0.5"], ids=repr)
@every_layer
def test_rates(spec, name, rate):
    with pytest.raises(ValueError, match=rf"`{name}` must be a number in \[0, 1\), got {rate!r}"):
        spec.make(**{name: rate})


ARGUMENTS = {
    "merge_mode": (
        {"merge_mode": "summ"},
        "`merge_mode` must be one of .*got 'summ'. Did you mean 'sum'",
    ),
    "nothing near": ({"merge_mode": "xyz"}, r"`merge_mode` must be one of .*got 'xyz'\.$"),
    "projection_units missing": (
        {"merge_mode": "projection"},
        "`projection_units` must be an integer above 0, got None",
    ),
    "projection_units surplus": (
        {"projection_units": 3},
        "`projection_units` requires merge_mode=\"projection\", got 3 with merge_mode='concat'",
    ),
    "return_state": ({"return_state": "c"}, r"`return_state` must be one of \[False, True, 'h'\]"),
}


@pytest.mark.parametrize("arguments, message", ARGUMENTS.values(), ids=ARGUMENTS)
@bidirectional
def test_arguments(spec, arguments, message):
    with pytest.raises(ValueError, match=message):
        spec.make(**arguments)


CHOICES = {
    "cell": (lambda: recurrent(3, cell="gruu"), "`cell` must be one of .*got 'gruu'.*mean 'gru'"),
    "direction": (
        lambda: recurrent(3, direction="back"),
        r"`direction` must be one of \['both', 'forward', 'backward'\], got 'back'",
    ),
    "backend_layer": (
        lambda: recurrent(3, backend_layer="kersa"),
        "`backend_layer` must be one of .*got 'kersa'. Did you mean 'keras'",
    ),
    "kernel": (lambda: BiLSTM(3, kernel="hoist"), "`kernel` .*mean 'hoisted'"),
    "analytic": (
        lambda: BiGRU(3, kernel="analytic"),
        '`kernel="analytic"` cannot run: .* Use "auto"',
    ),
    "keras cell": (lambda: KerasBidirectional(3, cell="LSTM"), "`cell` must be .*got 'LSTM'"),
    "unidirectional cell": (
        lambda: UnidirectionalRNN(3, cell="simplernn"),
        "`cell` must be .*Did you mean 'simple_rnn'",
    ),
    "direction of a layer from scratch": (
        lambda: LSTM(3, backward=True).direction_weights("forward"),
        r"`direction` must be one of \('backward',\)|\['backward'\], got 'forward'",
    ),
    "both orders": (
        lambda: LSTM(3, backward=True, go_backwards=True),
        "`backward=True` for outputs in the order of positions, or `go_backwards=True`",
    ),
    "stateful backward": (
        lambda: LSTM(3, backward=True, stateful=True),
        "`stateful=True` needs a layer that reads forward",
    ),
    "unidirectional direction": (
        lambda: UnidirectionalRNN(3).direction_weights("backward"),
        r"`direction` must be one of \['forward'\], got 'backward'",
    ),
    "states of each direction": (
        lambda: BiLSTMCell(3)(np.ones((2, 8), "float32"), [np.ones((2, 3), "float32")] * 4),
        r"`states` must have the widths \[6, 6\] .*got shapes \[\(2, 3\), ",
    ),
    "cuDNN": (lambda: BiLSTM(3, use_cudnn=True), r"`use_cudnn` must be one of \['auto', False\]"),
    "code of a step": (
        lambda: BiLSTMCell(3, implementation=3),
        r"`implementation` must be .*got 3",
    ),
    "odd inputs": (
        lambda: BiLSTMCell(3).build((None, 7)),
        r"last axis of `inputs` must be known and even.*got shape \(None, 7\)",
    ),
}


@pytest.mark.parametrize("make, message", CHOICES.values(), ids=CHOICES)
def test_choices(make, message):
    with pytest.raises(ValueError, match=message):
        make()


SEQUENCES = {
    "rank 2": (X[0], r"`sequences` must have rank 3, .*got shape \(6, 3\)"),
    "rank 4": (X[None], r"`sequences` must have rank 3, .*got shape \(1, 6, 6, 3\)"),
}


@pytest.mark.parametrize("x, message", SEQUENCES.values(), ids=SEQUENCES)
@every_layer
def test_sequences(spec, x, message):
    with pytest.raises(ValueError, match=message):
        spec.make()(x)


MASKS = {
    "too short": (MASK[:, :-1], r"`mask` must have the shape .*\(6, 6\), got \(6, 5\)"),
    "other batch": (MASK[:2], r"`mask` must have the shape .*\(6, 6\), got \(2, 6\)"),
    "rank 3": (MASK[..., None], r"`mask` must have the shape .*\(6, 6\), got \(6, 6, 1\)"),
    "integers": (MASK.astype("int32"), "`mask` must be boolean .*got dtype int32"),
    "floats": (MASK.astype("float32"), "`mask` must be boolean .*got dtype float32"),
}


@pytest.mark.parametrize("mask, message", MASKS.values(), ids=MASKS)
@every_layer
def test_masks(spec, mask, message):
    with pytest.raises(ValueError, match=message):
        spec.make()(X, mask=mask)


@every_layer
def test_symbolic_inputs_are_checked_too(spec):
    layer = spec.make()
    layer(keras.Input((None, FEATURES)))
    with pytest.raises(ValueError, match=r"`sequences` must have rank 3, .*got shape \(None, 3\)"):
        layer(keras.Input((FEATURES,)))


STATE = np.zeros((6, UNITS), "float32")
STATES = {
    "too few": ([STATE] * 2, "must be 4 tensors .*forward h, forward c, backward h, backward c"),
    "too wide": ([np.zeros((6, 5), "float32")] * 4, r"shape \(batch, 4\).*got shapes \[\(6, 5\)"),
    "one wrong": ([STATE] * 3 + [STATE[:, :2]], r"`initial_state` must be .*\(6, 2\)\]"),
}


@pytest.mark.parametrize("states, message", STATES.values(), ids=STATES)
@bidirectional
def test_initial_states(spec, states, message):
    with pytest.raises(ValueError, match=message):
        spec.make()(X, initial_state=states)


@pytest.mark.parametrize("use", ["causal", "stateful"])
@pytest.mark.parametrize("spec", BIDIRECTIONAL, ids=str)
def test_causal_use_is_refused(spec, use):
    with pytest.raises(CausalUseError, match=rf"{use}=True\): .*cannot be causal.*forward"):
        spec.make(**{use: True})
    assert spec.make(**{use: False}).units == UNITS


@pytest.mark.parametrize("spec", BIDIRECTIONAL, ids=str)
def test_streaming_is_refused(spec):
    with pytest.raises(CausalUseError, match="stream: a bidirectional model cannot be causal"):
        spec.make().stream(X[:, :1])


def test_a_causal_use_is_a_value_error():
    assert issubclass(CausalUseError, ValueError)
    assert not any(hasattr(spec.make(), "stream") for spec in UNIDIRECTIONAL)


@pytest.mark.parametrize("direction", ["both", "forward", "backward"])
def test_the_factory_hands_its_arguments_on(direction):
    layer = recurrent(3, cell="gru", direction=direction, return_sequences=True, name="encoder")
    assert (layer.units, layer.return_sequences, layer.name) == (3, True, "encoder")
    assert layer.cell_kind == "gru"
    assert isinstance(layer, BiGRU if direction == "both" else GRU)
    theirs = recurrent(3, direction=direction, backend_layer="keras")
    assert isinstance(theirs, KerasBidirectional if direction == "both" else UnidirectionalRNN)


@pytest.mark.parametrize("use", ["causal", "stateful"])
def test_a_stack_refuses_causal_use_unless_it_is_unidirectional(use):
    with pytest.raises(CausalUseError, match=rf"RecurrentStack\({use}=True\): "):
        RecurrentStack(3, **{use: True})
    assert RecurrentStack(3, **{use: False}).options.units == 3
