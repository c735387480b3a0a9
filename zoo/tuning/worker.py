"""A process of a search: the chief, which chooses the trials, or a worker, which runs them.

KerasTuner's environment variables give the role: `KERASTUNER_TUNER_ID` ("chief", or any other
name), `KERASTUNER_ORACLE_IP` and `KERASTUNER_ORACLE_PORT`. Without them, this process does both.

    python -m zoo.tuning.worker FOLDER
"""

import json
import os
import sys
import time
from os import PathLike
from pathlib import Path
from typing import Any

from keras_tuner.engine.base_tuner import BaseTuner
from keras_tuner.engine.trial import Trial
from keras_tuner.errors import FailedTrialError

from zoo.tuning.logs import log_trial
from zoo.tuning.study import Study
from zoo.tuning.trial import TrialError, run_trial

PROJECT = "trials"
# The base class of tuners, oracles and trials, which KerasTuner does not export.
Stateful: Any = BaseTuner.__base__


class RecipeTuner(BaseTuner):
    """A tuner whose trials are runs of a recipe.

    Args:
        study: a `zoo.tuning.Study`.
        folder: folder of the search.
    """

    def __init__(self, study: Study, folder: str | PathLike[str]) -> None:
        self.study, self.folder = study, Path(folder)
        super().__init__(study.oracle(), directory=str(folder), project_name=PROJECT)

    def run_trial(self, trial: Trial, verbose: int = 0) -> dict[str, float]:
        """Train the recipe of a trial, log the trial, and return its score.

        Args:
            trial: the trial that the oracle has chosen.
            verbose: not used.

        Raises:
            FailedTrialError: both attempts failed; see `zoo.tuning.trial.run_trial`.
        """
        changes = self.study.changes(trial.hyperparameters)
        folder, start = Path(self.get_trial_dir(trial.trial_id)), time.time()
        values = self.study.values(trial.hyperparameters)
        try:
            result = run_trial(self.study.found.file, changes, folder, self.study.arguments)
        except TrialError as error:
            log_trial(self.folder / "logs", trial.trial_id, values, None, start)
            raise FailedTrialError(str(error)) from error
        log_trial(self.folder / "logs", trial.trial_id, values, result["dev"], start)
        return {"dev": result["dev"]}


def save_atomically(stateful: Any, path: str | PathLike[str]) -> str:
    """Write the state of an oracle, a trial or a tuner as a whole or not at all.

    It replaces KerasTuner's `Stateful.save`: if that is killed, it leaves a part of `oracle.json`,
    from which a search cannot resume.

    Args:
        stateful: object whose `get_state` returns JSON-compatible values.
        path: path of the file.

    Returns:
        The content of the file, as KerasTuner expects.
    """
    text, fresh = json.dumps(stateful.get_state()), Path(f"{path}.fresh")
    fresh.write_text(text)
    os.replace(fresh, path)
    return text


def main(folder: str) -> None:
    """Take part in the search of a folder until it has no more trials."""
    Stateful.save = save_atomically
    tuner = RecipeTuner(Study.load(folder), folder)
    tuner.search(verbose=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
