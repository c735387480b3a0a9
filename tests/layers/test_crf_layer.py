"""The CRF layer: in models, saved, in half precision, under the constraints of a scheme."""

import json
import re

import keras
import numpy as np
import pytest

import zoo.layers
from tests.laws import array, arrays, close
from tests.specs import BATCH, FEATURES, MASK, TIME, X
from zoo.layers import CRF, CRFLoss
from zoo.ops.crf import crf_decode, crf_log_likelihood, crf_marginals, crf_n_best
from zoo.ops.tag_constraints import allowed_tags

LABELS = {
    "BIO": ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"],
    "IOB1": ["I-LOC", "I-PER", "B-LOC", "B-PER", "O"],
    "BIOES": ["O", *(f"{prefix}-{kind}" for kind in ("LOC", "PER") for prefix in "BIES")],
}
WELL_FORMED = {
    "BIO": r"(?:O |B-(\w+) (?:I-\1 )*)*",
    "IOB1": r"(?:O |I-(\w+) (?:[BI]-\1 )*)*",
    "BIOES": r"(?:O |S-\w+ |B-(\w+) (?:I-\1 )*E-\1 )*",
}
every_scheme = pytest.mark.parametrize("scheme", LABELS)
random = np.random.default_rng(3)


def filled(layer, scale=1.0):
    layer.set_weights([random.normal(0, scale, w.shape) for w in layer.weights])
    return layer


def make(scheme="BIO", **kwargs):
    labels = LABELS[scheme]
    return filled(CRF(len(labels), labels=labels, scheme=scheme, **kwargs))


def emissions_for(layer, scale=1.0):
    return random.normal(0, scale, (BATCH, TIME, layer.num_tags)).astype("float32")


def tags_for(layer):
    return random.integers(0, layer.num_tags, (BATCH, TIME), dtype="int32")


def options(layer, constrained=True):
    """Return the arguments that the functions of `zoo.ops.crf` need in place of the layer."""
    return {
        "transition_params": layer.transitions,
        "start": layer.start,
        "end": layer.end,
        "mask": MASK,
        "allowed": allowed_tags(layer.labels, layer.scheme) if constrained else None,
    }


@pytest.mark.parametrize("use_start_end", [True, False])
@every_scheme
def test_decoding_is_the_function_with_the_layers_weights(scheme, use_start_end):
    layer = make(scheme, use_start_end=use_start_end)
    assert (layer.start is None) == (layer.end is None) == (not use_start_end)
    x = emissions_for(layer)
    close(arrays(layer.decode(x, MASK)), arrays(crf_decode(x, **options(layer))))


def test_the_other_methods_are_functions_with_the_layers_weights():
    layer = make()
    x, tags = emissions_for(layer), tags_for(layer)
    close(arrays(layer.n_best(x, 3, MASK)), arrays(crf_n_best(x, 3, **options(layer))))
    close(layer.marginals(x, MASK), array(crf_marginals(x, **options(layer))))
    free = options(layer, constrained=False)
    close(layer.log_likelihood(x, tags, MASK), array(crf_log_likelihood(x, tags, **free)[0]))


def ill_formed(rows, scheme):
    """Return the rows' sequences of labels that are not of the scheme."""
    texts = ["".join(f"{LABELS[scheme][tag]} " for tag in row) for row in rows]
    return [text for text in texts if not re.fullmatch(WELL_FORMED[scheme], text)]


@every_scheme
def test_nothing_ill_formed_is_decoded(scheme):
    """Of random scores, however much they are for it."""
    layer = make(scheme)
    batch = 200
    x = random.normal(0, 20, (batch, TIME, layer.num_tags)).astype("float32")
    mask = random.random((batch, TIME)) < 0.8
    tags, several = array(layer.decode(x, mask)[0]), array(layer.n_best(x, 3, mask)[0])
    assert ill_formed([row[keep] for row, keep in zip(x.argmax(-1), mask, strict=True)], scheme)
    assert not ill_formed([row[keep] for row, keep in zip(tags, mask, strict=True)], scheme)
    found = [each[keep] for rows, keep in zip(several, mask, strict=True) for each in rows]
    assert not ill_formed(found, scheme)


@every_scheme
def test_marginals_leave_out_what_is_ill_formed(scheme):
    layer = make(scheme)
    marginals = array(layer.marginals(emissions_for(layer, scale=20), MASK))
    close(marginals.sum(axis=-1), MASK.astype("float32"))
    allowed = allowed_tags(layer.labels, scheme)
    for row, keep in zip(marginals, MASK, strict=True):
        if keep.any():
            assert not row[keep][0, ~allowed.start].any()
            assert not row[keep][-1, ~allowed.end].any()


