"""Does an exported TFLite file run on a device, and give the model's answers, again and again?"""

import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import tensorflow as tf

from zoo.export.signature import serving_module
from zoo.export.tflite.convert import end_of, last_words
from zoo.hub.errors import ModelFileError
from zoo.runtime.litert import IDENTIFIER

LENGTHS = (1, 2, 7, 32, 200, 7, 1000, 2)  # out of order, and some of them again: state would show
TIMED = (16, 64, 256)
REPEATS = 30  # calls whose median is the latency
WIDTHS = (4, 11, 30)  # characters a word
PROBE = Path(__file__).parent / "tflite" / "probe.py"


@dataclass(frozen=True)
class ExportReport:
    """What `verify_tflite` found.

    Args:
        size_bytes: of the file.
        operators: how many of each operator, those inside of loops too.
        lengths: of the sequences compared, in the order of the calls.
        largest_difference: of `scores` from the Keras model's, by call.
        same_answers: whether tags or label were the same at every position of every call.
        tolerance: what the difference had to stay below; None for a quantized file, whose measure
            is a task metric.
        latency_ms: median of a call on one thread, by length.
        peak_memory_mb: of a process that loads the file in LiteRT and runs these calls; None where
            the system does not tell.
        problems: one sentence for each thing that is wrong; empty when the file is good.
        variant: of `zoo.export.export_tflite`.
        quantization: of `zoo.export.export_tflite`.
        metric: dict of the task metric and what it was on, as `zoo.export.check_accuracy` gives it;
            None where none was measured.
    """

    size_bytes: int
    operators: dict
    lengths: list
    largest_difference: list
    same_answers: bool
    tolerance: float | None
    latency_ms: dict
    peak_memory_mb: float | None
    problems: list = field(default_factory=list)
    variant: str = "fused"
    quantization: str = "float32"
    metric: dict | None = None

    def to_dict(self):
        """Return the report as plain dicts, lists and numbers."""
        return asdict(self)

    def rows(self):
        """Return the report for people, as dicts of one line each."""
        differences = zip(self.lengths, self.largest_difference, strict=True)
        found = {
            "variant": self.variant,
            "quantization": self.quantization,
            "size": f"{self.size_bytes:,} bytes",
            "operators": ", ".join(f"{n} {name}" for name, n in sorted(self.operators.items())),
            **{f"call {i}, T = {t}": f"{d:.2g}" for i, (t, d) in enumerate(differences, start=1)},
            "same answers": "yes" if self.same_answers else "no",
            **{f"latency, T = {t}": f"{ms:.3f} ms" for t, ms in self.latency_ms.items()},
            "peak memory": self.peak_memory_mb and f"{self.peak_memory_mb:.0f} MB",
            **{f"metric: {name}": str(value) for name, value in (self.metric or {}).items()},
            "problems": "; ".join(self.problems) or "none",
        }
        return [{"what": what, "found": value} for what, value in found.items()]


def verify_tflite(path, model, tolerance=1e-4, seed=0, *, variant="fused", quantization="float32"):
    """Compare a TFLite file with the model that it was made from, and measure it.

    One interpreter, in a process of its own with nothing but LiteRT, answers sequences of `LENGTHS`
    one after the other; the fused operator keeps its state between calls, so a wrong second answer
    is the mistake to look for. A file of a fixed length is given what is not longer.

    Args:
        path: of the `.tflite` file.
        model: the Keras model, with `answers` and `input_sizes`.
        tolerance: largest difference of a score allowed in a float32 file.
        seed: of the inputs, which are random.
        variant: what the file was made as, for the report.
        quantization: what the file was made as; the answers of a quantized one may differ.

    Returns:
        An `ExportReport`.

    Raises:
        ModelFileError: the file is missing, damaged, or not one that LiteRT can run.
    """
    path = _tflite_file(path)
    rng = np.random.default_rng(seed)
    compared = [random_inputs(model, length, rng) for length in LENGTHS]
    found, answers = probe(path, compared, {t: random_inputs(model, t, rng) for t in TIMED})
    lengths, differences, same = compare(path, model, compared, answers)
    exact = quantization == "float32"
    problems = [
        f"operator {name} is not a builtin"
        for name in found["operators"]
        if name.startswith(("Flex", "CUSTOM", "Cudnn"))
    ]
    if not np.isfinite(differences).all():
        problems.append("scores are not numbers")
    if exact and max(differences) > tolerance:
        problems.append(f"scores differ by {max(differences):.2g}, more than {tolerance:.2g}")
    if exact and not same:
        problems.append("answers differ")
    return ExportReport(
        size_bytes=path.stat().st_size,
        lengths=lengths,
        largest_difference=differences,
        same_answers=same,
        tolerance=tolerance if exact else None,
        problems=problems,
        variant=variant,
        quantization=quantization,
        **found,
    )


