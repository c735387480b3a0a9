"""What several models say of IMDB's unlabelled reviews, for another one to learn by.

Models of different kinds make different mistakes; the mean of the networks' logits and of those of
the linear model makes fewer. Writes a file for `imdb_sentiment.py --teacher`, and says how often
each of them, and their mean, is right on dev.

    python -m recipes.sentiment_teacher bilstm-sentiment path:runs/wide/model --output teacher.npy
"""

import argparse
from pathlib import Path

import numpy as np

from recipes.imdb_sentiment import DEV_PART, DEV_SEED
from zoo.data import words_of
from zoo.data.encoded import EncodedTexts
from zoo.data.reviews import read_reviews
from zoo.errors import CorpusError
from zoo.metrics import accuracy, predict_logits
from zoo.training.classification import WarmStart, fit_linear, save_soft_labels


def network_logits(name, words, labels):
    """Return the logits (N, 2) of a model of the zoo, or of path:DIR, by the name of the split.

    Args:
        name: of the model.
        words: dict of lists of texts, lists of words, by the name of the split.
        labels: that the model has to have.

    Raises:
        CorpusError: it has other ones.
    """
    start = WarmStart.read(name)
    if [*start.labels] != [*labels]:
        reason = f"labels {', '.join(labels)} expected, got {', '.join(start.labels)}."
        raise CorpusError(name, None, reason)
    return {
        split: predict_logits(
            start.classifier, EncodedTexts.of(texts, [-1] * len(texts), start.vocabulary).texts
        )
        for split, texts in words.items()
    }


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "models", nargs="+", help="names of the zoo, or path:DIR; one given twice counts twice"
    )
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets")
    parser.add_argument("--output", type=Path, required=True, help="the file, that ends in .npy")
    options = parser.parse_args(arguments)
    corpus, labels = read_reviews(data_dir=options.data_dir, part=DEV_PART, seed=DEV_SEED)
    words = {name: list(words_of(t.text for t in corpus[name])) for name in ("dev", "unsupervised")}
    linear = fit_linear(corpus)
    logits = [{split: linear.logits(texts) for split, texts in words.items()}]
    logits += [network_logits(name, words, labels) for name in options.models]
    mean = {split: np.mean([each[split] for each in logits], axis=0) for split in words}
    dev = np.array([labels.index(each.label) for each in corpus["dev"]])
    for name, each in zip(["linear", *options.models, "mean"], [*logits, mean], strict=True):
        print(f"{name}: {100 * accuracy(each['dev'], dev):.2f} on dev", flush=True)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    save_soft_labels(options.output, [mean["unsupervised"]])


if __name__ == "__main__":
    main()
