"""Every shipped model, exported in every variant and quantization: size, answers, accuracy, speed.

    python benchmarks/export_table.py

A row says how large the file is, how far its scores are from the Keras model's at most, what it
reaches on examples of the development split (nothing where the data are not there), what the float
model reaches on the same ones, and the median milliseconds of a call on one thread. Where there is
no file, `refused` says why; where the accuracy gate would not let it pass, too. Writes
`export_table.csv`, a row as soon as it is measured; rows of what is not asked for stay.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import zoo  # noqa: E402
from tables import put_rows  # noqa: E402
from zoo.data import hold_out, load_conll2003, load_imdb  # noqa: E402
from zoo.data.brackets import VOCABULARY, bracket_source, sample  # noqa: E402
from zoo.export import (  # noqa: E402
    QUANTIZATIONS,
    VARIANTS,
    AccuracyError,
    ExportError,
    check_accuracy,
    export_tflite,
)
from zoo.export.gate import Recorder  # noqa: E402
from zoo.export.variants import verified  # noqa: E402
from zoo.export.verify import TIMED  # noqa: E402
from zoo.hub import resolve  # noqa: E402
from zoo.hub.card import read_json  # noqa: E402
from zoo.metrics.examples import TaskMetric, spread  # noqa: E402
from zoo.recipes import imdb_sentiment  # noqa: E402
from zoo.runtime import LiteRTEngine, open_with  # noqa: E402
from zoo.runtime.keras_engines import SavedModelEngine, load_keras_model  # noqa: E402
from zoo.tasks import task_named  # noqa: E402

UNROLLED = 64  # tokens of a sequence
COLUMNS = (
    "model",
    "variant",
    "quantization",
    "bytes",
    "largest difference",
    "metric",
    "examples",
    "value",
    "float value",
    *(f"ms, T = {length}" for length in TIMED),
    "refused",
)


def brackets(options):
    """Return tokens and labels of generated sequences, of another seed than any that is trained."""
    drawn = sample(bracket_source("kinds"), options.examples, (8, 32), seed=4_000)
    labels = zoo.info("bilstm-brackets").labels
    tokens = [token if len(token) == 1 else "?" for token in VOCABULARY]  # an unknown character
    return [
        ([tokens[i] for i in ids if i], [labels[k] for i, k in zip(ids, each, strict=True) if i])
        for ids, each in zip(drawn.ids, drawn.labels, strict=True)
    ]


def names(options):
    sentences = load_conll2003(options.data_dir)["dev"]
    return [each for each in sentences if len(each.words) <= UNROLLED]


def reviews(options):
    train = load_imdb(options.data_dir)["train"]
    return hold_out(train, imdb_sentiment.DEV_PART, imdb_sentiment.DEV_SEED)[1]


EXAMPLES = {
    "token-tagging": brackets,
    "entity-tagging": names,
    "sequence-classification": reviews,
}


class Source:
    """A shipped model, with what its exports are compared to."""

    def __init__(self, name, options):
        self.name, self.folder = name, resolve(name)
        self.config = read_json(self.folder / "config.json")
        self.model = load_keras_model(self.folder, self.config)
        self.recorder = Recorder(SavedModelEngine(self.folder / "saved_model"))
        self.metric = task_metric(self.config["task"], options)
        self.reference = self.metric and self.metric(self.predictor(self.recorder))

    def predictor(self, engine):
        return open_with(task_named(self.config["task"]), self.folder, self.config, engine)


def task_metric(task, options):
    try:
        examples = EXAMPLES[task](options)
    except (FileNotFoundError, ModuleNotFoundError) as error:
        print(f"{task}: no metric: {error}", file=sys.stderr)
        return None
    return TaskMetric(task, spread(examples, options.examples))


def measure(source, variant, quantization, path):
    """Return the row of one export."""
    length = UNROLLED if variant == "unrolled" else None
    row = dict.fromkeys(COLUMNS, "")
    row |= {"model": source.name, "variant": variant, "quantization": quantization}
    try:
        export_tflite(source.model, path, variant, quantization, length=length)
        report = verified(path, source.model, variant=variant, quantization=quantization)
    except ExportError as error:
        return {**row, "refused": str(error).replace(f"{path}: ", "")[:200]}
    row |= {
        "bytes": report.size_bytes,
        "largest difference": f"{max(report.largest_difference):.2g}",
        **{f"ms, T = {t}": round(ms, 3) for t, ms in report.latency_ms.items()},
    }
    if source.metric and not (length and source.config["task"] == "sequence-classification"):
        row |= accuracy(source, path)
    return row


def accuracy(source, path):
    value = source.metric(source.predictor(LiteRTEngine(path)))
    found = {
        "metric": source.metric.name,
        "examples": len(source.metric.examples),
        "value": round(100 * value, 2),
        "float value": round(100 * source.reference, 2),
    }
    try:
        check_accuracy(value, source.reference, name=source.metric.name)
    except AccuracyError as error:
        found["refused"] = str(error)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", nargs="+", default=zoo.list_models())
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=VARIANTS)
    parser.add_argument("--quantizations", nargs="+", choices=QUANTIZATIONS, default=QUANTIZATIONS)
    parser.add_argument("--examples", type=int, default=1000, help="for the metric, at most")
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".csv"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in options.models:
            source = Source(name, options)
            for variant in options.variants:
                for quantization in options.quantizations:
                    row = measure(source, variant, quantization, Path(folder, "model.tflite"))
                    put_rows([row], options.output, COLUMNS[:3])
                    print("  ".join(f"{row.get(column, '')!s:>12}" for column in COLUMNS))


if __name__ == "__main__":
    main()
