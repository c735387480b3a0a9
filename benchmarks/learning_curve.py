"""How many sentences an entity tagger needs, from scratch and from a shipped model.

    python benchmarks/learning_curve.py --data ner_english --vectors glove.6B.100d.txt.gz

DATA is a folder with the Broad Twitter Corpus (GateNLP/broad_twitter_corpus) and CrossNER
(zliucr/CrossNER). All variants have the same sentences, seeds, numbers of epochs and dev, on which
the best epoch is chosen; test is read once, after the training. Names that begin with @ or # are
left out of the Broad Twitter Corpus. What was trained before in the same folder is not trained
again. Writes `learning_curve.csv`; rows of other sizes, seeds and corpora stay there.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tables import put_rows  # noqa: E402
from zoo.data import EntityReader, read_vectors  # noqa: E402
from zoo.recipes import recipe_named  # noqa: E402
from zoo.text import tags_to_spans  # noqa: E402
from zoo.training.distribution.one_device import OneDevice  # noqa: E402
from zoo.training.tagging.kinds import SpanTags  # noqa: E402
from zoo.training.tagging.run import TaggerTraining  # noqa: E402
from zoo.training.tagging.start import TaggerStart  # noqa: E402

RECIPE = recipe_named("ner")
START = "bilstm-ner"
SCRATCH, VECTORS, STARTED = VARIANTS = "from scratch", "with word vectors", f"--start {START}"
BTC = "broad_twitter_corpus/train_dev_test_conll/btc.{}"
CORPORA = {
    "Broad Twitter Corpus": BTC,
    "CrossNER politics": "crossner/ner_data/politics/{}.txt",
}
SIZES = [50, 100, 300, 1000, 100_000]


def read(name, folder):
    """Return the splits of a corpus: lists of pairs of words and BIO tags."""
    reader = EntityReader(repair=True)
    corpus = {}
    for split in ("train", "dev", "test"):
        sentences, _ = reader.read(folder / CORPORA[name].format(split))
        corpus[split] = [(s.words, s.tags) for s in sentences]
        if CORPORA[name] == BTC:
            corpus[split] = [(words, without_handles(words, tags)) for words, tags in corpus[split]]
    return corpus


def without_handles(words, tags):
    """Return BIO tags without the names that begin with @ or #."""
    tags = list(tags)
    for _, start, end in tags_to_spans(tags):
        if words[start][0] in "@#":
            tags[start:end] = ["O"] * (end - start)
    return tags


def measure(name, corpus, size, variant, seed, options):
    """Train a tagger on the first sentences of a shuffled corpus, and return its row."""
    order = np.random.default_rng(seed).permutation(len(corpus["train"]))[:size]
    sentences = {**corpus, "train": [corpus["train"][index] for index in order]}
    folder = options.output / f"{name} {len(order)} {variant} {seed}".replace(" ", "-").lower()
    given, config = RECIPE.parse(["--output", str(folder)])
    start = TaggerStart.read(RECIPE.kind, START) if variant == STARTED else None
    if start:
        config = start.config(config, {})
    vectors = options.table if variant == VECTORS else None
    training = TaggerTraining(SpanTags(), given, config, sentences, vectors, OneDevice(), start)
    began = time.perf_counter()
    run = training.run(seed)
    return {
        "corpus": name,
        "sentences": len(order),
        "variant": variant,
        "seed": seed,
        "dev F1": f"{100 * run.scores['dev', 'as written']:.2f}",
        "test F1": f"{100 * run.scores['test', 'as written']:.2f}",
        "seconds": round(time.perf_counter() - began),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=Path("runs/learning-curve"))
    parser.add_argument("--corpora", nargs="+", choices=CORPORA, metavar="NAME", default=[*CORPORA])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, metavar="NAME", default=VARIANTS)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    options = parser.parse_args()
    if VECTORS in options.variants:
        options.table = read_vectors(options.vectors, dim=RECIPE.config()["model"]["word_dim"])
    for name in options.corpora:
        corpus = read(name, options.data)
        sizes = dict.fromkeys(min(size, len(corpus["train"])) for size in options.sizes)
        corpus = {split: SpanTags().read(sentences) for split, sentences in corpus.items()}
        for size in sizes:
            for seed in options.seeds:
                for variant in options.variants:
                    row = measure(name, corpus, size, variant, seed, options)
                    key = ["corpus", "sentences", "variant", "seed"]
                    put_rows([row], HERE / "learning_curve.csv", key)


if __name__ == "__main__":
    main()
