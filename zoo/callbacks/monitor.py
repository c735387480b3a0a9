"""TensorBoard for recurrent models: what a training does to gates, states and directions."""

import time
from contextlib import contextmanager

import keras

from zoo.callbacks.events import EventWriter
from zoo.callbacks.images import crf_figures, label_figures, layer_figures, sample_texts
from zoo.callbacks.probe import Probe, Sample
from zoo.callbacks.profiler import Profile
from zoo.callbacks.scalars import (
    epoch_tag,
    gradient_numbers,
    label_numbers,
    state_numbers,
    weight_arrays,
)

__all__ = ["Sample", "TrainingWatch"]

EPOCH_NOTES = {"epoch", "seconds"}  # of `fit_best`: no measures


class Account:
    """Keeps the time that something takes below a share of all time, by saying when to wait.

    Args:
        share: of the time since the account was opened.

    Example:

    >>> account = Account(0.5)
    >>> with account.charge():
    ...     time.sleep(0.01)
    >>> account.may_spend()
    False
    >>> time.sleep(0.02)
    >>> account.may_spend()
    True
    """

    def __init__(self, share):
        self.share, self.spent, self.opened = share, 0.0, time.perf_counter()

    def may_spend(self):
        """Return whether less than the share was spent so far."""
        return self.spent <= self.share * (time.perf_counter() - self.opened)

    @contextmanager
    def charge(self):
        """Count the time that the context takes."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.spent += time.perf_counter() - start


class TrainingWatch(keras.callbacks.Callback):
    """Writes for TensorBoard what a recurrent model does while it is trained.

    Works in `fit` of any Keras model with recurrent layers of the zoo or of Keras, and in
    `zoo.training.fit_best`; on TensorFlow, and on JAX without TensorFlow. What a model does not
    have (a CRF, a second direction, labels a token) is left out. The model, its optimizer and its
    random states stay as they are: training gives the same weights with the callback as without.

    Everything but the logs of Keras is measured on one sample, without dropout. The x axis counts
    batches. Curves are written once in `every` batches, pictures and histograms after epochs; each
    of the two waits whenever it has taken more than half of `budget` of the time so far. All are
    also written once before the training, which takes some seconds to compile, and once after it:
    of a training of a minute that is more than the budget, of one of ten minutes a percent.

    Args:
        log_dir: of TensorBoard's logs.
        sample: a `Sample` of sequences, best not of train and about as many as in a batch; or None
            for the logs, learning rate and weights alone.
        every: how many batches lie at least between two points of a curve.
        budget: the largest part of the training's time that watching may take, above 0, at most 1;
            with 1 it never waits.
        tokens_per_epoch: tokens without padding that an epoch reads, for their number a second;
            None where the loop reports it itself, as `fit_best` does, or it is not known.
        graph: whether to write the model's graph; TensorFlow alone has one.
        profile: pair of the first and last batch to profile, counted from 1, or None; by the
            profiler of the backend, for TensorBoard's plugin `tensorboard-plugin-profile`.

    Raises:
        ValueError: `every` or `budget` out of range, a sample of parts that do not fit.
        NotImplementedError: `graph` on JAX; a sample on other backends than TensorFlow and JAX.

    Example:

    >>> import tempfile
    >>> from pathlib import Path
    >>> from zoo.layers import BiLSTM
    >>> model = keras.Sequential([keras.Input((None, 3)), BiLSTM(4), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x, y = keras.ops.ones((8, 5, 3)), keras.ops.ones((8, 1))
    >>> with tempfile.TemporaryDirectory() as logs:
    ...     watch = TrainingWatch(logs, Sample(x[:2], y[:2]))
    ...     history = model.fit(x, y, callbacks=[watch], verbose=0)
    ...     [path.name.split(".")[0] for path in Path(logs).iterdir()]
    ['events']
    """

    def __init__(
        self,
        log_dir,
        sample=None,
        *,
        every=100,
        budget=0.01,
        tokens_per_epoch=None,
        graph=False,
        profile=None,
    ):
        super().__init__()
        if every < 1 or not 0 < budget <= 1:
            raise ValueError(
                "TrainingWatch: `every` must be 1 or more and `budget` above 0 and at most 1, got "
                f"{every!r} and {budget!r}."
            )
        self.log_dir = log_dir
        self.sample = None if sample is None else sample.checked()
        self.every = every
        self.budget = budget
        self.tokens_per_epoch = tokens_per_epoch
        self.graph = graph
        self.profile = profile and Profile(log_dir, *profile)
        self._writer = None

    def on_epoch_begin(self, epoch, logs=None):
        """Start to write, before the first epoch, and take the time."""
        if self._writer is None:
            self._begin(epoch)
        self._epoch_started, self._epoch_trained = time.perf_counter(), None
        self._spent_before = self._spent()

    def on_train_batch_begin(self, batch, logs=None):
        """Start the profiler, if it is time."""
        if self.profile:
            self.profile.before(self._base + batch + 1)

    def on_train_batch_end(self, batch, logs=None):
        """Write the curves, if it is time."""
        self._step = self._base + batch + 1
        if self.profile:
            self.profile.after(self._step)
        if self._step - self._curves_at < self.every or not self._curves.may_spend():
            return
        numbers = {f"{name}/batch": float(value) for name, value in (logs or {}).items()}
        with self._curves.charge():
            self._write_curves(numbers)

    def on_test_begin(self, logs=None):
        """Note when the epoch's training was over."""
        if self._writer and self._epoch_trained is None:
            self._epoch_trained = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        """Write what the epoch gave, and the pictures, if it is time."""
        self._base = self._step
        numbers = {
            epoch_tag(name): float(value)
            for name, value in (logs or {}).items()
            if name not in EPOCH_NOTES
        }
        if self.tokens_per_epoch is not None:
            trained = (self._epoch_trained or time.perf_counter()) - self._epoch_started
            trained -= self._spent() - self._spent_before
            numbers["tokens a second"] = self.tokens_per_epoch / trained
        self._writer.scalars(numbers, self._step)
        if self._pictures.may_spend():
            with self._pictures.charge():
                self._write_pictures()
        self._writer.flush()

    def on_train_end(self, logs=None):
        """Write everything a last time, and close the file."""
        if self._writer is None:
            return
        if self.profile:
            self.profile.stop()
        self._write_curves({})
        self._write_pictures()
        self._write_texts("after training")
        self._writer.close()
        self._writer = None

    def _begin(self, epoch):
        """Open the file and look at the model before the first epoch that is trained here."""
        self._base = self._step = epoch * ((self.params or {}).get("steps") or 0)
        self._writer = EventWriter(self.log_dir)
        model = self.model
        if self.sample is not None and not model.built:
            model(self.sample.x, training=False)
        self._probe = None if self.sample is None else Probe(model, self.sample)
        if self._step:
            self._writer.restart(self._step)
        if self.graph:
            self._writer.graph(self._require_sample("graph").graph())
        self._write_curves({})
        self._write_pictures()
        if not epoch:
            self._write_texts("before training")
        self._curves, self._pictures = Account(self.budget / 2), Account(self.budget / 2)

    def _require_sample(self, argument):
        if self._probe is None:
            raise ValueError(f"TrainingWatch: `{argument}` needs a `sample`, got None.")
        return self._probe

    def _spent(self):
        return self._curves.spent + self._pictures.spent

    def _write_curves(self, numbers):
        self._curves_at = self._step
        rate = getattr(self.model.optimizer, "learning_rate", None)  # reading the model syncs JAX
        if rate is not None:
            numbers["learning rate"] = float(keras.ops.convert_to_numpy(rate))
        if self._probe is not None:
            predictions, records = self._probe.record()
            numbers |= state_numbers(records) | label_numbers(self.sample, predictions)
            if self.sample.y is not None:
                loss, squares = self._probe.gradients()
                numbers["loss/sample"] = loss
                numbers |= gradient_numbers(squares, self._probe.gate_paths())
        self._writer.scalars(numbers, self._step)

    def _write_pictures(self):
        self._writer.histograms(weight_arrays(self.model), self._step)
        if self._probe is None:
            return
        predictions, records = self._probe.record()
        figures, numbers = layer_figures(self._probe, records)
        figures |= label_figures(self.sample, predictions, self._labels())
        figures |= crf_figures(self._probe.crfs, self._labels())
        self._writer.figures(figures, self._step)
        self._writer.scalars(numbers, self._step)

    def _write_texts(self, when):
        if self._probe is None:
            return
        text = sample_texts(self.sample, self._probe.record()[0], self._labels())
        if text:
            self._writer.text(f"tagged text/{when}", text, self._step)

    def _labels(self):
        """Return the sample's names of labels, or those of the CRF, or None."""
        named = (crf.labels for crf in self._probe.crfs)
        return self.sample.labels or next(named, None)