def probe(path, compared=(), timed=None, repeats=REPEATS):
    """Run a TFLite file in a child process that has LiteRT and NumPy alone.

    Args:
        path: of the `.tflite` file.
        compared: list of dicts of int32 arrays (T, ...), to be answered in this order.
        timed: dict of such inputs by length, whose latency is measured.
        repeats: calls whose median is the latency.

    Returns:
        The pair of a dict of `operators`, `latency_ms`, `peak_memory_mb`, and a dict of the
        answers, dicts of arrays (T, ...), by index in `compared`; a file of a fixed length answers
        only what is not longer, padded.

    Raises:
        ModelFileError: LiteRT refused the file, or died of it.
    """
    numbered = {"compare": dict(enumerate(compared)), "time": timed or {}}
    arrays = {
        f"{kind}/{number}/{name}": array
        for kind, inputs in numbered.items()
        for number, each in inputs.items()
        for name, array in each.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("inputs.npz", "outputs.npz")]
        np.savez(files[0], **arrays)
        # -P: the modules beside the script are no top-level ones.
        command = [sys.executable, "-P", PROBE, path, *files, str(repeats)]
        child = subprocess.run(command, capture_output=True, text=True, errors="replace")
        if child.returncode:
            raise ModelFileError(
                f"{path}: LiteRT {end_of(child.returncode)} on this file, which is damaged or no "
                f"model of this zoo. It said: {last_words(child.stderr)}"
            )
        found, answers = json.loads(child.stdout), {}
        with np.load(files[1]) as outputs:
            for key, array in outputs.items():
                number, name = key.split("/")
                answers.setdefault(int(number), {})[name] = array
    return found, answers


def random_inputs(model, length, rng):
    """Return a sequence of `length` tokens that a model could be given, by input.

    Args:
        model: a zoo model with `input_sizes`.
        length: T.
        rng: `numpy.random.Generator`.

    Returns:
        Dict of int32 arrays (T,), and (T, C) for the characters of words, padded with 0.
    """
    inputs = {}
    for name, size in model.input_sizes.items():
        shape = (length, rng.choice(WIDTHS)) if name == "characters" else (length,)
        inputs[name] = rng.integers(1, size, shape).astype("int32")
        if name == "characters":
            ends = rng.integers(1, shape[1] + 1, (length, 1))
            inputs[name][np.arange(shape[1]) >= ends] = 0
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


def compare(path, model, compared, answers):
    """Compare answers of a TFLite file with the model's.

    Args:
        path: of the file, for errors.
        model: the Keras model, with `answers`.
        compared: list of dicts of int32 arrays (T, ...), the inputs.
        answers: dict of the answers by index in `compared`, as `probe` returns it.

    Returns:
        Triple of the lengths, the largest differences of scores, and whether tags or label are the
        same at every position of all.

    Raises:
        ModelFileError: the file gives other outputs than the model.
    """
    # Compiled once for all lengths; the answers are those of `model.answers`.
    serve = serving_module(model, batch=None)[1]["serving_default"]
    lengths, differences, same = [], [], True
    for number, got in answers.items():
        inputs = {name: tf.constant(array[None]) for name, array in compared[number].items()}
        expected = {name: value.numpy()[0] for name, value in serve(**inputs).items()}
        if set(got) != set(expected):
            raise ModelFileError(f"{path}: gives {sorted(got)}, the model {sorted(expected)}")
        # A file of a fixed length answers its padding too.
        got = {n: a[tuple(map(slice, expected[n].shape))] for n, a in got.items()}
        lengths.append(len(next(iter(compared[number].values()))))
        differences.append(float(np.abs(got["scores"] - expected["scores"]).max()))
        best = next(name for name in expected if name != "scores")
        same &= bool(np.array_equal(got[best], expected[best]))
    return lengths, differences, same
