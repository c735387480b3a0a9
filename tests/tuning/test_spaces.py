"""Every value of every search space builds the model of its recipe, which then reads a batch."""

import numpy as np
import pytest
from keras_tuner import HyperParameters
from keras_tuner.engine import hyperparameters as kinds

from tests.grids import quick
from zoo.data import word_tables
from zoo.layers import MERGE_MODES
from zoo.layers.pooling import POOLINGS
from zoo.models import build
from zoo.recipes import all_recipes, recipe_named
from zoo.recipes.configuration import flat
from zoo.recipes.keys import CLASSIFIER, WORD_TAGGER
from zoo.text import Vocabulary, WordEncoder
from zoo.training.classification.adversarial import AdversarialClassifier
from zoo.training.classification.recipe import build_classifier
from zoo.training.directions.run import DirectionTraining
from zoo.training.tagging.kinds import SpanTags, batches_of
from zoo.training.tagging.run import build_tagger

pytestmark = pytest.mark.exhaustive

SENTENCES = [(["Ada", "met", "Bo"], ["S-PER", "O", "S-PER"]), (["No"], ["O"])]
IDS = np.array([[2, 3, 4], [3, 0, 0]])
COMBINATIONS = 12  # drawn at random for each recipe


def build_brackets(config):
    training = DirectionTraining(None, config, None, (8, 32), (33, 64))
    units = config["model"]["encoder"]["units"]
    for direction in ("both", "forward"):
        yield build("token-tagging", training.model_config(direction, units)), IDS, 2


def build_ner(config):
    words = [words for words, _ in SENTENCES]
    characters = Vocabulary(["[PAD]", "[UNK]", *"ABNdemot"])
    tables = word_tables(words, dim=config["model"]["word_dim"])
    kind = SpanTags()
    tags = kind.tags(SENTENCES)
    model = build_tagger(config, kind, tags, tables, characters)
    inputs, _ = batches_of(SENTENCES, WordEncoder(tables.words, characters), model)[0][:2]
    yield model, inputs, len(tags)


def build_sentiment(config):
    model = build_classifier(config, ["bad", "good"], Vocabulary(["[PAD]", "[UNK]", *"abc"]))
    if config["adversarial"]:
        model = AdversarialClassifier(model, **config["adversarial"])
    yield model, IDS, 2


BUILD = {"brackets": build_brackets, "ner": build_ner, "sentiment": build_sentiment}


def values_of(each):
    """Return all values of a choice; the ends and the middle of a range."""
    if isinstance(each, kinds.Choice):
        return each.values
    if isinstance(each, kinds.Boolean):
        return [False, True]
    assert isinstance(each, kinds.Int | kinds.Float), f"a new kind: {each}"
    return [each.prob_to_value(part) for part in (0.0, 0.5, 1.0 - 1e-9)]


def space_of(name):
    """Return the hyperparameters of a recipe, with their defaults."""
    found = HyperParameters()
    recipe_named(name).space(found)
    return found


def one_changed(name, each, value):
    """Return hyperparameters in which one has another value, with what makes it active."""
    chosen = space_of(name)
    chosen.values |= {condition.name: condition.values[0] for condition in each.conditions}
    chosen.values[each.name] = value
    # What has become active by this has its default.
    active = {other.name: other.default for other in chosen.space if chosen.is_active(other)}
    chosen.values = active | chosen.values
    return chosen


def drawn(name, seed):
    """Return hyperparameters at random, each if those before it make it active."""
    chosen = space_of(name)
    for number, each in enumerate(chosen.space):
        if chosen.is_active(each):
            chosen.values[each.name] = each.random_sample(100 * seed + number)
    return chosen


def check(name, chosen):
    """Build the models of a recipe with hyperparameters, and let each read a batch."""
    recipe = recipe_named(name)
    config = recipe.config(recipe.space(chosen))
    for model, inputs, width in BUILD[name](config):
        scores = np.asarray(model(inputs, training=True))
        assert scores.shape == (2, 3, width)[:: 1 if scores.ndim == 3 else 2]
        assert np.isfinite(scores).all()


ROWS = {
    f"{name}, {each.name}={value}": (name, each, value)
    for name in all_recipes()
    for each in space_of(name).space
    for value in values_of(each)
}
# The names of parts of a network: a wrong one fails. Sizes and rates differ less.
NAMED = [
    key
    for key, (_, each, value) in ROWS.items()
    if isinstance(value, str) and value != each.default
]


@pytest.mark.parametrize("row", quick(ROWS, *NAMED))
def test_each_value_builds_a_model(row):
    name, each, value = ROWS[row]
    chosen = one_changed(name, each, value)
    assert chosen.is_active(each)
    check(name, chosen)


@pytest.mark.parametrize("seed", quick(range(COMBINATIONS), 0))
@pytest.mark.parametrize("name", all_recipes())
def test_values_drawn_at_random_build_a_model(name, seed):
    check(name, drawn(name, seed))


def test_every_recipe_is_checked():
    assert BUILD.keys() == all_recipes().keys()


def test_the_choices_of_keys_are_those_of_the_layers():
    keys = dict(flat({"classifier": CLASSIFIER, "tagger": WORD_TAGGER}))
    for path in ("classifier.encoder.merge_mode", "tagger.stack.merge_mode"):
        assert keys[path].choices == (*MERGE_MODES,)
    assert {*keys["classifier.pooling"].choices} == {"final", *POOLINGS}


def test_a_merge_mode_that_no_layer_has_is_refused_before_training():
    with pytest.raises(ValueError, match="model.encoder.merge_mode.*ave.*'average'"):
        recipe_named("sentiment").config({"model": {"encoder": {"merge_mode": "average"}}})
