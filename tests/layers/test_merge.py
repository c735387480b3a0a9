"""Every merge mode against NumPy, and the widths it promises."""

import numpy as np
import pytest

from tests.laws import MERGES, arrays, close, filled
from tests.specs import BIDIRECTIONAL, MASK, MODES, UNITS, X
from zoo.layers import MERGE_MODES, Merge

_random = np.random.default_rng(1)
FORWARD, BACKWARD = _random.normal(size=(2, 3, 5, UNITS)).astype("float32")
SHAPES = {"sequences": (FORWARD, BACKWARD), "one position": (FORWARD[:, 0], BACKWARD[:, 0])}


def make(mode):
    return Merge(mode, 7 if mode == "projection" else None)


def merged(mode, weights, forward, backward):
    if mode is None:
        return [forward, backward]
    if mode != "projection":
        return [MERGES[mode](forward, backward)]
    matrix, bias = weights
    return [np.concatenate([forward, backward], axis=-1) @ matrix + bias]


def test_every_mode_is_tested():
    assert {*MERGES, "projection", None} == {*MODES} == {*MERGE_MODES, None}


@pytest.mark.parametrize("directions", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("mode", MODES)
def test_modes(mode, directions):
    layer = make(mode)
    layer.build(*(d.shape for d in directions))
    layer.set_weights([_random.normal(size=w.shape) for w in layer.weights])
    close(arrays(layer(*directions)), merged(mode, layer.get_weights(), *directions))


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode])
def test_output_width(mode):
    layer = make(mode)
    assert layer.output_widths(UNITS) == [layer(FORWARD, BACKWARD).shape[-1]]


@pytest.mark.grid
@pytest.mark.parametrize("return_sequences", [True, False])
@pytest.mark.parametrize("mode", MODES)
def test_layers_merge_what_they_give_apart(mode, return_sequences):
    """Zeros where masked are merged too: a projection gives its bias there."""
    for spec in (s for s in BIDIRECTIONAL if s.cell == "gru" and s.variant != "step"):
        options = {"return_sequences": return_sequences, "merge_mode": mode}
        if mode == "projection":
            options["projection_units"] = 7
        layer = filled(spec.make(**options))
        apart = spec.make(return_sequences=return_sequences, merge_mode=None)
        apart.build(X.shape)
        apart.set_weights([w for w in layer.get_weights() if w.shape not in ((8, 7), (7,))])
        directions = arrays(apart(X, mask=MASK))
        projection = [w for w in layer.get_weights() if w.shape in ((8, 7), (7,))]
        close(arrays(layer(X, mask=MASK)), merged(mode, projection, *directions))


REFUSED = {
    "unknown": (lambda: Merge("concatt"), "`merge_mode` must be .*got 'concatt'.*mean 'concat'"),
    "no width": (lambda: Merge("projection"), "`projection_units` must be an integer above 0"),
    "bad width": (lambda: Merge("projection", 0), "`projection_units` must .* above 0, got 0"),
    "surplus width": (lambda: Merge("sum", 3), "`projection_units` requires .*got 3 with .*sum"),
    "no mode, width": (lambda: Merge(None, 3), "`projection_units` requires .*merge_mode=None"),
    "directions": (
        lambda: Merge("sum")(FORWARD, BACKWARD[..., :2]),
        "`forward` and `backward` must have the same width, got 4 and 2",
    ),
}


@pytest.mark.parametrize("make, message", REFUSED.values(), ids=REFUSED)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()
