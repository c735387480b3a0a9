"""Search for a recipe's best configuration with KerasTuner, in one process or several."""

import zoo.train_extra  # noqa: F401
from zoo.tuning.processes import SearchError
from zoo.tuning.results import apply_best, gain
from zoo.tuning.study import Study
from zoo.tuning.supervise import search

__all__ = ["SearchError", "Study", "apply_best", "gain", "search"]
