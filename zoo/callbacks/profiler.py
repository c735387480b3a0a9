"""A profile of some batches of a training, by the profiler of the backend."""

from collections.abc import Callable
from os import PathLike
from typing import Any

import keras


class Profile:
    """Starts and stops the profiler.

    Args:
        log_dir: folder of the profile, in `plugins/profile/...`.
        first: first batch to profile, counted from 1.
        last: last batch to profile.

    Raises:
        ValueError: `last` is before `first`, or `first` is below 1.
        NotImplementedError: the backend is neither TensorFlow nor JAX.
    """

    def __init__(self, log_dir: str | PathLike[str], first: int, last: int) -> None:
        if not 1 <= first <= last:
            raise ValueError(
                f"`profile` must be the first and last batch, counted from 1, got {first}, {last}."
            )
        self.log_dir, self.first, self.last = str(log_dir), first, last
        self._start, self._stop = profiler()
        self._running = False

    def before(self, batch: int) -> None:
        """Start before the first batch."""
        if batch == self.first:
            self._start(self.log_dir)
            self._running = True

    def after(self, batch: int) -> None:
        """Stop after the last batch."""
        if batch == self.last:
            self.stop()

    def stop(self) -> None:
        """Stop if running."""
        if self._running:
            self._stop()
            self._running = False


def profiler() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return the functions that start, in a folder, and stop the profiler of Keras' backend."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        return tf.profiler.experimental.start, tf.profiler.experimental.stop
    if backend == "jax":
        import jax

        return jax.profiler.start_trace, jax.profiler.stop_trace
    raise NotImplementedError(f"the backend must be tensorflow or jax, got {backend!r}.")
