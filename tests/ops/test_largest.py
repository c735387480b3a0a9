"""Laws of the search for the largest number: NumPy's answers, the first of equals."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zoo.ops.largest import largest


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=6))
def test_it_is_numpys_first_largest(row):
    values, indices = largest(np.array([row, row[::-1]], "float32"))
    expected = [int(np.argmax(each)) for each in (row, row[::-1])]
    assert np.asarray(indices)[:, 0].tolist() == expected
    assert np.asarray(values)[:, 0].tolist() == [max(row)] * 2
