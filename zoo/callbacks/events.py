"""What TensorBoard reads, written without TensorFlow: one file of events a writer."""

import time
from io import BytesIO

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.types_pb2 import DT_STRING
from tensorboard.plugins.histogram.summary_v2 import histogram_pb
from tensorboard.plugins.image import metadata as image_metadata
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.plugins.text.summary_v2 import text_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter


class EventWriter:
    """Writes numbers, histograms, pictures and texts for TensorBoard into a folder.

    Args:
        log_dir: the folder; made if it is not there.

    Example:

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     writer = EventWriter(folder)
    ...     writer.scalars({"loss/train": 0.5}, step=1)
    ...     writer.close()
    """

    def __init__(self, log_dir):
        self._writer = EventFileWriter(str(log_dir))

    def restart(self, step):
        """Have TensorBoard leave out what an earlier, broken-off run wrote from `step` on."""
        session = SessionLog(status=SessionLog.START)
        self._writer.add_event(Event(wall_time=time.time(), step=step, session_log=session))

    def scalars(self, values, step):
        """Write numbers.

        Args:
            values: dict of tag to number; those that are not finite are left out.
            step: where they stand on the x axis, an integer.
        """
        self._add([scalar_pb(tag, v) for tag, v in values.items() if np.isfinite(v)], step)

    def histograms(self, values, step):
        """Write how numbers are distributed, a dict of tag to array."""
        self._add([histogram_pb(tag, array) for tag, array in values.items()], step)

    def figures(self, figures, step):
        """Write pictures, a dict of tag to `matplotlib.figure.Figure`."""
        self._add([_image_pb(tag, figure) for tag, figure in figures.items()], step)

    def text(self, tag, text, step):
        """Write a text in Markdown."""
        self._add([text_pb(tag, text)], step)

    def graph(self, definition, step=0):
        """Write a graph of TensorFlow's, the bytes of a `GraphDef`."""
        self._writer.add_event(Event(wall_time=time.time(), step=step, graph_def=definition))

    def flush(self):
        """Put all that was written on the disk."""
        self._writer.flush()

    def close(self):
        """Put all that was written on the disk, and write no more."""
        self._writer.close()

    def _add(self, summaries, step):
        together = Summary(value=[value for summary in summaries for value in summary.value])
        self._writer.add_event(Event(wall_time=time.time(), step=step, summary=together))


def _image_pb(tag, figure):
    canvas, file = FigureCanvasAgg(figure), BytesIO()
    canvas.print_png(file)
    size = [str(length).encode() for length in canvas.get_width_height()]
    value = Summary.Value(
        tag=tag,
        metadata=image_metadata.create_summary_metadata(display_name=None, description=None),
        tensor=TensorProto(
            dtype=DT_STRING,
            tensor_shape=TensorShapeProto(dim=[TensorShapeProto.Dim(size=3)]),
            string_val=[*size, file.getvalue()],
        ),
    )
    return Summary(value=[value])


def write_figures(figures, log_dir, step=0):
    """Write figures into TensorBoard's logs.

    Args:
        figures: dict of name to `matplotlib.figure.Figure`.
        log_dir: the folder of the logs; made if it is not there.
        step: under which TensorBoard shows them.
    """
    writer = EventWriter(log_dir)
    writer.figures(figures, step)
    writer.close()
