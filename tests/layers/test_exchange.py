"""Weight exchange: stacks, what is copied besides the recurrent weights, splitting, refusals."""

import keras
import numpy as np
import pytest

from tests.laws import arrays, close, filled
from tests.specs import BIDIRECTIONAL, FEATURES, UNITS, Spec, X
from zoo.layers import (
    BiLSTM,
    BiLSTMCell,
    DirectionWeights,
    KerasBidirectional,
    RecurrentStack,
    UnidirectionalRNN,
    copy_weights,
    from_torch,
    read_weights,
    split_outputs,
    split_states,
    split_torch_states,
    to_torch,
    write_weights,
)

LSTM, GRU, Bidirectional = keras.layers.LSTM, keras.layers.GRU, keras.layers.Bidirectional


def built(layer, features=FEATURES):
    layer.build((None, None, features))
    return layer


@pytest.mark.parametrize("spec", BIDIRECTIONAL, ids=str)
def test_write_what_was_read(spec):
    source, target = (filled(spec.make(), seed=seed) for seed in (0, 1))
    write_weights(target, read_weights(source))
    close(target.get_weights(), source.get_weights(), tolerance=0)


def test_what_was_read_is_a_copy():
    layer = filled(BiLSTM(UNITS))
    before = [np.array(w) for w in layer.get_weights()]
    for direction in read_weights(layer).values():
        for weight in direction:
            weight[...] = 7
    close(layer.get_weights(), before, tolerance=0)


def test_a_cell_is_read_and_written_too():
    cell, layer = BiLSTMCell(UNITS), filled(BiLSTM(UNITS))
    cell.build((None, 2 * FEATURES))
    write_weights(cell, read_weights(layer))
    close(cell.get_weights(), layer.get_weights(), tolerance=0)


def test_projections_are_copied():
    kwargs = {"merge_mode": "projection", "projection_units": 5}
    source, target = filled(BiLSTM(UNITS, **kwargs)), built(KerasBidirectional(UNITS, **kwargs))
    copy_weights(source, target)
    close(arrays(target(X)), arrays(source(X)))


@pytest.mark.parametrize("options", [{}, {"residual": True, "layer_norm": True}], ids=str)
def test_stacks_are_copied(options):
    source = filled(RecurrentStack(UNITS, 2, cell="gru", **options))
    target = built(RecurrentStack(UNITS, 2, cell="gru", backend_layer="keras", **options))
    copy_weights(source, target)
    close(target(X), source(X))


def test_a_stack_is_copied_into_a_list_of_layers():
    source = filled(RecurrentStack(UNITS, 2))
    targets = [
        built(Bidirectional(LSTM(UNITS, return_sequences=True)), width)
        for width in (FEATURES, 2 * UNITS)
    ]
    copy_weights(source, targets)
    close(targets[1](targets[0](X)), source(X))


def test_split_outputs_and_states():
    layer = filled(BiLSTM(UNITS, return_sequences=True, return_state=True))
    outputs, *states = arrays(layer(X))
    forward, backward = split_outputs(outputs)
    (h_forward, _), (h_backward, _) = split_states(states)
    close([forward[:, -1], backward[:, 0]], [h_forward, h_backward], tolerance=0)
    assert forward.shape == backward.shape == (*X.shape[:2], UNITS)


def test_split_symbolic_outputs():
    outputs = BiLSTM(UNITS, return_sequences=True)(keras.Input((None, FEATURES)))
    assert [half.shape for half in split_outputs(outputs)] == [(None, None, UNITS)] * 2


