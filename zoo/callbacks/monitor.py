"""A callback that writes gates, states and directions of a recurrent model for TensorBoard."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from typing import Any

import keras

from zoo.callbacks.events import EventWriter
from zoo.callbacks.images import crf_figures, label_figures, layer_figures, sample_texts
from zoo.callbacks.probe import Probe, Sample
from zoo.callbacks.profiler import Profile
from zoo.callbacks.scalars import (
    gradient_numbers,
    label_numbers,
    state_numbers,
    weight_arrays,
)
from zoo.callbacks.tags import RATE, RESULTS, TOKENS_A_SECOND, description, epoch_tag

EPOCH_NOTES = {"epoch", "seconds", "tokens"}  # logs of `zoo.training.fit` that are not metrics
Logs = Mapping[str, Any] | None


class TimeBudget:
    """Limits the time of an activity to a fraction of the elapsed time.

    Args:
        fraction: largest fraction of the time since the budget was created.

    Example:

    >>> budget = TimeBudget(0.5)
    >>> budget.available()
    True
    >>> with budget.charge():
    ...     figures = "drawn here"
    >>> 0 < budget.spent < time.perf_counter() - budget.started
    True
    >>> budget.spent += 3600.0
    >>> budget.available()
    False
    """

    def __init__(self, fraction: float) -> None:
        self.fraction, self.spent, self.started = fraction, 0.0, time.perf_counter()

    def available(self) -> bool:
        """Return whether less than the fraction was spent so far."""
        return self.spent <= self.fraction * (time.perf_counter() - self.started)

    @contextmanager
    def charge(self) -> Iterator[None]:
        """Add the time of the `with` block to the time spent."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.spent += time.perf_counter() - start


