"""Verification of a TFLite file: the answers of its model at every call, builtin operators only."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from zoo.export.report import ExportReport
from zoo.export.signature import serving_module
from zoo.export.tflite.convert import exit_status, last_lines
from zoo.hub.errors import ModelFileError
from zoo.models import BidirectionalModel
from zoo.trust.tflite import IDENTIFIER

LENGTHS = (1, 2, 7, 32, 200, 7, 1000, 2)  # some repeat, so that a state kept between calls shows
TIMED = (16, 64, 256)
REPEATS = 30  # calls; the latency is their median
WIDTHS = (4, 11, 30)  # characters per word
PROBE = Path(__file__).parent / "tflite" / "probe.py"

Inputs = Mapping[str, np.ndarray]  # of one sequence, int32 (T, ...)
Runs = dict[str, dict[int, dict[str, np.ndarray]]]  # outputs by run, number and name


def verify_tflite(
    path: str | os.PathLike[str],
    model: BidirectionalModel,
    tolerance: float = 1e-4,
    seed: int = 0,
    *,
    variant: str = "while",
    quantization: str = "float32",
) -> ExportReport:
    """Compare a TFLite file with the model that it was made from, and measure it.

    In a child process with LiteRT alone, `Interpreter` and `CompiledModel` answer random sequences
    of `LENGTHS` one after the other, twice, the second time in random order: a file that keeps a
    state between calls may be right at the first call alone. A file with variable tensors, such as
    one with the fused operator, runs in `Interpreter` only, and is reset before each call. A file
    of a fixed length gets only sequences that fit.

    Args:
        path: the `.tflite` file.
        model: the Keras model, with `answers` and `input_sizes`.
        tolerance: largest allowed difference of a score, for a float32 file.
        seed: seed of the inputs.
        variant: variant of the file, for the report.
        quantization: quantization of the file; the answers of a quantized file may differ.

    Returns:
        The report.

    Raises:
        ModelFileError: the file is missing or damaged, or LiteRT cannot run it.
    """
    path = _tflite_file(path)
    rng = np.random.default_rng(seed)
    compared = [random_inputs(model, length, rng) for length in LENGTHS]
    found, runs = probe(path, compared, {t: random_inputs(model, t, rng) for t in TIMED})
    lengths, differences, same = compare(path, model, compared, runs)
    exact = quantization == "float32"
    problems = [
        f"operator {name} is not a builtin"
        for name in found["operators"]
        if name.startswith(("Flex", "CUSTOM", "Cudnn"))
    ]
    if not np.isfinite(differences).all():
        problems.append("scores are not finite")
    if exact and max(differences) > tolerance:
        problems.append(f"scores differ by {max(differences):.2g}, more than {tolerance:.2g}")
    if exact and not same:
        problems.append("answers differ")
    return ExportReport(
        size_bytes=path.stat().st_size,
        runs=list(runs),
        lengths=lengths,
        largest_difference=differences,
        same_answers=same,
        tolerance=tolerance if exact else None,
        problems=problems,
        variant=variant,
        quantization=quantization,
        **found,
    )


def probe(
    path: str | os.PathLike[str],
    compared: Sequence[Inputs] = (),
    timed: Mapping[int, Inputs] | None = None,
    repeats: int = REPEATS,
) -> tuple[dict[str, Any], Runs]:
    """Run a TFLite file in a child process with LiteRT and NumPy alone.

    Args:
        path: the `.tflite` file.
        compared: inputs to answer.
        timed: inputs by length, whose latency is measured.
        repeats: number of calls; the latency is their median.

    Returns:
        A dict of `operators`, `latency_ms` and `peak_memory_mb`; and by run, "Interpreter 1" for
        example, the outputs (T, ...) by index in `compared`. A file of a fixed length answers only
        sequences that fit, padded.

    Raises:
        ModelFileError: LiteRT rejected the file, or crashed.
    """
    numbered: dict[str, Mapping[int, Inputs]] = {
        "compare": dict(enumerate(compared)),
        "time": timed or {},
    }
    arrays: dict[str, Any] = {
        f"{kind}/{number}/{name}": array
        for kind, inputs in numbered.items()
        for number, each in inputs.items()
        for name, array in each.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("inputs.npz", "outputs.npz")]
        np.savez(files[0], **arrays)
        found: dict[str, Any] = json.loads(run_probe(path, *files, str(repeats)))
        runs: Runs = {}
        with np.load(files[1]) as outputs:
            for key, array in outputs.items():
                run, number, name = key.split("/")
                runs.setdefault(run, {}).setdefault(int(number), {})[name] = array
    return found, runs


def run_probe(path: str | os.PathLike[str], *arguments: str | os.PathLike[str]) -> str:
    """Run `zoo/export/tflite/probe.py` in a child process, and return what it prints.

    Args:
        path: the `.tflite` file.
        *arguments: the other arguments of the command.

    Raises:
        ModelFileError: LiteRT rejected the file, or crashed.
    """
    # -P: the script's folder is not on the path of imports.
    command = [sys.executable, "-P", PROBE, path, *arguments]
    child = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if child.returncode:
        raise ModelFileError(
            f"{path}: LiteRT {exit_status(child.returncode)} on this file, which is damaged or not "
            f"a model of this zoo. Its output: {last_lines(child.stderr)}"
        )
    return child.stdout


def random_inputs(
    model: BidirectionalModel, length: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Return random inputs of a model, for one sequence of `length` tokens.

    Args:
        model: a zoo model with `input_sizes`.
        length: T.
        rng: the source of randomness.

    Returns:
        int32 arrays (T,), and (T, C) for the characters of words, padded with 0.
    """
    inputs: dict[str, np.ndarray] = {}
    for name, size in model.input_sizes.items():
        width = rng.choice(WIDTHS) if name == "characters" else None
        shape = (length,) if width is None else (length, width)
        inputs[name] = rng.integers(1, size, shape).astype("int32")
        if width is not None:
            ends = rng.integers(1, width + 1, (length, 1))
            inputs[name][np.arange(width) >= ends] = 0
    return inputs