UNLIKE = Bidirectional(LSTM(3), backward_layer=LSTM(4, go_backwards=True))
MIXED = Bidirectional(LSTM(3), backward_layer=GRU(3, go_backwards=True))
REFUSED_LAYERS = {
    "unbuilt": (lambda: BiLSTM(3), "`layer` .* has no weights to exchange yet"),
    "unbuilt keras": (
        lambda: Bidirectional(LSTM(3)),
        "has no weights to exchange yet: call it on data",
    ),
    "unidirectional": (
        lambda: built(UnidirectionalRNN(3)),
        "`layer` must be a bidirectional layer .*got UnidirectionalRNN",
    ),
    "not recurrent": (lambda: keras.layers.Dense(3), "bidirectional layer .*got Dense"),
    "units differ": (lambda: built(UNLIKE), "same cell and `units` .*lstm of 3 .*lstm of 4"),
    "cells differ": (lambda: built(MIXED), "same cell and `units` .*lstm of 3 .*gru of 3"),
    "another cell": (
        lambda: built(Bidirectional(keras.layers.RNN(keras.layers.LSTMCell(3)))),
        "must wrap keras.layers.LSTM, GRU or SimpleRNN, got .*RNN",
    ),
    "no bias": (lambda: built(Bidirectional(LSTM(3, use_bias=False))), "use_bias=True, got False"),
    "reset before": (
        lambda: built(Bidirectional(GRU(3, reset_after=False))),
        "reset_after=True, got False",
    ),
    "activation": (
        lambda: built(Bidirectional(LSTM(3, activation="relu"))),
        "activation='tanh', got 'relu'",
    ),
    "turned around": (
        lambda: built(Bidirectional(LSTM(3, go_backwards=True), backward_layer=LSTM(3))),
        "forward layer must have go_backwards=False, got True",
    ),
}


@pytest.mark.parametrize("make, message", REFUSED_LAYERS.values(), ids=REFUSED_LAYERS)
def test_layers_that_cannot_be_read(make, message):
    with pytest.raises(ValueError, match=message):
        read_weights(make())


def stack(**kwargs):
    return built(RecurrentStack(3, 2, **kwargs))


PROJECTION = {"merge_mode": "projection", "projection_units": 6}
REFUSED_COPIES = {
    "units": (lambda: built(BiLSTM(4)), "the same units, got 3 and 4 in layer 0"),
    "features": (lambda: built(BiLSTM(3), 5), "the same features, got 3 and 5"),
    "cell": (
        lambda: built(KerasBidirectional(3, cell="gru")),
        "the same cell, got 'lstm' and 'gru'",
    ),
    "depth": (stack, "the same number of layers, got 1 and 2"),
    "nothing": (list, "`target` must hold at least one layer"),
    "unbuilt": (lambda: BiLSTM(3), "`target` .*has no weights"),
    "projection": (
        lambda: built(BiLSTM(3, **PROJECTION)),
        r"the same weights besides the recurrent ones \(merge_mode.*\[\] and \[\(6, 6\), \(6,\)\]",
    ),
}


@pytest.mark.parametrize("make, message", REFUSED_COPIES.values(), ids=REFUSED_COPIES)
def test_copies_that_do_not_fit(make, message):
    with pytest.raises(ValueError, match=message):
        copy_weights(built(BiLSTM(3)), make())


def test_a_copy_that_does_not_fit_leaves_the_target_alone():
    target = [filled(BiLSTM(3), width) for width in (FEATURES, 5)]
    before = target[0].get_weights()
    with pytest.raises(ValueError, match="the same features, got 6 and 5 in layer 1"):
        copy_weights(stack(), target)
    close(target[0].get_weights(), before, tolerance=0)


def wrong_weights(**changes):
    """Return readable weights of a BiLSTM(3), some changed."""
    weights = read_weights(built(BiLSTM(3)))
    return {**weights, **{d: DirectionWeights(*change) for d, change in changes.items()}}


ZEROS = np.zeros((FEATURES, 12)), np.zeros((3, 12)), np.zeros(12)
REFUSED_WEIGHTS = {
    "direction": (lambda: {"forward": ZEROS}, r"keys \['forward', 'backward'\], got \['forward'\]"),
    "shape": (
        lambda: wrong_weights(backward=(ZEROS[0], ZEROS[1].T, ZEROS[2])),
        r"the backward recurrent_kernel must have shape \(3, 12\), got \(12, 3\)",
    ),
    "bias": (
        lambda: wrong_weights(forward=(*ZEROS[:2], np.zeros((2, 12)))),
        r"the forward bias must have shape \(12,\), got \(2, 12\)",
    ),
}


@pytest.mark.parametrize("make, message", REFUSED_WEIGHTS.values(), ids=REFUSED_WEIGHTS)
def test_weights_that_do_not_fit(make, message):
    with pytest.raises(ValueError, match=message):
        write_weights(built(BiLSTM(3)), make())


