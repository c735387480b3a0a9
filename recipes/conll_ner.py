"""Named entities: a BiLSTM-CRF on CoNLL-2003 or on any corpus in its format.

Words (GloVe vectors, fine-tuned), the letters of each word, and its case go into a BiLSTM with a
CRF on top. Trains on train, chooses on dev, reports test once.

    python recipes/conll_ner.py --vectors glove.6B.100d.txt.gz --output runs/ner
    python recipes/conll_ner.py --train my.conll --dev my-dev.conll --test my-test.conll
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import keras
import numpy as np

from zoo.data.conll import load_conll2003, read_conll
from zoo.data.tagging import CASINGS, TaggingBatches
from zoo.data.vectors import read_vectors
from zoo.models import WordTagger
from zoo.text import Vocabulary
from zoo.text.tags import convert_tags, tags_to_spans
from zoo.text.word_encoder import CASES, WordEncoder, normalize
from zoo.training.fit_spans import fit_spans, predict_spans
from zoo.training.spans import span_scores

MODEL = {
    "word_dim": 100,
    "characters": {"units": 50, "kind": "cnn", "embedding_dim": 30, "dropout": 0.5},
    "num_cases": len(CASES),
    "case_dim": 8,
    "stack": {"units": 200},
    "input_dropout": 0.5,
    "output_dropout": 0.5,
}
EPOCHS, BATCH, RATE, DECAY = 40, 10, 0.015, 0.05


def rate(epoch):
    return RATE / (1 + DECAY * epoch)


def read_corpus(options):
    """Return train, dev and test as lists of pairs of words and BIOES tags."""
    if options.train:
        paths = {"train": options.train, "dev": options.dev, "test": options.test}
        corpus = {name: read_conll(path) for name, path in paths.items() if path}
    else:
        corpus = load_conll2003(options.data_dir)
    return {
        name: [(s.words, convert_tags(s.tags, "BIO", "BIOES")) for s in sentences]
        for name, sentences in corpus.items()
    }


def make_vocabularies(train, options):
    """Return the vocabularies of words and characters, the two tables of vectors, the rare ids.

    Words of the training data come first, with vectors that training moves; the other words that
    have a vector follow, and keep theirs.
    """
    counts = Counter(word.lower() for words, _ in train for word in words)
    letters = sorted({c for words, _ in train for word in words for c in word})
    names, vectors = read_vectors(options.vectors) if options.vectors else ([], None)
    own = ["[PAD]", "[UNK]", *dict.fromkeys([*counts, *map(normalize, counts)])]
    known = set(own)
    spare = [name for name in names if name not in known]
    limit = np.sqrt(3 / MODEL["word_dim"])
    rng = np.random.default_rng(options.seed)
    table = rng.uniform(-limit, limit, (len(own), MODEL["word_dim"])).astype("float32")
    at = {name: index for index, name in enumerate(names)}
    for index, token in enumerate(own):
        if token in at:
            table[index] = vectors[at[token]]
    rare = {index for index, token in enumerate(own) if counts[token] == 1}
    return (
        Vocabulary([*own, *spare]),
        Vocabulary(["[PAD]", "[UNK]", *letters]),
        (table, vectors[[at[name] for name in spare]] if spare else None),
        rare,
    )


def evaluate(model, sentences, encode, labels):
    """Return the scores of a split as written, all in lower case and all in upper case."""
    scores = {}
    gold = [tags_to_spans(tags) for _, tags in sentences]
    tags_model = model.tags_model()
    for casing, change in CASINGS.items():
        changed = [([change(word) for word in words], tags) for words, tags in sentences]
        batches = TaggingBatches(changed, encode, labels, batch_size=64, features=model.features)
        scores[casing] = span_scores(gold, predict_spans(tags_model, batches, labels))
    return scores


def report(name, scores):
    for label, score in [*scores.labels.items(), ("all", scores.micro)]:
        print(
            f"{name:16} {label:5} P {100 * score.precision:6.2f}  R {100 * score.recall:6.2f}  "
            f"F1 {100 * score.f1:6.2f}  of {score.support:,}"
        )


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--train", type=Path, help="a file in CoNLL format, instead of CoNLL-2003")
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets, for CoNLL-2003")
    parser.add_argument("--vectors", type=Path, help="GloVe's text format, plain or gzip")
    parser.add_argument("--output", type=Path, default=Path("runs/ner"))
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--patience", type=int, default=10)
    parser.add_argument("--recase", type=float, default=0.0, help="part lower-cased, and upper-")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    if options.train and not options.dev:
        parser.error("--train needs --dev: the best epoch is chosen on it")
    return options


def main(arguments=None):
    options = parse(arguments)
    corpus = read_corpus(options)
    train, dev = corpus["train"], corpus["dev"]
    labels = sorted({tag for _, tags in train for tag in tags})
    words, characters, (moved, kept), rare = make_vocabularies(train, options)
    print(f"{len(train):,} sentences, {len(words):,} words, {len(labels)} labels", flush=True)

    keras.utils.set_random_seed(options.seed)
    config = {**MODEL, "characters": {**MODEL["characters"], "vocabulary_size": len(characters)}}
    model = WordTagger(len(moved), labels, spare_words=len(words) - len(moved), **config)
    model.get_layer("word_vectors").embeddings.assign(moved)
    if kept is not None:
        model.get_layer("spare_vectors").embeddings.assign(kept)
    model.compile(keras.optimizers.SGD(RATE, momentum=0.9, clipnorm=5.0))

    encode = WordEncoder(words, characters)
    fit_spans(
        model,
        lambda epoch: TaggingBatches(
            train,
            encode,
            labels,
            batch_size=BATCH,
            seed=options.seed,
            epoch=epoch,
            rare=rare,
            recase=options.recase,
            features=model.features,
        ),
        TaggingBatches(dev, encode, labels, batch_size=64, features=model.features),
        labels,
        options.output,
        epochs=options.epochs,
        rate=rate,
        patience=options.patience,
        conditions={
            name: str(getattr(options, name))
            for name in ("train", "dev", "data_dir", "vectors", "recase", "seed")
        },
        report=lambda line: print(line, flush=True),
    )
    results = {}
    for split in ("dev", "test"):
        if split in corpus:
            for casing, scores in evaluate(model, corpus[split], encode, labels).items():
                report(f"{split}, {casing}", scores)
                results[f"{split}, {casing}"] = scores.micro.f1
    (options.output / "results.json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
