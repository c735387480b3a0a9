"""Laws of a tagger that starts from a trained one: what it shares with it, and what it answers."""

import numpy as np
import pytest

from tests.grids import quick
from zoo.data.tagging import TaggingBatches
from zoo.hub import ModelFileError, UnknownModelError
from zoo.models import quantize_words
from zoo.recipes import conll_ner
from zoo.tasks import task_named
from zoo.text import WordEncoder
from zoo.training.tagging import SpanTags, predict_word_tags
from zoo.training.tagging.run import build_tagger
from zoo.training.tagging.start import TaggerStart

RECIPE = conll_ner.RECIPE
WORDS = [
    "George Washington went to Bonn in 1997 .".split(),
    "The kraftwerker met @Zyx and the 123456789 ☃☃ of Ulm-Nord ❤ .".split(),
    "the aardvarks of Xanadu and the aardvarks of 1997".split(),
]
LABELS = {"those of the start": ["LOC", "MISC", "ORG", "PER"], "others": ["LOC", "RIVER"]}


@pytest.fixture(scope="module", params=quick(["bilstm-ner-tiny", "bilstm-ner"], "bilstm-ner-tiny"))
def start(request):
    return TaggerStart.read(task_named("entity-tagging"), request.param)


def started(start, labels):
    """Return a tagger before its first step, and the encoder of its words."""
    kind, config = SpanTags(), start.config(RECIPE.config(), {})
    tables = start.grown_tables(WORDS, min_count=2)
    characters = start.grown_characters(WORDS)
    tags = kind.tags([(["a"] * len(labels), [f"S-{label}" for label in labels])])
    model = build_tagger(config, kind, tags, tables, characters)
    start.copy_weights(model)
    return model, WordEncoder(tables.words, characters)


def inputs_of(model, encode):
    batches = TaggingBatches(
        [(words, ["O"] * len(words)) for words in WORDS],
        encode,
        model.options.labels,
        batch_size=8,
        features=model.features,
    )
    return batches, batches[0][0]


def test_with_the_same_labels_and_no_step_it_answers_as_the_start(start):
    model, encode = started(start, LABELS["those of the start"])
    assert len(encode.words) > len(start.words)
    assert len(encode.characters) == len(start.characters) + len(
        {*"☃❤@"} - {*start.characters.tokens}
    )
    before, inputs = inputs_of(start.tagger, WordEncoder(start.words, start.characters))
    for tagger in (model, quantize_words(model)):
        after, again = inputs_of(tagger, encode)
        assert tagger.options.labels == start.tagger.options.labels
        np.testing.assert_allclose(tagger(again), start.tagger(inputs), atol=1e-3)
        assert predict_word_tags(tagger, after) == predict_word_tags(start.tagger, before)


def test_of_other_labels_it_shares_the_layers_below_and_the_tags_that_both_have(start):
    model, encode = started(start, LABELS["others"])
    _, inputs = inputs_of(start.tagger, WordEncoder(start.words, start.characters))
    _, again = inputs_of(model, encode)
    outputs = [t.stack(*t.embed(x)) for t, x in ((start.tagger, inputs), (model, again))]
    np.testing.assert_allclose(*outputs, atol=1e-4)
    shared = [tag for tag in model.options.labels if not tag.endswith("RIVER")]
    assert len(shared) == 5
    places = [[t.options.labels.index(tag) for tag in shared] for t in (start.tagger, model)]
    emissions = [np.asarray(t(x)) for t, x in ((start.tagger, inputs), (model, again))]
    known = [each[..., at] for each, at in zip(emissions, places, strict=True)]
    np.testing.assert_allclose(*known, atol=1e-3)
    chains = [np.asarray(t.crf.transitions) for t in (start.tagger, model)]
    known = [each[np.ix_(at, at)] for each, at in zip(chains, places, strict=True)]
    np.testing.assert_array_equal(*known)
    assert np.abs(known[0]).max() > 0.1


def test_new_words_are_trained_and_known_ones_keep_their_vectors(start):
    model, encode = started(start, LABELS["others"])
    trained = encode.words.tokens[: model.options.vocabulary_size]
    assert {"aardvarks", "kraftwerker", "@zyx"} <= {*trained}
    assert (
        trained[: start.tagger.options.vocabulary_size]
        == (start.words.tokens[: start.tagger.options.vocabulary_size])
    )
    assert {*start.words.tokens} <= {*encode.words.tokens}


@pytest.mark.parametrize(
    "given, message",
    [
        ({"words": 9}, "`--start` brings its vocabulary: 'words'"),
        ({"model": {"word_dim": 9}}, "brings 'model.word_dim', .* changes: 9"),
        ({"model": {"stack": {"units": 9}}}, "brings 'model.stack', .* changes: .*'units': 9"),
        ({"model": {"characters": None}}, "brings 'model.characters', .* changes: None"),
    ],
)
def test_what_a_start_brings_is_not_changed(start, given, message):
    with pytest.raises(ValueError, match=message):
        start.config(RECIPE.config(given), given)


def test_dropout_and_head_may_be_others(start):
    given = {"model": {"input_dropout": 0.1, "head": "softmax"}}
    config = start.config(RECIPE.config(given), given)
    assert config["model"]["input_dropout"] == 0.1 and config["model"]["head"] == "softmax"


WRONG = {
    "bilstm-sentiment": (ModelFileError, "starts from a model of entity-tagging or word-tagging"),
    "bilstm-nerr": (UnknownModelError, "Did you mean 'bilstm-ner'"),
    "path:nowhere": (ModelFileError, "not a model folder"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_start_is_refused_before_anything_is_read(name, tmp_path, monkeypatch):
    monkeypatch.setattr("zoo.data.load_conll2003", lambda _: pytest.fail("the corpus was read"))
    error, message = WRONG[name]
    with pytest.raises(error, match=message):
        RECIPE.main([f"--start={name}", f"--output={tmp_path}"])


def test_vectors_are_not_given_beside_a_start(capsys):
    with pytest.raises(SystemExit):
        RECIPE.main(["--start=bilstm-ner", "--vectors=vectors.txt"])
    assert "--vectors cannot be given beside it" in capsys.readouterr().err