class TrainingMonitor(keras.callbacks.Callback):
    """Writes the internals of a recurrent model for TensorBoard during training.

    It works in `keras.Model.fit` with recurrent layers of the zoo or of Keras, and in
    `zoo.training.fit`; on TensorFlow, and on JAX without TensorFlow. What a model does not have (a
    CRF, a second direction, labels per token) is left out. Model, optimizer and random states stay
    unchanged: training gives the same weights with and without the callback.

    Except for the logs of the training, everything is measured on one sample, without dropout. The
    x axis counts batches. Scalars are written every `every` batches, images and histograms after
    each epoch. Each of the two is skipped while it has used more than half of `budget` of the
    elapsed time. Everything is also written once before the training, which takes some seconds to
    compile, and once after it; these are not part of the budget.

    Args:
        log_dir: folder of TensorBoard's logs.
        sample: a `Sample`, preferably not from the training set and of about one batch; None to
            write only logs, learning rate and weights.
        every: minimum number of batches between two points of a scalar.
        budget: largest fraction of the training time that monitoring may take, above 0, at most 1;
            1 for no limit.
        tokens_per_epoch: number of tokens in an epoch, without padding, for the tokens per second;
            None if it is unknown, or the loop reports the speed as `zoo.training.fit` does.
        graph: whether to write the graph of the model; TensorFlow only.
        profile: pair of the first and last batch to profile, counted from 1, or None; by the
            profiler of the backend, for TensorBoard's plugin `tensorboard-plugin-profile`.

    Raises:
        ValueError: `every` or `budget` is out of range, or the parts of the sample do not fit.
        NotImplementedError: `graph` on JAX, or a sample on a backend other than TensorFlow and JAX.

    Example:

    >>> import tempfile
    >>> from pathlib import Path
    >>> from zoo.layers import BiLSTM
    >>> model = keras.Sequential([keras.Input((None, 3)), BiLSTM(4), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x, y = keras.ops.ones((8, 5, 3)), keras.ops.ones((8, 1))
    >>> with tempfile.TemporaryDirectory() as logs:
    ...     monitor = TrainingMonitor(logs, Sample(x[:2], y[:2]))
    ...     history = model.fit(x, y, callbacks=[monitor], verbose=0)
    ...     [path.name.split(".")[0] for path in Path(logs).iterdir()]
    ['events']
    """

    def __init__(
        self,
        log_dir: str | PathLike[str],
        sample: Sample | None = None,
        *,
        every: int = 100,
        budget: float = 0.01,
        tokens_per_epoch: int | None = None,
        graph: bool = False,
        profile: tuple[int, int] | None = None,
    ) -> None:
        super().__init__()
        if every < 1 or not 0 < budget <= 1:
            raise ValueError(
                "TrainingMonitor: `every` must be 1 or more, and `budget` above 0 and at most 1, "
                f"got {every!r} and {budget!r}."
            )
        self.log_dir = log_dir
        self.sample = None if sample is None else sample.checked()
        self.every = every
        self.budget = budget
        self.tokens_per_epoch = tokens_per_epoch
        self.graph = graph
        self.profile = profile and Profile(log_dir, *profile)
        self._writer: Any = None  # an `EventWriter` during training
        self._probe: Probe | None = None

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Open the file before the first epoch, and take the time."""
        if self._writer is None:
            self._begin(epoch)
        self._epoch_started, self._epoch_trained = time.perf_counter(), None
        self._spent_before = self._spent()

    def on_train_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Start the profiler at its first batch."""
        if self.profile:
            self.profile.before(self._base + batch + 1)

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Write the scalars, if it is time."""
        self._step = self._base + batch + 1
        if self.profile:
            self.profile.after(self._step)
        if self._step - self._scalars_at < self.every or not self._scalars.available():
            return
        numbers = {f"{RESULTS}/{name}/batch": float(value) for name, value in (logs or {}).items()}
        with self._scalars.charge():
            self._write_scalars(numbers)

    def on_test_begin(self, logs: Logs = None) -> None:
        """Take the time at the end of the training steps of an epoch."""
        if self._writer and self._epoch_trained is None:
            self._epoch_trained = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Write the logs of the epoch and, if it is time, images and histograms."""
        self._base = self._step
        numbers = {
            epoch_tag(name): float(value)
            for name, value in (logs or {}).items()
            if name not in EPOCH_NOTES
        }
        if self.tokens_per_epoch is not None:
            trained = (self._epoch_trained or time.perf_counter()) - self._epoch_started
            trained -= self._spent() - self._spent_before
            numbers[TOKENS_A_SECOND] = self.tokens_per_epoch / trained
        self._writer.scalars(numbers, self._step)
        if self._images.available():
            with self._images.charge():
                self._write_images()
        self._writer.flush()

    def on_train_end(self, logs: Logs = None) -> None:
        """Write everything a last time, and close the file."""
        if self._writer is None:
            return
        if self.profile:
            self.profile.stop()
        self._write_scalars({})
        self._write_images()
        self._write_texts("after training")
        self._writer.close()
        self._writer = None

    def _begin(self, epoch: int) -> None:
        """Open the file and write the state of the model before the first epoch."""
        self._base = self._step = epoch * ((self.params or {}).get("steps") or 0)
        self._writer = EventWriter(self.log_dir, description)
        if self.sample is not None:
            model: Any = self.model
            if not model.built:
                model(self.sample.x, training=False)
            self._probe = Probe(model, self.sample)
        if self._step:
            self._writer.restart(self._step)
        if self.graph:
            self._writer.graph(self._require_sample("graph").graph())
        self._write_scalars({})
        self._write_images()
        if not epoch:
            self._write_texts("before training")
        self._scalars, self._images = TimeBudget(self.budget / 2), TimeBudget(self.budget / 2)

    def _require_sample(self, argument: str) -> Probe:
        if self._probe is None:
            raise ValueError(f"TrainingMonitor: `{argument}` needs a `sample`, got None.")
        return self._probe

    def _spent(self) -> float:
        return self._scalars.spent + self._images.spent

    def _write_scalars(self, numbers: dict[str, float]) -> None:
        self._scalars_at = self._step
        model: Any = self.model  # on JAX, reading it updates the variables
        rate: Any = getattr(model.optimizer, "learning_rate", None)
        if rate is not None:
            numbers[RATE] = float(rate)
        if self._probe is not None:
            predictions, records = self._probe.record()
            sample = self._probe.sample
            numbers |= state_numbers(records) | label_numbers(sample, predictions)
            if sample.y is not None:
                loss, squares = self._probe.gradients()
                numbers[f"{RESULTS}/loss/sample"] = loss
                numbers |= gradient_numbers(squares, self._probe.gate_paths())
        self._writer.scalars(numbers, self._step)

    def _write_images(self) -> None:
        model: Any = self.model
        self._writer.histograms(weight_arrays(model), self._step)
        if self._probe is None:
            return
        predictions, records = self._probe.record()
        labels = _labels(self._probe)
        figures, numbers = layer_figures(self._probe, records)
        figures |= label_figures(self._probe.sample, predictions, labels)
        figures |= crf_figures(self._probe.crfs, labels)
        self._writer.figures(figures, self._step)
        self._writer.scalars(numbers, self._step)

    def _write_texts(self, when: str) -> None:
        if self._probe is None:
            return
        predictions, _ = self._probe.record()
        text = sample_texts(self._probe.sample, predictions, _labels(self._probe))
        if text:
            self._writer.text(f"tagged text/{when}", text, self._step)


def _labels(probe: Probe) -> Sequence[str] | None:
    """Return the names of the labels of the sample or of the CRF, or None."""
    return probe.sample.labels or next((crf.labels for crf in probe.crfs), None)
