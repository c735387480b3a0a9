"""What a search is: a recipe, an algorithm, a number of trials; kept in its folder."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from zoo.errors import check_conditions
from zoo.recipes import Recipe, recipe_named
from zoo.tuning.spaces import Partial, searched_changes

ALGORITHMS = ("random", "bayesian", "hyperband")


@dataclass(frozen=True)
class Study:
    """A search for a recipe's best configuration, chosen on dev.

    The first trial is the recipe's own configuration, which the others have to beat; Hyperband,
    whose first trials are short ones, does without.

    Args:
        recipe: its name, or the path of its file.
        algorithm: "random", "bayesian" or "hyperband".
        trials: how many; of Hyperband, which counts by itself, at most so many.
        epochs: of a trial, of Hyperband the most of one; None for the recipe's own, or those that
            its space chooses.
        seed: of the search.
        only: names of the hyperparameters that are searched, all others staying as the recipe has
            them; empty to search all.
        arguments: the recipe's own, such as those that name its data.

    Raises:
        ValueError: another recipe, algorithm or hyperparameter, no trials, Hyperband without
            epochs.
    """

    recipe: str
    algorithm: str = "random"
    trials: int = 8
    epochs: int | None = None
    seed: int = 0
    only: tuple = ()
    arguments: tuple = ()

    def __post_init__(self):
        _ = self.found  # a recipe that there is not is said now
        if self.algorithm not in ALGORITHMS:
            listed = ", ".join(ALGORITHMS)
            raise ValueError(f"`algorithm` must be one of {listed}; got {self.algorithm!r}.")
        for name, value in (("trials", self.trials), ("epochs", self.epochs)):
            if value is not None and value < 1:
                raise ValueError(f"`{name}` must be 1 or more; got {value}.")
        if self.algorithm == "hyperband" and not self.epochs:
            raise ValueError("`epochs` must be given for hyperband: it shares them out.")
        names = [each.name for each in self._space().space] if self.only else []
        known = [name for name in names if self._chosen(name)]
        if new := sorted({*self.only} - {*known}):
            raise ValueError(f"`only` must be of {', '.join(known)}; got {', '.join(new)}.")

    @property
    def found(self) -> Recipe:
        """The recipe."""
        return recipe_named(self.recipe)

    def changes(self, hyperparameters):
        """Return what a trial changes of the recipe's configuration.

        Args:
            hyperparameters: `keras_tuner.HyperParameters` of the trial.
        """
        config = searched_changes(self.found.space, hyperparameters, self._searched)
        epochs = hyperparameters.values.get("tuner/epochs", self.epochs)
        return {**config, "epochs": int(epochs)} if epochs else config

    def values(self, hyperparameters):
        """Return what a trial has of the hyperparameters that are searched, by name."""
        left = {each.name for each in self._space().space if not self._searched(each.name)}
        return {k: value for k, value in hyperparameters.values.items() if k not in left}

    def own_values(self):
        """Return `keras_tuner.HyperParameters` with the values that the recipe itself has."""
        return self._space(self._searched)

    def _space(self, searched=lambda name: True):
        from keras_tuner import HyperParameters

        space = HyperParameters()
        self.found.space(Partial(space, searched))
        return space

    def _chosen(self, name):
        """Whether the search may choose it: the epochs only where nobody has."""
        return name != "epochs" or not self.epochs

    def _searched(self, name):
        return self._chosen(name) and (not self.only or name in self.only)

    def oracle(self):
        """Return the KerasTuner oracle that chooses the trials."""
        from keras_tuner import Objective, oracles

        common = {
            "objective": Objective("dev", "max"),
            "hyperparameters": self.own_values(),
            "seed": self.seed + 1,  # the oracle takes 0 for none
            # A trial that fails has been tried twice already, and is never the end of the search.
            "max_retries_per_trial": 0,
            "max_consecutive_failed_trials": self.trials + 1,
        }
        if self.algorithm == "hyperband":
            oracle = oracles.HyperbandOracle(max_epochs=self.epochs, **common)
            oracle.max_trials = self.trials
            return oracle
        kinds = {
            "random": oracles.RandomSearchOracle,
            "bayesian": oracles.BayesianOptimizationOracle,
        }
        kind = type("Oracle", (_OwnFirst, kinds[self.algorithm]), {})
        return kind(max_trials=self.trials, **common)

    def save(self, folder):
        """Write `study.json`, or see that the one there is of the same search.

        Raises:
            CheckpointError: the folder holds another search.
        """
        path, mine = Path(folder) / "study.json", json.loads(json.dumps(asdict(self)))
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            # More trials may be asked for later.
            before = json.loads(path.read_text())
            check_conditions(path, {**before, "trials": mine["trials"]}, mine)
        path.write_text(json.dumps(mine, indent=1) + "\n")

    @classmethod
    def load(cls, folder):
        """Read `study.json` of a folder."""
        record = json.loads((Path(folder) / "study.json").read_text())
        lists = {name: tuple(record[name]) for name in ("only", "arguments")}
        return cls(**{**record, **lists})


class _OwnFirst:
    """What makes the first trial of an oracle that of the values which its space starts from."""

    def populate_space(self, trial_id):
        if self.start_order:
            return super().populate_space(trial_id)
        return {"status": "RUNNING", "values": dict(self.hyperparameters.values)}
