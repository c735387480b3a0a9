"""Laws of tag schemes, read as conlleval and strictly."""

import re
from pathlib import Path

import conlleval
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.text import (
    SCHEMES,
    SchemeError,
    Span,
    convert_tags,
    detect_scheme,
    first_illegal,
    spans_to_tags,
    strict_spans,
    tags_to_spans,
)

LABELS = ("X", "Y-z")
# Those that conlleval knows.
ANY_TAG = ["O", *"BIES", *(f"{prefix}-{label}" for prefix in "BIES" for label in LABELS)]
any_tags = st.lists(st.sampled_from(ANY_TAG))
each_scheme = pytest.mark.parametrize("scheme", SCHEMES)


@st.composite
def spans_and_length(draw, *schemes):
    """Draw spans that often touch, and the length of their sequence; all schemes can write them."""
    end, spans = 0, []
    for label in draw(st.lists(st.sampled_from(LABELS))):
        merged = "IO" in schemes and spans and spans[-1].label == label
        start = end + draw(st.integers(int(bool(merged)), 1))
        end = start + draw(st.integers(1, 3))
        spans.append(Span(label, start, end))
    return spans, end + draw(st.integers(0, 1))


def conlleval_counts(gold, predicted):
    """Return (correct, predicted, gold) of each label, from the script."""
    rows = [f"word {g} {p}" for g, p in zip(gold, predicted, strict=True)]
    chunks = conlleval.evaluate([*rows, ""])
    each = {"all": chunks["overall"]["chunks"], **chunks["slots"]["chunks"]}
    return {
        k: (v["stats"]["correct"], v["stats"]["pred"], v["stats"]["gold"]) for k, v in each.items()
    }


@given(any_tags)
def test_the_reading_of_any_tags_is_that_of_conlleval(tags):
    spans = tags_to_spans(tags)
    counts = conlleval_counts(tags, spans_to_tags(spans, len(tags), "BIO"))
    assert counts["all"] == (len(spans),) * 3
    for label in LABELS:
        own = sum(span.label == label for span in spans)
        assert counts.get(label, (0, 0, 0)) == (own,) * 3


@each_scheme
@given(data=st.data())
def test_spans_survive_their_tags_in_both_readings(scheme, data):
    spans, length = data.draw(spans_and_length(scheme))
    tags = spans_to_tags(spans, length, scheme)
    assert len(tags) == length
    assert tags_to_spans(tags) == strict_spans(tags, scheme) == spans
    assert first_illegal([tags], scheme) is None
    turned = ["-".join(reversed(tag.split("-", 1))) for tag in tags]
    assert tags_to_spans(turned, suffix=True) == strict_spans(turned, scheme, suffix=True) == spans


@pytest.mark.exhaustive
@pytest.mark.grid
@each_scheme
@pytest.mark.parametrize("target", SCHEMES)
@given(data=st.data())
def test_a_scheme_converts_to_any_other(scheme, target, data):
    case = data.draw(spans_and_length(scheme, target))
    tags = spans_to_tags(*case, scheme)
    assert convert_tags(tags, scheme, target) == spans_to_tags(*case, target)


@pytest.mark.parametrize(
    "scheme, letters, definition",
    [
        ("BIO", "OBI", "BI*"),
        ("IOB2", "OBI", "BI*"),
        ("IOB1", "OBI", "(?<![BI])I+|(?<=[BI])BI*"),
        ("IOE1", "OIE", "(?<!I)I*E(?=[IE])|(?<!I)I+(?!E)(?!I)"),
        ("IOE2", "OIE", "I*E"),
        ("IO", "OI", "I+"),
        ("BIOES", "OBIES", "S|BI*E"),
        ("IOBES", "OBIES", "S|BI*E"),
        ("BILOU", "OBILU", "U|BI*L"),
        ("BMEWO", "OBMEW", "W|BM*E"),
    ],
)
@given(data=st.data())
def test_strict_spans_of_one_label_are_those_of_the_definition(scheme, letters, definition, data):
    prefixes = data.draw(st.text(letters))
    tags = ["O" if prefix == "O" else f"{prefix}-X" for prefix in prefixes]
    expected = [Span("X", *run.span()) for run in re.finditer(definition, prefixes)]
    assert strict_spans(tags, scheme) == expected


