"""How time and memory of prediction grow with length, corpus, vocabulary and threads.

    python benchmarks/growth.py

- length: one text, for `bilstm-ner`, which reads sentence by sentence, and one sequence, for
  `bilstm-brackets`, which reads it as a whole.
- corpus: a stream of texts; a tenth of the words occurs once only. A row for each tenth of it.
- vocabulary: a corpus of 200,000 words, of more and more different ones.
- threads: the same corpus.

Each measurement has a process of its own, and every model reads a text before the clock starts.
"MB" is the highest resident memory of the process so far. Texts are made of the model's words, by
Zipf's law. Writes `growth.csv` and its picture; run it on a machine that does nothing else.
"""

import argparse
import itertools
import json
import random
import statistics
import string
import subprocess
import sys
import time
from pathlib import Path

from tables import write_rows

HERE = Path(__file__).resolve().parent
PICTURE = HERE.parent / "docs" / "pages" / "benchmarks" / "growth.png"
MODEL, WHOLE = "bilstm-ner", "bilstm-brackets"
LENGTHS = [256, 512, 1024, 2048, 4096, 8192, 16384]
VOCABULARIES = [1000, 3000, 10_000, 30_000, 100_000]
SENTENCE = 20  # words of a text
PARTS = 10  # rows of the corpus
NEW = 0.1  # share of the words of the corpus that occur once


def new_words():
    """Yield words that are all different: aa, ab, ..."""
    for length in itertools.count(4):
        yield from map("".join, itertools.product(string.ascii_lowercase, repeat=length))


def texts(words, number, share_of_new=0.0):
    """Yield texts of `SENTENCE` words, `number` words in all, drawn by Zipf's law.

    Args:
        words: the words in order of frequency.
        number: of words.
        share_of_new: share of the words that occur once.
    """
    rng, fresh = random.Random(0), new_words()
    weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    for _ in range(number // SENTENCE):
        drawn = rng.choices(words, cum_weights=weights, k=SENTENCE - 1)
        for place in range(len(drawn)):
            if rng.random() < share_of_new:
                drawn[place] = next(fresh).title()
        yield " ".join([*drawn, "."])


def known_words(model):
    from zoo.hub.store import resolve

    lines = (resolve(model) / "words.txt").read_text(encoding="utf-8").split("\n")
    return [word for word in lines[2:] if word.isalpha()]


def megabytes():
    """Return the highest resident memory of this process so far."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024


def seconds_of(call, *arguments):
    start = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - start


def measure_length(model, size):
    """Yield one row: a text of about that many tokens."""
    import zoo

    predictor = zoo.load(model)
    text = "a(b[c]d)" * (size // 8)
    if model == MODEL:
        text = " ".join(texts(known_words(model), size))
    predictor(text)
    seconds = statistics.median(seconds_of(predictor, text) for _ in range(3))
    yield len(predictor.tokens(text)), seconds


def measure_corpus(words):
    """Yield a row for each part of a stream."""
    import zoo

    tagger = zoo.load(MODEL)
    tagger("George Washington went to Washington.")
    answers = tagger.stream(texts(known_words(MODEL), words, NEW))
    start, count = time.perf_counter(), words // SENTENCE // PARTS
    for part in range(1, PARTS + 1):
        for _ in itertools.islice(answers, count):
            pass
        yield part * count * SENTENCE, time.perf_counter() - start


def measure_vocabulary(words, different):
    """Yield one row: a corpus of so many words, as many of them different as asked."""
    yield different, _seconds_of_corpus(words, different)


def measure_threads(words, threads):
    """Yield one row: the corpus in so many threads."""
    yield threads, _seconds_of_corpus(words, None, threads)


def _seconds_of_corpus(words, different, threads=None):
    import zoo

    tagger = zoo.load(MODEL)
    tagger.threads = threads or tagger.threads
    known = known_words(MODEL)[:different]
    if different:
        known += itertools.islice(new_words(), different - len(known))
    corpus = list(texts(known, words))
    tagger(corpus[:1000])
    return seconds_of(tagger, corpus)


MEASURES = {
    "length": measure_length,
    "corpus": measure_corpus,
    "vocabulary": measure_vocabulary,
    "threads": measure_threads,
}


def in_child(what, **options):
    """Return the rows of one measurement, made in a process of its own."""
    command = [sys.executable, __file__, "--measure", json.dumps([what, options])]
    child = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    rows = [json.loads(line) for line in child.stdout.splitlines()]
    name = f"{what}, {options['model']}" if "model" in options else what
    return [{"by": name, **row} for row in rows]


def measurements(options):
    """Yield what is measured, with its arguments."""
    for model in (MODEL, WHOLE):
        for size in options.lengths:
            yield "length", {"model": model, "size": size}
    for different in options.vocabularies:
        yield "vocabulary", {"words": options.sample, "different": different}
    for threads in options.threads:
        yield "threads", {"words": options.sample, "threads": threads}
    yield "corpus", {"words": options.words}


def draw(rows, path):
    """Draw seconds and megabytes of each measurement against its size."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    names = list(dict.fromkeys(row["by"] for row in rows))
    figure, panels = plt.subplots(2, len(names), figsize=(3 * len(names), 5), layout="constrained")
    for name, column in zip(names, panels.T, strict=True):
        mine = [row for row in rows if row["by"] == name]
        for axes, key in zip(column, ("seconds", "MB"), strict=True):
            axes.plot([row["size"] for row in mine], [row[key] for row in mine], marker="o")
            axes.set_ylim(bottom=0)
            axes.set_xlim(left=0)
            axes.set_ylabel(key)
            axes.grid(alpha=0.3)
        column[0].set_title(name, fontsize=10)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--words", type=int, default=10_000_000, help="of the corpus")
    parser.add_argument("--sample", type=int, default=200_000, help="words of other corpora")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS)
    parser.add_argument("--vocabularies", type=int, nargs="+", default=VOCABULARIES)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".csv"))
    parser.add_argument("--picture", type=Path, default=PICTURE)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        what, arguments = json.loads(options.measure)
        for size, seconds in MEASURES[what](**arguments):
            row = {"size": size, "seconds": round(seconds, 4), "MB": round(megabytes(), 1)}
            print(json.dumps(row), flush=True)
        return
    rows = []
    for what, arguments in measurements(options):
        rows += in_child(what, **arguments)
        print("  ".join(f"{key}: {value}" for key, value in rows[-1].items()), flush=True)
    write_rows(rows, options.output)
    draw(rows, options.picture)


if __name__ == "__main__":
    main()
