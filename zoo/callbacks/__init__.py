"""TensorBoard for trainings: a monitor of recurrent layers, the projector, an event writer."""

import zoo.train_extra  # noqa: F401
from zoo.callbacks.events import EventWriter, write_figures
from zoo.callbacks.monitor import TrainingMonitor
from zoo.callbacks.probe import Sample
from zoo.callbacks.projector import Projection, monitor_callbacks, project
from zoo.callbacks.projector_files import write_projector
from zoo.callbacks.samples import tagging_sample, text_sample

__all__ = [
    "EventWriter",
    "Projection",
    "Sample",
    "TrainingMonitor",
    "monitor_callbacks",
    "project",
    "tagging_sample",
    "text_sample",
    "write_figures",
    "write_projector",
]