@pytest.mark.parametrize("constrain_training", [True, False])
def test_probabilities_of_all_sequences_sum_to_one(constrain_training):
    """Of the well-formed ones, if training is constrained, of all of them if not."""
    layer = make("BIO", constrain_training=constrain_training)
    every = np.stack([axis.ravel() for axis in np.indices((layer.num_tags,) * 2)], axis=-1)
    x = np.repeat(emissions_for(layer)[:1, :2], len(every), axis=0)
    shares = np.exp(array(layer.log_likelihood(x, every)))
    close(shares.sum(), 1.0)
    wrong = [bool(ill_formed([row], "BIO")) for row in every]
    assert (shares[wrong] == 0).all() if constrain_training else (shares[wrong] > 0).all()


def tagger(**kwargs):
    """Return a model from sequences and their mask to emissions."""
    x = keras.Input((None, FEATURES), name="x")
    mask = keras.Input((None,), dtype="bool", name="mask")
    dense = keras.layers.Dense(5, name="dense")
    layer = CRF(5, labels=LABELS["BIO"], scheme="BIO", name="crf", **kwargs)
    return keras.Model([x, mask], layer(dense(x), mask=mask))


def decoder(model, returns):
    layer = model.get_layer("crf")
    return keras.Model(model.inputs, layer(model.output, mask=model.inputs[1], returns=returns))


def test_in_a_functional_model():
    model = tagger()
    layer = filled(model.get_layer("crf"))
    emissions = array(model([X, MASK]))
    close(emissions, array(model.get_layer("dense")(X)), tolerance=0)
    assert model.output_shape == (None, None, 5)
    tags, marginals = decoder(model, "tags"), decoder(model, "marginals")
    assert tags.output_shape == (None, None) and tags.output.dtype == "int32"
    assert marginals.output_shape == (None, None, 5)
    for time in (TIME, 1):  # predict compiles
        x, mask = X[:, :time], MASK[:, :time]
        close(tags.predict([x, mask], verbose=0), array(layer.decode(emissions[:, :time], mask)[0]))
        expected = array(layer.marginals(emissions[:, :time], mask))
        close(marginals.predict([x, mask], verbose=0), expected)


def padded(tags):
    return np.where(MASK, tags, -1)


def test_the_loss_is_the_mean_over_rows_without_padding():
    layer = make()
    x, tags = emissions_for(layer), tags_for(layer)
    expected = -array(layer.log_likelihood(x, tags, MASK)).mean()
    close(CRFLoss(layer)(padded(tags), x), expected)
    garbage = np.where(MASK[..., None], x, 1e3)
    close(CRFLoss(layer)(padded(tags), garbage), expected)


class Tagger(keras.Model):
    """A model with the likelihood in its own `compute_loss`."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return -keras.ops.mean(self.get_layer("crf").log_likelihood(y_pred, y, x[1]))


def alternating(**kwargs):
    """Return a model that knows no more than where it is padded, and tags 1, 2, 1, 2, ..."""
    model = tagger(**kwargs)
    tags = np.zeros((BATCH, TIME), "int32")
    for row, keep in enumerate(MASK):
        tags[row, keep] = 1 + np.arange(keep.sum()) % 2
    return model, np.zeros_like(X), tags


@pytest.mark.grid
@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
@pytest.mark.parametrize("way", ["loss", "compute_loss"])
def test_trains(way, policy):
    """What only the chain can know is learned: which tag comes first, and which follows which."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model, x, tags = alternating()
    finally:
        keras.config.set_dtype_policy(before)
    layer, adam = model.get_layer("crf"), keras.optimizers.Adam(0.3)
    assert layer.compute_dtype == policy.removeprefix("mixed_")
    assert {str(weight.dtype) for weight in layer.weights} == {"float32"}
    if way == "loss":
        model.compile(adam, loss=CRFLoss(layer))
        history = model.fit([x, MASK], padded(tags), epochs=25, verbose=0).history["loss"]
    else:
        model = Tagger(model.inputs, model.outputs)
        model.compile(adam)
        history = model.fit([x, MASK], tags, epochs=25, verbose=0).history["loss"]
    assert history[-1] < 0.1 * history[0]
    emissions = model([x, MASK])
    assert keras.backend.standardize_dtype(emissions.dtype) == "float32"
    close(layer.decode(emissions, MASK)[0], tags, tolerance=0)
    marginals = array(layer.marginals(emissions, MASK))
    assert np.take_along_axis(marginals, tags[..., None], axis=-1)[MASK].min() > 0.8


