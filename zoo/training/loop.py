"""The training loop: it resumes after an interruption and keeps the best averaged weights."""

import sys
import time
from collections.abc import Callable, Iterable
from os import PathLike
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np

from zoo.ops.matmul_dtype import use_matmul_dtype
from zoo.training.checkpoint import Checkpoint, History
from zoo.training.distribution.one_device import OneDevice, Split, split_rows
from zoo.training.options import TrainingOptions


class Batches(Protocol):
    """The batches of one epoch, by index; each one a pair `(x, y)`."""

    @property
    def tokens(self) -> int:
        """Number of tokens in all batches, without padding."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> tuple[Any, Any]: ...


def fit(
    model: keras.Model,
    train: Callable[[int], Batches],
    evaluate: Callable[[], float],
    folder: str | PathLike[str],
    options: TrainingOptions,
    *,
    frozen: Iterable[keras.layers.Layer] = (),
    split: Split = split_rows,
) -> History:
    """Train until dev no longer improves, and leave the model with its best averaged weights.

    Each epoch ends with a checkpoint. The same call on the same folder resumes after the last
    checkpoint, with the same result as an uninterrupted run. The weights that are evaluated on dev
    and kept are a running average, `a = averaging a + (1 - averaging) w`. Of equally good epochs
    the last one is kept.

    Args:
        model: a compiled Keras model with one loss and no metrics.
        train: function from the number of an epoch to its `Batches`.
        evaluate: function without arguments that returns the score of the model on dev; higher is
            better.
        folder: folder of the checkpoint, `best.weights.h5` and `history.json`.
        options: a `TrainingOptions`.
        frozen: layers that are not trained; a checkpoint leaves them out.
        split: how a batch is divided among devices, if its loss is not a mean over rows.

    Returns:
        List of dicts, one per epoch: `epoch`, `loss`, `dev`, `tokens`, `seconds`,
        `tokens_per_second`.

    Raises:
        CheckpointError: the folder holds a checkpoint of another run, or a broken one.
        DistributionError: several processes start from different weights.
    """
    folder, devices = Path(folder), options.devices or OneDevice()
    folder.mkdir(parents=True, exist_ok=True)
    best = folder / "best.weights.h5"
    state = Checkpoint(folder, model, options.conditions, frozen)
    step = devices.step(model, split)
    callbacks = keras.callbacks.CallbackList(
        list(options.callbacks) if devices.chief else [], model=model
    )
    callbacks.on_train_begin()
    while _unfinished(state.history, options):
        epoch = len(state.history)
        row = _train_epoch(step, train(epoch), state, callbacks, options)
        row["dev"], improved = _evaluate(evaluate, state, devices, best)
        state.history.append(row)
        if devices.chief:
            state.save()
            if options.log_dir is not None:
                _log(row, options.rate(epoch), options.log_dir)
            options.report(_line(row, improved))
        callbacks.on_epoch_end(epoch, row)
        devices.wait(state.path)
    model.load_weights(best)
    callbacks.on_train_end()
    return state.history


def _unfinished(history: History, options: TrainingOptions) -> bool:
    scores = [row["dev"] for row in history]
    if len(scores) >= options.epochs:
        return False
    stale = len(scores) - 1 - int(np.argmax(scores)) if scores else 0
    return options.patience is None or stale < options.patience


def _train_epoch(
    step: Callable[[Any, Any], Any],
    batches: Batches,
    state: Checkpoint,
    callbacks: keras.callbacks.CallbackList,
    options: TrainingOptions,
) -> dict[str, Any]:
    """Train on each batch once; return the row of the epoch in the history, without its score."""
    epoch = len(state.history)
    callbacks.set_params({"epochs": options.epochs, "steps": len(batches)})
    callbacks.on_epoch_begin(epoch)
    start = time.perf_counter()
    loss = _train_batches(step, batches, state, callbacks, options)
    seconds = time.perf_counter() - start
    return {
        "epoch": epoch,
        "loss": loss,
        "dev": None,
        "tokens": int(batches.tokens),
        "seconds": round(seconds, 1),
        "tokens_per_second": round(batches.tokens / seconds),
    }


def _train_batches(
    step: Callable[[Any, Any], Any],
    batches: Batches,
    state: Checkpoint,
    callbacks: keras.callbacks.CallbackList,
    options: TrainingOptions,
) -> float:
    """Train on each batch once; return the mean loss.

    A step per batch instead of `keras.Model.fit`, which fixes a width that the first few batches
    happen to share.
    """
    model, epoch = state.model, len(state.history)
    every = min(options.average_every or len(batches), len(batches))
    bar = keras.utils.Progbar(len(batches), verbose=int(sys.stdout.isatty()))
    losses = []
    for number in range(len(batches)):
        model.optimizer.learning_rate = options.rate(epoch + number / len(batches))
        model.reset_metrics()
        callbacks.on_train_batch_begin(number)
        with use_matmul_dtype(options.matmul_dtype):
            losses.append(float(step(*batches[number])))
        callbacks.on_train_batch_end(number, {"loss": losses[-1]})
        bar.update(number + 1, [("loss", losses[-1])])
        if (number + 1) % every == 0:
            state.average(options.averaging or 0.0)
    return float(np.mean(losses))


def _evaluate(
    evaluate: Callable[[], float], state: Checkpoint, devices: OneDevice, best: Path
) -> tuple[float, bool]:
    """Return the score of the averaged weights on dev, and whether it is the best so far."""
    state.swap()
    dev = devices.broadcast(float(evaluate()))
    improved = dev >= max((row["dev"] for row in state.history), default=-np.inf)
    if improved and devices.chief:
        state.model.save_weights(best)
    state.swap()
    return dev, improved


def _log(row: dict[str, Any], rate: float, log_dir: str | PathLike[str]) -> None:
    """Write the numbers of an epoch for TensorBoard, to one file per epoch: a kill loses none."""
    from zoo.callbacks.events import EventWriter
    from zoo.callbacks.tags import DEV, LOSS, RATE, TOKENS_A_SECOND, description

    speed = row["tokens_per_second"]
    numbers = {LOSS: row["loss"], DEV: row["dev"], TOKENS_A_SECOND: speed, RATE: rate}
    writer = EventWriter(log_dir, description)
    writer.scalars(numbers, row["epoch"])
    writer.close()


def _line(row: dict[str, Any], improved: bool) -> str:
    return (
        f"epoch {row['epoch'] + 1:3}  loss {row['loss']:.4f}  dev {100 * row['dev']:.2f}"
        f"{' *' if improved else '  '}  {row['seconds']:.0f} s  "
        f"{row['tokens_per_second']:,} words/s"
    )
