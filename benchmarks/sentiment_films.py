"""What dev can tell of a sentiment model: reviews of films that train has reviews of, and others.

    python benchmarks/sentiment_films.py bilstm-sentiment path:runs/sentiment/model

IMDB's test reviews are of other films than those of train, of which dev is a part. So what a model
knows of a film by heart counts on dev and not on test. The data do not say which film a review is
of; names do: of people and characters, two capitalised words or more in a row. One that few
reviews of train have stands for a film. A row says how often a model is right on the reviews of
dev that share none of these names with train, one, or more. Writes `sentiment_films.csv`; rows of
other models stay as they are there.
"""

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
from zoo.recipes.imdb_sentiment import DEV_PART, DEV_SEED  # noqa: E402

import zoo  # noqa: E402
from tables import put_rows  # noqa: E402
from zoo.data import hold_out, load_imdb  # noqa: E402

FEW = 15  # reviews of train, for the largest films have 30
# Not the first word of a sentence or of a tag's text, which has its capital letter for that.
NAME = re.compile(r"(?<![.!?>\"] )(?<!^)\b[A-Z][a-z]{3,}(?:\s[A-Z][a-z]{2,})+")
GROUPS = {"no name shared": (0, 0), "one": (1, 1), "more": (2, np.inf)}


def shared_names(train, dev):
    """Return how many names each text of dev shares with few of train.

    Example:

    >>> shared_names(["I saw Grace Hopper."], ["With Grace Hopper in it.", "Nobody."])
    [1, 0]
    """
    counts = Counter(name for text in train for name in {*NAME.findall(text)})
    return [sum(0 < counts[name] <= FEW for name in {*NAME.findall(text)}) for text in dev]


def row(name, dev, shared):
    """Return the row of a model."""
    predictor = zoo.load(name)
    right = np.array([predictor(each.text).label == each.label for each in dev])
    found = {"model": name.removeprefix("path:runs/"), "dev": f"{100 * right.mean():.2f}"}
    for group, (low, high) in GROUPS.items():
        inside = (shared >= low) & (shared <= high)
        found |= {f"{group}, reviews": int(inside.sum())}
        found |= {group: f"{100 * right[inside].mean():.2f}"}
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", nargs="+", help="names of the zoo, or path:DIR")
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets")
    options = parser.parse_args()
    train, dev = hold_out(load_imdb(options.data_dir)["train"], DEV_PART, DEV_SEED)
    shared = np.array(shared_names(*([each.text for each in split] for split in (train, dev))))
    rows = [row(name, dev, shared) for name in options.models]
    put_rows(rows, HERE / "sentiment_films.csv", ["model"])


if __name__ == "__main__":
    main()