def test_no_digit_is_lost_in_the_layer():
    layer = CRF(FEATURES, dtype="mixed_bfloat16")
    close(layer(X), X, tolerance=0)
    close(layer(X, returns="marginals"), array(CRF(FEATURES).marginals(X)), tolerance=0)


def test_rows_without_tokens_move_no_weight():
    model = tagger()
    layer = filled(model.get_layer("crf"))
    start = model.get_weights()
    model.compile(keras.optimizers.SGD(1.0), loss=CRFLoss(layer))
    model.train_on_batch([X, np.zeros_like(MASK)], np.full(MASK.shape, -1))
    close(model.get_weights(), start, tolerance=0)


def test_config():
    layer = make("BIOES", use_start_end=False, constrain_training=True, name="chain")
    config = layer.get_config()
    clone = CRF.from_config(json.loads(json.dumps(config)))
    assert clone.get_config() == config
    for name in ("num_tags", "labels", "scheme", "use_start_end", "constrain_training", "name"):
        assert getattr(clone, name) == config[name] == getattr(layer, name)
    assert keras.saving.get_registered_name(CRF) == "zoo>CRF"
    assert keras.saving.get_registered_name(CRFLoss) == "zoo>CRFLoss"
    assert {"CRF", "CRFLoss"} <= set(zoo.layers.__all__)


def test_keras_file(tmp_path):
    model = tagger()
    layer = filled(model.get_layer("crf"))
    model.compile("sgd", loss=CRFLoss(layer))
    tags = padded(tags_for(layer))
    loss = model.train_on_batch([X, MASK], tags)
    tags_of = decoder(model, "tags")
    for each, name in ((model, "model.keras"), (tags_of, "tags.keras")):
        each.save(tmp_path / name)
        loaded = keras.models.load_model(tmp_path / name)
        close(arrays(loaded([X, MASK])), arrays(each([X, MASK])), tolerance=0)
        close(loaded.get_weights(), each.get_weights(), tolerance=0)
    loaded = keras.models.load_model(tmp_path / "model.keras")
    with pytest.raises(ValueError, match="CRFLoss: `layer` is missing.*compile the model again"):
        loaded.train_on_batch([X, MASK], tags)
    loaded.compile("sgd", loss=CRFLoss(loaded.get_layer("crf")))
    assert loaded.train_on_batch([X, MASK], tags) < loss


def test_weight_file(tmp_path):
    source, target = tagger(), tagger()
    filled(source.get_layer("crf"))
    source.save_weights(tmp_path / "model.weights.h5")
    target.load_weights(tmp_path / "model.weights.h5")
    close(target.get_weights(), source.get_weights(), tolerance=0)


WRONG = {
    "no tags": ({"num_tags": 0}, "`num_tags` must be an integer above 0, got 0"),
    "half a tag": ({"num_tags": 2.5}, "`num_tags` must be an integer above 0, got 2.5"),
    "labels": ({"labels": ["O"]}, r"`labels` must be 2, one for each of `num_tags`, got 1"),
    "scheme": (
        {"labels": ["O", "S-X"], "scheme": "BOIES"},
        "`scheme` must be one of .* got 'BOIES'. Did you mean 'BIOES'?",
    ),
    "scheme without labels": ({"scheme": "BIO"}, "scheme='BIO' requires `labels`.* got None"),
    "label": ({"labels": ["O", "S-X"], "scheme": "BIO"}, "`labels` of the scheme BIO .* 'S-X'"),
}


@pytest.mark.parametrize("arguments, message", WRONG.values(), ids=WRONG)
def test_errors_of_the_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        CRF(**{"num_tags": 2, **arguments})


def test_errors_of_calls():
    layer = CRF(3)
    with pytest.raises(ValueError, match=r"`emissions` .* \(batch, time, 3\), got \(6, 6, 2\)"):
        layer(X[..., :2])
    with pytest.raises(ValueError, match=r"`emissions` .* \(batch, time, 3\), got \(6, 3\)"):
        layer.decode(X[0])
    with pytest.raises(ValueError, match=r"`mask` must have the shape \(6, 6\), got \(6,\)"):
        layer.decode(X, MASK[0])
    with pytest.raises(ValueError, match="`returns` must be one of .* Did you mean 'tags'?"):
        layer(X, returns="tag")
    with pytest.raises(ValueError, match="`tag_indices` must be between 0 and 2.* got 3"):
        layer.log_likelihood(X, np.full((BATCH, TIME), 3))
