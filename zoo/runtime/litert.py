"""The default runtime: LiteRT, which needs neither TensorFlow nor Keras."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from zoo.hub.errors import ModelFileError
from zoo.runtime.predictor import Arrays

IDENTIFIER = b"TFL3"  # bytes 4 to 8 of every TFLite file
SIGNATURE = "serving_default"  # of the whole model; a file may have others beside it


class LiteRTEngine:
    """Answers one sequence at a time with a TFLite file, from any thread.

    It may have any length; where the file has a fixed one, it is padded, and the answers are cut.

    Args:
        path: of the `.tflite` file.
        threads: how many threads an operator may use.

    Attributes:
        signatures: the names of all that the file can be asked for.

    Raises:
        ModelFileError: the file is missing, or is no TFLite model that this runtime can run.
    """

    def __init__(self, path: str | Path, threads: int = 1) -> None:
        path = Path(path)
        if not path.is_file():
            raise ModelFileError(f"{path}: no such file")
        content = path.read_bytes()
        if content[4:8] != IDENTIFIER:
            raise ModelFileError(
                f"{path}: not a TFLite model: expected {IDENTIFIER!r} at byte 4, "
                f"found {content[4:8]!r}"
            )
        self._open = partial(Interpreter, model_content=content, num_threads=threads)
        try:
            self._own = self._opened()
        except (RuntimeError, ValueError) as error:
            raise ModelFileError(f"{path}: LiteRT cannot run this model: {error}") from error
        self.signatures = frozenset(self._own[0].get_signature_list())
        details = self._own[1].get_input_details()
        shapes = {name: each["shape_signature"].tolist() for name, each in details.items()}
        self._shapes = {name: tuple(shape[1:]) for name, shape in shapes.items()}
        # An interpreter is not to be entered twice at once.
        self._lock = threading.Lock()

    def take_interpreter(self) -> Interpreter:
        """Return an interpreter of the file that nobody else has.

        The first to ask gets this engine's own: it opens another one when it has to answer.
        """
        with self._lock:
            own, self._own = self._own, None
        return own[0] if own else self._open()

    def __call__(self, inputs: Arrays) -> Arrays:
        """Return the named outputs for one sequence.

        Args:
            inputs: dict of int32 arrays (T, ...), T > 0.

        Returns:
            Dict of arrays without the batch axis.

        Raises:
            ValueError: the sequence is longer than a file of a fixed length takes.
        """
        padded = {name: pad_to(self._shapes[name], array) for name, array in inputs.items()}
        with self._lock:
            interpreter, run = self._own = self._own or self._opened()
            # The fused LSTM operator keeps its state from one call to the next.
            interpreter.reset_all_variables()
            outputs = run(**{name: array[None] for name, array in padded.items()})
            answers = {name: value[0].copy() for name, value in outputs.items()}
        if "tags" in answers:  # one for each position
            length = len(next(iter(inputs.values())))
            answers = {name: value[:length] for name, value in answers.items()}
        return answers

    def _opened(self):
        interpreter = self._open()
        interpreter.allocate_tensors()
        return interpreter, interpreter.get_signature_runner(SIGNATURE)

    def operators(self) -> list[str]:
        """Return the names of the model's operators, one for each use."""
        return [op["op_name"] for op in self._open()._get_ops_details()]


def pad_to(shape: tuple[int, ...], array: np.ndarray) -> np.ndarray:
    """Return an array as large as `shape`, padded with 0 at the end; -1 is any size.

    Args:
        shape: tuple of as many sizes as the array has axes.
        array: what is padded.

    Raises:
        ValueError: the array is larger.

    Example:

    >>> pad_to((3,), np.array([4, 2])), pad_to((-1,), np.array([4, 2]))
    (array([4, 2, 0]), array([4, 2]))
    """
    if all(size < 0 for size in shape):
        return array
    room = [0 if n < 0 else n - has for n, has in zip(shape, array.shape, strict=True)]
    if min(room) < 0:
        raise ValueError(f"the model takes inputs of at most {shape}, got {array.shape}.")
    return np.pad(array, [(0, each) for each in room])
