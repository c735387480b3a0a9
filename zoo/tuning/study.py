"""The settings of a search: recipe, algorithm, number of trials; saved in its folder."""

import json
from dataclasses import asdict, dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from keras_tuner import HyperParameters, Objective, Oracle, oracles

from zoo.errors import check_conditions
from zoo.recipes import Recipe, recipe_named
from zoo.tuning.spaces import Partial, Searched, searched_changes


class OwnConfigurationFirst(Oracle):
    """An oracle whose first trial has the default values of its space."""

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Return the values of the next trial."""
        if self.start_order:
            return super().populate_space(trial_id)
        return {"status": "RUNNING", "values": dict(self.hyperparameters.values)}


class RandomSearch(OwnConfigurationFirst, oracles.RandomSearchOracle):
    """Random search after the recipe's own configuration."""


class BayesianOptimization(OwnConfigurationFirst, oracles.BayesianOptimizationOracle):
    """Bayesian optimization that starts from the recipe's own configuration."""


ORACLES = {"random": RandomSearch, "bayesian": BayesianOptimization}
ALGORITHMS = (*ORACLES, "hyperband")


@dataclass(frozen=True)
class Study:
    """A search for the configuration of a recipe with the best score on dev.

    The first trial is the recipe's own configuration, as a baseline. Hyperband has no such trial,
    because its first trials are short.

    Args:
        recipe: name of the recipe, or path of its file.
        algorithm: "random", "bayesian" or "hyperband".
        trials: number of trials; for Hyperband, which plans its own number, the maximum.
        epochs: number of epochs of a trial, for Hyperband the maximum; None for the recipe's own
            number, or for the numbers in its space.
        seed: seed of the search.
        only: names of the hyperparameters to search, the others keep the recipe's values; empty to
            search all.
        arguments: arguments of the recipe's command line, such as the paths of its data.

    Raises:
        ValueError: the recipe, the algorithm or a hyperparameter is unknown, a number is below 1,
            or `epochs` is missing for Hyperband.
    """

    recipe: str
    algorithm: str = "random"
    trials: int = 8
    epochs: int | None = None
    seed: int = 0
    only: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _ = self.found  # raises if there is no such recipe
        if self.algorithm not in ALGORITHMS:
            listed = ", ".join(ALGORITHMS)
            raise ValueError(f"`algorithm` must be one of {listed}; got {self.algorithm!r}.")
        for name, value in (("trials", self.trials), ("epochs", self.epochs)):
            if value is not None and value < 1:
                raise ValueError(f"`{name}` must be 1 or more; got {value}.")
        if self.algorithm == "hyperband" and not self.epochs:
            raise ValueError("`epochs` must be given for hyperband, as the maximum of a trial.")
        names = [each.name for each in self._space().space] if self.only else []
        known = [name for name in names if self._may_search(name)]
        if unknown := sorted({*self.only} - {*known}):
            raise ValueError(
                f"`only` must contain names from {', '.join(known)}; got {', '.join(unknown)}."
            )

    @property
    def found(self) -> Recipe:
        """The recipe."""
        return recipe_named(self.recipe)

    def changes(self, hyperparameters: HyperParameters) -> dict[str, Any]:
        """Return the changes that a trial makes to the recipe's configuration.

        Args:
            hyperparameters: `keras_tuner.HyperParameters` of the trial.
        """
        config = searched_changes(self.found.space, hyperparameters, self._searched)
        epochs = hyperparameters.values.get("tuner/epochs", self.epochs)
        return {**config, "epochs": int(epochs)} if epochs else config

    def values(self, hyperparameters: HyperParameters) -> dict[str, Any]:
        """Return the values of the searched hyperparameters of a trial, by name."""
        left = {each.name for each in self._space().space if not self._searched(each.name)}
        return {k: value for k, value in hyperparameters.values.items() if k not in left}

    def own_values(self) -> HyperParameters:
        """Return the space, with the values of the recipe's own configuration."""
        return self._space(self._searched)

    def _space(self, searched: Searched = lambda name: True) -> HyperParameters:
        space = HyperParameters()
        self.found.space(Partial(space, searched))
        return space

    def _may_search(self, name: str) -> bool:
        """Return whether a hyperparameter is free: epochs are not if their number is given."""
        return name != "epochs" or not self.epochs

    def _searched(self, name: str) -> bool:
        return self._may_search(name) and (not self.only or name in self.only)

    def oracle(self) -> Oracle:
        """Return the KerasTuner oracle that chooses the trials."""
        common: dict[str, Any] = {
            "objective": Objective("dev", "max"),
            "hyperparameters": self.own_values(),
            "seed": self.seed + 1,  # KerasTuner treats the seed 0 as no seed
            # A failed trial has already been repeated, and must not end the search.
            "max_retries_per_trial": 0,
            "max_consecutive_failed_trials": self.trials + 1,
        }
        if self.algorithm in ORACLES:
            return ORACLES[self.algorithm](max_trials=self.trials, **common)
        assert self.epochs  # checked by __post_init__
        oracle = oracles.HyperbandOracle(max_epochs=self.epochs, **common)
        oracle.max_trials = self.trials
        return oracle

    def save(self, folder: str | PathLike[str]) -> None:
        """Write `study.json`, or check that an existing one describes the same search.

        The number of trials may differ, so that a search can be extended.

        Raises:
            CheckpointError: the folder holds another search.
        """
        path, mine = Path(folder) / "study.json", json.loads(json.dumps(asdict(self)))
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            before = json.loads(path.read_text())
            check_conditions(path, {**before, "trials": mine["trials"]}, mine)
        path.write_text(json.dumps(mine, indent=1) + "\n")

    @classmethod
    def load(cls, folder: str | PathLike[str]) -> "Study":
        """Read `study.json` of a folder."""
        record = json.loads((Path(folder) / "study.json").read_text())
        lists = {name: tuple(record[name]) for name in ("only", "arguments")}
        return cls(**{**record, **lists})
