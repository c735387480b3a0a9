"""Laws of the word tagger."""

import keras
import numpy as np
import pytest

from tests.grids import quick
from zoo.models import WordTagger

LABELS = ["O", "B-X", "I-X", "E-X", "S-X"]
SPECS = {
    "words": {"num_cases": 0},
    "frozen words": {"num_cases": 0, "frozen_words": 4},
    "cases": {},
    "cnn": {"characters": {"vocabulary_size": 6, "units": 4}},
    "bilstm": {"characters": {"vocabulary_size": 6, "units": 4, "kind": "bilstm"}},
    "softmax": {"head": "softmax", "characters": {"vocabulary_size": 6, "units": 4}},
}


def make(spec, **more):
    config = {"word_dim": 4, "stack": {"units": 3}, **SPECS[spec], **more}
    return WordTagger(8, LABELS, **config)


def batch(model, count=6, length=7, seed=0):
    rng = np.random.default_rng(seed)
    words = rng.integers(1, 8, (count, length))
    words[np.arange(length) >= rng.integers(1, length + 1, (count, 1))] = 0
    characters = rng.integers(1, 6, (*words.shape, 5)) * (words[..., None] != 0)
    arrays = {"words": words, "characters": characters, "cases": words % 8}
    return {name: arrays[name] for name in model.features}


@pytest.mark.parametrize("spec", SPECS)
def test_saved_and_loaded_model_answers_the_same(spec, tmp_path):
    model = make(spec)
    inputs = batch(model)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.get_config() == model.get_config()
    np.testing.assert_array_equal(np.asarray(model(inputs)), np.asarray(again(inputs)))


@pytest.mark.parametrize("spec", SPECS)
def test_padding_never_changes_a_tag_or_a_probability(spec):
    model = make(spec)
    inputs = batch(model)
    answers = {name: np.asarray(x) for name, x in model.answers(inputs).items()}
    tags, marginals = answers["tags"], answers["scores"]
    np.testing.assert_array_equal(tags, np.asarray(model.tags_model()(inputs)))
    for row, words in enumerate(inputs["words"]):
        length = int((words != 0).sum())
        alone = {name: array[row : row + 1, :length] for name, array in inputs.items()}
        answers = model.answers(alone)
        assert np.asarray(answers["tags"])[0].tolist() == tags[row, :length].tolist()
        own = np.asarray(answers["scores"])[0]
        np.testing.assert_allclose(own, marginals[row, :length], atol=1e-5)
        np.testing.assert_allclose(own.sum(axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize("spec", ["cnn", "softmax"])
def test_the_loss_is_the_mean_negative_log_likelihood(spec):
    model = make(spec)
    inputs = batch(model)
    tags = np.random.default_rng(1).integers(0, 5, inputs["words"].shape)
    emissions = model(inputs)
    mask = inputs["words"] != 0
    loss = float(model.compute_loss(inputs, tags, emissions))
    if spec == "softmax":
        p = np.asarray(keras.ops.log_softmax(emissions))
        own = np.where(mask, np.take_along_axis(p, tags[..., None], -1)[..., 0], 0).sum(axis=1)
    else:
        own = np.asarray(model.crf.log_likelihood(emissions, tags, mask))
    assert loss == pytest.approx(-own.mean(), abs=1e-4)


@pytest.mark.parametrize("spec", quick(["cnn", "frozen words", "softmax"], "frozen words"))
def test_it_learns_and_frozen_vectors_stay(spec):
    keras.utils.set_random_seed(0)
    model = make(spec)
    inputs = batch(model, 64)
    tags = np.where(inputs["words"] == 3, 4, 0)  # word 3 is an entity of its own
    kept = [np.asarray(w) for w in model.non_trainable_weights if "spare" in w.path]
    model.compile(keras.optimizers.Adam(0.05))
    losses = model.fit(inputs, tags, epochs=15, batch_size=16, verbose=0).history["loss"]
    assert losses[-1] < 0.2 * losses[0]
    found = np.asarray(model.tags_model().predict_on_batch(inputs))
    mask = inputs["words"] != 0
    assert (found == tags)[mask].mean() > 0.97
    frozen = [np.asarray(w) for w in model.non_trainable_weights if "spare" in w.path]
    assert len(frozen) == (spec == "frozen words")
    for before, after in zip(kept, frozen, strict=True):
        np.testing.assert_array_equal(before, after)


def test_ids_behind_the_vocabulary_are_frozen_words():
    model = make("frozen words")
    words = np.array([[7, 8, 11]])
    first = np.asarray(model({"words": words}))
    model.get_layer("spare_vectors").embeddings.assign(np.ones((4, 4)))
    second = np.asarray(model({"words": words}))
    assert np.abs(first - second).max() > 1e-4
    own = np.array([[1, 2, 7]])
    third = np.asarray(model({"words": own}))
    model.get_layer("spare_vectors").embeddings.assign(np.zeros((4, 4)))
    np.testing.assert_array_equal(third, np.asarray(model({"words": own})))


def test_an_unknown_head_is_named():
    with pytest.raises(ValueError, match="`head` must be one of .* Did you mean 'crf'"):
        make("words", head="crff")
