"""What TensorFlow Addons' tests of its CRF layer and of its model wrapper check, for ours."""

import keras
import numpy as np
import pytest

from tests.grids import quick
from tests.laws import array, close
from tests.ops.crf_cases import START, TAGS, TRANSITIONS, log_sum, score_of, sequences_of
from zoo.layers import CRF, CRFLoss
from zoo.models import CRFModel, CRFModelWrapper

TIME = 3
# XLA takes long to compile the loops of these small models.
JIT = {"jit_compile": keras.backend.backend() == "jax"}
random = np.random.default_rng(4)
Y = np.array([[1, 2, 2], [1, 1, 0]])
X = np.eye(TAGS, dtype="float32")[Y]  # each position is for one tag
# Numbers that half precision holds.
EMISSIONS = (random.integers(-8, 8, (2, TIME, TAGS)) / 4).astype("float32")
PADDED = {"right": [[1, 1, 1], [1, 1, 0]], "left": [[0, 1, 1], [1, 1, 1]]}
constant = keras.initializers.Constant


@pytest.fixture(autouse=True, params=quick(["float32", "mixed_float16"], "float32"))
def policy(request):
    """Run every test in both precisions, as TensorFlow Addons does."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield
    keras.config.set_dtype_policy(before)


def layer_of(transitions=TRANSITIONS, boundary=START):
    """Return a layer with given scores; its first and last tags have the same ones."""
    return CRF(
        TAGS,
        transitions_initializer=constant(transitions),
        start_end_initializer=constant(boundary),
    )


def identity():
    inputs = keras.Input((TIME, TAGS))
    return keras.Model(inputs, keras.layers.Identity()(inputs))


def test_equal_scores_of_the_chain_leave_the_best_tag_of_each_position():
    tags = layer_of(np.ones((TAGS, TAGS)), np.ones(TAGS))(X, returns="tags")
    assert keras.backend.standardize_dtype(tags.dtype) == "int32"
    close(tags, Y, tolerance=0)


def test_a_functional_model_decodes():
    inputs, layer = keras.Input((TIME, TAGS)), layer_of()
    model = keras.Model(inputs, layer(inputs, returns="tags"))
    expected = array(layer.decode(EMISSIONS)[0])
    close(model.predict(EMISSIONS, verbose=0), expected, tolerance=0)
    close(model(EMISSIONS), expected, tolerance=0)


def test_the_loss_of_a_step_is_that_of_the_enumeration():
    model = CRFModel(identity(), layer_of(), use_kernel=False)
    model.compile("sgd", **JIT)
    found = model.train_on_batch(EMISSIONS, Y, return_dict=True)["crf_loss"]
    expected = []
    for row, tags in zip(EMISSIONS, Y, strict=True):
        every, scores = sequences_of(row, TRANSITIONS, START, START)
        expected.append(log_sum(scores) - score_of(tags, every, scores))
    np.testing.assert_allclose(float(found), np.mean(expected), rtol=5e-5)


def masked(mask):
    """Return a model of `EMISSIONS` with a mask that goes to the layer."""
    inputs, keep = keras.Input((TIME, TAGS)), keras.Input((TIME,), dtype="bool")
    layer = layer_of()
    model = keras.Model([inputs, keep], layer(inputs, mask=keep))
    return model, layer, [EMISSIONS, np.array(mask, bool)]


@pytest.mark.parametrize("mask", quick(PADDED, "left"))
def test_a_step_with_padding_on_either_side_changes_the_weights(mask):
    model, layer, inputs = masked(PADDED[mask])
    model.compile("adam", loss=CRFLoss(layer), **JIT)
    before = model.get_weights()
    model.fit(inputs, Y, verbose=0)
    assert all(np.abs(a - b).max() > 0 for a, b in zip(model.get_weights(), before, strict=True))


def test_padding_on_the_left_gives_the_tags_of_the_rest_alone():
    """TensorFlow Addons refuses it."""
    model, layer, inputs = masked(PADDED["left"])
    tags = array(layer.decode(model(inputs), inputs[1])[0])
    close(tags[0, 1:], array(layer.decode(EMISSIONS[:1, 1:])[0])[0], tolerance=0)
    assert tags[0, 0] == 0


@pytest.mark.exhaustive
@pytest.mark.slow("trains loaded models, as a quick test of tests/models/test_crf_model.py does")
@pytest.mark.parametrize("wrapped", [True, False], ids=["wrapper", "layer"])
def test_a_loaded_model_predicts_and_is_trained_further_as_the_saved_one(wrapped, tmp_path):
    model = CRFModelWrapper(identity(), TAGS) if wrapped else CRFModel(identity(), layer_of())
    model.compile("adam", **JIT)
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    close(loaded.predict(X, verbose=0), model.predict(X, verbose=0), tolerance=0)
    close(loaded.get_weights(), model.get_weights(), tolerance=0)
    first, second = (
        each.train_on_batch(X, Y, return_dict=True)["crf_loss"] for each in (model, loaded)
    )
    assert first == second
    close(loaded.get_weights(), model.get_weights(), tolerance=0)
