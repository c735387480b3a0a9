"""The counts against real layers, and the FLOPs against a run in which every operation counts."""

import numpy as np
import pytest

from zoo.cost import (
    ARTICLE_ROWS,
    CELLS,
    article_table,
    cost_table,
    flops_per_token,
    parameters,
    units_for_budget,
)

# cell, input size, units, layers, bidirectional
SPECS = [
    ("lstm", 100, 256, 1, False),
    ("lstm", 100, 128, 1, True),
    ("lstm", 7, 5, 3, True),
    ("lstm", 7, 5, 3, False),
    ("gru", 100, 64, 1, False),
    ("gru", 7, 5, 2, True),
    ("gru", 1, 1, 1, True),
    ("simple_rnn", 12, 9, 1, False),
    ("simple_rnn", 12, 9, 2, True),
]
KERAS_NAMES = {"lstm": "LSTM", "gru": "GRU", "simple_rnn": "SimpleRNN"}
TORCH_NAMES = {"lstm": "LSTM", "gru": "GRU", "simple_rnn": "RNN"}


def keras_stack(cell, input_size, units, layers, bidirectional, merge="concat", projection=None):
    import keras

    model = keras.Sequential([keras.Input((None, input_size))])
    for _ in range(layers):
        layer = getattr(keras.layers, KERAS_NAMES[cell])(units, return_sequences=True)
        if bidirectional:
            mode = {"projection": "concat", "max": "sum"}.get(merge, merge)
            layer = keras.layers.Bidirectional(layer, merge_mode=mode)
        model.add(layer)
        if projection:
            model.add(keras.layers.Dense(projection))
    return model


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_parameters_are_those_of_keras(spec):
    assert parameters(*spec) == keras_stack(*spec).count_params()


@pytest.mark.parametrize("merge", ["sum", "ave", "mul", "max"])
@pytest.mark.parametrize("cell", CELLS)
def test_parameters_of_narrow_merges_are_those_of_keras(cell, merge):
    expected = keras_stack(cell, 6, 4, 3, True, merge).count_params()
    assert parameters(cell, 6, 4, layers=3, merge=merge) == expected


@pytest.mark.parametrize("cell", CELLS)
def test_parameters_of_projection_are_those_of_keras(cell):
    expected = keras_stack(cell, 6, 4, 2, True, "projection", 3).count_params()
    assert parameters(cell, 6, 4, layers=2, merge="projection", projection_units=3) == expected


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_parameters_are_those_of_torch(spec):
    torch = pytest.importorskip("torch", reason="torch is not installed: its count is not checked")
    cell, input_size, units, layers, bidirectional = spec
    kind = getattr(torch.nn, TORCH_NAMES[cell])
    layer = kind(input_size, units, num_layers=layers, bidirectional=bidirectional)
    expected = sum(weight.numel() for weight in layer.parameters())
    assert parameters(*spec, counting="torch") == expected


class Counted:
    """A number that counts the operations on it."""

    operations = 0

    def __init__(self, value=0.5):
        self.value = value

    def _count(self, other=None):
        Counted.operations += 1
        return Counted()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _count


def counted(*shape):
    return np.array([Counted() for _ in range(int(np.prod(shape)))], dtype=object).reshape(shape)


def activation(x):
    return x + 0  # one operation a number


def affine(x, matrix, bias):
    return x @ matrix + bias


def lstm(x, units):
    z = affine(np.concatenate([x, counted(units)]), counted(len(x) + units, 4 * units), 0)
    i, f, g, o = np.split(activation(z), 4)
    return o * activation(f * counted(units) + i * g)


def gru(x, units):
    h = counted(units)
    gates = affine(np.concatenate([x, h]), counted(len(x) + units, 2 * units), 0)
    z, r = np.split(activation(gates), 2)
    candidate = affine(x, counted(len(x), units), 0)
    n = activation(candidate + r * affine(h, counted(units, units), 0))
    return z * h + (1 - z) * n


def simple_rnn(x, units):
    joined = np.concatenate([x, counted(units)])
    return activation(affine(joined, counted(len(joined), units), 0))


