"""State dicts of torch without torch: names, prefixes, dtypes, splitting, refusals."""

import keras
import numpy as np
import pytest

from tests.laws import arrays, built, close, filled
from tests.specs import CELLS, FEATURES, UNITS, Spec, X
from zoo.layers import (
    BiGRU,
    BiLSTM,
    BiSimpleRNN,
    RecurrentStack,
    from_torch,
    split_outputs,
    split_states,
    split_torch_states,
    to_torch,
)

pytestmark = pytest.mark.grid


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


@pytest.mark.parametrize("use_bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("direction", ["both", "forward"])
@pytest.mark.parametrize("cell", CELLS)
def test_the_names_of_torch_carry_weights_from_layer_to_layer(cell, direction, use_bias):
    source, target = (
        filled(
            Spec(cell, variant, direction).make(return_sequences=True, use_bias=use_bias), seed=seed
        )
        for seed, variant in enumerate(["hoisted", "keras"])
    )
    from_torch(to_torch(source), target)
    close(target(X), source(X))


def test_a_prefix_is_written_and_found():
    source, target = filled(BiLSTM(UNITS)), filled(BiLSTM(UNITS), seed=1)
    state = to_torch(source, prefix="encoder.lstm.")
    assert all(name.startswith("encoder.lstm.") for name in state)
    from_torch(state, target)
    close(target.get_weights(), source.get_weights(), tolerance=0)


@pytest.mark.parametrize("prefix", ["b", "b."])
def test_a_prefix_chooses_one_of_several_modules(prefix):
    first, second, target = (filled(BiLSTM(UNITS), seed=seed) for seed in range(3))
    state = to_torch(first, prefix="a.") | to_torch(second, prefix="b.") | {"embed.weight": X}
    from_torch(state, target, prefix=prefix)
    close(target.get_weights(), second.get_weights(), tolerance=0)


@pytest.mark.parametrize("policy", ["float16", "bfloat16", "float32"])
def test_arrays_have_a_dtype_that_torch_reads(policy):
    layer = built(BiGRU(UNITS, recurrent_initializer="zeros", dtype=policy))
    found = {array.dtype.name for array in to_torch(layer).values()}
    assert found == {"float32" if policy == "bfloat16" else policy}


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
    "no recurrent module": (
        lambda: {"fc.weight": X},
        r"weights of a torch.nn.LSTM.*got the names \['fc.weight'\]",
    ),
    "several modules": (
        lambda: {f"{prefix}.{n}": a for prefix in "ab" for n, a in state_dict().items()},
        r"several recurrent modules, \['a.', 'b.'\]: choose one by `prefix`",
    ),
    "other modules": (
        lambda: {"fc.weight": X} | {f"rnn.{n}": a for n, a in state_dict().items()},
        r"unexpected names \['fc.weight'\] beside .*'rnn.'\. Pass prefix='rnn.'",
    ),
}


@pytest.mark.parametrize("make, message", REFUSED_STATE_DICTS.values(), ids=REFUSED_STATE_DICTS)
def test_state_dicts_that_do_not_fit(make, message):
    with pytest.raises(ValueError, match=message):
        from_torch(make(), built(BiLSTM(3)))


def test_an_unknown_prefix_is_answered_with_those_there_are():
    with pytest.raises(ValueError, match=r"`prefix` must be one of \['rnn.'\], got 'lstm'"):
        from_torch(to_torch(built(BiLSTM(3)), prefix="rnn."), built(BiLSTM(3)), prefix="lstm")


def test_what_is_no_mapping_is_refused():
    with pytest.raises(TypeError, match="`source` must be a torch.nn module or its .*got list"):
        from_torch([1], built(BiLSTM(3)))


def test_a_layer_with_a_bias_needs_one_in_the_state_dict():
    with pytest.raises(ValueError, match=r"bias=True .*missing names \['bias_ih_l0'"):
        from_torch(to_torch(built(BiLSTM(3, use_bias=False))), built(BiLSTM(3)))


def stack(**kwargs):
    return built(RecurrentStack(3, 2, **kwargs))


REFUSED_BY_TORCH = {
    "projection": (
        lambda: built(BiLSTM(3, merge_mode="projection", projection_units=6)),
        "PyTorch has no projection",
    ),
    "residual": (lambda: stack(residual=True), "no residual"),
    "normalization": (lambda: stack(layer_norm=True), "no normalization"),
    "sum": (
        lambda: stack(merge_mode="sum"),
        r"concatenated directions: layer 1 must have features=6, got 3",
    ),
    "two widths": (
        lambda: [built(BiLSTM(3)), built(BiLSTM(4), 6)],
        "layer 1 must have units=3, got 4",
    ),
    "unbuilt": (lambda: BiLSTM(3), "`layers` .*has no weights"),
    "biases differ": (
        lambda: [built(BiLSTM(3)), built(BiLSTM(3, use_bias=False), 6)],
        "layer 1 must have settings={'use_bias': True, .* got {'use_bias': False",
    ),
    "backward": (lambda: stack(direction="backward"), "PyTorch has no module that reads backward"),
    "activation": (
        lambda: built(BiLSTM(3, activation="relu")),
        "must have activation='tanh', as PyTorch has, got 'relu'",
    ),
    "activation of a vanilla RNN": (
        lambda: built(BiSimpleRNN(3, activation="sigmoid")),
        "must have activation='tanh' or activation='relu', as PyTorch has, got 'sigmoid'",
    ),
    "gates": (
        lambda: built(BiGRU(3, recurrent_activation="hard_sigmoid")),
        "must have recurrent_activation='sigmoid', as PyTorch has, got 'hard_sigmoid'",
    ),
    "reset before": (lambda: built(BiGRU(3, reset_after=False)), "must have reset_after=True"),
}


@pytest.mark.parametrize("make, message", REFUSED_BY_TORCH.values(), ids=REFUSED_BY_TORCH)
def test_layers_that_torch_cannot_hold(make, message):
    with pytest.raises(ValueError, match=message):
        to_torch(make())
