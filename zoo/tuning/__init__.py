"""Search for a recipe's best configuration with KerasTuner, by one process or many."""

from zoo.tuning.study import Study
from zoo.tuning.supervise import search

__all__ = ["Study", "search"]
