"""Training on several devices of this host, or of several, with JAX."""

import time
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax
import keras
import numpy as np
from jax.experimental import multihost_utils

from zoo.errors import DistributionError
from zoo.recipes.hosts import Hosts
from zoo.training.distribution.one_device import OneDevice, Split

SECONDS_TO_SEE = 20  # a file that another host wrote to a shared folder


@contextmanager
def mesh(count: int | None, hosts: Hosts | None, timeout: int) -> Iterator[OneDevice]:
    """Yield the devices to train on; see `zoo.training.distribution.devices.distribute`.

    Args:
        count: number of devices of each process, None for all.
        hosts: `zoo.recipes.hosts.Hosts`, or None for this process alone.
        timeout: seconds without an answer after which a process counts as dead.

    Raises:
        DistributionError: there are fewer devices, or another process died.
    """
    if hosts:
        _join(hosts, timeout)
    try:
        devices = choose(jax.devices(), count)
        yield MeshDevices(devices) if len(devices) > 1 else OneDevice()
        if hosts:
            # Before the shutdown, which has a time limit: some may be slower at the end.
            multihost_utils.sync_global_devices("end")
    except jax.errors.JaxRuntimeError as error:
        if not hosts or "RESOURCE_EXHAUSTED" in str(error):
            raise
        raise DistributionError(
            f"process {hosts.process} of {hosts.processes} lost another one, which died or cannot "
            f"be reached: {error}. Start all processes again with the same command: they resume "
            "from the last checkpoint."
        ) from error
    if hosts:
        jax.distributed.shutdown()


def _join(hosts: Hosts, timeout: int) -> None:
    # If the connection fails, JAX ends the process without naming the address.
    print(f"process {hosts.process} of {hosts.processes} joins {hosts.coordinator}", flush=True)
    try:
        jax.distributed.initialize(
            *hosts,
            cluster_detection_method="deactivate",
            initialization_timeout=5 * timeout,
            heartbeat_timeout_seconds=timeout,
            shutdown_timeout_seconds=timeout,
        )
    except RuntimeError as error:
        raise DistributionError(
            f"process {hosts.process} of {hosts.processes} cannot meet the others at "
            f"{hosts.coordinator}: {error}. Is the port free there?"
        ) from error


def choose(devices: Sequence[Any], count: int | None) -> list[Any]:
    """Return the first devices of each process.

    Args:
        devices: list of `jax.Device` of all processes.
        count: number of devices of each process, None for all.

    Raises:
        DistributionError: a process has fewer.
    """
    there = min(Counter(device.process_index for device in devices).values())
    if (count or 1) > there:
        raise DistributionError(
            f"`devices` must be at most {there}, as many as JAX finds of kind "
            f"{devices[0].platform} in a process; got {count}."
        )
    seen: Counter[int] = Counter()
    chosen = []
    for device in devices:
        seen[device.process_index] += 1
        if count is None or seen[device.process_index] <= count:
            chosen.append(device)
    return chosen


class MeshDevices(OneDevice):
    """Devices that divide the rows of a batch; each holds all weights.

    Args:
        devices: list of `jax.Device`, of one process or several.
    """

    def __init__(self, devices: Sequence[Any]) -> None:
        names = [f"{device.platform}:{device.id}" for device in devices]
        self.layout = keras.distribution.DataParallel(devices=names)
        self.chief = jax.process_index() == 0

    def step(self, model: keras.Model, split: Split) -> "MeshStep":
        """Return a function that trains a model on a batch; see `OneDevice`.

        The compiler divides the computation, given the placement of the rows. It stays one
        computation on the whole batch, so that `split` is not used.

        Raises:
            DistributionError: the processes start from different weights.
        """
        variables = [*model.variables, *model.optimizer.variables]
        self.check_same([np.asarray(variable.value) for variable in variables])
        return MeshStep(model, self.layout)

    def check_same(self, arrays: Iterable[np.ndarray]) -> None:
        """Raise if arrays are not the same in all processes."""
        mine = np.uint32(0)
        for array in arrays:
            mine = np.uint32(zlib.crc32(np.ascontiguousarray(array).tobytes(), int(mine)))
        if len({*multihost_utils.process_allgather(mine).reshape(-1).tolist()}) > 1:
            raise DistributionError(
                "the processes begin from different weights: they need the same command, and a "
                "folder that all hosts see, for the checkpoint."
            )

    def broadcast(self, value: float) -> float:
        """Return the chief's number in every process."""
        # As bytes: JAX would round it to 32 bits.
        sent = np.frombuffer(np.float64(value).tobytes(), "uint8")
        return float(multihost_utils.broadcast_one_to_all(sent).astype("uint8").view("float64")[0])

    def wait(self, path: Path | None = None) -> None:
        """Wait until all processes are here and see a file that the chief wrote.

        Raises:
            DistributionError: the file is not there.
        """
        multihost_utils.sync_global_devices("wait")
        end = time.monotonic() + SECONDS_TO_SEE
        while path is not None and not path.exists():
            if time.monotonic() > end:
                raise DistributionError(
                    f"no {path} in process {jax.process_index()}, but process 0 has written it: "
                    "all hosts must see the same folder."
                )
            time.sleep(0.1)


class MeshStep:
    """A training step on all devices of a layout.

    The variables of the model stay arrays of this process, so that evaluation, saving and export
    work as on one device.

    Args:
        model: a compiled Keras model.
        layout: a `keras.distribution.DataParallel`.
    """

    def __init__(self, model: keras.Model, layout: keras.distribution.DataParallel) -> None:
        self.model = model
        self.rows = layout.get_data_layout((1,)).backend_layout
        self.whole = keras.distribution.TensorLayout((), layout.device_mesh).backend_layout
        self.groups = (
            model.trainable_variables,
            model.non_trainable_variables,
            model.optimizer.variables,
            model.metrics_variables,
        )
        # id of a variable -> its value here, and the same on all devices
        self.placed: dict[int, tuple[Any, Any]] = {}
        self.run = jax.jit(self._run, out_shardings=self.whole)

    def __call__(self, x: Any, y: Any) -> float:
        """Train on a batch, the same in all processes, and return its loss."""
        state = tuple([self._place(variable) for variable in group] for group in self.groups)
        logs, state = self.run(state, (x, y, None))
        for group, values in zip(self.groups, state, strict=True):
            for variable, value in zip(group, values, strict=True):
                variable.assign(value.addressable_data(0))
                self.placed[id(variable)] = (variable.value, value)
        return float(logs["loss"])

    def _place(self, variable):
        here, everywhere = self.placed.get(id(variable), (None, None))
        if variable.value is here:
            return everywhere
        # The variable was assigned to: a new learning rate, a checkpoint.
        value = np.asarray(variable.value)
        return jax.make_array_from_callback(value.shape, self.whole, lambda index: value[index])

    def _run(self, state, data):
        count = len(data[1])

        def share(array):
            if array.shape[:1] != (count,):
                return array
            return jax.lax.with_sharding_constraint(array, self.rows)

        return self.model.train_step(state, jax.tree.map(share, data))
