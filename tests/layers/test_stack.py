"""Stacks against their parts, put together by hand."""

import numpy as np
import pytest

from tests.laws import array, arrays, close, filled
from tests.specs import MASK, UNITS, X
from zoo.layers import RecurrentStack, StackOptions

OPTIONS = [
    {},
    {"residual": True},
    {"layer_norm": True},
    {"residual": True, "layer_norm": True, "merge_mode": "projection", "projection_units": 5},
    {"residual": True, "layer_norm": True, "direction": "backward", "cell": "gru"},
]


def normalized(norm, x):
    gamma, beta = arrays(norm.weights)
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt(x.var(axis=-1, keepdims=True) + norm.epsilon) * gamma + beta


def by_hand(stack, x, mask):
    outputs, *final = arrays(stack.rnns[0](x, mask=mask))
    for index, rnn in enumerate(stack.rnns[1:]):
        inputs = normalized(stack.norms[index], outputs) if stack.options.layer_norm else outputs
        above, *final = arrays(rnn(inputs, mask=mask))
        outputs = above + outputs if stack.options.residual else above
    return [outputs, np.concatenate(final, axis=-1)]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_parts(options):
    stack = filled(RecurrentStack(UNITS, 2, return_final=True, **options))
    outputs, final = arrays(stack(X, mask=MASK))
    close([outputs, final], by_hand(stack, X, MASK))
    assert outputs.shape[-1] == stack.output_width


def test_one_layer_is_the_layer():
    stack = filled(RecurrentStack(UNITS, residual=True, layer_norm=True))
    assert stack.norms == [] and len(stack.rnns) == 1
    close(stack(X, mask=MASK), arrays(stack.rnns[0](X, mask=MASK))[0], tolerance=0)


def test_a_row_alone_equals_inside_a_padded_batch():
    stack = filled(RecurrentStack(UNITS, 2, residual=True, layer_norm=True, return_final=True))
    outputs, final = arrays(stack(X, mask=MASK))
    for row in (1, 2, 3):
        alone, alone_final = arrays(stack(X[row : row + 1, MASK[row]]))
        close([outputs[row, MASK[row]], final[row]], [alone[0], alone_final[0]])


def test_dropout_between_layers_acts_in_training_alone():
    stack = filled(RecurrentStack(UNITS, 2, between_dropout=0.5))
    plain = filled(RecurrentStack(UNITS, 2))
    close(stack(X), plain(X), tolerance=0)
    assert np.abs(array(stack(X, training=True)) - array(plain(X))).max() > 1e-2


def test_layers_are_named_for_what_they_are():
    stack = RecurrentStack(UNITS, 3, layer_norm=True)
    assert [rnn.name for rnn in stack.rnns] == ["rnn_0", "rnn_1", "rnn_2"]
    assert [norm.name for norm in stack.norms] == ["norm_1", "norm_2"]
    assert [line.split(": ")[0] for line in stack.explain().splitlines()] == [
        "rnn_0",
        "rnn_1",
        "rnn_2",
    ]


REFUSED = {
    "units": ({"units": 0}, "`units` must be an integer above 0, got 0"),
    "num_layers": ({"num_layers": 0}, "`num_layers` must be an integer above 0, got 0"),
    "merge_mode": ({"merge_mode": None}, "`merge_mode` of a stack must merge the directions"),
    "between_dropout": ({"between_dropout": 1.0}, r"`between_dropout` must be .*\[0, 1\), got 1.0"),
    "cell": ({"cell": "lstn"}, "`cell` must be one of .*Did you mean 'lstm'"),
    "direction": ({"direction": "forwards"}, "`direction` must be .*Did you mean 'forward'"),
    "backend_layer": ({"backend_layer": "kera"}, "`backend_layer` must be .*mean 'keras'"),
}


@pytest.mark.parametrize("arguments, message", REFUSED.values(), ids=REFUSED)
def test_refusals(arguments, message):
    with pytest.raises(ValueError, match=message):
        RecurrentStack(**{"units": UNITS, "num_layers": 2, **arguments})


def test_options_travel_as_one_value():
    stack = RecurrentStack(UNITS, 2, cell="gru", dropout=0.5, name="mine")
    assert stack.options == StackOptions(units=UNITS, num_layers=2, cell="gru", dropout=0.5)
    assert StackOptions(**stack.options.to_config()) == stack.options
    with pytest.raises(ValueError, match="residuals"):
        RecurrentStack(UNITS, residuals=True)
