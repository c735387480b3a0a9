"""The options of a training run, whatever the model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import Any

import keras

from zoo.layers.guards import check_positive_int, check_rate
from zoo.training.distribution.one_device import OneDevice
from zoo.training.schedules import Schedule


def print_line(line: str) -> None:
    """Print a line and flush, so that a file or another program sees it at once."""
    print(line, flush=True)


@dataclass(frozen=True)
class TrainingOptions:
    """How long, with what learning rate and on which devices a model is trained.

    Args:
        epochs: maximum number of epochs.
        rate: learning rate schedule, a function from the number of epochs passed, a float; see
            `zoo.training.linear_decay` and `zoo.training.warmup_cosine`.
        averaging: fraction of the previous average that is kept when the weights are averaged; 0
            for no averaging, None for the default of the function that trains.
        average_every: number of batches between two updates of the average; None for one update
            per epoch.
        patience: number of epochs without a better result on dev after which training stops; None
            to train for all epochs.
        matmul_dtype: dtype of the matrix products of recurrent layers during training, such as
            "bfloat16"; None for that of the weights.
        conditions: dict of plain values that determine the result, such as the seed and the data;
            a run is resumed only under the conditions that it was started with.
        log_dir: folder for TensorBoard's logs, or None.
        callbacks: `keras.callbacks.Callback`s, such as `zoo.callbacks.TrainingMonitor`, called as
            in `keras.Model.fit`; the logs of an epoch are its row of the history. With several
            processes, only the chief calls them.
        devices: result of `zoo.training.distribution.devices.distribute`; None for one device.
        report: called with one line per epoch.

    Raises:
        ValueError: a number is out of range.

    Example:

    >>> from zoo.training.schedules import linear_decay
    >>> TrainingOptions(epochs=5, rate=linear_decay(0.01, 5)).patience
    10
    """

    epochs: int
    rate: Schedule
    averaging: float | None = None
    average_every: int | None = None
    patience: int | None = 10
    matmul_dtype: str | None = None
    conditions: Mapping[str, Any] = field(default_factory=dict)
    log_dir: str | PathLike[str] | None = None
    callbacks: Sequence[keras.callbacks.Callback] = ()
    devices: OneDevice | None = None
    report: Callable[[str], object] = print_line

    def __post_init__(self) -> None:
        check_positive_int("epochs", self.epochs)
        for name in ("average_every", "patience"):
            if getattr(self, name) is not None:
                check_positive_int(name, getattr(self, name))
        if self.averaging is not None:
            check_rate("averaging", self.averaging)

    def with_averaging(self, averaging: float, every: int | None = None) -> "TrainingOptions":
        """Return the options with this averaging, unless they have their own."""
        if self.averaging is not None:
            return self
        return replace(self, averaging=averaging, average_every=every)

    def with_conditions(self, **conditions: Any) -> "TrainingOptions":
        """Return the options with further conditions."""
        return replace(self, conditions={**self.conditions, **conditions})
