"""What it costs to watch a training: the NER recipe's model with `TrainingMonitor` and without.

    python benchmarks/callback_overhead.py

Sentences are drawn at random, with the lengths of news and the vocabulary of CoNLL-2003, since no
time depends on what the words are. Whole trainings by `fit_words`, in one process, in turn: with
the callback at its defaults, and without; which of them begins changes from turn to turn. Two
numbers are printed and written to `callback_overhead.csv`: how much longer a training takes, the
median over the turns, and the seconds before and after it, which do not grow with its length.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import keras  # noqa: E402
import numpy as np  # noqa: E402

from tables import write_rows  # noqa: E402
from zoo.callbacks import TrainingMonitor, tagging_sample  # noqa: E402
from zoo.data import word_tables  # noqa: E402
from zoo.data.tagging import TaggingBatches  # noqa: E402
from zoo.recipes import recipe_named  # noqa: E402
from zoo.text import Vocabulary, WordEncoder  # noqa: E402
from zoo.training import TrainingOptions, linear_decay  # noqa: E402
from zoo.training.tagging.kinds import SpanTags  # noqa: E402
from zoo.training.tagging.run import build_tagger  # noqa: E402
from zoo.training.tagging.words import fit_words  # noqa: E402

CONFIG = recipe_named("ner").config()
LABELS = sorted({"O", *(f"{p}-{kind}" for kind in ("LOC", "MISC", "ORG", "PER") for p in "BIES")})
WORDS = [f"word{i}" for i in range(21_000)]  # CoNLL-2003's train split has as many
LENGTHS = (1, 2, 4, 7, 9, 12, 18, 22, 27, 32, 38, 45)  # about a twelfth of the sentences each
DEV, SAMPLE = 320, 32  # sentences


class Timed(TrainingMonitor):
    """`TrainingMonitor` that notes the seconds before the first batch and after the last."""

    seconds = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        start = time.perf_counter()
        super().on_epoch_begin(epoch, logs)
        self.seconds += time.perf_counter() - start

    def on_train_end(self, logs=None):
        start = time.perf_counter()
        super().on_train_end(logs)
        self.seconds += time.perf_counter() - start


def corpus(count, seed):
    """Return sentences of words at random, a name in ten of them."""
    rng = np.random.default_rng(seed)
    sentences = []
    for length in rng.choice(LENGTHS, count):
        # A few words are frequent and most are rare, as in any text.
        words = [WORDS[i] for i in np.minimum(rng.zipf(1.3, length) - 1, len(WORDS) - 1)]
        tags = rng.choice(["O", "S-PER"], length, p=[0.9, 0.1])
        sentences.append((words, tags.tolist()))
    return sentences


def run(sentences, dev, epochs, folder, watched):
    """Train once; return the seconds it took, and those before and after that watching took."""
    tables = word_tables([WORDS], None, dim=100, min_count=1, limit=len(WORDS), seed=0)
    letters = Vocabulary(["[PAD]", "[UNK]", *sorted(set("".join(WORDS)))])
    encode = WordEncoder(tables.words, letters)
    keras.utils.set_random_seed(0)
    model = build_tagger(CONFIG, SpanTags(), LABELS, tables, letters)

    def batches(epoch):
        size = CONFIG["batch_size"]
        return TaggingBatches(sentences, encode, LABELS, batch_size=size, seed=0, epoch=epoch)

    sample = tagging_sample(dev[:SAMPLE], encode, LABELS, model.features)
    watch = [Timed(folder / "logs", sample)] if watched else []
    options = TrainingOptions(
        epochs,
        linear_decay(CONFIG["rate"], epochs),
        patience=None,
        callbacks=watch,
        report=lambda line: None,
    )
    start = time.perf_counter()
    dev_batches = TaggingBatches(dev, encode, LABELS, batch_size=64)
    fit_words(model, batches, dev_batches, SpanTags().score, folder, options)
    return time.perf_counter() - start, sum(each.seconds for each in watch)


def measure(options):
    """Yield a row a turn."""
    sentences, dev = corpus(options.sentences, 0), corpus(DEV, 1)
    for turn in range(options.turns):
        seconds, around = {}, 0.0
        for watched in (False, True) if turn % 2 else (True, False):
            with tempfile.TemporaryDirectory() as folder:
                seconds[watched], extra = run(sentences, dev, options.epochs, Path(folder), watched)
                around += extra
        yield {
            "turn": turn,
            "sentences": options.sentences,
            "epochs": options.epochs,
            "seconds without": round(seconds[False], 1),
            "seconds with": round(seconds[True], 1),
            "of which before and after": round(around, 1),
            "overhead (%)": round(100 * (seconds[True] / seconds[False] - 1), 2),
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sentences", type=int, default=14_000, help="of an epoch")
    parser.add_argument("--epochs", type=int, default=10, help="the recipe has 20 at most")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--output", type=Path, default=HERE / "callback_overhead.csv")
    options = parser.parse_args()
    rows = []
    for row in measure(options):
        rows.append(row)
        print("  ".join(f"{name} {value}" for name, value in row.items()), flush=True)
    write_rows(rows, options.output)
    print(f"median overhead: {np.median([row['overhead (%)'] for row in rows]):.2f} %")


if __name__ == "__main__":
    main()
