"""Training on several devices of this host, or of several, with JAX."""

import time
import zlib
from collections import Counter
from contextlib import contextmanager

import jax
import keras
import numpy as np
from jax.experimental import multihost_utils

from zoo.errors import DistributionError
from zoo.training.distribution.one_device import OneDevice

SECONDS_TO_SEE = 20  # what another host has written to a folder of both


@contextmanager
def mesh(count, hosts, timeout):
    """Yield the devices to train on; see `zoo.training.distribution.devices.distribute`.

    Args:
        count: how many devices of each process, None for all.
        hosts: `zoo.training.distribution.devices.Hosts`, or None for this process alone.
        timeout: seconds after which a process that does not answer counts as dead.

    Raises:
        DistributionError: there are not so many devices, or another process died.
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
            f"be reached: {error}. Start all again with the same command: they go on from the "
            "last checkpoint."
        ) from error
    if hosts:
        jax.distributed.shutdown()


def _join(hosts, timeout):
    # Should it not get there, JAX ends the process without a word about where it wanted to go.
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


def choose(devices, count):
    """Return the first devices of each process.

    Args:
        devices: of all processes.
        count: how many of each, None for all.

    Raises:
        DistributionError: a process has not so many.
    """
    there = min(Counter(device.process_index for device in devices).values())
    if (count or 1) > there:
        raise DistributionError(
            f"`devices` must be at most {there}, as many as JAX finds of kind "
            f"{devices[0].platform} in a process; got {count}."
        )
    seen, chosen = Counter(), []
    for device in devices:
        seen[device.process_index] += 1
        if count is None or seen[device.process_index] <= count:
            chosen.append(device)
    return chosen


class MeshDevices(OneDevice):
    """Devices that share the rows of a batch, each with all weights.

    Args:
        devices: list of `jax.Device`, of one process or several.
    """

    def __init__(self, devices):
        names = [f"{device.platform}:{device.id}" for device in devices]
        self.layout = keras.distribution.DataParallel(devices=names)
        self.chief = jax.process_index() == 0

    def step(self, model, split):
        """Return a function that trains a model on a batch; see `OneDevice`.

        The compiler shares the computation out, from where the rows of a batch are to lie: it
        stays one of the whole batch, so that `split` has nothing to do.

        Raises:
            DistributionError: the processes begin from different weights.
        """
        variables = [*model.variables, *model.optimizer.variables]
        self.check_same([np.asarray(variable.value) for variable in variables])
        return MeshStep(model, self.layout)

    def check_same(self, arrays):
        """Refuse arrays that are not the same in all processes."""
        mine = np.uint32(0)
        for array in arrays:
            mine = np.uint32(zlib.crc32(np.ascontiguousarray(array).tobytes(), int(mine)))
        if len({*multihost_utils.process_allgather(mine).reshape(-1).tolist()}) > 1:
            raise DistributionError(
                "the processes begin from different weights: they need the same command, and a "
                "folder that all hosts see, for the checkpoint."
            )

    def chiefs(self, value):
        """Return the number that the chief has, in every process."""
        # As bytes: JAX would round it to 32 bits.
        sent = np.frombuffer(np.float64(value).tobytes(), "uint8")
        return float(multihost_utils.broadcast_one_to_all(sent).astype("uint8").view("float64")[0])

    def wait(self, path=None):
        """Wait until all processes have come here, and see a file that the chief wrote.

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
    """A step of training on all devices of a layout.

    The model's variables stay arrays of this process alone, so that what measures, saves or ships
    the model need not know of it.

    Args:
        model: a compiled Keras model.
        layout: a `keras.distribution.DataParallel`.
    """

    def __init__(self, model, layout):
        self.model = model
        self.rows = layout.get_data_layout((1,)).backend_layout
        self.whole = keras.distribution.TensorLayout((), layout.device_mesh).backend_layout
        self.groups = (
            model.trainable_variables,
            model.non_trainable_variables,
            model.optimizer.variables,
            model.metrics_variables,
        )
        self.placed = {}  # id of a variable -> its value here, and the same on all devices
        self.run = jax.jit(self._run, out_shardings=self.whole)

    def __call__(self, x, y):
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
        # Somebody has assigned to it: a new learning rate, a checkpoint.
        value = np.asarray(variable.value)
        return jax.make_array_from_callback(value.shape, self.whole, lambda index: value[index])

    def _run(self, state, data):
        count = len(data[1])

        def share(array):
            if array.shape[:1] != (count,):
                return array
            return jax.lax.with_sharding_constraint(array, self.rows)

        return self.model.train_step(state, jax.tree.map(share, data))
