"""Training on several devices of this host or, with JAX, of several hosts."""

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import keras

from zoo.errors import DistributionError
from zoo.recipes.hosts import INSTEAD, read_devices, read_hosts, refuse_cluster
from zoo.training.distribution.one_device import OneDevice

TIMEOUT = 60  # seconds


@contextmanager
def distribute(
    devices: int | str = 1,
    coordinator: str | None = None,
    processes: int | None = None,
    process: int | None = None,
    *,
    timeout: int = TIMEOUT,
) -> Iterator[OneDevice]:
    """Choose the devices to train on inside the `with` block.

    With TensorFlow all devices are on one host (`tf.distribute.MirroredStrategy`). With JAX they
    may be on several hosts (`keras.distribution.DataParallel`), on each of which the same command
    is started. The rows of a batch are divided among the devices. A step computes what one device
    computes for the whole batch, up to rounding: also for batches that do not divide evenly, losses
    that are means over words, and clipped gradients. (On TensorFlow, dropout draws other numbers.)

    Args:
        devices: number of devices of each process; "auto" for all.
        coordinator, processes, process: the fields of `Hosts`, for several hosts; None to read them
            from the environment variables `VARIABLES`.
        timeout: seconds without an answer after which a process counts as dead.

    Yields:
        The devices, for `zoo.training.TrainingOptions`.

    Raises:
        DistributionError: there are fewer devices, several hosts without JAX, another backend, a
            strategy that does not work with Keras 3; or another process died.

    Example:

    >>> with distribute(1) as devices:
    ...     devices.chief
    True

    Source: https://keras.io/guides/distribution.
    """
    count, hosts = read_devices(devices), read_hosts(coordinator, processes, process, os.environ)
    backend = keras.backend.backend()
    refuse_cluster(os.environ.get("TF_CONFIG"), hosts)
    if hosts and backend != "jax":
        raise DistributionError(f"several hosts need KERAS_BACKEND=jax; got {backend}. {INSTEAD}")
    if count == 1 and not hosts:
        yield OneDevice()
    elif backend == "jax":
        from zoo.training.distribution.jax_devices import mesh

        with mesh(count, hosts, timeout) as found:
            yield found
    elif backend == "tensorflow":
        from zoo.training.distribution.tensorflow_devices import MirroredDevices

        yield MirroredDevices(count)
    else:
        raise DistributionError(f"devices need the backend tensorflow or jax; got {backend}.")


def distributed(options: Namespace) -> AbstractContextManager[OneDevice]:
    """Return `distribute` for the options of a recipe."""
    return distribute(options.devices, options.coordinator, options.processes, options.process)
