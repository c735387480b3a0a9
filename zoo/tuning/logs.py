"""Trials for TensorBoard's HParams, written without TensorFlow."""

# Protobuf creates its classes at run time.
# pyright: reportAttributeAccessIssue=false

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import api_pb2
from tensorboard.plugins.hparams import summary as hparams_summary
from tensorboard.plugins.hparams import summary_v2 as hparams
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter

DEV = "The score of the trial on the development set; the search looks for the largest."


def log_trial(
    folder: Path, name: str, values: Mapping[str, Any], score: float | None, start: float
) -> None:
    """Write one trial as a session of TensorBoard's HParams.

    Args:
        folder: folder of the search's logs.
        name: name of the trial.
        values: dict of its hyperparameters, numbers and strings.
        score: its score on dev, or None if it failed.
        start: start time, in seconds since 1970.
    """
    status = api_pb2.STATUS_SUCCESS if score is not None else api_pb2.STATUS_FAILURE
    begin = hparams.hparams_pb(values, trial_id=name, start_time_secs=start)
    end = hparams_summary.session_end_pb(status, end_time_secs=time.time())
    summaries = [begin, end]
    if score is not None:
        summaries.append(scalar_pb("dev", score, description=DEV))
    writer = EventFileWriter(str(folder / name))
    for summary in summaries:
        # If TensorFlow is installed, the plugin returns TensorFlow's messages; convert them.
        same = Summary.FromString(summary.SerializeToString())
        writer.add_event(Event(wall_time=time.time(), step=0, summary=same))
    writer.close()
