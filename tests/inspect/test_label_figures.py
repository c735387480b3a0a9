"""Laws of the pictures of labels: what they draw is what they were given."""

from contextlib import nullcontext

import numpy as np
import pytest

from tests.inspect.test_figures import assert_legible
from zoo.inspect import narrow_figures
from zoo.inspect.figures.labels import confusion_counts, confusion_figure, transitions_figure

RNG = np.random.default_rng(0)
LABELS = ["O", "B-X", "I-X", "B-Y"]


def test_counts_are_those_of_a_loop():
    right, predicted = RNG.integers(0, 4, (2, 5, 7))
    counts = np.zeros((4, 4), int)
    for pair in zip(right.ravel(), predicted.ravel(), strict=True):
        counts[pair] += 1
    np.testing.assert_array_equal(confusion_counts(right, predicted, 4), counts)


@pytest.mark.parametrize("right, predicted", [([0, 4], [0, 0]), ([-1], [0]), ([0, 1], [0])])
def test_labels_that_are_none_are_refused(right, predicted):
    with pytest.raises(ValueError, match="from 0 to 3"):
        confusion_counts(right, predicted, 4)


TAGS = ["O", *(f"{place}-{kind}" for kind in ("LOC", "MISC", "ORG", "PER") for place in "BIES")]


@pytest.mark.parametrize("labels", [LABELS, TAGS], ids=len)
@pytest.mark.parametrize("narrow", [False, True])
def test_labels_can_be_read(labels, narrow):
    values = RNG.integers(0, 99, (len(labels), len(labels)))
    with narrow_figures() if narrow else nullcontext():
        figures = [confusion_figure(values, labels), transitions_figure(values - 50, labels=labels)]
    for figure in figures:
        assert_legible(figure)


def test_a_row_of_the_confusion_is_its_shares_and_an_absent_label_is_grey():
    counts = RNG.integers(1, 9, (4, 4))
    counts[2] = 0
    axes = confusion_figure(counts, LABELS).axes[0]
    shown = axes.images[0].get_array()
    np.testing.assert_allclose(shown.filled(np.nan)[[0, 1, 3]].sum(axis=1), 1)
    assert shown.mask[2].all() and not shown.mask[[0, 1, 3]].any()
    assert [text.get_text() for text in axes.texts] == [str(n) for n in counts.ravel()]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == LABELS


@pytest.mark.parametrize(
    "start, end", [(None, None), (np.ones(4), None), (np.ones(4), -np.ones(4))]
)
def test_transitions_stand_where_their_labels_do(start, end):
    scores = RNG.normal(size=(4, 4))
    axes = transitions_figure(scores, start, end, LABELS).axes[0]
    shown = axes.images[0].get_array().filled(np.nan)
    np.testing.assert_array_equal(shown[:4, :4], scores)
    for given, drawn in ((start, shown[4, :4]), (end, shown[:4, 4])):
        np.testing.assert_array_equal(drawn, np.full(4, np.nan) if given is None else given)
    assert [tick.get_text() for tick in axes.get_xticklabels()] == [*LABELS, "[end]"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == [*LABELS, "[start]"]
