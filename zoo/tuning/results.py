"""What a search found, read from its folder."""

import csv
import json
from pathlib import Path
from typing import NamedTuple

from keras_tuner import HyperParameters

from zoo.tuning.spaces import halved
from zoo.tuning.study import Study
from zoo.tuning.trial import SCORE
from zoo.tuning.worker import PROJECT

ENDED = ("COMPLETED", "FAILED")


class Result(NamedTuple):
    """A trial that has ended.

    Args:
        name: of the trial.
        status: "COMPLETED" or "FAILED".
        dev: its score, None of one that failed.
        values: dict of its hyperparameters that are searched.
        config: dict, what it changed of the recipe's configuration, as it was trained: with half
            the batch of `values`, where the first attempt failed.
        message: why it failed, or that it had half the batch, or empty.
        own: whether this is the recipe's own configuration.
    """

    name: str
    status: str
    dev: float | None
    values: dict
    config: dict
    message: str
    own: bool


def read_results(folder):
    """Return the trials of a search that have ended, the best one first."""
    study, results = Study.load(folder), []
    for path in sorted(Path(folder).glob(f"{PROJECT}/trial_*/trial.json")):
        try:
            record = json.loads(path.read_text())
        except json.JSONDecodeError:  # it is being written just now
            continue
        if record["status"] in ENDED:
            hyperparameters = HyperParameters.from_config(record["hyperparameters"])
            results.append(_result(study, record, hyperparameters, _score(path.parent)))
    return sorted(results, key=lambda result: -(result.dev if result.dev is not None else -1))


def _score(folder):
    """Return which attempt of a trial gave a score, and the score; None for each if none did."""
    for attempt in ("full", "half"):
        path = folder / attempt / SCORE
        if path.is_file():
            return attempt, float(json.loads(path.read_text())["dev"])
    return None, None


def _result(study, record, hyperparameters, score):
    attempt, dev = score
    config, message = study.changes(hyperparameters), record.get("message") or ""
    own = hyperparameters.values == study.own_values().values and attempt != "half"
    if attempt:
        # Also where KerasTuner has it as failed, since a chief died while it was told the score.
        status, message = "COMPLETED", ""
    else:
        status, dev = record["status"], record["score"]
    if attempt == "half":
        config, message = halved(config), "trained with half the batch"
    values = study.values(hyperparameters)
    return Result(record["trial_id"], status, dev, values, config, message, own)


def write_table(results, path):
    """Write trials as a CSV file, a row each: score, hyperparameters, why it failed."""
    names = list(dict.fromkeys(name for result in results for name in result.values))
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["trial", "status", "dev", "own configuration", *names, "message"])
        for result in results:
            last = result.message.strip().split("\n")[-1]
            values = [_short(result.values.get(name, "")) for name in names]
            own = "yes" if result.own else ""
            writer.writerow([result.name, result.status, _short(result.dev), own, *values, last])


def _short(value):
    return f"{value:.5g}" if isinstance(value, float) else value


def gain(results):
    """Return by how much the best trial is better than the recipe's own configuration, or None.

    Args:
        results: of a search, the best one first.
    """
    own = [result.dev for result in results if result.own and result.dev is not None]
    return results[0].dev - own[0] if own else None


def apply_best(results, path):
    """Write the best configuration where its recipe looks for it, beside itself.

    Args:
        results: of a search, the best one first.
        path: `zoo.recipes.Recipe.tuned` of the recipe.

    Returns:
        The path.

    Raises:
        ValueError: no trial gave a score.
    """
    if not results or results[0].dev is None:
        raise ValueError("no trial gave a score: there is nothing to apply.")
    config = {**results[0].config}
    # A trial is often shorter than what is the best length, unless that is searched for.
    config.pop("epochs", None)
    if "epochs" in results[0].values:
        config["epochs"] = results[0].values["epochs"]
    path.write_text(json.dumps(config, indent=2) + "\n")
    return path
