"""A pytest plugin that tells where the time of a run goes, by test file and by cause.

    python -m pytest -p tests.times --times runs/times.csv

A cause is a call that is known to be slow; time inside two of them belongs to the inner one.
The CSV file holds a row a test and a column a cause, in seconds of the worker that ran it, and
first a row of the whole run, from its start to its end. `benchmarks/suite_times.py` adds them up.
"""

import collections
import csv
import functools
import sys
import time
from pathlib import Path

CAUSES = {
    "child processes": [
        ("subprocess", "run"),
        ("subprocess", "Popen.wait"),
        ("subprocess", "Popen.communicate"),
        ("multiprocessing.process", "BaseProcess.join"),
    ],
    "waiting": [("time", "sleep")],
    "conversion to TFLite": [("zoo.export.tflite.convert", "convert")],
    "tracing": [
        (
            "tensorflow.python.eager.polymorphic_function.tracing_compilation",
            "_maybe_define_function",
        ),
        ("jax._src.compiler", "compile_or_get_cached"),
    ],
    "training": [
        ("zoo.training.loop", "fit"),
        ("keras.src.backend.tensorflow.trainer", "TensorFlowTrainer.fit"),
        ("keras.src.backend.jax.trainer", "JAXTrainer.fit"),
    ],
}
WHOLE = "whole run"
_running = []  # seconds that inner causes have taken, an entry a cause that runs
_spent = collections.Counter()
_patched = set()


def _counted(call, cause):
    @functools.wraps(call)
    def counted(*arguments, **named):
        began = time.perf_counter()
        _running.append(0.0)
        try:
            return call(*arguments, **named)
        finally:
            seconds = time.perf_counter() - began
            _spent[cause] += seconds - _running.pop()
            if _running:
                _running[-1] += seconds

    return counted


def _patch():
    """Count the calls of modules that have been imported by now."""
    for cause, places in CAUSES.items():
        for module, name in places:
            if module in sys.modules and (module, name) not in _patched:
                _patched.add((module, name))
                *path, last = name.split(".")
                owner = functools.reduce(getattr, path, sys.modules[module])
                setattr(owner, last, _counted(getattr(owner, last), cause))


def pytest_addoption(parser):
    parser.addoption("--times", help="CSV file for the seconds of every test, by cause")


def pytest_configure(config):
    if config.getoption("--times") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Table(config.getoption("--times")))


def pytest_runtest_setup(item):
    _spent.clear()
    _patch()


def pytest_runtest_call(item):
    _patch()


def pytest_runtest_teardown(item, nextitem):
    item.user_properties.append(("causes", dict(_spent)))


class _Table:
    def __init__(self, path):
        self.path, self.start = path, time.perf_counter()
        self.seconds, self.causes = collections.Counter(), {}

    def pytest_runtest_logreport(self, report):
        self.seconds[report.nodeid] += report.duration
        if report.when == "teardown":
            self.causes[report.nodeid] = dict(report.user_properties).get("causes", {})

    def pytest_sessionfinish(self):
        Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        with open(self.path, "w", newline="") as file:
            writer = csv.DictWriter(file, ["test", "seconds", *CAUSES], lineterminator="\n")
            writer.writeheader()
            whole = time.perf_counter() - self.start
            writer.writerow({"test": WHOLE, "seconds": f"{whole:.2f}"})
            for test, seconds in self.seconds.most_common():
                causes = {name: f"{s:.2f}" for name, s in self.causes.get(test, {}).items()}
                writer.writerow({"test": test, "seconds": f"{seconds:.2f}", **causes})
