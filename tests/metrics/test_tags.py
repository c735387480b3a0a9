"""Laws of the scores of tags: those of their spans, with lengths that agree."""

import pytest
from hypothesis import given

from tests.metrics.test_span_errors import corpora
from zoo.metrics import TagCounts, span_scores, tag_counts, tag_scores
from zoo.text import SchemeError, strict_spans, tags_to_spans

GOLD, FOUND = [["O"], ["B-X", "I-X"]], [["O"], ["I-X", "I-X"]]


def tags(corpus):
    """Return both columns of tags, a list for each sentence."""
    return ([[row[column] for row in sentence] for sentence in corpus] for column in (0, 1))


@pytest.mark.parametrize("strict", [None, "BIOES"])
@given(corpora)
def test_the_scores_of_tags_are_those_of_their_spans(strict, corpus):
    gold, found = tags(corpus)
    spans = [
        [strict_spans(each, strict) if strict else tags_to_spans(each) for each in sentences]
        for sentences in (gold, found)
    ]
    assert tag_scores(gold, found, strict) == span_scores(*spans)


def test_ill_formed_spans_count_in_the_default_mode_alone():
    assert tag_scores(GOLD, FOUND).micro == (1, 1, 1)
    assert tag_scores(GOLD, FOUND, strict="BIO").micro == (0, 0, 1)


def test_tags_may_have_their_label_first():
    gold, found = [["X-B", "X-I"]], [["X-I", "X-I"]]
    assert tag_scores(gold, found, suffix=True) == tag_scores(GOLD, FOUND)
    assert tag_scores(gold, found, "BIO", suffix=True) == tag_scores(GOLD, FOUND, "BIO")


@given(corpora)
def test_every_token_is_counted_once(corpus):
    gold, found = tags(corpus)
    counts = tag_counts(gold, found)
    assert sum(counts) == sum(map(len, gold))
    assert counts.correct + counts.outside == sum(a == b for pairs in corpus for a, b in pairs)


def test_kinds_of_tokens():
    counts = tag_counts(["B-X O B-X B-X O O".split()], ["B-X B-X B-Y O O O".split()])
    assert counts == TagCounts(correct=1, wrong=2, missed=1, outside=2)
    assert counts.accuracy == 0.5
    assert tag_counts([], []).accuracy == 0


@pytest.mark.parametrize("measure", [tag_scores, tag_counts])
@pytest.mark.parametrize(
    "gold, found, message",
    [
        ([["O"]], [["O"], ["O"]], "a list for each sentence, got 1 and 2 lists"),
        ([["O"], ["O", "O"]], [["O"], ["O"]], "a tag for each token, got 2 and 1 tags of .* 1"),
        ([["O"], "B-X"], [["O"], ["O", "O", "O"]], "got the string 'B-X' as sentence 1"),
        (["O"], ["O"], "got the string 'O' as sentence 0"),
    ],
)
def test_lengths_must_agree(measure, gold, found, message):
    with pytest.raises(ValueError, match=message):
        measure(gold, found)


@pytest.mark.parametrize("strict", [None, "BIO"])
def test_what_is_no_tag_is_named_with_its_place(strict):
    with pytest.raises(SchemeError, match="`predicted`, sentence 1: Tag 0: 'PER' is not") as raised:
        tag_scores([["O"], ["O"]], [["O"], ["PER"]], strict)
    assert raised.value.illegal[0][:2] == (1, 0)


def test_an_unknown_scheme_is_an_error():
    with pytest.raises(ValueError, match="`scheme` must be one of BIO"):
        tag_scores(GOLD, FOUND, strict="BOI")