def _tflite_file(path):
    path = Path(path)
    if not path.is_file():
        raise ModelFileError(f"{path}: no such file")
    found = path.read_bytes()[4:8]
    if found != IDENTIFIER:
        raise ModelFileError(
            f"{path}: not a TFLite model: expected {IDENTIFIER!r} at byte 4, found {found!r}"
        )
    return path


def compare(
    path: str | os.PathLike[str],
    model: BidirectionalModel,
    compared: Sequence[Inputs],
    runs: Runs,
) -> tuple[list[int], list[float], bool]:
    """Compare the outputs of a TFLite file with those of the model.

    Args:
        path: the file, for errors.
        model: the Keras model, with `answers`.
        compared: the inputs.
        runs: the outputs, as `probe` returns them.

    Returns:
        The lengths, the largest differences of scores in any run, and whether tags or label are
        equal at every position of all.

    Raises:
        ModelFileError: the file has other outputs than the model.
    """
    lengths, largest, same = [], [], True
    for number, found in differences(path, model, compared, runs):
        lengths.append(len(next(iter(compared[number].values()))))
        largest.append(float(np.max([difference for difference, _ in found.values()])))
        same &= not any(others for _, others in found.values())
    return lengths, largest, same


def differences(
    path: str | os.PathLike[str],
    model: BidirectionalModel,
    compared: Sequence[Inputs],
    runs: Runs,
) -> Iterator[tuple[int, dict[str, tuple[float, int]]]]:
    """Yield how the outputs of a TFLite file differ from those of the model, by sequence.

    Arguments and errors are those of `compare`.

    Yields:
        The index in `compared`; and by run, the largest difference of a score, and how many tags or
        labels are others.
    """
    # Compiled once for all lengths.
    serve = serving_module(model, batch=None)[1]["serving_default"]
    for number in next(iter(runs.values())):
        inputs = {name: tf.constant(array[None]) for name, array in compared[number].items()}
        expected = {name: value.numpy()[0] for name, value in serve(**inputs).items()}
        yield number, {run: _difference(path, runs[run][number], expected) for run in runs}


def _difference(path, got, expected):
    """Return the largest difference of scores, and how many tags or labels are others."""
    if set(got) != set(expected):
        raise ModelFileError(f"{path}: returns {sorted(got)}, the model {sorted(expected)}")
    # Without the padding, to which a file of a fixed length gives outputs, too.
    got = {n: a[tuple(map(slice, expected[n].shape))] for n, a in got.items()}
    best = next(name for name in expected if name != "scores")
    difference = np.abs(got["scores"] - expected["scores"]).max()
    return float(difference), int((got[best] != expected[best]).sum())
