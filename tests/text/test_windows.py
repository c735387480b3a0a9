"""Laws of the pieces of long sequences: bounded, overlapping, and together the whole, once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.text import windows


@given(st.integers(0, 500), st.integers(1, 60), st.data())
def test_pieces_are_bounded_and_keep_every_token_once(length, size, data):
    margin = data.draw(st.integers(0, (size - 1) // 2))
    pieces = list(windows(length, size, margin))
    kept = [index for _, _, first, last in pieces for index in range(first, last)]
    assert kept == list(range(length))
    for start, stop, first, last in pieces:
        assert 0 < stop - start <= size
        assert first - start >= margin or start == 0
        assert stop - last >= margin or stop == length


def test_a_sequence_that_fits_is_one_piece():
    assert list(windows(200, size=200, margin=40)) == [(0, 200, 0, 200)]


@pytest.mark.parametrize("margin", [-1, 5, 6])
def test_a_margin_that_leaves_nothing_is_refused(margin):
    with pytest.raises(ValueError, match="`margin` must be at least 0 and below 5, got"):
        list(windows(20, size=10, margin=margin))
