"""The benchmark that compares the step times of two checkouts."""

import importlib
import io
import json
from pathlib import Path

import keras
import pytest

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("step_time_against")


class FakeCheckout:
    """Calls that take a first turn of 90 ms, a second one of 50, then 10, 20 and 60 by turns."""

    def __init__(self, factor):
        self.factor, self.calls = factor, []
        self.times = iter([90, 50, *[10, 20, 60] * 9])

    def milliseconds(self, index, calls):
        self.calls.append(calls)
        return [self.factor * next(self.times)] * calls


def test_the_first_turns_are_not_counted(script):
    row = script.compare(FakeCheckout(1), FakeCheckout(0.5), index=0, rounds=3)
    assert row == {
        "minimum_before_ms": 10,
        "minimum_after_ms": 5,
        "minimum_ratio": 0.5,
        "median_before_ms": 20,
        "median_after_ms": 10,
        "median_ratio": 0.5,
    }


def test_both_checkouts_make_as_many_calls_in_a_turn(script):
    before, after = FakeCheckout(0.1), FakeCheckout(0.1)
    script.compare(before, after, index=0, rounds=3)
    assert before.calls == after.calls == [1, 6, 10, 10, 10]


def test_a_worker_times_the_steps_that_it_is_asked_for(script, monkeypatch):
    ran = []

    def step(name):
        return {"pass": name}, lambda: ran.append(name) or keras.ops.zeros(1)

    monkeypatch.setattr(script, "steps", lambda: [step("forward"), step("training")])
    replies = io.StringIO()
    script.serve(["[1, 2]\n", "[0, 1]\n"], replies)
    (package, columns), *times = map(json.loads, replies.getvalue().splitlines())
    assert Path(package).is_relative_to(BENCHMARKS.parent)
    assert columns == [{"pass": "forward"}, {"pass": "training"}]
    assert ran == ["training", "training", "forward"] and [len(t) for t in times] == [2, 1]
