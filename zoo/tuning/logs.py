"""Trials for TensorBoard's HParams, written without TensorFlow."""

import time

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import api_pb2
from tensorboard.plugins.hparams import summary as hparams_summary
from tensorboard.plugins.hparams import summary_v2 as hparams
from tensorboard.summary.writer.event_file_writer import EventFileWriter


def log_trial(folder, name, values, score, start):
    """Write one trial as a session of TensorBoard's HParams.

    Args:
        folder: of the search's logs, a `pathlib.Path`.
        name: of the trial.
        values: dict of its hyperparameters, numbers and strings.
        score: what it gave on dev, or None: it failed.
        start: when it began, in seconds since 1970.
    """
    status = api_pb2.STATUS_SUCCESS if score is not None else api_pb2.STATUS_FAILURE
    begin = hparams.hparams_pb(values, trial_id=name, start_time_secs=start)
    end = hparams_summary.session_end_pb(status, end_time_secs=time.time())
    summaries = [begin, end]
    if score is not None:
        summaries.append(Summary(value=[Summary.Value(tag="dev", simple_value=score)]))
    writer = EventFileWriter(str(folder / name))
    for summary in summaries:
        # Where TensorFlow is installed the plugin makes TensorFlow's messages, else TensorBoard's.
        same = Summary.FromString(summary.SerializeToString())
        writer.add_event(Event(wall_time=time.time(), step=0, summary=same))
    writer.close()
