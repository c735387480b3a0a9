"""Conversion of a SavedModel to a TFLite file, in a child process: the converter may crash.

    python -m zoo.export.tflite.convert FOLDER OUTPUT QUANTIZATION

QUANTIZATION is one of `QUANTIZATIONS`.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import tensorflow as tf

from zoo.export.tflite.patch_flatbuffer import patch_flatbuffer

QUANTIZATIONS = ("float32", "float16", "dynamic")
NOTICES = ("WARNING: All log", "INFO: ", "I0000 ", "W0000 ")  # TensorFlow's, at every start
MESSAGE_LINES = 5
TIMEOUT = 3600  # seconds; the largest unrolled models take minutes


class ExportError(RuntimeError):
    """An export that failed, or that does not pass its checks."""


class UnsupportedError(ExportError):
    """A conversion that failed because TFLite has no builtin for some operators.

    Args:
        message: the message.
        operators: the types of these operators.
    """

    def __init__(self, message: str, operators: Sequence[str]) -> None:
        super().__init__(message)
        self.operators = tuple(operators)


def convert_in_child(
    folder: str | os.PathLike[str],
    output: str | os.PathLike[str],
    quantization: str = "float32",
) -> None:
    """Convert a SavedModel in a child process.

    Args:
        folder: the SavedModel.
        output: the `.tflite` file to write.
        quantization: one of `QUANTIZATIONS`.

    Raises:
        UnsupportedError: an operator has no builtin of TFLite.
        ExportError: the converter failed, crashed or did not end within an hour; the message
            quotes its last lines.
    """
    arguments = [str(folder), str(output), quantization]
    # The child must import the same copy of this package as the parent.
    home = str(Path(__file__).resolve().parents[3])
    path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
    try:
        child = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "zoo.export.tflite.convert", *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            env={**os.environ, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"},
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired as error:
        raise ExportError(
            f"TensorFlow's converter did not end within {TIMEOUT} seconds on this model with "
            f"quantization={quantization!r}; try a shorter `length` or another variant."
        ) from error
    if missing := missing_builtins(child.stderr):
        raise UnsupportedError(f"TFLite has no builtin for {', '.join(missing)}.", missing)
    if child.returncode:
        raise ExportError(
            f"TensorFlow's converter {exit_status(child.returncode)} on this model with "
            f"quantization={quantization!r}; try another quantization or variant. Its output: "
            f"{last_lines(child.stderr)}"
        )


def missing_builtins(text: str) -> list[str]:
    """Return the operators that a failed conversion names as having no builtin.

    >>> missing_builtins("Some ops in the model are custom ops\\nCustom ops: Erfinv, Cholesky")
    ['Cholesky', 'Erfinv']
    """
    lines = re.findall(r"(?:Custom|TF Select) ops: (.*)", text)
    return sorted({name.strip() for line in lines for name in line.split(",")})


def exit_status(code: int) -> str:
    """Describe how a process ended, from its return code.

    Example:

    >>> exit_status(1), exit_status(-signal.SIGABRT)
    ('failed', 'was killed by SIGABRT')
    """
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else "failed"


def last_lines(text: str) -> str:
    """Return the last lines of a process's output, without TensorFlow's startup notices."""
    lines = [line.strip() for line in text.splitlines() if not line.startswith(NOTICES)]
    return " ".join([line for line in lines if line][-MESSAGE_LINES:]) or "nothing."


def convert(folder: str | os.PathLike[str], quantization: str = "float32") -> bytes:
    """Convert a SavedModel to the content of a TFLite file with builtin operators only.

    Args:
        folder: the SavedModel.
        quantization: "float32"; "float16", weights in 16 bits; "dynamic", weights in 8 bits.

    Returns:
        The file's content.
    """
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder))
    if quantization != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if quantization == "float16":
        converter.target_spec.supported_types = [tf.float16]
    return patch_flatbuffer(converter.convert())


if __name__ == "__main__":
    try:
        Path(sys.argv[2]).write_bytes(convert(sys.argv[1], sys.argv[3]))
    except Exception as error:  # the parent reports any error
        sys.exit(f"{type(error).__name__}: {error}")
