"""Wrong arguments of the CRF's functions."""

import numpy as np
import pytest

from tests.ops.crf_cases import ALLOWED, EMISSIONS, END, GOLD, START, TAGS, TRANSITIONS, results
from tests.specs import BATCH, MASK
from zoo.ops.crf import crf_log_likelihood, crf_log_norm, crf_n_best, crf_sequence_score


def test_a_tag_out_of_range_is_never_passed_over():
    wrong = GOLD.copy()
    wrong[0, 0], wrong[1, 1], wrong[2, 0] = TAGS, -1, TAGS  # the last one is padding
    expected = np.isin(np.arange(BATCH), (0, 1))
    found = results(tags=wrong)
    assert (np.isnan(found.score) == expected).all()
    assert (np.isnan(found.likelihood) == expected).all()
    with pytest.raises(ValueError, match=r"`tag_indices` must be between 0 and 2.* got 3"):
        crf_sequence_score(EMISSIONS, wrong, mask=MASK)
    with pytest.raises(ValueError, match=r"`tag_indices` must be between 0 and 2.* got -1"):
        crf_log_likelihood(EMISSIONS[1:], wrong[1:], MASK.sum(axis=1)[1:])


WRONG = {
    "rank": ({"inputs": EMISSIONS[0]}, r"emissions must have the shape .* got \(6, 3\)"),
    "transitions": ({"transition_params": START}, r"`transition_params` .* \(3, 3\), got \(3,\)"),
    "start": ({"start": TRANSITIONS}, r"`start` must have the shape \(3,\), got \(3, 3\)"),
    "end": ({"end": END[:2]}, r"`end` must have the shape \(3,\), got \(2,\)"),
    "mask": ({"mask": MASK[:, 1:]}, r"`mask` must have the shape \(6, 6\), got \(6, 5\)"),
    "lengths": ({"sequence_lengths": [1, 2]}, r"`sequence_lengths` .* \(6,\), got \(2,\)"),
    "both": ({"sequence_lengths": [1] * 6, "mask": MASK}, "lengths or a `mask`, not both"),
    "allowed": ({"allowed": ALLOWED[::-1]}, r"`allowed\[0\] \(transition_params\)` .* \(3, 3\)"),
}


@pytest.mark.parametrize("arguments, message", WRONG.values(), ids=WRONG)
def test_errors_name_the_argument(arguments, message):
    with pytest.raises(ValueError, match=message):
        crf_log_norm(**{"inputs": EMISSIONS, **arguments})


def test_errors_of_tags_and_n():
    with pytest.raises(
        ValueError, match=r"`tag_indices` must have the shape \(6, 6\), got \(6, 5\)"
    ):
        crf_sequence_score(EMISSIONS, GOLD[:, 1:])
    for n in (0, -1, 2.0, True):
        with pytest.raises(ValueError, match=f"`n` must be an integer above 0, got {n!r}"):
            crf_n_best(EMISSIONS, n)
