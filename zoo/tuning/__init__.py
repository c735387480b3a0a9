"""Search for a recipe's best configuration with KerasTuner, by one process or many."""

from zoo.tuning.results import apply_best, gain
from zoo.tuning.study import Study
from zoo.tuning.supervise import SearchError, search

__all__ = ["SearchError", "Study", "apply_best", "gain", "search"]
