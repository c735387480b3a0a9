"""Write short labelled texts, of which reviews have few: comments, and sentences with negations.

The comments are those of GoEmotions (Demszky et al., 2020; Apache-2.0) whose only emotions are
positive, or negative. The recipe trains on the file beside its reviews:

    python -m zoo.recipes.short_texts --goemotions goemotions/data/group --output short-texts.csv
    zoo train sentiment --start bilstm-sentiment --extra short-texts.csv
"""

import argparse
import csv
from pathlib import Path

from zoo.recipes.negations import NEGATIVE, POSITIVE, negations

from zoo.data import LabelledText


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


def main(arguments: list[str] | None = None) -> None:
    """Write the texts as a CSV file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--goemotions", type=Path, required=True, help="folder of grouped labels")
    parser.add_argument("--output", type=Path, required=True, help="the CSV file to write")
    options = parser.parse_args(arguments)
    texts = [*goemotions(options.goemotions, "train"), *negations()]
    with options.output.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(LabelledText._fields)
        writer.writerows(texts)
    print(f"{options.output}: {len(texts):,} texts")


if __name__ == "__main__":
    main()
