"""Training throughput of the sentiment model with batches of similar lengths and with padding.

    python benchmarks/sentiment_throughput.py

Three ways to batch the texts: by similar length, as the recipe does; padded to the recipe's
`max_words`, in batches of as many positions; and whole texts padded to the longest one. Each has
its own copy of the model. The three train in turn in one process; the median over the turns
counts. Words per second do not count padding. The ratio is the speed of the first row divided by
that of the row. Writes `sentiment_throughput.csv`.
"""

import argparse
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import keras  # noqa: E402
import numpy as np  # noqa: E402

from tables import write_rows  # noqa: E402
from zoo.data import TextBatches  # noqa: E402
from zoo.data.texts import both_ends  # noqa: E402
from zoo.recipes import recipe_named  # noqa: E402
from zoo.training.classification.recipe import build_classifier, encode  # noqa: E402

CONFIG = recipe_named("sentiment").config()
WARM_UP = 2  # turns, in which the graphs are made
BATCHES = 4  # of each way of feeding in a turn


class PaddedBatches:
    """Batches of texts in any order, all of the length of the longest one.

    Args:
        texts: list of N integer arrays.
        labels: (N,) integers.
        max_tokens: how many positions a batch has at most, but at least one text.
    """

    def __init__(self, texts, labels, max_tokens):
        self.texts, self.labels = texts, labels
        self.length = max(map(len, texts))
        size = max(1, max_tokens // self.length)
        order = np.random.default_rng(0).permutation(len(texts))
        # The few texts that fill no batch are left out, so that all batches have one shape.
        self.batches = [order[i : i + size] for i in range(0, len(order) - size + 1, size)]

    def __getitem__(self, index):
        chosen = self.batches[index]
        ids = np.zeros((len(chosen), self.length), "int32")
        for row, i in zip(ids, chosen, strict=True):
            row[: len(self.texts[i])] = self.texts[i]
        return ids, self.labels[chosen]


def feeds(texts, labels):
    """Return the ways of feeding by name: batches, and the length of a text, if it is one."""
    limit, longest = CONFIG["max_words"], max(map(len, texts))
    cut = [both_ends(text, limit) for text in texts]
    return {
        "similar lengths": TextBatches(cut, labels, max_tokens=CONFIG["batch_tokens"], seed=0),
        f"padded to {limit:,}": PaddedBatches(cut, labels, CONFIG["batch_tokens"]),
        f"padded to {longest:,}, the longest": PaddedBatches(texts, labels, CONFIG["batch_tokens"]),
    }


def compiled_model(labels, vocabulary):
    keras.utils.set_random_seed(0)
    model = build_classifier(CONFIG, labels, vocabulary)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(CONFIG["rate"]), loss=loss)
    return model


def positions_of(batches):
    """Return positions and real words of an epoch."""
    lengths = np.array([len(text) for text in batches.texts])
    widths = [getattr(batches, "length", lengths[chosen].max()) for chosen in batches.batches]
    positions = sum(w * len(c) for w, c in zip(widths, batches.batches, strict=True))
    return int(positions), int(sum(lengths[chosen].sum() for chosen in batches.batches))


def measure(models, fed, turns):
    """Return the median positions a second of each way of feeding, taken in turn."""
    speeds = {name: [] for name in fed}
    for turn in range(turns + WARM_UP):
        for name, batches in fed.items():
            numbers = np.arange(turn * BATCHES, (turn + 1) * BATCHES) % len(batches.batches)
            loaded = [batches[number] for number in numbers]
            start = time.perf_counter()
            for batch in loaded:
                models[name].train_on_batch(*batch)  # returns a number: waits for its end
            seconds = time.perf_counter() - start
            if turn >= WARM_UP:
                speeds[name].append(sum(ids.size for ids, _ in loaded) / seconds)
    return {name: float(np.median(each)) for name, each in speeds.items()}


def table(fed, speeds):
    rows = []
    for name, batches in fed.items():
        positions, words = positions_of(batches)
        rows.append(
            {
                "batches": name,
                "positions per epoch": positions,
                "words per epoch": words,
                "padding (%)": round(100 * (1 - words / positions), 1),
                "words per second": round(speeds[name] * words / positions),
            }
        )
    fastest = rows[0]["words per second"]
    return [{**row, "ratio": round(fastest / row["words per second"], 2)} for row in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets")
    parser.add_argument("--output", type=Path, default=Path("runs/sentiment-throughput"))
    parser.add_argument("--turns", type=int, default=12, help=f"of {BATCHES} batches each")
    options = parser.parse_args()
    options.train = options.test = options.extra = None  # IMDB
    options.output.mkdir(parents=True, exist_ok=True)
    corpus, labels = recipe_named("sentiment").read(options)
    train = {"train": corpus["train"]}
    vocabulary, encoded = encode(CONFIG, train, labels, options.output)
    fed = feeds(*encoded["train"])
    models = {name: compiled_model(labels, vocabulary) for name in fed}
    rows = table(fed, measure(models, fed, options.turns))
    write_rows(rows, HERE / "sentiment_throughput.csv")
    print("  ".join(f"{name:>19}" for name in rows[0]))
    for row in rows:
        print("  ".join(f"{value!s:>19}" for value in row.values()))


if __name__ == "__main__":
    main()
