"""Laws of one trial: its process, its score, what happens when it fails."""

import fcntl
import json
import threading
from pathlib import Path

import pytest

from zoo.tuning.trial import TrialError, run_trial

RECIPE = Path(__file__).with_name("recipe.py")
CONFIG = {"model": {"encoder": {"units": 32}}, "batch_size": 64}


@pytest.fixture
def run(tmp_path):
    def run(plan=None):
        path = tmp_path / "plan.json"
        path.write_text(json.dumps(plan or {}))
        return run_trial(RECIPE, CONFIG, tmp_path / "trial", ["--plan", str(path)])

    return run


def starts(folder):
    path = folder / "starts"
    return len(path.read_text().split()) if path.is_file() else 0


def test_a_finished_trial_is_not_trained_again(run, tmp_path):
    for _ in range(2):
        assert run() == {"dev": 0.32 + 64e-5, "config": CONFIG, "attempts": 1}
    assert starts(tmp_path / "trial" / "full") == 1


def test_a_trial_that_fails_is_tried_with_half_the_batch(run, tmp_path):
    result = run({"fail": {"full": "killed"}})
    assert result == {"dev": 0.32 + 32e-5, "config": {**CONFIG, "batch_size": 32}, "attempts": 2}
    assert starts(tmp_path / "trial" / "full") == starts(tmp_path / "trial" / "half") == 1


def test_a_trial_that_fails_twice_says_why(run):
    with pytest.raises(TrialError) as caught:
        run({"fail": {"full": "killed", "half": "error"}})
    assert "full batch: exit code -9 (killed, often because" in str(caught.value)
    assert "half batch: exit code 1\nMemoryError: no more of it" in str(caught.value)


def test_a_recipe_that_still_runs_is_waited_for(run, tmp_path, monkeypatch):
    real, asked = fcntl.flock, threading.Event()
    monkeypatch.setattr(fcntl, "flock", lambda *given: (asked.set(), real(*given)))
    folder = tmp_path / "trial" / "full"
    folder.mkdir(parents=True)
    with open(folder / "lock", "w") as lock:
        real(lock, fcntl.LOCK_EX)
        results = []
        waiting = threading.Thread(target=lambda: results.append(run()))
        waiting.start()
        assert asked.wait(timeout=60) and not results
        (folder / "dev.json").write_text('{"dev": 0.5}')
    waiting.join(timeout=10)
    assert results[0]["dev"] == 0.5
    assert starts(folder) == 0
