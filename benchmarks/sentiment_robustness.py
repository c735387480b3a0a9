"""Where a sentiment model fails: negations in short sentences, short texts, long reviews.

    python benchmarks/sentiment_robustness.py bilstm-sentiment --goemotions goemotions/data/group

A row says how often a model is right on a set of texts: the sentences of the minimal pairs in
`negation_pairs.py`, of which both can be right; the positive and the negative comments of
GoEmotions by length, as many of one label as of the other; every fifth test review of IMDB by
length. Length is the number of words between spaces. Writes `sentiment_robustness.csv`; rows of
other models stay as they are there.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from zoo.recipes.short_texts import goemotions  # noqa: E402

import negation_pairs  # noqa: E402
import zoo  # noqa: E402
from tables import put_rows  # noqa: E402
from zoo.data import load_imdb  # noqa: E402

TEMPLATES = {"dev": negation_pairs.DEV, "test": negation_pairs.TEST}
ENDLESS = float("inf")
COMMENTS = {
    "2 to 4 words": (2, 4),
    "5 to 8 words": (5, 8),
    "2 to 8 words": (2, 8),
    "more than 8 words": (9, ENDLESS),
}
REVIEWS = {
    "up to 100 words": (0, 100),
    "101 to 200 words": (101, 200),
    "201 to 400 words": (201, 400),
    "more than 400 words": (401, ENDLESS),
    "any length": (0, ENDLESS),
}
EVERY = 5  # of the test reviews, one is read


def share(right):
    """Return a percentage of right answers, as in the table."""
    return f"{100 * sum(right) / len(right):.1f}" if right else ""


def row(texts, answers, **more):
    """Return the columns of a set of texts: how many are right, in all and of each label."""
    right = {label: [] for label in negation_pairs.LABELS}
    for each in texts:
        right[each.label].append(answers[each.text] == each.label)
    found = {"number": len(texts), "right": share([r for part in right.values() for r in part])}
    return found | {f"of {label}": share(part) for label, part in right.items()} | more


def within(texts, shortest, longest):
    """Return the texts whose number of words is in a range."""
    return [each for each in texts if shortest <= len(each.text.split()) <= longest]


def balanced(texts):
    """Return the first texts of each label, as many as there are of the rarer one."""
    parts = [[each for each in texts if each.label == label] for label in negation_pairs.LABELS]
    return [each for part in parts for each in part[: min(map(len, parts))]]


def negation_rows(classify, split):
    """Yield the row of the pairs of a half of the templates."""
    pairs = negation_pairs.negation_pairs(TEMPLATES[split])
    texts = [each for pair in pairs for each in pair]
    answers = {each.text: classify(each.text).label for each in texts}
    both = share([all(answers[each.text] == each.label for each in pair) for pair in pairs])
    yield f"negations, {split}", row(texts, answers, **{"both of a pair": both})


def length_rows(classify, texts, lengths, name, choose=list):
    """Yield the rows of texts by length."""
    answers = {each.text: classify(each.text).label for each in texts}
    for words, limits in lengths.items():
        yield f"{name}, {words}", row(choose(within(texts, *limits)), answers)


def rows(name, options):
    """Yield the rows of a model."""
    classify = zoo.load(name)
    for split in TEMPLATES:
        yield from negation_rows(classify, split)
        if options.goemotions:
            comments = goemotions(options.goemotions, split)
            yield from length_rows(classify, comments, COMMENTS, f"comments, {split}", balanced)
    if options.reviews:
        reviews = load_imdb(options.data_dir)["test"][::EVERY]
        yield from length_rows(classify, reviews, REVIEWS, "reviews, test")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", nargs="+", help="names of the zoo, or path:DIR")
    parser.add_argument("--goemotions", type=Path, help="folder of GoEmotions' grouped labels")
    parser.add_argument("--reviews", action="store_true", help="also read IMDB's test reviews")
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets")
    parser.add_argument("--output", type=Path, default=HERE / "sentiment_robustness.csv")
    options = parser.parse_args()
    for name in options.models:
        model = name.removeprefix("path:runs/").removesuffix("/model")
        found = [{"model": model, "texts": texts, **each} for texts, each in rows(name, options)]
        put_rows(found, options.output, ["model", "texts"])
        for each in found:
            print(*each.values(), sep="  ", flush=True)


if __name__ == "__main__":
    main()
