"""Laws of training on tokens: it learns, resumes, and padding does not count."""

import keras
import numpy as np
import pytest

from zoo.metrics import predict_tags, token_accuracy
from zoo.models import build
from zoo.training import TrainingOptions, warmup_cosine
from zoo.training.tagging import TokenBatches, fit_tokens


def make():
    encoder = {"vocabulary_size": 6, "embedding_dim": 8, "units": 16}
    return build("token-tagging", {"encoder": encoder, "num_labels": 2})


def task(count=256, seed=0):
    """Is the token the same as the next one? Sequences of 2 to 6 tokens, padded on the right."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(1, 6, (count, 6))
    ids[np.arange(6) >= rng.integers(2, 7, (count, 1))] = 0
    following = np.pad(ids[:, 1:], ((0, 0), (0, 1)))
    return ids, ((ids == following) & (ids != 0)).astype("int32")


def run(folder, train=None, epochs=2, planned=None, **options):
    """Train for `epochs` of the `planned` epochs, by which the learning rate goes."""
    keras.utils.set_random_seed(4)
    model = make()
    chosen = TrainingOptions(
        epochs, warmup_cosine(0.03, planned or epochs), patience=None, report=lambda line: None
    )
    train = task() if train is None else train
    return model, fit_tokens(model, train, task(seed=1), folder, chosen, **options)


def test_it_learns_what_only_the_future_tells(tmp_path):
    model, history = run(tmp_path, task(2048), epochs=12)
    assert max(row["dev"] for row in history) > 0.99
    ids, labels = task(seed=2)
    assert token_accuracy(labels, predict_tags(model, ids), ids != 0)[0] > 0.99


def test_labels_of_padding_change_nothing(tmp_path):
    ids, labels = task()
    losses = [
        [row["loss"] for row in run(tmp_path / name, (ids, given))[1]]
        for name, given in (("a", labels), ("b", np.where(ids == 0, 1 - labels, labels)))
    ]
    assert losses[0] == losses[1]


def test_the_loss_is_the_mean_over_tokens(tmp_path):
    ids, labels = task(8)
    model, _ = run(tmp_path, epochs=1)
    logits = np.asarray(model(ids), "float64")
    of_labels = np.take_along_axis(logits, labels[..., None], -1)[..., 0]
    losses = np.log(np.exp(logits).sum(-1)) - of_labels
    batch = TokenBatches(ids, labels, batch_size=8)[0]
    assert float(model.test_on_batch(*batch)) == pytest.approx(losses[ids != 0].mean(), rel=1e-4)


def test_a_run_that_was_interrupted_ends_as_if_it_had_not_been(tmp_path):
    steps = {"batch_size": 32, "steps_per_epoch": 3}
    model, history = run(tmp_path / "whole", epochs=4, **steps)
    run(tmp_path / "broken", epochs=2, planned=4, **steps)
    resumed, again = run(tmp_path / "broken", epochs=4, **steps)
    measured = [[(row["loss"], row["dev"]) for row in each] for each in (history, again)]
    assert measured[0] == measured[1]
    for first, second in zip(model.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_the_best_epoch_is_kept(tmp_path):
    _, history = run(tmp_path, epochs=4)
    dev = task(seed=1)
    model = make()
    model(dev[0])
    model.load_weights(tmp_path / "best.weights.h5")
    found = token_accuracy(dev[1], predict_tags(model, dev[0]), dev[0] != 0)[0]
    assert found == max(row["dev"] for row in history)


@pytest.mark.parametrize("steps", [None, 2, 3, 7])
def test_an_epoch_continues_where_the_one_before_stopped(steps):
    ids = np.arange(1, 21)[:, None]
    given = {"batch_size": 6, "steps": steps, "seed": 3}
    epochs = [TokenBatches(ids, ids, epoch=epoch, **given) for epoch in range(8)]
    assert {len(each) for each in epochs} == {steps or 4}
    read = [each[index][0][:, 0] for each in epochs for index in range(len(each))]
    for start in range(0, len(read) - 3, 4):  # four batches are one pass
        assert sorted(np.concatenate(read[start : start + 4])) == list(range(1, 21))
    again = TokenBatches(ids, ids, epoch=5, **given)
    np.testing.assert_array_equal(again[0][0], epochs[5][0][0])
    assert sum(each.tokens for each in epochs) == sum(map(len, read))


@pytest.mark.parametrize("name", ["epochs", "batch_size"])
def test_a_bad_number_is_named(name, tmp_path):
    with pytest.raises(ValueError, match=f"`{name}` must be an integer above 0, got 0"):
        run(tmp_path, **{name: 0})


@pytest.mark.parametrize(
    "wrong", [{"averaging": 1.0}, {"patience": 0}, {"average_every": 0}], ids=str
)
def test_a_wrong_option_is_named(wrong):
    with pytest.raises(ValueError, match=f"`{next(iter(wrong))}` must be"):
        TrainingOptions(1, warmup_cosine(0.1, 1), **wrong)


def test_the_schedule_is_that_of_keras():
    steps, warmup = 50, 15
    expected = keras.optimizers.schedules.CosineDecay(
        0.0, steps - warmup, warmup_target=0.1, warmup_steps=warmup
    )
    schedule = warmup_cosine(0.1, epochs=5, warmup=0.3)
    for step in range(steps):
        assert schedule(step / 10) == pytest.approx(float(expected(step)), abs=1e-7)
