"""Training that can be broken off, and keeps the averaged weights of the best epoch on dev."""

import sys
import time
from pathlib import Path

import keras
import numpy as np

from zoo.ops.matmul_dtype import use_matmul_dtype
from zoo.training.checkpoint import Checkpoint
from zoo.training.distribution.one_device import OneDevice, split_rows


def print_now(line):
    """Print a line at once, also where a file or another program reads it."""
    print(line, flush=True)


def fit_best(
    model,
    train,
    measure,
    folder,
    *,
    epochs,
    rate,
    averaging,
    average_every=None,
    patience=10,
    frozen=(),
    conditions=None,
    report=print_now,
    log_dir=None,
    callbacks=(),
    devices=None,
    split=split_rows,
    products=None,
):
    """Train until dev no longer gets better, and leave the model with its best averaged weights.

    Each epoch ends with a checkpoint; the same call on the same folder goes on after the last one,
    with the same result as if it had never stopped. What is measured on dev, and kept, is a
    running average of the weights, `a = averaging a + (1 - averaging) w`.

    Args:
        model: a compiled Keras model.
        train: function from an epoch's number to its batches, a `keras.utils.PyDataset` with
            `tokens`, the number of tokens in it, padding not counted.
        measure: function without arguments that returns how good the model is on dev, a float;
            more is better.
        folder: of the checkpoint, `best.weights.h5` and `history.json`.
        epochs: how many at most.
        rate: function from the number of epochs passed, a float, to the learning rate.
        averaging: share of the average before in the average.
        average_every: number of batches from one averaging to the next; None for an epoch.
        patience: how many epochs without a better one end the training.
        frozen: layers that training leaves as they are, and a checkpoint leaves out.
        conditions: dict of what else makes the run what it is (seed, data, ...), plain values; a
            run is continued only under the conditions that it began with.
        report: called with one line an epoch.
        log_dir: where TensorBoard's logs go, or None for none.
        callbacks: list of `keras.callbacks.Callback`, such as
            `zoo.callbacks.monitor.TrainingWatch`, called as in `fit`; an epoch's logs are its row
            of the history. Of several processes the one that writes calls them.
        devices: of `zoo.training.distribution.devices.distribute`; None for one device. Of several
            processes, all run this, and one writes.
        split: how a batch is shared out among devices, where its loss is no mean over rows.
        products: type of the matrix products of recurrent layers while it trains, such as
            "bfloat16"; None for that of the weights.

    Returns:
        List of dicts, one an epoch: `epoch`, `loss`, `dev`, `tokens`, `seconds`,
        `tokens_per_second`.

    Raises:
        CheckpointError: the folder holds a checkpoint of another run, or a broken one.
        DistributionError: several processes begin from different weights.
    """
    folder, devices = Path(folder), devices or OneDevice()
    folder.mkdir(parents=True, exist_ok=True)
    state = Checkpoint(folder, model, conditions or {}, frozen)
    history, step = state.history, devices.step(model, split)

    def step_in(*batch):
        with use_matmul_dtype(products):
            return step(*batch)

    watching = keras.callbacks.CallbackList(list(callbacks) if devices.chief else [], model=model)
    watching.on_train_begin()
    while len(history) < epochs and _still_rising(history, patience):
        epoch, batches = len(history), train(len(history))
        watching.set_params({"epochs": epochs, "steps": len(batches)})
        watching.on_epoch_begin(epoch)
        start = time.perf_counter()
        loss = _train(
            model,
            step_in,
            batches,
            watching,
            lambda part, e=epoch: rate(e + part),
            state,
            averaging,
            average_every or len(batches),
        )
        seconds = time.perf_counter() - start
        state.swap()
        dev = devices.chiefs(float(measure()))
        better = dev > max((each["dev"] for each in history), default=-np.inf)
        if better and devices.chief:
            model.save_weights(folder / "best.weights.h5")
        state.swap()
        history.append(
            {
                "epoch": epoch,
                "loss": loss,
                "dev": dev,
                "tokens": int(batches.tokens),
                "seconds": round(seconds, 1),
                "tokens_per_second": round(batches.tokens / seconds),
            }
        )
        if devices.chief:
            state.save()
            if log_dir is not None:
                _log(history[-1], rate(epoch), log_dir)
            report(_line(history[-1], better))
        watching.on_epoch_end(epoch, history[-1])
        devices.wait(state.path)
    model.load_weights(folder / "best.weights.h5")
    watching.on_train_end()
    return history


def _train(model, step, batches, watching, rate, state, averaging, average_every):
    """Train on each batch once; return the mean loss.

    Batch by batch, since `fit` fixes a width that the first few batches happen to share.
    """
    bar = keras.utils.Progbar(len(batches), verbose=int(sys.stdout.isatty()))
    losses = []
    for number in range(len(batches)):
        model.optimizer.learning_rate = rate(number / len(batches))
        model.reset_metrics()
        watching.on_train_batch_begin(number)
        losses.append(float(step(*batches[number])))
        watching.on_train_batch_end(number, {"loss": losses[-1]})
        bar.update(number + 1, [("loss", losses[-1])])
        if (number + 1) % average_every == 0:
            state.average(averaging)
    if len(batches) < average_every:
        state.average(averaging)
    return float(np.mean(losses))


def _still_rising(history, patience):
    scores = [each["dev"] for each in history]
    return not scores or len(scores) - 1 - int(np.argmax(scores)) < patience


def _log(row, rate, log_dir):
    """Write an epoch's numbers for TensorBoard; one file an epoch, so that a kill loses none."""
    from tensorboard.summary import Writer

    writer = Writer(str(log_dir))
    for tag, value in {
        "loss/train": row["loss"],
        "measure/dev": row["dev"],
        "words a second/train": row["tokens_per_second"],
        "learning rate": rate,
    }.items():
        writer.add_scalar(tag, value, step=row["epoch"])
    writer.close()


def _line(row, better):
    return (
        f"epoch {row['epoch'] + 1:3}  loss {row['loss']:.4f}  dev {100 * row['dev']:.2f}"
        f"{' *' if better else '  '}  {row['seconds']:.0f} s  {row['tokens_per_second']:,} words/s"
    )
