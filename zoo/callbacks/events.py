"""A writer of TensorBoard's event files that does not need TensorFlow."""

# Protobuf creates its classes at run time.
# pyright: reportAttributeAccessIssue=false

import time
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
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

from zoo.inspect.figures.images import png_bytes


class EventWriter:
    """Writes scalars, histograms, images and texts for TensorBoard to a folder.

    Args:
        log_dir: the folder; created if it does not exist.
        describe: function from a tag to its description in Markdown, "" for none; or None.

    Example:

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     writer = EventWriter(folder)
    ...     writer.scalars({"loss/train": 0.5}, step=1)
    ...     writer.close()
    """

    def __init__(
        self, log_dir: str | PathLike[str], describe: Callable[[str], str] | None = None
    ) -> None:
        self._writer = EventFileWriter(str(log_dir))
        self._describe = describe
        self._described: set[str] = set()

    def restart(self, step: int) -> None:
        """Tell TensorBoard to discard what an interrupted run wrote from `step` on."""
        session = SessionLog(status=SessionLog.START)
        self._writer.add_event(Event(wall_time=time.time(), step=step, session_log=session))

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """Write scalars.

        Args:
            values: dict from tag to number; numbers that are not finite are left out.
            step: position on the x axis.
        """
        self._add([scalar_pb(tag, v) for tag, v in values.items() if np.isfinite(v)], step)

    def histograms(self, values: Mapping[str, np.ndarray], step: int) -> None:
        """Write histograms, a dict from tag to array."""
        self._add([histogram_pb(tag, array) for tag, array in values.items()], step)

    def figures(self, figures: Mapping[str, Figure], step: int) -> None:
        """Write images, a dict from tag to `matplotlib.figure.Figure`."""
        self._add([_image_pb(tag, figure) for tag, figure in figures.items()], step)

    def text(self, tag: str, text: str, step: int) -> None:
        """Write a text in Markdown."""
        self._add([text_pb(tag, text)], step)

    def graph(self, definition: bytes, step: int = 0) -> None:
        """Write a TensorFlow graph, the bytes of a `GraphDef`."""
        self._writer.add_event(Event(wall_time=time.time(), step=step, graph_def=definition))

    def flush(self) -> None:
        """Write all events to disk."""
        self._writer.flush()

    def close(self) -> None:
        """Write all events to disk and close the file."""
        self._writer.close()

    def _add(self, summaries: Sequence[Any], step: int) -> None:
        together = Summary(value=[value for summary in summaries for value in summary.value])
        for value in together.value:
            # TensorBoard reads the description of a tag from its first event.
            if self._describe and value.tag not in self._described:
                value.metadata.summary_description = self._describe(value.tag)
                self._described.add(value.tag)
        self._writer.add_event(Event(wall_time=time.time(), step=step, summary=together))


def _image_pb(tag: str, figure: Figure) -> Summary:
    size = [str(length).encode() for length in FigureCanvasAgg(figure).get_width_height()]
    value = Summary.Value(
        tag=tag,
        metadata=image_metadata.create_summary_metadata(display_name=None, description=None),
        tensor=TensorProto(
            dtype=DT_STRING,
            tensor_shape=TensorShapeProto(dim=[TensorShapeProto.Dim(size=3)]),
            string_val=[*size, png_bytes(figure)],
        ),
    )
    return Summary(value=[value])


def write_figures(
    figures: Mapping[str, Figure],
    log_dir: str | PathLike[str],
    step: int = 0,
    describe: Callable[[str], str] | None = None,
) -> None:
    """Write figures to TensorBoard's logs.

    Args:
        figures: dict from name to `matplotlib.figure.Figure`.
        log_dir: folder of the logs; created if it does not exist.
        step: step at which TensorBoard shows them.
        describe: function from a name to a description in Markdown, "" for none; or None.
    """
    writer = EventWriter(log_dir, describe)
    writer.figures(figures, step)
    writer.close()
