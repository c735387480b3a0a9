"""Keras models as tutorials write them, adopted: answers, TFLite file, explanation, inspection.

Writes `benchmarks/adopt.csv`, a row for each architecture of `tests/tutorials.py`, with random
weights: the largest difference from the model's answers, of the adopted model and of the second
call of its TFLite file, over inputs of several lengths, with and without padding; and of how many
recurrent layers `zoo.layers.explain` and the measures of `zoo.inspect` tell.

    python benchmarks/adopt.py
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import keras  # noqa: E402
import numpy as np  # noqa: E402
from ai_edge_litert.interpreter import Interpreter  # noqa: E402

from tables import write_rows  # noqa: E402
from tests.inspect.adopted import inspected  # noqa: E402
from tests.tutorials import TUTORIALS, draw  # noqa: E402
from zoo.export import export_tflite  # noqa: E402
from zoo.export.keras.check import drawn_inputs  # noqa: E402
from zoo.export.keras.signature import by_name, input_specs  # noqa: E402
from zoo.export.signature import SERVING  # noqa: E402
from zoo.layers import adopt, explain, recurrent_layers  # noqa: E402

LENGTH = 12  # of the sequences that are inspected


def row(name):
    """Return the row of an architecture."""
    keras.utils.set_random_seed(0)
    model = TUTORIALS[name]()
    adopted = adopt(model)
    layers = recurrent_layers(adopted)
    lines = explain(adopted).splitlines()
    explained = [path for path in layers if any(line.startswith(f"{path}: ") for line in lines)]
    measured = inspected(adopted, draw(adopted, LENGTH, padded=True))
    answers, second_call = differences(model, adopted)
    return {
        "model": name,
        "recurrent layers": len(layers),
        "difference of the adopted model": f"{answers:.1e}",
        "difference of the TFLite file, second call": f"{second_call:.1e}",
        "explained": len(explained),
        "inspected": len(measured),
    }


def differences(model, adopted):
    """Return the largest differences of the adopted model and of the second call of its file."""
    specs = input_specs(model, None)
    expect, found = by_name(model), by_name(adopted)
    with tempfile.TemporaryDirectory() as folder:
        path = export_tflite(model, Path(folder, "model.tflite"))
        run = Interpreter(str(path)).get_signature_runner(SERVING)
    largest = [0.0, 0.0]
    for inputs in drawn_inputs(model, specs):
        expected = expect(inputs)
        run(**inputs)
        for index, answers in enumerate((found(inputs), run(**inputs))):
            apart = [np.abs(np.asarray(answers[key]) - expected[key]).max() for key in expected]
            largest[index] = max(largest[index], *apart)
    return largest


def main():
    """Write the table and print it."""
    rows = []
    for name in TUTORIALS:
        rows.append(row(name))
        print(*rows[-1].values(), sep="  ", flush=True)
    write_rows(rows, HERE / "adopt.csv")


if __name__ == "__main__":
    main()