MERGED = {
    "concat": lambda f, b: np.concatenate([f, b]),
    "sum": lambda f, b: f + b,
    "ave": lambda f, b: (f + b) * 0.5,
    "mul": lambda f, b: f * b,
    "max": lambda f, b: f + b,  # a comparison counts as an addition
    "projection": lambda f, b: affine(np.concatenate([f, b]), counted(2 * len(f), 3), 0),
}


def count_operations(cell, input_size, units, layers, bidirectional, merge="concat"):
    """Run one time step of a stack on numbers that count."""
    step = {"lstm": lstm, "gru": gru, "simple_rnn": simple_rnn}[cell]
    Counted.operations = 0
    x = counted(input_size)
    for _ in range(layers):
        forward = step(x, units)
        x = MERGED[merge](forward, step(x, units)) if bidirectional else forward
    return Counted.operations


@pytest.mark.parametrize("spec", [s for s in SPECS if s[2] < 16], ids=str)
def test_flops_are_the_operations_of_a_step(spec):
    assert flops_per_token(*spec) == count_operations(*spec)


@pytest.mark.parametrize("merge", MERGED)
@pytest.mark.parametrize("cell", CELLS)
def test_flops_of_merges_are_the_operations_of_a_step(cell, merge):
    width = 3 if merge == "projection" else None
    flops = flops_per_token(cell, 6, 4, layers=2, merge=merge, projection_units=width)
    assert flops == count_operations(cell, 6, 4, 2, True, merge)


@pytest.mark.parametrize("counting", ["keras", "torch"])
@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("budget", [500, 9_999, 366_592, 5_000_000])
def test_no_other_unit_count_is_nearer_to_the_budget(cell, bidirectional, counting, budget):
    spec = {"bidirectional": bidirectional, "counting": counting}
    match = units_for_budget(cell, 50, budget, **spec)
    assert match.parameters == parameters(cell, 50, match.units, **spec)
    assert match.deviation == match.parameters / budget - 1
    for units in (match.units - 1, match.units + 1):
        if units:
            other = parameters(cell, 50, units, **spec)
            assert abs(match.parameters - budget) <= abs(other - budget)


@pytest.mark.parametrize("units", [1, 2, 3, 64, 129])
def test_an_exact_budget_is_met_exactly(units):
    match = units_for_budget("gru", 20, parameters("gru", 20, units, layers=2), layers=2)
    assert match == (units, parameters("gru", 20, units, layers=2), 0.0)


def test_the_article_counts_as_torch_but_for_its_third_row():
    rows = article_table()
    assert [row["article_is_right"] for row in rows] == [True, True, False, None]
    assert [row["article"] for row in rows[:3]] == [row["article"] for row in ARTICLE_ROWS]
    assert rows[2]["torch_parameters"] == 2 * 4 * (100 * 128 + 128 * 128 + 2 * 128)
    budget, added = rows[0]["torch_parameters"], rows[3]["torch_parameters"]
    assert abs(added / budget - 1) < 0.001 < abs(rows[2]["torch_parameters"] / budget - 1)


def test_cost_table_counts_both_ways_and_keeps_what_it_does_not_know():
    (row,) = cost_table([{"cell": "gru", "input_size": 3, "units": 2, "note": "mine"}])
    assert row["note"] == "mine"
    assert row["keras_parameters"] == parameters("gru", 3, 2)
    assert row["torch_parameters"] == parameters("gru", 3, 2, counting="torch")
    assert row["flops_per_token"] == flops_per_token("gru", 3, 2)


GOOD = {"cell": "lstm", "input_size": 3, "units": 2}


@pytest.mark.parametrize(
    "bad",
    [
        {"cell": "LSTM"},
        {"input_size": 0},
        {"units": -1},
        {"units": 2.0},
        {"units": True},
        {"layers": 0},
        {"counting": "jax"},
        {"merge": None},
        {"merge": "projection", "projection_units": None},
    ],
    ids=str,
)
def test_a_bad_argument_is_named(bad):
    name, value = list(bad.items())[-1]
    with pytest.raises(ValueError, match=f"^{name} must be .*; got {value!r}$"):
        parameters(**{**GOOD, **bad})


@pytest.mark.parametrize("budget", [0, 10, 1.5])
def test_a_budget_that_cannot_be_met(budget):
    with pytest.raises(ValueError, match=f"^budget must be .*; got {budget!r}$"):
        units_for_budget("lstm", 100, budget)
