"""Laws of the errors of spans: what is counted as which."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.metrics import (
    SpanError,
    describe_error,
    span_confusion,
    span_errors,
    span_scores,
)
from zoo.text import Span, tags_to_spans

LABELS = ("X", "Y")
# Small enough that gold and predictions often meet, legal or not.
tag = st.sampled_from(["O", *(f"{prefix}-{label}" for prefix in "BIES" for label in LABELS)])
corpora = st.lists(st.lists(st.tuples(tag, tag)))


def columns(corpus):
    """Return the spans of both columns of tags, a list for each sentence."""
    return [
        [tags_to_spans([row[column] for row in sentence]) for sentence in corpus]
        for column in (0, 1)
    ]


@given(corpora)
def test_confusion_counts_every_span_once(corpus):
    gold, predicted = columns(corpus)
    scores, confusion = span_scores(gold, predicted), span_confusion(gold, predicted)
    assert confusion.labels == [*scores.labels]
    paired = confusion.exact + confusion.overlapping
    support = [score.support for score in scores.labels.values()]
    found = [score.predicted for score in scores.labels.values()]
    correct = [score.correct for score in scores.labels.values()]
    np.testing.assert_array_equal(paired.sum(axis=1) + confusion.missed, support)
    np.testing.assert_array_equal(paired.sum(axis=0) + confusion.spurious, found)
    np.testing.assert_array_equal(np.diag(confusion.exact), correct)


@given(corpora)
def test_errors_are_all_that_is_not_correct(corpus):
    gold, predicted = columns(corpus)
    scores, errors = span_scores(gold, predicted), span_errors(gold, predicted)
    right = [(e.sentence, e.gold) for e in errors if e.gold]
    guesses = [(e.sentence, e.predicted) for e in errors if e.predicted]
    assert len(set(right)) == len(right) == scores.micro.support - scores.micro.correct
    assert len(set(guesses)) == len(guesses) == scores.micro.predicted - scores.micro.correct
    assert all(span in gold[sentence] for sentence, span in right)
    assert all(span in predicted[sentence] for sentence, span in guesses)
    assert [e.sentence for e in errors] == sorted(e.sentence for e in errors)


@given(corpora)
def test_each_error_is_of_the_kind_that_it_is(corpus):
    for _, kind, gold, predicted in span_errors(*columns(corpus)):
        if gold and predicted:
            assert gold.start < predicted.end and predicted.start < gold.end
            assert ("label" in kind) == (gold.label != predicted.label)
            assert ("boundary" in kind) == (gold[1:] != predicted[1:])
        else:
            assert kind == ("missed" if gold else "spurious")


@pytest.mark.parametrize(
    "gold, predicted, kinds",
    [
        ([("X", 0, 2)], [("X", 0, 2)], []),
        ([("X", 0, 2)], [("Y", 0, 2)], ["label"]),
        ([("X", 0, 2)], [("X", 1, 3)], ["boundary"]),
        ([("X", 0, 2)], [("Y", 1, 3)], ["label and boundary"]),
        ([("X", 0, 2)], [("X", 2, 3)], ["missed", "spurious"]),
        # Of two predictions the one that shares more is the partner.
        ([("X", 0, 3)], [("Y", 0, 1), ("X", 1, 3)], ["spurious", "boundary"]),
        ([("X", 0, 1), ("X", 1, 3)], [("X", 0, 3)], ["missed", "boundary"]),
    ],
)
def test_kinds_of_errors(gold, predicted, kinds):
    errors = span_errors([[Span(*span) for span in gold]], [[Span(*span) for span in predicted]])
    assert sorted(error.kind for error in errors) == sorted(kinds)


@pytest.mark.parametrize(
    "error, line",
    [
        (SpanError(0, "missed", Span("X", 0, 1), None),
         'missed: X "a", predicted nothing, in "a b"'),
        (SpanError(0, "spurious", None, Span("Y", 2, 3)),
         'spurious: nothing, predicted Y "c", in "b c d"'),
        (SpanError(0, "boundary", Span("X", 1, 2), Span("X", 1, 3)),
         'boundary: X "b", predicted X "b c", in "a b c d"'),
    ],
)  # fmt: skip
def test_an_error_is_shown_in_its_sentence(error, line):
    assert describe_error(error, list("abcde"), context=1) == line


@pytest.mark.parametrize("measure", [span_scores, span_errors, span_confusion])
def test_each_sentence_needs_both_lists(measure):
    with pytest.raises(ValueError, match="got 1 and 2 lists"):
        measure([[]], [[], []])
