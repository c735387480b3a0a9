"""Laws of training in two processes on loopback: the same as in one, also after a death."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.training.same_training import assert_same_training, checkpoint
from zoo.errors import DistributionError
from zoo.training.distribution import jax_devices as distributed_jax
from zoo.training.distribution.jax_devices import MeshDevices, choose

SCRIPT = Path(__file__).with_name("distributed_run.py")
TIMEOUT = 10  # seconds after which a silent process counts as dead
# Two shapes, since each takes seconds to compile.
GIVEN = {"model": "classifier with dropout", "sizes": [[8, 5], [7, 5], [8, 5], [7, 5]]}


@pytest.fixture(scope="module", autouse=True)
def compiled_once(tmp_path_factory):
    """Have one process keep what it compiled for those that come after it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path_factory.mktemp("compiled")))
        patch.setenv("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
        yield


def start(folder, spec, **environment):
    """Start `distributed_run.py` with JAX and return the process."""
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(folder), json.dumps({**GIVEN, **spec})],
        env={**os.environ, "KERAS_BACKEND": "jax", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def start_two(folder, die=None):
    """Start two processes that train together.

    Args:
        folder: of the checkpoint.
        die: which of them ends itself before the eleventh batch, once; None for none.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    running = []
    for number in range(2):
        spec = {"runs": {"hosts": "auto"}, "timeout": TIMEOUT}
        if number == die:
            spec["die"] = [str(folder / "died"), 10]
        variables = {
            "KERAS_DISTRIBUTION_JOB_ADDRESSES": address,
            "KERAS_DISTRIBUTION_NUM_PROCESSES": "2",
            "KERAS_DISTRIBUTION_PROCESS_ID": str(number),
        }
        running.append(start(folder, spec, **variables))
    return running


def output(process, seconds=480):
    """Return what a process printed, when it has ended."""
    try:
        return process.communicate(timeout=seconds)[0]
    finally:
        process.kill()  # which does nothing to one that has ended


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The folder of a process alone: on one device, and on two virtual ones."""
    folder = tmp_path_factory.mktemp("alone")
    flags = "--xla_force_host_platform_device_count=2"
    process = start(folder, {"runs": {"one": 1, "two": 2}}, XLA_FLAGS=flags)
    printed = output(process)
    assert process.returncode == 0, printed
    return folder


@pytest.mark.exhaustive
@pytest.mark.slow("trains in two processes, some of which die")
def test_two_devices_train_as_one(alone):
    assert_same_training(alone / "one", alone / "two")


@pytest.mark.slow("trains in two processes, some of which die")
def test_two_processes_train_as_one(alone, tmp_path):
    running = start_two(tmp_path)
    printed = [output(process) for process in running]
    assert [process.returncode for process in running] == [0, 0], printed
    assert_same_training(alone / "one", tmp_path / "hosts")
    assert ["epoch   5" in each for each in printed] == [True, False]  # the chief reports


@pytest.mark.slow("trains in two processes, some of which die")
@pytest.mark.parametrize("victim", [0, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_a_process_that_dies_is_reported_and_the_run_goes_on(alone, tmp_path, victim):
    running = start_two(tmp_path, die=victim)
    output(running[victim])
    printed = output(running[1 - victim])  # it ends by itself, as it reports below
    assert running[victim].returncode == -9
    assert running[1 - victim].returncode != 0
    reports = [f"process {1 - victim} of 2 lost another one, which died"]
    if victim == 0:  # the coordinator, of whose death JAX may tell before we can
        reports.append("leader task was preempted/died")
    assert any(report in printed for report in reports), printed
    assert len(json.loads(str(checkpoint(tmp_path / "hosts")["history"]))) == 2
    if victim == 1:  # the way back is the same
        running = start_two(tmp_path, die=victim)
        printed = [output(process) for process in running]
        assert [process.returncode for process in running] == [0, 0], printed
        assert_same_training(alone / "one", tmp_path / "hosts")


def test_a_folder_that_a_process_does_not_see_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(distributed_jax, "SECONDS_TO_SEE", 0)
    devices = object.__new__(MeshDevices)
    (tmp_path / "there").touch()
    devices.wait(tmp_path / "there")
    with pytest.raises(DistributionError, match="absent .* all hosts must see the same folder"):
        devices.wait(tmp_path / "absent")


def test_processes_that_begin_from_different_weights_are_refused(monkeypatch):
    devices, arrays = object.__new__(MeshDevices), [np.zeros(3), np.ones((2, 2))]
    devices.check_same(arrays)
    both = {"process_allgather": lambda mine: np.array([mine, mine + 1])}
    monkeypatch.setattr(distributed_jax, "multihost_utils", SimpleNamespace(**both))
    with pytest.raises(DistributionError, match="begin from different weights"):
        devices.check_same(arrays)


def test_the_chiefs_number_comes_whole():
    assert object.__new__(MeshDevices).broadcast(0.1) == 0.1


@pytest.mark.parametrize(
    ("count", "chosen"), [(None, [0, 1, 2, 3]), (1, [0, 2]), (2, [0, 1, 2, 3])]
)
def test_each_process_gives_as_many_devices(count, chosen):
    devices = [
        SimpleNamespace(id=number, process_index=number // 2, platform="gpu") for number in range(4)
    ]
    assert [device.id for device in choose(devices, count)] == chosen
    with pytest.raises(DistributionError, match="at most 2, .* kind gpu in a process; got 3"):
        choose(devices, 3)
