"""What a search found, trained at full length beside the recipe's own configuration.

    python benchmarks/search_full.py "own=runs/ner" "best of the search=runs/ner-searched"

A row for each NAME=FOLDER of a recipe's runs: how many seeds, how many epochs each ran, the mean of
their best scores on dev, and each one's. Runs that were broken off are in it, too. Writes
`search_full.csv`; rows of other names stay as they are there.
"""

import json
import sys
from pathlib import Path

import numpy as np

from tables import put_rows

HERE = Path(__file__).resolve().parent


def row(name, folder):
    """Return the row of a folder of runs."""
    paths = sorted(Path(folder).glob("seed-*/checkpoint.npz"))
    if not paths:
        raise SystemExit(f"{folder}: no runs, which are folders seed-NUMBER with a checkpoint.npz")
    histories = []
    for path in paths:
        with np.load(path, allow_pickle=False) as file:
            histories.append(json.loads(str(file["history"])))
    best = [100 * max(epoch["dev"] for epoch in history) for history in histories]
    return {
        "configuration": name,
        "seeds": len(best),
        "epochs": ", ".join(str(len(history)) for history in histories),
        "mean dev": f"{np.mean(best):.2f}",
        "dev": ", ".join(f"{score:.2f}" for score in best),
    }


def main(arguments):
    """Write the table."""
    rows = [row(*argument.split("=", 1)) for argument in arguments]
    put_rows(rows, HERE / "search_full.csv", ["configuration"])


if __name__ == "__main__":
    main(sys.argv[1:])
