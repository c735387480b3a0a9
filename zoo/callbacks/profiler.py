"""A profile of some batches of a training, by the backend's own profiler."""

import keras


class Profile:
    """Starts and stops the profiler.

    Args:
        log_dir: where the profile goes, `plugins/profile/...`.
        first: the first batch that it takes, counted from 1.
        last: the last one.

    Raises:
        ValueError: `last` before `first`, or `first` below 1.
        NotImplementedError: another backend than TensorFlow or JAX.
    """

    def __init__(self, log_dir, first, last):
        if not 1 <= first <= last:
            raise ValueError(
                f"`profile` must be the first and last batch, counted from 1, got {first}, {last}."
            )
        self.log_dir, self.first, self.last = str(log_dir), first, last
        self._start, self._stop = profiler()
        self._running = False

    def before(self, batch):
        """Start before the first batch."""
        if batch == self.first:
            self._start(self.log_dir)
            self._running = True

    def after(self, batch):
        """Stop after the last batch."""
        if batch == self.last:
            self.stop()

    def stop(self):
        """Stop, if it runs."""
        if self._running:
            self._stop()
            self._running = False


def profiler():
    """Return the functions that start (in a folder) and stop the profiler of Keras' backend."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        return tf.profiler.experimental.start, tf.profiler.experimental.stop
    if backend == "jax":
        import jax

        return jax.profiler.start_trace, jax.profiler.stop_trace
    raise NotImplementedError(f"only TensorFlow and JAX are known, not the backend {backend!r}.")
