"""Training on several devices of this host or, with JAX, of several hosts: one switch."""

import os
from contextlib import contextmanager

import keras

from zoo.errors import DistributionError
from zoo.training.distribution.hosts import INSTEAD, read_devices, read_hosts, refuse_cluster
from zoo.training.distribution.one_device import OneDevice

TIMEOUT = 60  # seconds


@contextmanager
def distribute(devices=1, coordinator=None, processes=None, process=None, *, timeout=TIMEOUT):
    """Say on what is trained inside of the `with`.

    With TensorFlow several devices of this host, by `tf.distribute.MirroredStrategy`; with JAX
    also those of several hosts, by `keras.distribution.DataParallel`, for which the same command
    is started once a host. The rows of a batch are shared out. A step computes what one device
    computes of the whole batch, up to rounding: also of batches that do not divide, of losses that
    are means over words, and of clipped gradients. (On TensorFlow, dropout draws other numbers.)

    Args:
        devices: how many, of each process; "auto" for all that it has.
        coordinator, processes, process: of several hosts, the fields of `Hosts`; what is None is
            read from the environment, `VARIABLES`.
        timeout: seconds after which a process that does not answer counts as dead.

    Yields:
        What `zoo.training.fit_best` takes as `devices`.

    Raises:
        DistributionError: more devices than there are, hosts without JAX, another backend, a
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


def distributed(options):
    """Return `distribute` of what a parser of `add_options` read."""
    return distribute(options.devices, options.coordinator, options.processes, options.process)
