"""Models that end in a CRF: training, metrics, weights, partial labels, saving."""

import keras
import numpy as np
import pytest

from tests.grids import quick
from tests.laws import array, arrays, close
from tests.specs import BATCH, MASK, TIME
from zoo.layers import CRF, CRFLoss
from zoo.models import CRFModel, CRFModelWrapper
from zoo.ops.crf import crf_log_likelihood, crf_multitag_log_likelihood, crf_token_log_likelihood

TAGS = 3
# XLA takes long to compile the loops of these small models.
JIT = {"jit_compile": keras.backend.backend() == "jax"}
random = np.random.default_rng(6)
IDS = np.where(MASK, random.integers(1, 9, (BATCH, TIME)), 0)
Y = random.integers(0, TAGS, (BATCH, TIME))
PADDED = np.where(MASK, Y, -1)
BITMAP = np.eye(TAGS, dtype=bool)[Y] | (random.random((BATCH, TIME, TAGS)) < 0.4)


def base(masked=True):
    ids = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(9, 4, mask_zero=masked)(ids)
    return keras.Model(ids, x)


def make(masked=True, **kwargs):
    """Return a model with random weights, of a stateless optimizer of rate 0."""
    model = CRFModel(base(masked), CRF(TAGS, name="crf"), **kwargs)
    model.set_weights([random.normal(size=w.shape) for w in model.weights])
    model.compile(keras.optimizers.SGD(0.0), metrics=["accuracy"], **JIT)
    return model


def scores(model):
    """Return the emissions of the batch, and the options that the functions of the CRF need."""
    emissions, mask = model.emissions(IDS)
    options = {"transition_params": model.crf.transitions, "start": model.crf.start}
    return emissions, {**options, "end": model.crf.end, "mask": MASK if mask is None else mask}


def found(model, y, weights=None):
    """Return what training and evaluation log; both must be the same."""
    logs = model.evaluate(IDS, y, sample_weight=weights, verbose=0, return_dict=True)
    trained = model.train_on_batch(IDS, y, sample_weight=weights, return_dict=True)
    close([trained[name] for name in sorted(logs)], [logs[name] for name in sorted(logs)])
    return {name: float(value) for name, value in logs.items()}


@pytest.mark.parametrize("masked", [True, False], ids=["implicit mask", "negative tags"])
def test_the_loss_is_the_mean_of_the_likelihoods_and_metrics_see_tokens_alone(masked):
    model = make(masked)
    logs = found(model, PADDED)
    emissions, options = scores(model)
    likelihood = array(crf_log_likelihood(emissions, Y, **options)[0])
    close([logs["loss"], logs["crf_loss"]], [-likelihood.mean()] * 2)
    tags = array(model.predict(IDS, verbose=0))
    if masked:
        close(tags, array(model.crf.decode(emissions, MASK)[0]), tolerance=0)
        close(found(model, Y)["loss"], logs["loss"])
        close(logs["accuracy"], (tags == Y)[MASK].mean())


def test_weights_of_sentences_and_of_tokens():
    model = make()
    emissions, options = scores(model)
    likelihood = array(crf_log_likelihood(emissions, Y, **options)[0])
    by_row, by_token = random.random(BATCH), random.random((BATCH, TIME))
    close(found(model, PADDED, by_row)["loss"], -(likelihood * by_row).mean())
    close(
        found(model, PADDED, np.repeat(by_row[:, None], TIME, 1))["loss"],
        -(likelihood * by_row).mean(),
    )
    terms = array(crf_token_log_likelihood(emissions, Y, **options))
    logs = found(model, PADDED, by_token)
    close(logs["loss"], -(terms * by_token).sum(axis=1).mean())
    right = array(model.predict(IDS, verbose=0)) == Y
    close(logs["accuracy"], (right * by_token)[MASK].sum() / by_token[MASK].sum())


def test_partial_labels():
    model = make()
    emissions, options = scores(model)
    likelihood = array(crf_multitag_log_likelihood(emissions, BITMAP, **options)[0])
    logs = found(model, BITMAP)
    close(logs["loss"], -likelihood.mean())
    known = MASK & (BITMAP.sum(axis=-1) == 1)
    close(logs["accuracy"], (array(model.predict(IDS, verbose=0)) == Y)[known].mean())
    unlabelled = found(model, np.ones_like(BITMAP))
    close(unlabelled["loss"], 0.0)
    with pytest.raises(ValueError, match=r"`sample_weight` must have the shape \(batch,\)"):
        model.evaluate(IDS, BITMAP, sample_weight=np.ones((BATCH, TIME)), verbose=0)


