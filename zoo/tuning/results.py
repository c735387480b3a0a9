"""The results of a search, read from its folder."""

import csv
import json
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from keras_tuner import HyperParameters

from zoo.tuning.spaces import halved
from zoo.tuning.study import Study
from zoo.tuning.trial import SCORE
from zoo.tuning.worker import PROJECT

ENDED = ("COMPLETED", "FAILED")


class Result(NamedTuple):
    """A finished trial.

    Args:
        name: id of the trial.
        status: "COMPLETED" or "FAILED".
        dev: score on dev, or None if the trial failed.
        values: dict of the searched hyperparameters.
        config: dict of the changes of the recipe's configuration with which the trial was trained.
            If the first attempt failed, the batch size is half of that in `values`.
        message: why the trial failed, or that it was trained with half the batch; otherwise empty.
        own: whether this is the recipe's own configuration.
    """

    name: str
    status: str
    dev: float | None
    values: dict[str, Any]
    config: dict[str, Any]
    message: str
    own: bool


def read_results(folder: str | PathLike[str]) -> list[Result]:
    """Return the finished trials of a search, the best one first."""
    study, results = Study.load(folder), []
    for path in sorted(Path(folder).glob(f"{PROJECT}/trial_*/trial.json")):
        try:
            record = json.loads(path.read_text())
        except json.JSONDecodeError:  # KerasTuner is writing the file
            continue
        if record["status"] in ENDED:
            hyperparameters = HyperParameters.from_config(record["hyperparameters"])
            results.append(_result(study, record, hyperparameters, _score(path.parent)))
    return sorted(results, key=lambda result: -(result.dev if result.dev is not None else -1))


def _score(folder: Path) -> tuple[str, float] | None:
    """Return the attempt of a trial that has a score, and the score; None if no attempt has one."""
    for attempt in ("full", "half"):
        path = folder / attempt / SCORE
        if path.is_file():
            return attempt, float(json.loads(path.read_text())["dev"])
    return None


def _result(
    study: Study,
    record: Mapping[str, Any],
    hyperparameters: HyperParameters,
    scored: tuple[str, float] | None,
) -> Result:
    config, values = study.changes(hyperparameters), study.values(hyperparameters)
    own = hyperparameters.values == study.own_values().values
    name = record["trial_id"]
    if not scored:
        message = record.get("message") or ""
        return Result(name, record["status"], record["score"], values, config, message, own)
    # KerasTuner may have recorded this trial as failed, if the chief died before it had the score.
    attempt, dev = scored
    if attempt == "half":
        message = "trained with half the batch"
        return Result(name, "COMPLETED", dev, values, halved(config), message, own=False)
    return Result(name, "COMPLETED", dev, values, config, "", own)


def write_table(results: Sequence[Result], path: str | PathLike[str]) -> None:
    """Write trials as a CSV file, one row per trial: score, hyperparameters, cause of failure."""
    names = list(dict.fromkeys(name for result in results for name in result.values))
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["trial", "status", "dev", "own configuration", *names, "message"])
        for result in results:
            last = result.message.strip().split("\n")[-1]
            values = [_short(result.values.get(name, "")) for name in names]
            own = "yes" if result.own else ""
            writer.writerow([result.name, result.status, _short(result.dev), own, *values, last])


def _short(value: Any) -> Any:
    return f"{value:.5g}" if isinstance(value, float) else value


def gain(results: Sequence[Result]) -> float | None:
    """Return how much better the best trial is than the recipe's own configuration.

    Args:
        results: trials of a search, the best one first.

    Returns:
        Difference of the scores on dev; None if no trial of the recipe's own configuration has a
        score.
    """
    own = [result.dev for result in results if result.own and result.dev is not None]
    return results[0].dev - own[0] if own and results[0].dev is not None else None


def apply_best(results: Sequence[Result], path: Path) -> Path:
    """Write the best configuration to the file that the recipe reads.

    Args:
        results: trials of a search, the best one first.
        path: `zoo.recipes.Recipe.tuned` of the recipe.

    Returns:
        The path.

    Raises:
        ValueError: no trial has a score.
    """
    if not results or results[0].dev is None:
        raise ValueError("no trial has a score, so there is no configuration to apply.")
    config = {**results[0].config}
    # Trials are often shorter than the final training: keep their epochs only if searched.
    config.pop("epochs", None)
    if "epochs" in results[0].values:
        config["epochs"] = results[0].values["epochs"]
    path.write_text(json.dumps(config, indent=2) + "\n")
    return path