@pytest.mark.parametrize(
    "tags, scheme, conlleval_reading, strict",
    [
        ("B-X I-Y", "BIO", [("X", 0, 1), ("Y", 1, 2)], [("X", 0, 1)]),
        (
            "I-X B-X B-Y",
            "IOB1",
            [("X", 0, 1), ("X", 1, 2), ("Y", 2, 3)],
            [("X", 0, 1), ("X", 1, 2)],
        ),
        ("B-X E-Y S-Y", "BIOES", [("X", 0, 1), ("Y", 1, 2), ("Y", 2, 3)], [("Y", 2, 3)]),
        ("U-X L-X L-X", "BILOU", [("X", 0, 1), ("X", 1, 2), ("X", 2, 3)], [("X", 0, 1)]),
        ("B I O B", "BIO", [("", 0, 2), ("", 3, 4)], [("", 0, 2), ("", 3, 4)]),
        ("", "BIO", [], []),
    ],
)
def test_both_readings(tags, scheme, conlleval_reading, strict):
    assert tags_to_spans(tags.split()) == [Span(*span) for span in conlleval_reading]
    assert strict_spans(tags.split(), scheme) == [Span(*span) for span in strict]


@pytest.mark.parametrize(
    "tags, scheme, position, reason",
    [
        ("O I-X", "BIO", 1, "'I-X' where BIO requires 'B-X'"),
        ("B-X I-Y", "BIO", 1, "'I-Y' where BIO requires 'B-Y'"),
        ("B-X E-X", "BIO", 1, "'E-X' where BIO requires 'I-X'"),
        ("O B-X", "IOB1", 1, "'B-X' where IOB1 requires 'I-X'"),
        ("I-X B-Y", "IOB1", 1, "'B-Y' where IOB1 requires 'I-Y'"),
        ("B-X O", "BIOES", 0, "'B-X' where BIOES requires 'S-X'"),
        ("S-X I-X", "BIOES", 1, "'I-X' where BIOES requires 'S-X'"),
        ("B-X I-X", "BIOES", 1, "'I-X' where BIOES requires 'E-X'"),
        ("B-X PER", "BIO", 1, "'PER' is not a tag"),
        ("B-X I-", "BIO", 1, "'I-' is not a tag"),
        ("O-X", "BIO", 0, "'O-X' is not a tag"),
    ],
)
def test_the_first_illegal_tag_is_named(tags, scheme, position, reason):
    illegal = first_illegal([["O"], tags.split()], scheme)
    assert illegal[:2] == (1, position)
    assert reason in illegal.reason
    with pytest.raises(SchemeError, match=f"Tag {position}: {reason}") as raised:
        convert_tags(tags.split(), scheme, "BIO")
    assert raised.value.illegal[0].position == position


def test_an_error_of_tags_with_a_suffix_shows_them_so():
    with pytest.raises(SchemeError, match="Tag 0: 'B-PER' is not a tag: .* as 'PER-B'"):
        tags_to_spans(["B-PER"], suffix=True)


@pytest.mark.parametrize(
    "tag, scheme, prefixes",
    [("E-X", "BIO", "B, I, as 'B-PER'"), ("B-X", "IO", "I, as 'I-PER'"),
     ("L-X", "BIOES", "B, I, E, S, as")],
)  # fmt: skip
def test_a_strict_reading_refuses_prefixes_of_other_schemes(tag, scheme, prefixes):
    with pytest.raises(
        SchemeError, match=f"Tag 1: '{tag}' is not a tag of {scheme}: .* {prefixes}"
    ):
        strict_spans(["O", tag], scheme)


@pytest.mark.parametrize("tag", ["X-PER", "b-PER", "", "-PER", None, 3])
@pytest.mark.parametrize("read", [tags_to_spans, lambda tags: strict_spans(tags, "BIO")])
def test_what_is_no_tag_is_not_read(read, tag):
    with pytest.raises(SchemeError, match=f"Tag 1: {tag!r} is not a tag( of BIO)?: "):
        read(["O", tag])


