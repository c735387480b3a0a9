"""Measures of a layer's directions, against the layer itself and against plain NumPy."""

import keras
import numpy as np
import pytest

from zoo.inspect import (
    direction_correlation,
    direction_outputs,
    per_position_accuracy,
    state_norms,
)
from zoo.layers import BiGRU, BiLSTM, BiSimpleRNN, KerasBidirectional, UnidirectionalRNN

UNITS = 3
TWO_WAY = {
    "bilstm": BiLSTM,
    "bigru": BiGRU,
    "bisimple": BiSimpleRNN,
    "builtin": KerasBidirectional,
}
MASK = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [0, 1, 0, 1, 1], [0, 0, 0, 0, 0]], bool)


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def numpy(x):
    return keras.ops.convert_to_numpy(x)


def pair(*shape):
    return {"forward": draw(*shape, seed=1), "backward": draw(*shape, seed=2)}


@pytest.mark.parametrize("layer_class", TWO_WAY.values(), ids=TWO_WAY)
def test_the_directions_are_what_the_layer_merges(layer_class):
    layer, x = layer_class(UNITS, return_sequences=True), draw(4, 5, 2)
    outputs = direction_outputs(layer, x, MASK)
    assert list(outputs) == ["forward", "backward"]
    merged = np.concatenate(list(outputs.values()), axis=-1)
    np.testing.assert_allclose(merged, numpy(layer(x, mask=MASK)), atol=1e-6)


@pytest.mark.parametrize(
    "merge", [{"merge_mode": "max"}, {"merge_mode": "projection", "projection_units": 4}]
)
def test_a_merge_that_loses_the_directions_is_undone(merge):
    layer = BiGRU(UNITS, return_sequences=True, **merge)
    x = draw(2, 5, 2)
    outputs = direction_outputs(layer, x)
    merged = layer.merge(outputs["forward"], outputs["backward"])
    np.testing.assert_allclose(numpy(merged), numpy(layer(x)), atol=1e-6)


@pytest.mark.parametrize("backward", [False, True])
def test_a_one_way_layer_gives_its_own_direction(backward):
    layer, x = UnidirectionalRNN(UNITS, backward=backward, return_sequences=True), draw(4, 5, 2)
    ((direction, output),) = direction_outputs(layer, x, MASK).items()
    assert direction == ("backward" if backward else "forward")
    np.testing.assert_allclose(output, numpy(layer(x, mask=MASK)), atol=1e-6)


@pytest.mark.parametrize("layer_class", [BiLSTM, KerasBidirectional])
def test_a_layer_that_returns_final_states_shows_all_positions(layer_class):
    layer, x = layer_class(UNITS, return_state=True), draw(2, 5, 2)
    final, *_ = layer(x)
    outputs = direction_outputs(layer, x)
    last = np.concatenate([outputs["forward"][:, -1], outputs["backward"][:, 0]], axis=-1)
    np.testing.assert_allclose(last, numpy(final), atol=1e-6)


