"""The default engine: LiteRT, which needs neither TensorFlow nor Keras."""

# LiteRT has no type annotations.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from zoo.hub.errors import ModelFileError
from zoo.runtime.predictor import Arrays
from zoo.runtime.quiet import without_delegate_notice
from zoo.runtime.states import StateReader
from zoo.trust.tflite import check_tflite

SIGNATURE = "serving_default"  # the whole model; a file can have other signatures too
DIRECTIONS = "directions"  # an input that a file can have: factors of the two directions
LENGTH = "length_"  # the whole model for a fixed number of tokens, such as "length_32"


class LiteRTEngine:
    """Runs a TFLite file on one sequence at a time; thread-safe.

    Sequences can have any length. If the file has inputs of fixed lengths, the engine uses the
    smallest that fits; shorter sequences are padded and the outputs are cut.

    Args:
        path: path of the `.tflite` file.
        threads: number of threads that an operator may use.

    Attributes:
        content: the file.
        signatures: the names of the file's signatures.

    Raises:
        ModelFileError: the file is missing, or LiteRT cannot run it.
    """

    def __init__(self, path: str | Path, threads: int = 1) -> None:
        path = Path(path)
        if not path.is_file():
            raise ModelFileError(f"{path}: no such file")
        self.content = content = path.read_bytes()
        check_tflite(content, path)
        self._open = partial(Interpreter, model_content=content, num_threads=threads)
        try:
            with without_delegate_notice():
                self._own = self._opened()
        except (RuntimeError, ValueError) as error:
            raise ModelFileError(f"{path}: LiteRT cannot run this model: {error}") from error
        self.signatures: frozenset[str] = frozenset(self._own[0].get_signature_list())
        lengths = [name for name in self.signatures if name.startswith(LENGTH)]
        self._lengths = sorted(int(name.removeprefix(LENGTH)) for name in lengths)
        self._lock = threading.Lock()  # an interpreter is not thread-safe
        self._reader: StateReader | None = None

    def take_interpreter(self) -> Interpreter:
        """Return an interpreter of the file for the caller's exclusive use.

        The first call returns the engine's own interpreter; the engine opens another one if it
        needs it.
        """
        with self._lock:
            own, self._own = self._own, None
        return own[0] if own else self._open()

    def __call__(self, inputs: Arrays) -> Arrays:
        """Return the outputs for one sequence.

        Args:
            inputs: dict of int32 arrays (T, ...), T > 0.

        Returns:
            Dict of arrays without the batch axis.

        Raises:
            ValueError: the sequence is longer than the fixed length of the file.
        """
        length = len(next(iter(inputs.values())))
        signature = self._signature(length)
        with self._lock:
            interpreter, runners = self._own = self._own or self._opened()
            if signature not in runners:
                runners[signature] = _Runner(interpreter, signature)
            # The fused LSTM operator keeps its state between calls.
            interpreter.reset_all_variables()
            arrays = runners[signature](inputs)
        if "tags" not in arrays:  # the outputs have no time axis
            return arrays
        return {name: array[:length] for name, array in arrays.items()}

    def states(self, inputs: Arrays) -> np.ndarray:
        """Return the outputs of the recurrent layers for one sequence; see `StateReader`.

        The first call opens an interpreter for it.
        """
        with self._lock:
            self._reader = self._reader or StateReader(self.content)
        return self._reader(inputs)

    def _signature(self, length: int) -> str:
        """Return the name of the signature for a sequence of `length` tokens."""
        if not self._lengths:
            return SIGNATURE
        fitting = [each for each in self._lengths if each >= length]
        if not fitting:
            raise ValueError(
                f"the model takes sequences of at most {self._lengths[-1]} tokens, got {length}."
            )
        return f"{LENGTH}{fitting[0]}"

    def _opened(self) -> tuple[Interpreter, dict[str, _Runner]]:
        """Return a new interpreter, and an empty dict for the runners of its signatures."""
        interpreter = self._open()
        interpreter.allocate_tensors()
        return interpreter, {}

    def operators(self) -> list[str]:
        """Return the names of the model's operators, in the order of execution."""
        details: Any = self._open()._get_ops_details()  # pyright: ignore[reportPrivateUsage]
        return [each["op_name"] for each in details]


class _Runner:
    """Runs a signature of an interpreter on one sequence."""

    def __init__(self, interpreter: Interpreter, signature: str) -> None:
        self._run: Any = interpreter.get_signature_runner(signature)
        details = self._run.get_input_details()
        self._shapes: dict[str, tuple[int, ...]] = {
            name: tuple(each["shape_signature"].tolist()[1:]) for name, each in details.items()
        }
        # Of the directions, in the file of a web page: with 1 both answer.
        self._factors: dict[str, np.ndarray] = {
            name: np.ones(each["shape"], "float32")
            for name, each in details.items()
            if name == DIRECTIONS
        }

    def __call__(self, inputs: Arrays) -> Arrays:
        padded = {name: pad_to(self._shapes[name], array) for name, array in inputs.items()}
        arrays = {name: array[None] for name, array in padded.items()}
        outputs = self._run(**self._factors, **arrays)
        return {name: value[0].copy() for name, value in outputs.items()}


def pad_to(shape: tuple[int, ...], array: np.ndarray) -> np.ndarray:
    """Pad an array with 0 at the end of each axis.

    Args:
        shape: the size of each axis; -1 for an axis that is not padded.
        array: the array to pad.

    Returns:
        The padded array.

    Raises:
        ValueError: the array is larger than `shape`.

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
