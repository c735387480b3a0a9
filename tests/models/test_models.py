"""Laws of the models: configuration, padding, learning, guards."""

import keras
import numpy as np
import pytest

from zoo.errors import CausalUseError
from zoo.models import build

ENCODERS = {
    "plain": {},
    "keras gru": {"cell": "gru", "backend_layer": "keras"},
    "forward": {"direction": "forward"},
    "backward": {"direction": "backward"},
    "deep": {
        "num_layers": 2,
        "residual": True,
        "layer_norm": True,
        "between_dropout": 0.1,
        "embedding_dropout": 0.1,
    },
    "projection": {"merge_mode": "projection", "projection_units": 5},
}
HEADS = {
    "tagger": ("token-tagging", {}),
    "tagger hidden": ("token-tagging", {"hidden_units": 4}),
    "final": ("sequence-classification", {"pooling": "final"}),
    "max": ("sequence-classification", {"pooling": "max"}),
    "mean": ("sequence-classification", {"pooling": "mean"}),
    "attention": ("sequence-classification", {"pooling": "attention"}),
    "bigrams": ("sequence-classification", {"pooling": "max", "bigram_buckets": 30}),
}
PADDED = {
    "right": [[3, 4, 5, 0, 0, 0], [1, 2, 3, 4, 5, 6]],
    "left": [[0, 0, 0, 3, 4, 5], [1, 2, 3, 4, 5, 6]],
    "mixed": [[0, 3, 0, 4, 5, 0], [1, 2, 3, 4, 5, 6]],
    "beside an empty row": [[3, 4, 5], [0, 0, 0]],
}


def make(encoder="plain", head="tagger"):
    task, arguments = HEADS[head]
    sizes = {"vocabulary_size": 8, "embedding_dim": 4, "units": 3}
    config = {"encoder": {**sizes, **ENCODERS[encoder]}, "num_labels": 2, **arguments}
    model = build(task, config)
    if "bigram_buckets" in arguments:
        model.get_layer("pairs").assign(np.random.default_rng(0).normal(size=38), 0.5)
    return model


@pytest.mark.grid
@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("head", HEADS)
def test_saved_and_loaded_model_answers_the_same(encoder, head, tmp_path):
    model = make(encoder, head)
    ids = np.array([[1, 2, 3, 0], [4, 0, 0, 0]])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.get_config() == model.get_config()
    np.testing.assert_array_equal(np.asarray(again(ids)), np.asarray(model(ids)))


@pytest.mark.grid
@pytest.mark.parametrize("padding", PADDED)
@pytest.mark.parametrize("head", HEADS)
def test_padding_never_changes_an_answer(head, padding):
    if (head, padding) == ("bigrams", "mixed"):
        pytest.skip("words on either side of padding are no bigram")
    model = make(head=head)
    ids = np.array(PADDED[padding])
    batch = np.asarray(model(ids))[0]
    alone = np.asarray(model(np.array([[3, 4, 5]])))[0]
    kept = batch[ids[0] != 0] if head.startswith("tagger") else batch
    np.testing.assert_allclose(kept, alone, atol=1e-6)


@pytest.mark.parametrize("head", HEADS)
def test_an_empty_row_gets_a_finite_answer(head):
    assert np.isfinite(np.asarray(make(head=head)(np.zeros((2, 3), "int32")))).all()


@pytest.mark.parametrize("direction", ["forward", "backward", "plain"])
def test_final_states_are_those_of_the_true_ends(direction):
    encoder = make(direction).encoder
    alone = encoder(np.array([[3, 4, 5]]))
    padded = encoder(np.array([[3, 4, 5, 0, 0]]))
    np.testing.assert_allclose(np.asarray(padded["final"]), np.asarray(alone["final"]), atol=1e-6)
    sequence, final = np.asarray(alone["sequence"])[0], np.asarray(alone["final"])[0]
    ends = {"forward": sequence[-1], "backward": sequence[0]}
    both = np.concatenate([sequence[-1, :3], sequence[0, 3:]])
    np.testing.assert_allclose(final, ends.get(direction, both), atol=1e-6)


def test_training_lowers_the_loss_and_moves_every_weight():
    keras.utils.set_random_seed(0)
    model = make("deep", "attention")
    rng = np.random.default_rng(0)
    ids = rng.integers(0, 8, (64, 6))
    labels = (ids == 3).any(axis=1)
    before = [np.array(w) for w in model.get_weights()]
    model.compile(
        keras.optimizers.Adam(0.02),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    losses = model.fit(ids, labels, epochs=5, batch_size=16, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    trainable = [w.path for w in model.trainable_weights]
    moved = [
        w.path
        for w, old in zip(model.weights, before, strict=True)
        if not np.array_equal(np.asarray(w), old)
    ]
    assert set(trainable) <= set(moved)


def test_nobody_generates_with_it():
    with pytest.raises(CausalUseError, match=r"TokenTagger\.generate.*cannot be causal"):
        make().generate("Once upon a time")


@pytest.mark.parametrize(
    ("task", "change", "message"),
    [
        ("token-taging", {}, r"`task` must be one of .* Did you mean 'token-tagging'"),
        ("sequence-classification", {"pooling": "maxx"}, r"`pooling` .* Did you mean 'max'"),
        ("token-tagging", {"encoder": {"units": 0}}, r"`units` must be an integer above 0, got 0"),
        ("token-tagging", {"encoder": {"merge_mode": "avg"}}, r"`merge_mode` .* mean 'ave'"),
        ("token-tagging", {"encoder": {"num_layers": 0}}, r"`num_layers` must be an integer"),
    ],
)
def test_bad_configuration_is_named(task, change, message):
    encoder = {"vocabulary_size": 8, "embedding_dim": 4, "units": 3, **change.pop("encoder", {})}
    with pytest.raises(ValueError, match=message):
        build(task, {"encoder": encoder, "num_labels": 2, **change})
