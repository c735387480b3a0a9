"""Keras' own tests of its recurrent layers, run on the layers of the zoo.

The wheel of Keras carries its tests. A test names a layer as `layers.LSTM`; while it runs here,
that name stands for a layer of the zoo, and the arguments pass as they are.

    python -m tests.layers.keras_suite        # prints the result of `report` as JSON
"""

import importlib
import importlib.util
import inspect
import json
import re
import sys
import unittest
from contextlib import contextmanager
from typing import NamedTuple
from unittest import mock

import keras

from tests.layers.keras_exceptions import ROWS
from tests.layers.keras_stand_ins import STAND_INS

PACKAGE = "keras.src.layers.rnn"
PASS, SKIP = "pass", "skip"
COUNTS = ("expected_num_trainable_weights", "expected_num_losses")


class Check(NamedTuple):
    """A test of Keras, and what of the zoo stands for the layers in it."""

    test: str
    ours: str

    def __str__(self):
        return f"{self.test} {self.ours}"


def checks():
    """Return all checks, none where the wheel has no tests."""
    if importlib.util.find_spec(f"{PACKAGE}.lstm_test") is None:
        return []
    return [
        Check(f"{module}.{method}", ours)
        for ours, stand_ins in STAND_INS.items()
        for module in stand_ins.modules
        for method in _tests_that_use(stand_ins.names, module)
    ]


def _tests_that_use(names, module):
    case = _case(_module(module))
    for method in unittest.defaultTestLoader.getTestCaseNames(case):
        source = inspect.getsource(inspect.unwrap(getattr(case, method)))
        if set(re.findall(r"\w+", source)) & set(names):
            yield method


def _module(name):
    return importlib.import_module(f"{PACKAGE}.{name}_test")


def _case(module):
    """Return the class of a module's tests."""
    (case,) = (
        each
        for each in vars(module).values()
        if inspect.isclass(each)
        and issubclass(each, unittest.TestCase)
        and each.__module__ == module.__name__
    )
    return case


class _Layers:
    """Keras' module of layers, some names of which stand for ours."""

    def __init__(self, names):
        self.names = names

    def __getattr__(self, name):
        return self.names[name] if name in self.names else getattr(keras.layers, name)


def expected(check, backend):
    """Return the row of a check that does not pass on a backend, or None."""
    row = ROWS.get(check)
    return row if row and backend in row.backends else None


def outcome(check):
    """Run a check.

    Returns:
        "pass", "skip" where the test skips itself, or the error.
    """
    module_name, method = check.test.split(".")
    module, stand_ins = _module(module_name), STAND_INS[check.ours]
    case = _case(module)(method)
    if _is_skipped(getattr(case, method)):
        return SKIP
    result = _Result()
    with _standing_in(module, stand_ins), _counting(case, stand_ins.directions):
        case.run(result)
    keras.config.enable_traceback_filtering()  # which the tests of Keras disable
    if result.skipped:
        return SKIP
    return result.error or PASS


def _is_skipped(method):
    marks = getattr(method, "pytestmark", [])
    return any(mark.name == "skipif" and mark.args[0] for mark in marks)


class _Result(unittest.TestResult):
    """Keeps the first error as a text."""

    error = ""

    def addError(self, test, err):  # noqa: N802
        self.error = self.error or f"{err[0].__name__}: {err[1]}"

    addFailure = addError  # noqa: N815


@contextmanager
def _standing_in(module, stand_ins):
    own = {name: ours for name, ours in stand_ins.names.items() if hasattr(module, name)}
    with mock.patch.multiple(module, layers=_Layers(stand_ins.names), **own):
        yield


@contextmanager
def _counting(case, directions):
    """Let `run_layer_test` expect the weights and losses of several directions.

    It counts no seed generators where the cells of the test have none: those of Keras and ours have
    one, also without dropout.
    """
    run_layer_test = case.run_layer_test

    def run(*args, **kwargs):
        counts = {name: directions * kwargs[name] for name in COUNTS if name in kwargs}
        counts["expected_num_seed_generators"] = kwargs.get("expected_num_seed_generators") or None
        return run_layer_test(*args, **{**kwargs, **counts})

    with mock.patch.object(case, "run_layer_test", run):
        yield


def report():
    """Run all checks.

    Returns:
        A list of (test, ours, status, reason); the status is "pass", "fail" or "not public".
    """
    rows = []
    for check in checks():
        found = outcome(check)
        row = ROWS.get(check)
        known = row is not None and re.search(row.says, found)
        if found == PASS:
            rows.append((*check, PASS, ""))
        elif known:
            rows.append((*check, "fail" if row.public else "not public", row.reason))
        else:
            rows.append((*check, "fail", found))
    return rows


if __name__ == "__main__":
    json.dump(report(), sys.stdout)
