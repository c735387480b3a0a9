"""Does the TFLite file of every shipped model answer as Keras does, in both APIs of LiteRT?

    python benchmarks/device_files.py

`Interpreter` and `CompiledModel` answer examples of the development split (brackets are generated)
twice, in two random orders, with no reset between the calls. A row holds, of both times, the
largest difference of a score from the Keras model's, and how many tags or labels are others. The
exit code is 1 if a difference is above 1e-4 or a tag or label is another. Writes
`device_files.csv`.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402

import zoo  # noqa: E402
from export_table import EXAMPLES  # noqa: E402
from tables import put_rows  # noqa: E402
from zoo.export.gate import Recorder  # noqa: E402
from zoo.export.verify import differences, probe  # noqa: E402
from zoo.hub import resolve  # noqa: E402
from zoo.hub.card import read_json  # noqa: E402
from zoo.metrics.examples import TaskMetric, spread  # noqa: E402
from zoo.runtime import LiteRTEngine, open_with  # noqa: E402
from zoo.runtime.keras_engines import load_keras_model  # noqa: E402
from zoo.tasks import task_named  # noqa: E402

APIS = ("Interpreter", "CompiledModel")
DIFFERENCE, OTHERS = "largest difference", "other tags or labels"
BOUND = 1e-4


def measure(name, options):
    """Return the rows of a model, one for each API."""
    folder = resolve(name)
    path, config = folder / "model.tflite", read_json(folder / "config.json")
    inputs = model_inputs(folder, config, options)
    _, runs = probe(path, inputs)
    model = load_keras_model(folder, config)
    found = [by_run for _, by_run in differences(path, model, inputs, runs)]
    return [row(name, api, found) for api in APIS]


def model_inputs(folder, config, options):
    """Return what a model is given to answer the examples, in random order."""
    recorder = Recorder(LiteRTEngine(folder / "model.tflite"))
    predictor = open_with(task_named(config["task"]), folder, config, recorder)
    examples = spread(EXAMPLES[config["task"]](options), options.examples)
    TaskMetric(config["task"], examples)(predictor)
    order = np.random.default_rng(options.seed).permutation(len(recorder.inputs))
    return [recorder.inputs[number] for number in order[: options.examples]]


def row(name, api, found):
    """Return the row of an API, from what its runs found for each example."""
    of_api = [by_run[run] for by_run in found for run in by_run if run.startswith(api)]
    assert len(of_api) == 2 * len(found), f"{name}: {api} does not load the file"
    return {
        "model": name,
        "API": api,
        "examples": len(found),
        DIFFERENCE: f"{max(difference for difference, _ in of_api):.1e}",
        OTHERS: sum(others for _, others in of_api),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", nargs="+", default=zoo.list_models())
    parser.add_argument("--examples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0, help="of the order of the examples")
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".csv"))
    options = parser.parse_args()
    wrong = False
    for name in options.models:
        rows = measure(name, options)
        put_rows(rows, options.output, ["model", "API"])
        for each in rows:
            print(*each.values(), sep="  ", flush=True)
            wrong |= each[OTHERS] > 0 or not float(each[DIFFERENCE]) <= BOUND
    sys.exit(wrong)


if __name__ == "__main__":
    main()
