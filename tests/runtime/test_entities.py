"""Laws of entity taggers: exact offsets, any text, any length, every runtime, clear refusals."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zoo
from tests.grids import examples
from zoo.runtime import EntityTagger
from zoo.text import tags_to_spans

NAMES = [name for name in zoo.list_models() if zoo.info(name).task == "entity-tagging"]
TEXT = "George Washington went to Washington. EU rejects German call to boycott British lamb."
TEXTS = [
    TEXT,
    "",
    " \n\t ",
    "😀",
    "Bo\0b met Ada.",
    "שלום עליכם",
    "Zoë's naïve café in Łódź",
    "A" * 5000,
]


SLOW = pytest.mark.slow("reads a hundred thousand words")
load = cache(zoo.load)


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def tagger(name):
    return load(name)


def test_there_are_entity_taggers():
    assert {"bilstm-ner", "bilstm-ner-tiny"} <= set(NAMES)


def test_it_finds_names(tagger):
    found = {(each.text, each.label) for each in tagger(TEXT)}
    assert {("Washington", "LOC"), ("German", "MISC"), ("British", "MISC")} <= found
    assert {label for _, label in found} <= set(tagger.labels)


@given(st.text(st.characters(), max_size=60))
@examples(150)
@pytest.mark.parametrize("name", NAMES)
def test_offsets_are_exact_in_any_text(name, text):
    entities = load(name)(text)
    for entity in entities:
        assert text[entity.start : entity.end] == entity.text != ""
        assert 0 < entity.score <= 1
    edges = [edge for each in entities for edge in (each.start, each.end)]
    assert edges == sorted(edges)


@given(st.lists(st.lists(st.text(min_size=1, max_size=12), max_size=9), max_size=4))
@examples(60)
@pytest.mark.parametrize("name", NAMES)
def test_there_is_a_tag_for_every_word(name, sentences):
    tags = load(name).predict_words(sentences)
    assert [len(each) for each in tags] == [len(each) for each in sentences]
    assert {tag[:2] for each in tags for tag in each} <= {"O", "B-", "I-"}


def test_words_and_text_give_the_same_names(tagger):
    words = [token.text for token in tagger.tokenizer("EU rejects German call.")]
    (tags,) = tagger.predict_words([words])
    spans = [(span.label, " ".join(words[span.start : span.end])) for span in tags_to_spans(tags)]
    assert spans == [(each.label, each.text) for each in tagger("EU rejects German call.")]


@pytest.mark.parametrize("runtime", ["keras", "saved_model"])
def test_every_runtime_gives_the_same_answers(name, tagger, runtime):
    other = zoo.load(name, runtime=runtime)
    for text in TEXTS * 2:
        mine, theirs = tagger(text), other(text)
        assert [(e.start, e.end, e.label) for e in mine] == [
            (e.start, e.end, e.label) for e in theirs
        ]
        scores = [[each.score for each in found] for found in (mine, theirs)]
        np.testing.assert_allclose(*scores, atol=1e-3)


def test_no_answer_depends_on_what_came_before(tagger):
    """Sentences that are read side by side are summed in another order: scores are nearly equal."""

    def rounded(answers):
        return [
            [replace(each, score=pytest.approx(each.score, abs=1e-5)) for each in answer]
            for answer in answers
        ]

    alone = rounded(tagger(text) for text in TEXTS)
    assert tagger(TEXTS[::-1]) == alone[::-1]
    assert list(tagger.stream(iter(TEXTS * 2))) == alone * 2


@pytest.mark.exhaustive
@pytest.mark.parametrize("count", [2_500, pytest.param(25_000, marks=SLOW)])
@pytest.mark.parametrize("end", [". ", " "], ids=["sentences", "one sentence"])
def test_a_long_document_is_read_whole_in_small_pieces(tagger, end, count):
    lengths = []
    engine = tagger._engine

    def spy(inputs):
        lengths.append(len(inputs["words"]))
        return engine(inputs)

    small = EntityTagger(
        tagger.tokenizer,
        tagger.word_encoder,
        tagger.tags,
        ("words", "characters", "cases"),
        (),
        spy,
        None,
    )
    text = f"People went to Germany{end}" * count
    found = small(text)
    assert max(lengths) <= 200
    assert found[-1].end > len(text) - 10
    near = [each for each in found if each.text == "Germany"]
    assert len(near) > 0.96 * count
    assert all(text[each.start : each.end] == each.text for each in found[:: len(found) // 99])


BAD = {
    "None": (None, "`sentences` must be a list of lists of words, got None"),
    "text": ("EU", "`sentences` must be a list of lists of words, got 'EU'"),
    "one sentence": (["EU"], r"`sentences\[0\]` must be a list of words, got 'EU'"),
    "None in it": ([[], ["EU", None]], r"`sentences\[1\]\[1\]` must be a str, got NoneType"),
    "empty word": ([["EU", ""]], r"`sentences\[0\]\[1\]` is an empty word"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_are_no_sentences_is_refused(tagger, case):
    sentences, message = BAD[case]
    with pytest.raises((TypeError, ValueError), match=message):
        tagger.predict_words(sentences)


@pytest.mark.parametrize("text", [None, 7, b"EU"])
def test_what_is_no_text_is_refused_before_any_work(tagger, text):
    with pytest.raises(TypeError, match=r"`text\[1\]` must be a str, got"):
        tagger(["EU", text])
