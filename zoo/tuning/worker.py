"""A process of a search: its chief, which chooses the trials, or one of those that run them.

Which one, KerasTuner's environment variables say: `KERASTUNER_TUNER_ID` ("chief", or any other
name), `KERASTUNER_ORACLE_IP` and `KERASTUNER_ORACLE_PORT`. Without them it is all in one.

    python -m zoo.tuning.worker FOLDER
"""

import json
import os
import sys
import time
from pathlib import Path

from keras_tuner.engine.base_tuner import BaseTuner
from keras_tuner.errors import FailedTrialError

from zoo.tuning.logs import log_trial
from zoo.tuning.study import Study
from zoo.tuning.trial import TrialError, run_trial

PROJECT = "trials"
Stateful = BaseTuner.__base__  # of oracles and trials, too; KerasTuner does not export it


class RecipeTuner(BaseTuner):
    """A tuner whose trials are runs of a recipe.

    Args:
        study: a `zoo.tuning.Study`.
        folder: of the search, a `pathlib.Path`.
    """

    def __init__(self, study, folder):
        self.study, self.folder = study, Path(folder)
        super().__init__(study.oracle(), directory=str(folder), project_name=PROJECT)

    def run_trial(self, trial, verbose=0):
        """Train the recipe; see `zoo.tuning.trial.run_trial`. It prints nothing itself."""
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


def save_whole(stateful, path):
    """Write the state of an oracle, a trial or a tuner, so that a kill leaves no part of a file.

    It takes the place of `Stateful.save`, after whose half-written `oracle.json` no search goes on.

    Args:
        stateful: with `get_state`, which gives what JSON knows.
        path: of the file.

    Returns:
        What is in the file, as KerasTuner expects it.
    """
    text, fresh = json.dumps(stateful.get_state()), Path(f"{path}.fresh")
    fresh.write_text(text)
    os.replace(fresh, path)
    return text


def main(folder):
    """Take part in the search of a folder until it has no more trials."""
    Stateful.save = save_whole
    tuner = RecipeTuner(Study.load(folder), folder)
    tuner.search(verbose=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
