"""Laws of the switch: what it takes, what it refuses, and that two devices train as one."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.grids import quick
from tests.training.same_training import assert_same_training
from zoo.recipes.command import add_devices
from zoo.recipes.hosts import VARIABLES, Hosts, read_hosts
from zoo.training.classification.fit import split_language
from zoo.training.distribution import devices as distribution
from zoo.training.distribution.devices import DistributionError, distribute, distributed
from zoo.training.distribution.one_device import OneDevice, split_rows
from zoo.training.tagging import split_tokens

SCRIPT = Path(__file__).with_name("distributed_run.py")


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for name in (*VARIABLES, "TF_CONFIG"):
        monkeypatch.delenv(name, raising=False)


def begin(*arguments, **options):
    with distribute(*arguments, **options) as devices:
        return devices


def test_without_the_switch_training_is_as_it_was():
    devices = begin()
    model = keras.Sequential([keras.layers.Dense(1)])
    assert type(devices) is OneDevice and devices.chief
    assert devices.step(model, split_rows) == model.train_on_batch
    assert devices.broadcast(0.1) == 0.1 and devices.chief_first(lambda: 3) == 3


@pytest.mark.parametrize(
    ("devices", "message"),
    [
        (1000, "`devices` must be at most .* got 1000"),
        (0, "`devices` must be auto or a whole number above 0; got 0"),
        ("two", "`devices` must be auto or a whole number above 0; got 'two'"),
        ("MultiWorkerMirroredStrategy", "does not work with Keras 3. Train on several hosts with"),
        ("multi_worker_mirrored", "MultiWorkerMirroredStrategy does not work with Keras 3"),
        ("ParameterServerStrategy", "parameter servers do not work .* KERAS_BACKEND=jax"),
    ],
)
def test_devices_that_cannot_be_are_refused(devices, message):
    with pytest.raises(DistributionError, match=message):
        begin(devices)


@pytest.mark.parametrize(
    ("cluster", "message"),
    [
        ({"worker": ["a:1", "b:1"]}, "MultiWorkerMirroredStrategy does not work with Keras 3"),
        ({"ps": ["a:1"], "worker": ["b:1"]}, "parameter servers do not work with Keras 3"),
    ],
)
def test_a_cluster_of_tensorflows_own_kind_is_refused(cluster, message, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster}))
    with pytest.raises(DistributionError, match=f"TF_CONFIG is set, but {message}.*=jax"):
        begin()
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": {"worker": ["a:1"]}}))
    assert begin().chief  # a cluster of one is none
    monkeypatch.setenv("TF_CONFIG", "not JSON")
    with pytest.raises(DistributionError, match="TF_CONFIG cannot be read"):
        begin()


@pytest.mark.parametrize("devices", [2, "auto"])
def test_another_backend_is_refused(devices, monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    with pytest.raises(DistributionError, match="need the backend tensorflow or jax; got torch"):
        begin(devices)


def test_several_hosts_need_jax(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "tensorflow")
    with pytest.raises(DistributionError, match="several hosts need KERAS_BACKEND=jax; got tens"):
        begin(1, "10.0.0.1:7000", 2, 0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("a:1", None, None), "--processes .*_NUM_PROCESSES.*--process .*_PROCESS_ID"),
        ((None, 2, 1), r"several hosts need --coordinator \(or \$KERAS_DISTRIBUTION_JOB_ADDR"),
        (("a", 2, 1), "`coordinator` must be HOST:PORT; got 'a'"),
        (("a:b", 2, 1), "`coordinator` must be HOST:PORT; got 'a:b'"),
        (("a:1", 2, 2), "`process` must be 0 to 1 of 2; got 2"),
        (("a:1", 2, -1), "`process` must be 0 to 1 of 2; got -1"),
        (("a:1", "two", 0), "must be numbers: .*'two'"),
    ],
)
def test_hosts_that_cannot_be_are_refused(given, message):
    with pytest.raises(DistributionError, match=message):
        read_hosts(*given, {})


def test_options_stand_before_variables():
    environment = dict(zip(VARIABLES, ("a:1,b:2", "2", "0"), strict=True))
    assert read_hosts(None, None, None, environment) == Hosts("a:1", 2, 0)
    assert read_hosts(None, None, 1, environment) == Hosts("a:1", 2, 1)
    assert read_hosts("c:3", 3, 1, environment) == Hosts("c:3", 3, 1)
    assert read_hosts(None, None, None, {}) is None
    assert read_hosts("a:1", 1, 0, {}) is None  # one process is no several hosts


def test_a_recipes_options_are_the_switch(monkeypatch):
    parser = argparse.ArgumentParser()
    add_devices(parser)
    seen = []
    monkeypatch.setattr(distribution, "distribute", lambda *given: seen.append(given))
    distributed(parser.parse_args([]))
    distributed(parser.parse_args("--devices auto --coordinator a:1".split()))
    distributed(parser.parse_args("--devices 2 --processes 3 --process 0".split()))
    assert seen == [("1", None, None, None), ("auto", "a:1", None, None), ("2", None, 3, 0)]


@pytest.mark.parametrize("rows", [1, 2, 5, 8])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_row_is_shared_out_once(rows, count):
    x, y = {"a": np.arange(rows), "b": np.arange(2 * rows).reshape(rows, 2)}, np.arange(rows)
    parts = split_rows(x, y, count)
    assert len(parts) == count
    kept = [(x, y) for x, y, weight in parts if weight]
    np.testing.assert_array_equal(np.concatenate([part["b"] for part, _ in kept]), x["b"])
    np.testing.assert_array_equal(np.concatenate([part for _, part in kept]), y)
    assert all(len(part["a"]) == len(y) > 0 for part, y, _ in parts)
    assert [weight for *_, weight in parts if weight] == [len(y) for _, y in kept]


def test_a_language_model_is_weighed_by_pairs_of_words():
    ids = np.array([[3, 4, 5], [6, 0, 0], [7, 8, 0]])
    x = {"ids": ids, "drawn": np.array([1, 2, 3])}
    parts = split_language(x, np.zeros(3), 2)
    assert [weight for *_, weight in parts] == [2, 1]
    assert all(part["drawn"] is x["drawn"] for part, *_ in parts)
    few = split_language({"ids": ids[:1]}, np.zeros(1), 2)
    assert [weight for *_, weight in few] == [2, 0]


def test_a_token_tagger_is_weighed_by_tokens():
    labels = np.array([[1, 0, 1], [1, -1, -1], [0, 0, -1]])
    assert [weight for *_, weight in split_tokens(labels, labels, 2)] == [4, 2]
    assert [weight for *_, weight in split_tokens(labels[:1], labels[:1], 2)] == [3, 0]


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "kind", quick(["classifier", "tagger", "token tagger", "language model"], "classifier")
)
def test_two_logical_devices_train_as_one(kind, tmp_path):
    spec = {"model": kind, "cpus": 2, "runs": {"one": 1, "two": "auto"}}
    run = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path), json.dumps(spec)],
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert_same_training(tmp_path / "one", tmp_path / "two")
