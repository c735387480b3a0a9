"""Laws of text classifiers: any text, any length, every runtime; weights are what hiding does."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zoo
from tests.grids import examples, quick
from tests.hub.folders import FIELDS
from zoo.export import export_folder
from zoo.hub import ModelFileError
from zoo.models import build
from zoo.runtime import Classification, TextClassifier, open_predictor
from zoo.runtime.classifier import PASSES, PIECE
from zoo.text import Token, Vocabulary

pytestmark = pytest.mark.usefixtures("conversion_here")

LABELS = ["negative", "positive"]
WORDS = Vocabulary(["[PAD]", "[UNK]", *"a the film is not good bad , . ! n't 0000 é".split()])
TEXT = "The film isn't <b>good</b>, not in 1994:<br />bad bad bad! R&amp;B, caf&eacute;"
LONG = "a film " * 1250
TEXTS = [
    TEXT,
    "",
    " \n\t ",
    "<br /><hr>",
    "good",
    "😀",
    "not\0bad",
    "שלום עליכם",
    "这部电影很好",
    "Zoë's naïve café",
    "a" * 5000,
    LONG,
]
EMPTY = {"nothing": "", "white space": " \n\t ", "markup": "<br /><p>&nbsp;</p>"}


def long_text(words):
    """A text of so many words, whose pieces are not alike."""
    rng = np.random.default_rng(0)
    return " ".join(rng.choice(["good", "bad", "film", "strange", "the"], words))


@pytest.fixture(scope="module", params=quick(["final", "max"], "max"))
def folder(request, conversion_here, tmp_path_factory):
    """A small model whose answers are far from undecided, with all its exports."""
    encoder = {"vocabulary_size": len(WORDS), "embedding_dim": 4, "units": 5}
    config = {
        "task": "sequence-classification",
        "labels": LABELS,
        "preprocessor": {"tokenizer": "words", "markup": "blank"},
        "model": {"encoder": encoder, "num_labels": 2, "pooling": request.param},
    }
    model = build(config["task"], config["model"])
    rng = np.random.default_rng(1)
    for weight in model.weights:
        weight.assign(rng.normal(size=weight.shape))
    card = {name: FIELDS[name] for name in FIELDS.keys() - {"task", "labels", "parameters"}}
    path = tmp_path_factory.mktemp(request.param)
    export_folder(path, model, config, {"words": WORDS}, name="tiny-sentiment", **card)
    return path


@pytest.fixture(scope="module")
def classifier(folder):
    return zoo.load(f"path:{folder}")


class Spy:
    """An engine that keeps what it was asked."""

    def __init__(self, engine):
        self.engine = engine
        self.asked = []

    def __call__(self, inputs):
        self.asked.append(inputs["ids"])
        return self.engine(inputs)


@pytest.fixture
def spy(classifier):
    return Spy(classifier._engine)


@pytest.fixture
def spied(classifier, spy):
    parts = (classifier.tokenizer, classifier.vocabulary, classifier.clean)
    return TextClassifier(*parts, classifier.labels, spy, None)


@pytest.mark.parametrize("runtime", quick(["keras", "saved_model"], "saved_model"))
def test_every_runtime_gives_the_same_answers(folder, classifier, runtime):
    other = zoo.load(f"path:{folder}", runtime=runtime)
    texts = [text for text in TEXTS if text != LONG] * 2
    mine, theirs = classifier(texts), other(texts)
    assert [each.label for each in mine] == [each.label for each in theirs]
    scores = [[each.score for each in answers] for answers in (mine, theirs)]
    np.testing.assert_allclose(*scores, atol=1e-4)
    weights = [[word.weight for word in each.explain(TEXT)] for each in (classifier, other)]
    np.testing.assert_allclose(*weights, atol=1e-4)


def test_no_answer_depends_on_what_came_before(classifier):
    alone = [classifier(text) for text in TEXTS]
    assert classifier(TEXTS[::-1]) == alone[::-1]
    assert list(classifier.stream(iter(TEXTS * 2))) == alone * 2


@given(st.text(st.characters(), max_size=60))
@examples(100)
def test_any_text_has_an_answer_and_exact_offsets(classifier, text):
    answer, words = classifier(text), classifier.explain(text)
    assert answer.label in LABELS and 0.5 <= answer.score <= 1 if words else answer.label is None
    assert all(text[word.start : word.end] == word.text != "" for word in words)
    edges = [edge for word in words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert all(-1 <= word.weight <= 1 for word in words)


@given(st.text(st.sampled_from("ab <>/&;#x3\nr!é"), max_size=40))
@examples(60)
def test_offsets_are_exact_in_markup(classifier, text):
    words = classifier.explain(text)
    assert [text[word.start : word.end] for word in words] == [word.text for word in words]


def test_an_entity_is_read_as_its_character_and_shown_as_it_was_written(classifier):
    words = classifier.explain("good &eacute; caf&eacute;")
    shown = [(word.text, word.start, word.end) for word in words]
    assert shown == [("good", 0, 4), ("&eacute;", 5, 13), ("caf&eacute;", 14, 25)]
    assert classifier("good &eacute;") == classifier("good é")


@pytest.mark.parametrize(
    "markup", ["<b>", "</i >", '<a href="good bad">', "<br />", "<!-- bad -->"]
)
def test_markup_is_as_good_as_spaces(classifier, markup):
    text = "The film {} is{}not good.{}{}bad"
    spaces = " " * len(markup)
    with_markup, with_spaces = (text.replace("{}", each) for each in (markup, spaces))
    assert classifier(with_markup) == classifier(with_spaces)
    assert [word.weight for word in classifier.explain(with_markup)] == [
        word.weight for word in classifier.explain(with_spaces)
    ]


@pytest.mark.parametrize("case", EMPTY)
def test_without_words_there_is_no_label(spied, spy, case):
    assert spied(EMPTY[case]) == Classification(label=None, score=0.0)
    assert spied.explain(EMPTY[case]) == []
    assert spy.asked == []


def test_words_are_looked_up_in_lower_case_then_with_zeros(spied, spy):
    spied("The GOOD, 1994 wombat")
    (ids,) = spy.asked
    expected = ["the", "good", ",", "0000", "[UNK]"]
    assert [WORDS.tokens[index] for index in ids] == expected
    assert ids.dtype == np.int32


@pytest.mark.parametrize("words", [1, PIECE, PIECE + 1, 2500, 100_000])
def test_a_long_text_is_the_mean_of_equal_pieces(spied, spy, words):
    text = long_text(words)
    answer = spied(text)
    lengths = [len(ids) for ids in spy.asked]
    assert sum(lengths) == words
    assert len(lengths) == -(-words // PIECE)
    assert max(lengths) <= min(PIECE, min(lengths) + 1)
    np.testing.assert_array_equal(np.concatenate(spy.asked), spied.vocabulary.encode(text.split()))
    scores = [spy.engine({"ids": ids})["scores"].astype(float) for ids in spy.asked]
    mean = sum(len(ids) * each for ids, each in zip(spy.asked, scores, strict=True)) / words
    assert answer.label == LABELS[mean.argmax()]
    assert answer.score == pytest.approx(mean.max(), abs=1e-9)


def test_a_weight_is_what_hiding_the_word_does(spied, spy):
    label = LABELS.index(spied(TEXT).label)
    (ids,) = spy.asked
    words = spied.explain(TEXT)
    assert len(words) == len(ids)
    whole = spy.engine({"ids": ids})["scores"][label]
    for index, word in enumerate(words):
        hidden = np.where(np.arange(len(ids)) == index, 1, ids).astype("int32")
        fall = float(whole) - float(spy.engine({"ids": hidden})["scores"][label])
        assert word.weight == pytest.approx(fall, abs=1e-7)
    assert max(abs(word.weight) for word in words) > 0.01


@pytest.mark.parametrize("words", [PASSES - 1, PASSES, 2500])
def test_an_explanation_takes_no_more_than_400_passes(spied, spy, words):
    text = long_text(words)
    weights = spied.explain(text)
    assert PASSES * 0.9 < len(spy.asked) <= PASSES
    assert [word.text for word in weights] == text.split()


def test_a_word_alone_is_hidden_alone_as_long_as_there_are_passes(spied, spy):
    spied.explain("good " * (PASSES - 1))
    whole, *hidden = spy.asked
    assert [int((ids != whole).sum()) for ids in hidden] == [1] * (PASSES - 1)


def test_neighbours_share_the_weight_of_their_run_in_their_piece(spied, spy):
    weights = [word.weight for word in spied.explain("good bad film " * 1000)]
    pieces, hidden = spy.asked[:2], spy.asked[2:]
    assert [len(ids) for ids in pieces] == [1500, 1500]
    label = LABELS.index(spied("good bad film " * 1000).label)
    whole = spy.engine({"ids": pieces[0]})["scores"][label]
    (run,) = (hidden[0] != pieces[0]).nonzero()
    assert run.tolist() == list(range(8))  # 1,500 words in 199 runs
    fall = float(whole) - float(spy.engine({"ids": hidden[0]})["scores"][label])
    assert weights[:8] == pytest.approx([fall / 2 / 8] * 8, abs=1e-9)


def test_where_reading_takes_all_passes_a_piece_is_a_run():
    def engine(inputs):
        asked.append(len(inputs["ids"]))
        known = (inputs["ids"] != 1).mean()
        return {"scores": np.array([1 - known, known])}

    asked, pieces = [], PASSES // 2 + 1
    tokens = [Token("good", 0, 4)] * pieces * PIECE
    words = TextClassifier(lambda text: tokens, WORDS, str, LABELS, engine, None).explain("good")
    assert asked == [PIECE] * 2 * pieces
    np.testing.assert_allclose([word.weight for word in words], 1 / len(tokens))


@pytest.mark.parametrize("text", [None, 7, b"good"])
def test_what_is_no_text_is_refused_before_any_work(spied, spy, text):
    with pytest.raises(TypeError, match=r"`text\[1\]` must be a str, got"):
        spied(["good", text])
    with pytest.raises(TypeError, match="`text` must be a str, got"):
        spied(text)
    with pytest.raises(TypeError, match="`text` must be a str, got"):
        spied.explain(text)
    assert spy.asked == []


def configured(folder, preprocessor):
    """Open a model folder as if its configuration had this preprocessor."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return open_predictor(folder, {**config, "preprocessor": preprocessor})


def test_a_text_is_taken_as_it_is_where_nothing_is_said_of_markup(folder):
    words = configured(folder, {"tokenizer": "words"}).explain("<b>good")
    assert [word.text for word in words] == ["<", "b", ">", "good"]


@pytest.mark.parametrize(
    ("preprocessor", "message"),
    [
        ({"tokenizer": "words", "markup": "strip"}, r"one of \['blank'\], got 'strip'"),
        ({"tokenizer": "words", "markup": None}, r"markup` must be one of \['blank'\], got None"),
        ({"markup": "blank"}, r"config\.json: the field `preprocessor\.tokenizer` is missing"),
    ],
)
def test_a_configuration_that_cannot_be_followed_is_refused(folder, preprocessor, message):
    with pytest.raises(ModelFileError, match=message):
        configured(folder, preprocessor)
