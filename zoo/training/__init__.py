"""Training: a resumable loop, its options, and learning rate schedules."""

import zoo.train_extra  # noqa: F401
from zoo.training.checkpoint import Checkpoint, History
from zoo.training.loop import Batches, fit
from zoo.training.options import TrainingOptions
from zoo.training.schedules import Schedule, linear_decay, warmup_cosine

__all__ = [
    "Batches",
    "Checkpoint",
    "History",
    "Schedule",
    "TrainingOptions",
    "fit",
    "linear_decay",
    "warmup_cosine",
]
