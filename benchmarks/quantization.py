"""Do weights of 16 or 8 bits pay, in the default TFLite file of each shipped model?

    python benchmarks/quantization.py                    # 1,000 examples of dev: a few minutes
    python benchmarks/quantization.py --examples 25000   # all of them

`score` is the task metric on the development split (brackets are generated). `size` and `time` are
ratios to the float file; `time` is that of the processor, over `--timed` of these examples, for
which both files run in turn on one thread. `largest difference` is that of a score from the float
file's. `best` is "dynamic" where its score is at most 0.1 points lower and it halves the size
or saves a third of the time, else "float16". Writes `quantization.csv`.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402

import zoo  # noqa: E402
from export_table import EXAMPLES  # noqa: E402
from tables import put_rows  # noqa: E402
from zoo.export import export_tflite  # noqa: E402
from zoo.export.gate import Recorder  # noqa: E402
from zoo.hub import resolve  # noqa: E402
from zoo.hub.card import read_json  # noqa: E402
from zoo.metrics.examples import TaskMetric, spread  # noqa: E402
from zoo.runtime import LiteRTEngine, open_with  # noqa: E402
from zoo.runtime.keras_engines import load_keras_model  # noqa: E402
from zoo.tasks import task_named  # noqa: E402

QUANTIZATIONS = ("float16", "dynamic")
LOSS, HALF, THIRD = 0.1, 1 / 2, 2 / 3  # points, ratio of sizes, ratio of times


def measure(name, options):
    """Return the rows of a model: the float file, and a file for each quantization."""
    folder = resolve(name)
    config = read_json(folder / "config.json")
    task = task_named(config["task"])
    metric = TaskMetric(task.name, spread(EXAMPLES[task.name](options), options.examples))

    def score(engine):
        return 100 * metric(open_with(task, folder, config, engine))

    paths = {"float32": folder / "model.tflite"}
    float_engine = LiteRTEngine(paths["float32"])
    recorder = Recorder(float_engine)
    scores = {"float32": score(recorder)}
    rows = [
        {
            "model": name,
            "quantization": "float32",
            "bytes": paths["float32"].stat().st_size,
            "metric": metric.name,
            "examples": len(metric.examples),
            "score": f"{scores['float32']:.2f}",
        }
    ]
    model, inputs = load_keras_model(folder, config), spread(recorder.inputs, options.timed)
    with tempfile.TemporaryDirectory() as work:
        for quantization in QUANTIZATIONS:
            path = export_tflite(model, Path(work, "model.tflite"), quantization=quantization)
            engine = LiteRTEngine(path)
            found = score(engine)
            difference, ratio = compared(float_engine, engine, inputs)
            rows.append(
                {
                    **rows[0],
                    "quantization": quantization,
                    "bytes": path.stat().st_size,
                    "size": f"{path.stat().st_size / rows[0]['bytes']:.2f}",
                    "time": f"{ratio:.2f}",
                    "largest difference": f"{difference:.1g}",
                    "score": f"{found:.2f}",
                }
            )
    best, why = verdict(rows[0], rows[-1])
    return [{**row, "best": why if row["quantization"] == best else ""} for row in rows]


def compared(float_engine, engine, inputs):
    """Return the largest difference of a score, and the ratio of processor times, in turns."""
    seconds, differences = np.zeros(2), []
    for each in inputs:
        answers = []
        for number, run in enumerate((float_engine, engine)):
            start = time.thread_time()
            answers.append(run(each)["scores"])
            seconds[number] += time.thread_time() - start
        differences.append(np.abs(answers[0] - answers[1]).max())
    return max(differences), seconds[1] / seconds[0]


def verdict(float_row, dynamic):
    """Return the quantization to use by the rule above, and why.

    Example:

    >>> row = {"score": "90.00", "size": "0.45", "time": "1.02"}
    >>> verdict({"score": "90.05"}, row)
    ('dynamic', 'loses 0.05 points, size 0.45, time 1.02')
    >>> verdict({"score": "90.05"}, {**row, "size": "0.72"})
    ('float16', 'dynamic loses 0.05 points, size 0.72, time 1.02')
    """
    lost = float(float_row["score"]) - float(dynamic["score"])
    pays = float(dynamic["size"]) <= HALF or float(dynamic["time"]) <= THIRD
    reason = f"loses {lost:.2f} points, size {dynamic['size']}, time {dynamic['time']}"
    good = round(lost, 2) <= LOSS and pays
    return ("dynamic", reason) if good else ("float16", f"dynamic {reason}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", nargs="+", default=zoo.list_models())
    parser.add_argument("--examples", type=int, default=1000, help="of dev, at most")
    parser.add_argument("--timed", type=int, default=200, help="of these, for times")
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".csv"))
    options = parser.parse_args()
    for name in options.models:
        rows = measure(name, options)
        put_rows(rows, options.output, ["model", "quantization"])
        for row in rows:
            print("  ".join(f"{column} {value}" for column, value in row.items()), flush=True)


if __name__ == "__main__":
    main()
