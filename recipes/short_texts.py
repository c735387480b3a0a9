"""Write short labelled texts, of which reviews have few: comments, and sentences with negations.

The comments are those of GoEmotions (Demszky et al., 2020; Apache-2.0) whose only emotions are
positive, or negative. The file repeats the negative ones, of which there are fewer, until there are
as many of both; and it repeats all texts, since reviews are much longer. The recipe trains on the
file beside its reviews:

    python -m zoo.recipes.short_texts --goemotions goemotions/data/group --output short-texts.csv
    zoo train sentiment --start bilstm-sentiment --extra short-texts.csv
"""

import argparse
import csv
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from zoo.recipes.negation_frames import NEGATIVE, POSITIVE
from zoo.recipes.negations import negations

from zoo.data import LabelledText

COMMENTS, NEGATIONS = 3, 9  # times that the file repeats each


def goemotions(folder: Path, split: str) -> list[LabelledText]:
    """Read the positive and the negative comments of GoEmotions, grouped by kind of emotion.

    Args:
        folder: folder of `labels.txt` and of a file for each split: text, ids of labels, id.
        split: "train", "dev" or "test".
    """
    names = (folder / "labels.txt").read_text(encoding="utf-8").split()
    lines = (folder / f"{split}.tsv").read_text(encoding="utf-8").split("\n")
    rows = [line.split("\t") for line in lines if line]
    labels = {str(names.index(name)): name for name in (NEGATIVE, POSITIVE)}
    return [LabelledText(text, labels[ids]) for text, ids, _ in rows if ids in labels]


def balanced(texts: Sequence[LabelledText]) -> list[LabelledText]:
    """Return texts with those of the rarer label repeated until there are as many of both.

    Example:

    >>> found = balanced([LabelledText("a", POSITIVE), LabelledText("b", POSITIVE),
    ...                   LabelledText("c", NEGATIVE)])
    >>> [each.text for each in found]
    ['a', 'b', 'c', 'c']
    """
    parts = [[each for each in texts if each.label == label] for label in (POSITIVE, NEGATIVE)]
    count = max(map(len, parts))
    return [each for part in parts for each in islice(cycle(part), count)]


def main(arguments: list[str] | None = None) -> None:
    """Write the texts as a CSV file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--goemotions", type=Path, required=True, help="folder of grouped labels")
    parser.add_argument("--output", type=Path, required=True, help="the CSV file to write")
    options = parser.parse_args(arguments)
    comments = balanced(goemotions(options.goemotions, "train"))
    texts = [*comments * COMMENTS, *negations() * NEGATIONS]
    with options.output.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(LabelledText._fields)
        writer.writerows(texts)
    print(f"{options.output}: {len(texts):,} texts")


if __name__ == "__main__":
    main()
