"""A sequence alone gives what it gives inside a padded batch; each direction sees its own side."""

import numpy as np
import pytest

from tests.laws import apart, arrays, close, filled, probe_causality
from tests.specs import MASK, MODES, RECURRENT, Spec, X

pytestmark = pytest.mark.grid
ROWS = {"full": 0, "right": 1, "left": 2, "mixed": 3, "one token": 4}
EMPTY = 5


@pytest.fixture(scope="module", params=RECURRENT, ids=str)
def padded(request):
    """Return a layer, how many outputs it has before its states, and what it gives for a batch."""
    layer = apart(request.param)
    return layer, len(layer.directions), arrays(layer(X, mask=MASK))


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_alone_equals_inside_a_padded_batch(padded, row):
    layer, count, inside = padded
    alone = arrays(layer(X[row : row + 1, MASK[row]]))
    for index, (a, i) in enumerate(zip(alone, inside, strict=True)):
        close(i[row, MASK[row]] if index < count else i[row], a[0])


def test_outputs_are_zero_where_masked(padded):
    _, count, inside = padded
    for outputs in inside[:count]:
        assert not outputs[~MASK].any()
        assert outputs[MASK].all()


def test_an_empty_row_keeps_the_initial_state(padded):
    _, count, inside = padded
    for state in inside[count:]:
        assert not state[EMPTY].any()


@pytest.mark.parametrize("spec", RECURRENT, ids=str)
def test_an_empty_row_keeps_a_given_state(spec):
    initial = spec.initial_state()
    states = arrays(apart(spec)(X, mask=MASK, initial_state=initial))[len(spec.directions) :]
    close([s[EMPTY] for s in states], [s[EMPTY] for s in initial], tolerance=0)


def test_what_padding_holds_does_not_matter(padded):
    layer, _, inside = padded
    other = np.where(MASK[..., None], X, 1e3).astype("float32")
    close(arrays(layer(other, mask=MASK)), inside, tolerance=0)


@pytest.mark.parametrize("mode", MODES)
def test_merged_last_steps_are_those_of_the_row_alone(mode):
    projection_units = 3 if mode == "projection" else None
    merged = filled(
        Spec("lstm", "hoisted").make(merge_mode=mode, projection_units=projection_units)
    )
    inside = arrays(merged(X, mask=MASK))
    for row in (1, 2, 3):
        alone = arrays(merged(X[row : row + 1, MASK[row]]))
        close([i[row] for i in inside], [a[0] for a in alone])


@pytest.mark.parametrize("position", [0, 2, X.shape[1] - 1])
def test_each_direction_sees_its_own_side(padded, position):
    layer, count, _ = padded
    index = {direction: i for i, direction in enumerate(layer.directions)}
    forward, backward = index.get("forward"), index.get("backward")
    probe_causality(
        lambda x: arrays(layer(x))[:count], X, position, forward=forward, backward=backward
    )


@pytest.mark.parametrize(
    "directions", [{"forward": 1, "backward": None}, {"forward": 0, "backward": 0}]
)
def test_the_probe_finds_what_sees_the_wrong_side(directions):
    layer = apart(Spec("gru", "hoisted"))
    with pytest.raises(AssertionError):
        probe_causality(lambda x: arrays(layer(x))[:2], X, 2, **directions)


def test_the_probe_finds_what_does_not_look():
    with pytest.raises(AssertionError):
        probe_causality(lambda x: [np.ones_like(x)], X, 2, forward=0, backward=None)
