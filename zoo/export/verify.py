"""Does an exported TFLite file run on a device, and give the model's answers, again and again?"""

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from zoo.runtime.keras_engines import KerasEngine
from zoo.runtime.litert import LiteRTEngine

LENGTHS = (1, 2, 7, 32, 200, 7, 1000, 2)  # out of order, and some of them again: state would show
WIDTHS = (4, 11, 30)  # characters a word


@dataclass(frozen=True)
class ExportReport:
    """What `verify_tflite` found.

    Args:
        size_bytes: of the file.
        operators: how many of each operator.
        largest_difference: of `scores` from the Keras model's, by call, in the order made.
        same_answers: whether tags or label were the same at every position of every call.
        tolerance: what the difference had to stay below.
        problems: one sentence for each thing that is wrong; empty when the file is good.
    """

    size_bytes: int
    operators: dict
    largest_difference: list
    same_answers: bool
    tolerance: float
    problems: list = field(default_factory=list)

    def to_dict(self):
        """Return the report as plain dicts, lists and numbers."""
        return asdict(self)


def verify_tflite(path, model, tolerance=1e-4, seed=0):
    """Compare a TFLite file with the model that it was made from.

    One interpreter answers sequences of `LENGTHS` one after the other; the fused operator keeps
    its state between calls, so a wrong second answer is the mistake to look for.

    Args:
        path: of the `.tflite` file.
        model: the Keras model, with `answers` and `input_sizes`.
        tolerance: largest difference of a score allowed.
        seed: of the inputs, which are random.

    Returns:
        An `ExportReport`.
    """
    engine, reference = LiteRTEngine(path), KerasEngine(model)
    rng = np.random.default_rng(seed)
    differences, same = [], True
    for length in LENGTHS:
        inputs = random_inputs(model, length, rng)
        expected, got = reference(inputs), engine(inputs)
        differences.append(float(np.abs(got["scores"] - expected["scores"]).max()))
        best = next(name for name in expected if name != "scores")
        same &= bool((got[best] == expected[best]).all())
    operators = Counter(engine.operators())
    problems = [
        f"operator {name} is not a builtin"
        for name in operators
        if name.startswith(("Flex", "CUSTOM", "Cudnn"))
    ]
    if max(differences) > tolerance:
        problems.append(f"scores differ by {max(differences):.2g}, more than {tolerance:.2g}")
    if not same:
        problems.append("answers differ")
    return ExportReport(
        Path(path).stat().st_size, dict(operators), differences, same, tolerance, problems
    )


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