REDUCTIONS = {
    "sum": lambda rows: rows.sum(),
    "none": lambda rows: rows,
    "sum_over_batch_size": lambda rows: rows.mean(),
    "token_mean": lambda rows: rows.sum() / MASK.sum(),
}


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_reductions(reduction):
    layer, x = CRF(TAGS), random.normal(size=(BATCH, TIME, TAGS)).astype("float32")
    loss = CRFLoss(layer, reduction=reduction)
    assert CRFLoss.from_config(loss.get_config()).get_config() == loss.get_config()
    rows = array(layer.log_likelihood(x, Y, MASK))
    close(loss(PADDED, x), -REDUCTIONS[reduction](rows))
    close(loss(PADDED[..., None], x), -REDUCTIONS[reduction](rows))
    name = "mean" if reduction == "sum_over_batch_size" else reduction
    close(layer.log_likelihood(x, Y, MASK, reduction=name), REDUCTIONS[reduction](rows))


def test_it_learns_and_is_saved(tmp_path):
    """Tags alternate, which the chain alone can know."""
    y = np.where(MASK, MASK.cumsum(axis=1) % 2, -1)
    model = CRFModel(keras.Sequential([keras.layers.Embedding(9, 4, mask_zero=True)]), 2)
    model.compile(keras.optimizers.Adam(0.3), metrics=["accuracy"], **JIT)
    validation = {"validation_data": (IDS, y), "validation_freq": 20}
    history = model.fit(IDS, y, epochs=20, batch_size=BATCH, verbose=0, **validation)
    assert history.history["val_accuracy"] == [1]
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    close(loaded.get_weights(), model.get_weights(), tolerance=0)
    close(loaded.predict(IDS, verbose=0), model.predict(IDS, verbose=0), tolerance=0)
    logs = loaded.evaluate(IDS, y, verbose=0, return_dict=True)
    close(logs["loss"], history.history["val_loss"][-1])
    assert logs["accuracy"] == 1
    loaded.fit(IDS, y, verbose=0)


def test_the_losses_of_layers_are_added():
    x = keras.Input((None, 4))
    dense = keras.layers.Dense(TAGS, kernel_regularizer=keras.regularizers.L2(0.1))
    model = CRFModel(keras.Model(x, dense(x)), TAGS, use_kernel=False)
    model.compile(keras.optimizers.SGD(0.0), **JIT)
    logs = model.train_on_batch(np.ones((2, 3, 4)), np.zeros((2, 3)), return_dict=True)
    close(logs["loss"] - logs["crf_loss"], 0.1 * (array(dense.kernel) ** 2).sum())


@pytest.mark.parametrize("use_boundary", quick([True, False], False))
@pytest.mark.parametrize("policy", quick(["float32", "mixed_bfloat16"], "mixed_bfloat16"))
def test_code_for_the_wrapper_of_tensorflow_addons(policy, use_boundary, tmp_path):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        x = keras.Input((3, 5))
        identity = keras.Model(x, keras.layers.Identity()(x))
        model = CRFModelWrapper(identity, TAGS, use_boundary=use_boundary)
    finally:
        keras.config.set_dtype_policy(before)
    assert (model.crf.start is None) == (not use_boundary)
    transitions = array(model.crf.transitions)
    close(transitions @ transitions.T, np.eye(TAGS))
    features, y = random.random((2, 3, 5)).astype("float32"), np.array([[1, 2, 2], [1, 1, 1]])
    model.compile("adam")
    model.fit(features, y, verbose=0)
    model.evaluate(features, y, verbose=0)
    assert model.predict(features, verbose=0).shape == y.shape
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    first, second = (
        each.train_on_batch(features, y, return_dict=True)["crf_loss"] for each in (model, loaded)
    )
    close(first, second)
    close(loaded.get_weights(), model.get_weights())


def test_errors_say_what_came():
    model = make()
    one_hot = np.eye(TAGS, dtype="float32")[Y]
    with pytest.raises(ValueError, match=r"`y_true` .* got \(.*, 6, 3\).*argmax"):
        model.evaluate(IDS, one_hot, verbose=0)
    with pytest.raises(ValueError, match="`loss` must be left out, got 'mse'"):
        model.compile("adam", loss="mse")
    x = keras.Input((4,))
    with pytest.raises(ValueError, match=r"`base_model` must return .* got \(None, 4\)"):
        CRFModel(keras.Model(x, keras.layers.Identity()(x)), 3)


def test_lists_of_tags_leave_out_padding():
    layer = CRF(TAGS)
    x = random.normal(size=(BATCH, TIME, TAGS)).astype("float32")
    expected = [row[keep].tolist() for row, keep in zip(x.argmax(-1), MASK, strict=True)]
    assert layer.decode_lists(x, MASK) == expected
    assert layer.decode_lists(x) == x.argmax(-1).tolist()
    limited = arrays(layer.decode(x, MASK, BITMAP))[0]
    assert BITMAP[MASK][np.arange(MASK.sum()), limited[MASK]].all()
