"""The devices and hosts of a training run: options, environment variables, checks."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from zoo.errors import DistributionError

REFUSED = {
    "multiworkermirrored": "MultiWorkerMirroredStrategy does not work with Keras 3",
    "parameterserver": "parameter servers do not work with Keras 3",
}
INSTEAD = (
    "Train on several hosts with KERAS_BACKEND=jax and --coordinator, --processes, --process (see "
    "zoo/tuning/HOSTS.md), or on several devices of one host with --devices."
)


class Hosts(NamedTuple):
    """The address by which the processes of a training run find each other.

    Args:
        coordinator: `HOST:PORT` of process 0, a free port.
        processes: number of processes, usually one per host.
        process: index of this process, from 0.
    """

    coordinator: str
    processes: int
    process: int


VARIABLES: tuple[str, str, str] = (  # of the fields of `Hosts`; Keras' own names
    "KERAS_DISTRIBUTION_JOB_ADDRESSES",
    "KERAS_DISTRIBUTION_NUM_PROCESSES",
    "KERAS_DISTRIBUTION_PROCESS_ID",
)


def read_devices(devices: int | str) -> int | None:
    """Return the number of devices, None for all.

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


def read_hosts(
    coordinator: str | None,
    processes: int | None,
    process: int | None,
    environment: Mapping[str, str],
) -> Hosts | None:
    """Return `Hosts`, or None for this process alone.

    Args:
        coordinator, processes, process: the fields; None to read them from the environment.
        environment: dict of variables. The variable of the addresses may list all hosts; the first
            is the coordinator.

    Raises:
        DistributionError: a field is missing or invalid.

    Example:

    >>> read_hosts("10.0.0.1:7000", None, 1, {"KERAS_DISTRIBUTION_NUM_PROCESSES": "2"})
    Hosts(coordinator='10.0.0.1:7000', processes=2, process=1)
    """
    variables = dict(zip(Hosts._fields, VARIABLES, strict=True))
    options = {"coordinator": coordinator, "processes": processes, "process": process}
    given: dict[str, Any] = {
        name: environment.get(variables[name]) if value is None else value
        for name, value in options.items()
    }
    missing = [name for name, value in given.items() if value in (None, "")]
    if len(missing) == len(given):
        return None
    if missing:
        names = ", ".join(f"--{name} (or ${variables[name]})" for name in missing)
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


def refuse_cluster(text: str | None, hosts: Hosts | None) -> None:
    """Raise for a cluster of TensorFlow, in which every process would train the same.

    Args:
        text: the variable `TF_CONFIG`, or None.
        hosts: `Hosts`, with which `TF_CONFIG` does not matter; or None.
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
