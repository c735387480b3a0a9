"""The cards of the entity taggers: measured again on the data that they name, and against bars."""

import pytest

import zoo
from tests.corpora import conll2003, needs_conll2003
from tests.grids import quick
from zoo.data.tagging import CASINGS, TaggingBatches
from zoo.metrics.calibration import expected_calibration_error, scored_spans
from zoo.metrics.entities import AS_TRAINED
from zoo.metrics.tags import tag_scores
from zoo.text import convert_tags, tags_to_spans

NAMES = ["bilstm-ner", "bilstm-ner-tiny"]
BYTES = {"bilstm-ner": 25_150_000, "bilstm-ner-tiny": 1_100_000}

RELEASE = [pytest.mark.exhaustive, pytest.mark.slow("reads a corpus again, in another form")]
OF_CASINGS = [
    casing if casing == "as written" else pytest.param(casing, marks=RELEASE) for casing in CASINGS
]


def claims(name, split, conditions):
    rows = zoo.info(name).metrics
    return {m.metric: m.value for m in rows if (m.split, m.conditions) == (split, conditions)}


@needs_conll2003
@pytest.mark.parametrize("casing", OF_CASINGS)
@pytest.mark.parametrize("name", quick(NAMES, "bilstm-ner-tiny"))
def test_the_claimed_scores_are_those_of_the_folder(name, casing):
    sentences = conll2003()["test"]
    change = CASINGS[casing]
    words = [[change(word) for word in sentence.words] for sentence in sentences]
    found = zoo.load(name).predict_words(words)
    scores = tag_scores([sentence.tags for sentence in sentences], found)
    claimed = claims(name, "test", casing)
    # A few words are so undecided that another processor may tip them.
    assert claimed["entity F1"] == pytest.approx(scores.micro.f1, abs=5e-4)
    if casing == "as written":
        for label, score in scores.labels.items():
            assert claimed[f"precision of {label}"] == pytest.approx(score.precision, abs=2e-3)
            assert claimed[f"recall of {label}"] == pytest.approx(score.recall, abs=2e-3)
            assert claimed[f"F1 of {label}"] == pytest.approx(score.f1, abs=2e-3)


@pytest.mark.slow("reads all sentences of dev")
@needs_conll2003
@pytest.mark.parametrize("name", ["bilstm-ner-tiny", pytest.param("bilstm-ner", marks=RELEASE)])
def test_the_claimed_calibration_is_that_of_the_model(name):
    tagger = zoo.load(name)
    labels, features = tagger.model.options.labels, tagger.model.features
    sentences = [(s.words, convert_tags(s.tags, "BIO", "BIOES")) for s in conll2003()["dev"]]
    batches = TaggingBatches(
        sentences, tagger.word_encoder, labels, batch_size=250, features=features
    )
    gold = [tags_to_spans(tags) for _, tags in sentences]
    error = expected_calibration_error(*scored_spans(tagger.model, batches, labels, gold))
    (claimed,) = [
        m.value
        for m in zoo.info(name).metrics
        if m.metric == "expected calibration error" and m.split == "dev"
    ]
    assert claimed == pytest.approx(error, abs=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_small_enough(name):
    assert zoo.info(name).size_bytes <= BYTES[name]


def test_the_scores_meet_their_bars():
    assert claims("bilstm-ner", "test", "as written")["entity F1"] >= 0.914
    assert claims("bilstm-ner", "test", "lower")["entity F1"] >= 0.80
    seeds = claims("bilstm-ner", "test", f"as written, 5 seeds, {AS_TRAINED}")
    assert seeds["mean entity F1"] >= 0.912
