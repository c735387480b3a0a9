"""Training on several devices of this host or, with JAX, of several hosts: one switch."""

import json
import os
from contextlib import contextmanager
from typing import NamedTuple

import keras
import numpy as np

from zoo.errors import DistributionError

HELP = "how many of this host's devices train, or auto for all (default 1)"
REFUSED = {
    "multiworkermirrored": "MultiWorkerMirroredStrategy does not work with Keras 3",
    "parameterserver": "parameter servers do not work with Keras 3",
}
INSTEAD = (
    "Train on several hosts with KERAS_BACKEND=jax and --coordinator, --processes, --process (see "
    "zoo/tuning/HOSTS.md), or on several devices of one host with --devices."
)
TIMEOUT = 60  # seconds


class Hosts(NamedTuple):
    """Where the processes of a training find each other.

    Args:
        coordinator: `HOST:PORT` of process 0, a free port.
        processes: how many there are, as a rule one a host.
        process: which of them this one is, from 0.
    """

    coordinator: str
    processes: int
    process: int


VARIABLES = Hosts(  # Keras' own names
    "KERAS_DISTRIBUTION_JOB_ADDRESSES",
    "KERAS_DISTRIBUTION_NUM_PROCESSES",
    "KERAS_DISTRIBUTION_PROCESS_ID",
)


class OneDevice:
    """Training as it is without a switch; several devices answer to the same names.

    Attributes:
        chief: whether this process writes files and reports; one of all processes does.
    """

    chief = True

    def step(self, model, split):
        """Return a function that trains a model on a batch, and returns the loss before.

        Args:
            model: a compiled Keras model, whose variables hold the state of the training before
                and after each step, whatever the devices.
            split: as `split_rows`; or another way to take a batch apart.
        """
        return model.train_on_batch

    def chiefs(self, value):
        """Return the number that the chief has, in every process."""
        return value

    def wait(self, path=None):
        """Wait until all processes have come here, and see a file that the chief wrote."""

    def chief_first(self, function):
        """Call a function in the chief, and when it has returned in the other processes."""
        if self.chief:
            result = function()
        self.wait()
        return result if self.chief else function()


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
        from zoo.training.distributed_jax import mesh

        with mesh(count, hosts, timeout) as found:
            yield found
    elif backend == "tensorflow":
        from zoo.training.distributed_tensorflow import MirroredDevices

        yield MirroredDevices(count)
    else:
        raise DistributionError(f"devices need the backend tensorflow or jax; got {backend}.")


def add_options(parser):
    """Add the switch to a recipe's parser; `distributed` reads it."""
    group = parser.add_argument_group(
        "several devices and hosts", "On several hosts (JAX) the same command is started on each."
    )
    group.add_argument("--devices", default="1", help=HELP)
    for name, kind, help in (
        ("coordinator", str, "HOST:PORT of process 0"),
        ("processes", int, "how many processes, one a host"),
        ("process", int, "which one this is, from 0"),
    ):
        variable = getattr(VARIABLES, name)
        group.add_argument(f"--{name}", type=kind, help=f"{help} (default: ${variable})")


def distributed(options):
    """Return `distribute` of what a parser of `add_options` read."""
    return distribute(options.devices, options.coordinator, options.processes, options.process)


def read_devices(devices):
    """Return how many devices are asked for, None for all.

    Example:

    >>> read_devices("auto"), read_devices("2")
    (None, 2)
    """
    text = str(devices).strip()
    if text == "auto":
        return None
    if text.isdecimal() and int(text) > 0:
        return int(text)
    strategy = "".join(filter(str.isalpha, text.lower())).removesuffix("strategy")
    if strategy in REFUSED:
        raise DistributionError(f"`devices`: {REFUSED[strategy]}. {INSTEAD}")
    raise DistributionError(f"`devices` must be auto or a whole number above 0; got {devices!r}.")


def read_hosts(coordinator, processes, process, environment):
    """Return `Hosts`, or None for this process alone.

    Args:
        coordinator, processes, process: the fields, None for what the environment says.
        environment: dict of variables; that of the addresses may list all hosts, the first is the
            coordinator.

    Raises:
        DistributionError: a field is missing or makes no sense.

    Example:

    >>> read_hosts("10.0.0.1:7000", None, 1, {"KERAS_DISTRIBUTION_NUM_PROCESSES": "2"})
    Hosts(coordinator='10.0.0.1:7000', processes=2, process=1)
    """
    given = {
        name: environment.get(getattr(VARIABLES, name)) if value is None else value
        for name, value in zip(Hosts._fields, (coordinator, processes, process), strict=True)
    }
    missing = [name for name, value in given.items() if value in (None, "")]
    if len(missing) == len(given):
        return None
    if missing:
        names = ", ".join(f"--{name} (or ${getattr(VARIABLES, name)})" for name in missing)
        raise DistributionError(f"several hosts need {names}, too.")
    address = str(given["coordinator"]).split(",")[0].strip()
    try:
        count, number = int(given["processes"]), int(given["process"])
    except ValueError as error:
        raise DistributionError(f"`processes` and `process` must be numbers: {error}.") from error
    if not address.rpartition(":")[0] or not address.rpartition(":")[2].isdecimal():
        raise DistributionError(f"`coordinator` must be HOST:PORT; got {address!r}.")
    if not 0 <= number < count:
        raise DistributionError(f"`process` must be 0 to {count - 1} of {count}; got {number}.")
    return Hosts(address, count, number) if count > 1 else None


def refuse_cluster(text, hosts):
    """Refuse a cluster of TensorFlow's own kind, in which all would train the same.

    Args:
        text: the variable `TF_CONFIG`, or None.
        hosts: `Hosts`; with them it does not matter what TensorFlow is told.
    """
    try:
        config = json.loads(text or "{}")
        cluster = config.get("cluster", {})
        tasks = {kind: len(members) for kind, members in cluster.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise DistributionError(f"TF_CONFIG cannot be read: {error}. Unset it.") from error
    if hosts or sum(tasks.values()) < 2:
        return
    kind = "parameterserver" if "ps" in tasks else "multiworkermirrored"
    raise DistributionError(f"TF_CONFIG is set, but {REFUSED[kind]}. {INSTEAD}")


def split_rows(x, y, count):
    """Share the rows of a batch out.

    Args:
        x: array (B, ...), or dict of such.
        y: array (B, ...).
        count: how many parts; where there are too few rows for all, some get a row again, with no
            weight.

    Returns:
        List of `(x, y, weight)`; the loss of the batch is the mean of those of the parts by weight.

    Example:

    >>> [(x.tolist(), weight) for x, _, weight in split_rows(np.arange(3), np.zeros(3), 2)]
    [([0, 1], 2), ([2], 1)]
    """
    parts = []
    for rows in np.array_split(np.arange(len(y)), count):
        taken = rows if len(rows) else slice(1)
        part = keras.tree.map_structure(lambda array, taken=taken: array[taken], (x, y))
        parts.append((*part, len(rows)))
    return parts