@each_scheme
@given(data=st.data())
def test_the_scheme_of_a_corpus_is_found(scheme, data):
    corpus = data.draw(st.lists(spans_and_length(scheme)))
    sentences = [spans_to_tags(*case, scheme) for case in corpus]
    found = detect_scheme(sentences)
    assert [strict_spans(tags, found) for tags in sentences] == [spans for spans, _ in corpus]
    if {tag[0] for tags in sentences for tag in tags} - {"O"} == {*SCHEMES[scheme].letters}:
        # IO is IOB1 without adjacent spans.
        assert SCHEMES[found] == SCHEMES["IOB1" if scheme == "IO" else scheme]


@pytest.mark.parametrize(
    "text, scheme",
    [
        ("O O", "BIO"),
        ("B-X I-X O", "BIO"),
        ("I-X I-X O", "IOB1"),
        ("B-X E-X S-X", "BIOES"),
        ("U-X O B-X L-X", "BILOU"),
        ("W-X O B-X M-X E-X", "BMEWO"),
        ("I-X E-X I-X O", "IOE1"),
        ("I-X E-X E-X O", "IOE2"),
    ],
)
def test_a_scheme_is_detected_by_its_tags(text, scheme):
    assert detect_scheme([["O"], text.split()]) == scheme


def test_mixed_schemes_are_an_error_with_the_places_where_the_best_of_them_is_left():
    sentences = [["O"], ["B-X", "I-X"], ["O", "I-X"], ["B-X", "I-Y"], ["X"]]
    with pytest.raises(
        SchemeError, match="BIO fits best, but for 3 tags.*sentence 2, tag 1: 'I-X' where BIO"
    ) as e:
        detect_scheme(sentences)
    assert [illegal[:2] for illegal in e.value.illegal] == [(2, 1), (3, 1), (4, 0)]
    assert "'X' is not a tag" in e.value.illegal[-1].reason


def test_tags_of_no_scheme_are_told_for_the_best_one():
    with pytest.raises(SchemeError, match="tag 1: 'L-X' where BIOES requires 'S-X'") as e:
        detect_scheme([["S-X", "L-X", "W-X"]])
    assert [illegal.position for illegal in e.value.illegal] == [1, 2]


@pytest.mark.parametrize(
    "spans", [[("X", 1, 1)], [("X", 0, 2), ("Y", 1, 3)], [("X", 2, 4)], [("X", -1, 1)]]
)
def test_spans_that_no_tags_can_write(spans):
    with pytest.raises(ValueError, match="must not be empty, overlap or leave the sequence"):
        spans_to_tags([Span(*span) for span in spans], 3, "BIO")


@pytest.mark.parametrize(
    "call",
    [
        lambda scheme: spans_to_tags([], 1, scheme),
        lambda scheme: strict_spans(["O"], scheme),
        lambda scheme: convert_tags(["O"], "BIO", scheme),
        lambda scheme: first_illegal([["O"]], scheme),
    ],
)
def test_an_unknown_scheme_is_named(call):
    with pytest.raises(ValueError, match="`scheme` must be one of BIO, IOB1, .*, got 'BOI'"):
        call("BOI")


def test_io_does_not_write_adjacent_spans_of_one_label():
    with pytest.raises(ValueError, match="must not be adjacent in the scheme IO"):
        convert_tags(["B-X", "B-X"], "BIO", "IO")
    assert convert_tags(["B-X", "B-Y"], "BIO", "IO") == ["I-X", "I-Y"]


def test_the_page_on_schemes_shows_the_table():
    page = Path(__file__).resolve().parents[2] / "docs/pages/concepts/crf.md"
    row = r"^\| ([A-Z0-9, ]+) \| (.) \| (.) \| (.) \| (.) \| (?:(.) )?"
    rows = re.findall(row, page.read_text(encoding="utf-8"), re.MULTILINE)
    shown = {name: row for names, *row in rows for name in names.split(", ")}
    assert shown == {name: [*row[:4], row.after or row.before] for name, row in SCHEMES.items()}