def state_dict(without=(), **changes):
    """Return the state dict of a BiLSTM(3), some names left out, some changed."""
    state = to_torch(built(BiLSTM(3)))
    return {name: a for name, a in state.items() if name not in without} | changes


REFUSED_STATE_DICTS = {
    "missing": (
        lambda: state_dict(without=["bias_hh_l0", "bias_hh_l0_reverse"]),
        r"bias=True.*missing names \['bias_hh_l0', 'bias_hh_l0_reverse'\], unexpected names \[\]",
    ),
    "unidirectional": (
        lambda: state_dict([n for n in state_dict() if n.endswith("_reverse")]),
        "bidirectional=True.*missing names .*weight_ih_l0_reverse",
    ),
    "surplus layer": (
        lambda: state_dict(weight_ih_l1=np.zeros((12, 6))),
        r"num_layers=1.*missing names \[\], unexpected names \['weight_ih_l1'\]",
    ),
    "proj_size": (lambda: state_dict(weight_hr_l0=np.zeros((2, 3))), "proj_size=0"),
    "shape": (
        lambda: state_dict(weight_hh_l0=np.zeros((16, 4))),
        r"weight_hh_l0 must have shape \(12, 3\).*got \(16, 4\)",
    ),
    "bias shape": (
        lambda: state_dict(bias_ih_l0_reverse=np.zeros(9)),
        r"bias_ih_l0_reverse must have shape \(12,\).*got \(9,\)",
    ),
}


@pytest.mark.parametrize("make, message", REFUSED_STATE_DICTS.values(), ids=REFUSED_STATE_DICTS)
def test_state_dicts_that_do_not_fit(make, message):
    with pytest.raises(ValueError, match=message):
        from_torch(make(), built(BiLSTM(3)))


REFUSED_BY_TORCH = {
    "projection": (lambda: built(BiLSTM(3, **PROJECTION)), "PyTorch has no projection"),
    "residual": (lambda: stack(residual=True), "no residual"),
    "normalization": (lambda: stack(layer_norm=True), "no normalization"),
    "sum": (
        lambda: stack(merge_mode="sum"),
        r"layer 1 must have .*\('lstm', 3, 6\), got \('lstm', 3, 3\)",
    ),
    "two widths": (
        lambda: [built(BiLSTM(3)), built(BiLSTM(4), 6)],
        r"layer 1 must have .*\('lstm', 3, 6\), got \('lstm', 4, 6\)",
    ),
    "unbuilt": (lambda: BiLSTM(3), "`layers` .*has no weights"),
    "unidirectional": (
        lambda: stack(direction="forward"),
        "`layers` must be a bidirectional .*got LSTM",
    ),
}


@pytest.mark.parametrize("make, message", REFUSED_BY_TORCH.values(), ids=REFUSED_BY_TORCH)
def test_layers_that_torch_cannot_hold(make, message):
    with pytest.raises(ValueError, match=message):
        to_torch(make())


REFUSED_SPLITS = {
    "odd width": (split_outputs, np.zeros((2, 5, 7)), r"`outputs` .*even.*\(2, 5, 7\)"),
    "odd count": (split_states, [np.zeros((2, 3))] * 3, "`states` must be .* as many forward"),
    "torch's pair": (split_states, (np.zeros((4, 2, 3)),) * 2, "Use split_torch_states"),
    "odd stack": (split_torch_states, np.zeros((3, 2, 3)), r"`stacked` .*\(3, 2, 3\)"),
    "unstacked": (split_torch_states, np.zeros((2, 3)), r"`stacked` .*got \(2, 3\)"),
}


@pytest.mark.parametrize("split, value, message", REFUSED_SPLITS.values(), ids=REFUSED_SPLITS)
def test_what_cannot_be_split(split, value, message):
    with pytest.raises(ValueError, match=message):
        split(value)


def test_every_cell_survives_a_round_trip_through_torch_names():
    for cell in ("lstm", "gru", "simple_rnn"):
        source = filled(Spec(cell, "hoisted").make(return_sequences=True))
        target = filled(Spec(cell, "keras").make(return_sequences=True), seed=1)
        from_torch(to_torch(source), target)
        close(target(X), source(X))