def test_the_layer_is_left_as_it_was():
    layer, x = BiLSTM(UNITS, merge_mode="max"), draw(2, 5, 2)
    before, config, weights = numpy(layer(x)), layer.get_config(), layer.get_weights()
    direction_outputs(layer, x)
    assert layer.get_config() == config
    for old, new in zip(weights, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    np.testing.assert_array_equal(numpy(layer(x)), before)


@pytest.mark.parametrize("layer_class", [BiLSTM, KerasBidirectional])
def test_mixed_precision_gives_float32(layer_class):
    layer = layer_class(UNITS, return_sequences=True, dtype="mixed_float16")
    x = draw(2, 5, 2)
    outputs = direction_outputs(layer, x)
    assert {output.dtype.name for output in outputs.values()} == {"float32"}
    merged = np.concatenate(list(outputs.values()), axis=-1)
    np.testing.assert_allclose(merged, numpy(layer(x)), atol=1e-3)


def test_one_position():
    assert direction_outputs(BiLSTM(UNITS), draw(1, 1, 2))["backward"].shape == (1, 1, UNITS)


@pytest.mark.parametrize(
    "layer, x, mask, error, message",
    [
        (lambda: keras.layers.Dense(3), draw(2, 5, 2), None, TypeError, "`layer` .* got Dense"),
        (lambda: BiLSTM(3), draw(5, 2), None, ValueError, "`sequences` must have rank 3"),
        (lambda: BiLSTM(3), draw(2, 5, 2), np.ones((2, 4), bool), ValueError, "`mask` must"),
    ],
)
def test_direction_outputs_of_bad_input(layer, x, mask, error, message):
    with pytest.raises(error, match=message):
        direction_outputs(layer(), x, mask)


@pytest.mark.parametrize("shape", [(5, 3), (2, 5, 3), (1, 1)])
def test_norms(shape):
    outputs = pair(*shape)
    norms = state_norms(outputs)
    joined = np.concatenate([outputs["forward"], outputs["backward"]], axis=-1)
    for name, h in {**outputs, "combined": joined}.items():
        assert norms[name].shape == shape[:-1]
        np.testing.assert_allclose(norms[name], np.sqrt((h.astype("float64") ** 2).sum(-1)))


def test_norms_of_one_direction_have_nothing_to_combine():
    assert list(state_norms({"backward": draw(5, 3)})) == ["backward"]


BAD_OUTPUTS = {
    "nothing": ({}, "dict of"),
    "unknown direction": ({"sideways": draw(5, 3)}, "sideways"),
    "widths differ": ({"forward": draw(5, 3), "backward": draw(5, 4)}, "one shape"),
    "lengths differ": ({"forward": draw(5, 3), "backward": draw(6, 3)}, "one shape"),
    "no units": ({"forward": draw(5), "backward": draw(5)}, "time, units"),
    "empty": ({"forward": draw(0, 3), "backward": draw(0, 3)}, "not empty"),
}


@pytest.mark.parametrize("outputs, message", BAD_OUTPUTS.values(), ids=BAD_OUTPUTS)
@pytest.mark.parametrize("measure", [state_norms, direction_correlation])
def test_measures_of_bad_outputs(measure, outputs, message):
    with pytest.raises(ValueError, match=f"{measure.__name__}: `outputs`.*{message}"):
        measure(outputs)


def test_correlation_is_pearsons():
    outputs = pair(20, 4)
    correlation, cosine = direction_correlation(outputs)
    together = np.corrcoef(outputs["forward"].T, outputs["backward"].T)
    np.testing.assert_allclose(correlation, together[:4, 4:], atol=1e-12)
    for t, (f, b) in enumerate(zip(outputs["forward"], outputs["backward"], strict=True)):
        assert cosine[t] == pytest.approx(f @ b / np.linalg.norm(f) / np.linalg.norm(b), abs=1e-6)


def test_correlation_pools_the_positions_that_the_mask_keeps():
    outputs = pair(*MASK.shape, 2)
    correlation, cosine = direction_correlation(outputs, MASK)
    pooled, kept = direction_correlation({d: h[MASK] for d, h in outputs.items()})
    np.testing.assert_allclose(correlation, pooled)
    np.testing.assert_allclose(cosine[MASK], kept)
    assert np.isnan(cosine[~MASK]).all()


def test_a_direction_correlates_with_itself_and_its_opposite():
    h = draw(9, 3)
    for sign in (1, -1):
        correlation, cosine = direction_correlation({"forward": h, "backward": sign * h})
        np.testing.assert_allclose(np.diag(correlation), sign)
        np.testing.assert_allclose(cosine, sign)


def test_what_is_not_defined_is_nan():
    outputs = {direction: h.astype("float64") for direction, h in pair(7, 3).items()}
    outputs["forward"][:, 1] = 0.7
    # Equal numbers whose mean, and so whose deviation, is off by rounding.
    assert outputs["forward"].std(axis=0)[1] > 0
    outputs["backward"][4] = 0
    correlation, cosine = direction_correlation(outputs)
    assert np.isnan(correlation).tolist() == [[False] * 3, [True] * 3, [False] * 3]
    assert np.isnan(cosine).tolist() == [t == 4 for t in range(7)]


@pytest.mark.parametrize("mask", [None, [False] * 4], ids=["one position", "all masked"])
def test_too_few_positions_to_correlate(mask):
    correlation, _ = direction_correlation(pair(4 if mask else 1, 3), mask)
    assert correlation.shape == (3, 3)
    assert np.isnan(correlation).all()


@pytest.mark.parametrize(
    "outputs, mask, message",
    [
        ({"forward": draw(5, 3)}, None, "both of"),
        (pair(5, 3), np.ones(4, bool), r"`mask` must .* \(5,\), got \(4,\)"),
    ],
)
def test_correlation_of_bad_input(outputs, mask, message):
    with pytest.raises(ValueError, match=message):
        direction_correlation(outputs, mask)


def test_accuracy_per_position():
    rng = np.random.default_rng(0)
    labels, predictions = rng.integers(3, size=(2, 50, 6))
    mask = np.arange(6) < rng.integers(6, size=(50, 1))  # nothing reaches the last position
    accuracy, counts = per_position_accuracy(labels, predictions, mask)
    for t in range(6):
        right = [labels[b, t] == predictions[b, t] for b in range(len(labels)) if mask[b, t]]
        assert counts[t] == len(right)
        assert accuracy[t] == pytest.approx(np.mean(right) if right else np.nan, nan_ok=True)
    assert counts[-1] == 0 and counts[0] > 0


@pytest.mark.parametrize("padded_left", [False, True])
def test_accuracy_per_position_from_the_end(padded_left):
    rng = np.random.default_rng(1)
    labels, predictions = rng.integers(3, size=(2, 50, 6))
    mask = np.arange(6) < rng.integers(6, size=(50, 1))
    if padded_left:
        mask = mask[:, ::-1]
    accuracy, counts = per_position_accuracy(labels, predictions, mask, from_end=True)
    same = labels == predictions
    right = [row[kept][::-1] for row, kept in zip(same, mask, strict=True)]
    for t in range(6):
        reaching = [row[t] for row in right if len(row) > t]
        assert counts[t] == len(reaching)
        assert accuracy[t] == pytest.approx(np.mean(reaching) if reaching else np.nan, nan_ok=True)


@pytest.mark.parametrize(
    "shapes",
    [[(2, 3), (2, 4), (2, 3)], [(2, 3), (2, 3), (2, 2)], [(3,), (3,), (3,)]],
)
def test_accuracy_of_bad_shapes(shapes):
    labels, predictions, mask = (np.ones(shape, int) for shape in shapes)
    with pytest.raises(ValueError, match="must have one shape"):
        per_position_accuracy(labels, predictions, mask)
