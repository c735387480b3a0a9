"""The same spans and scores as seqeval, on tags drawn at random."""

import json
from itertools import islice

import pytest

from tests.metrics.seqeval_parity import (
    CORPORA,
    DIGITS,
    RECORD,
    RECORDED,
    ROWS,
    answers_of_zoo,
    compare,
    corpora,
    is_known_difference,
    largest_difference,
)
from zoo.text import Span, first_illegal, strict_spans

each_row = pytest.mark.parametrize("row", ROWS, ids=str)


@each_row
def test_spans_and_scores_are_those_that_seqeval_gave(row):
    recorded = json.loads(RECORD.read_text())[str(row)]
    assert len(recorded) == RECORDED
    for number, (corpus, theirs) in enumerate(zip(islice(corpora(row), RECORDED), recorded)):  # noqa: B905
        ours, sentences = answers_of_zoo(row, number, *corpus), [*corpus[0], *corpus[1]]
        assert ours["tokens"] == pytest.approx(theirs["tokens"], abs=10**-DIGITS)
        for tags, one, other in zip(sentences, ours["spans"], theirs["spans"], strict=True):
            assert one == other or is_known_difference(row, tags), tags
        if not any(is_known_difference(row, tags) for tags in sentences):
            assert largest_difference(ours["scores"], theirs["scores"]) < 10**-DIGITS


@pytest.mark.parametrize("row", [row for row in ROWS if row.tags == "any"], ids=str)
def test_the_tags_drawn_are_ill_formed_in_part(row):
    sentences = [tags for gold, _ in islice(corpora(row), 20) for tags in gold]
    illegal = sum(first_illegal([tags], row.scheme) is not None for tags in sentences)
    assert illegal == 0 if row.scheme == "IO" else 20 < illegal < len(sentences)


@pytest.mark.slow("compares 10,000 pairs of sequences a row; requires seqeval")
@each_row
def test_ten_thousand_sequences_agree_with_seqeval(row):
    pytest.importorskip("seqeval")
    line = compare(row)
    assert line["the same spans"] + line["known differences"] >= line["sequences"]
    if not line["known differences"]:
        assert line["the same scores"] == CORPORA


@pytest.mark.parametrize(
    "tags, scheme, spans",
    [
        ("O B-X I-X", "IOB1", []),  # seqeval: X from 2 to 3
        ("I-X B-X B-Y", "IOB1", [Span("X", 0, 1), Span("X", 1, 2)]),  # seqeval: X from 0 to 1
        ("E-X I-X O", "IOE1", [Span("X", 0, 1), Span("X", 1, 2)]),  # seqeval: X from 1 to 2
    ],
)
def test_where_seqeval_differs_the_definition_of_the_scheme_holds(tags, scheme, spans):
    assert strict_spans(tags.split(), scheme) == spans
