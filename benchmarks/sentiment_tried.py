"""The table of what was tried for the sentiment model, from the folders of the runs.

    python benchmarks/sentiment_tried.py runs/sentiment*

A row a configuration: what it changes of the recipe's own, how many seeds, how many epochs were
planned and run, the mean of the best accuracies on dev, and on test of those that were measured
there. Runs that were broken off are in it, too. Writes `sentiment_tried.csv`.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402

from recipes.imdb_sentiment import CONFIG  # noqa: E402
from tables import write_rows  # noqa: E402

PHRASES = {"pretrain": "first a language model", "adversarial": "adversarial steps"}
UNSAID = {"cell": "lstm", "merge_mode": "concat"}  # of an encoder whose configuration has them not
LEFT_OUT = ("epochs", "seed", "vectors", "teacher")  # `epochs` has a column of its own


def flat(config):
    """Return a configuration as a dict without dicts in it.

    Example:

    >>> flat({"model": {"units": 2}, "rate": 0.1})
    {'units': 2, 'rate': 0.1}
    """
    found = {}
    for name, value in config.items():
        found |= flat(value) if name in ("model", "encoder") else {name: value}
    return found


def changes(conditions):
    """Return in words what a run changes of the recipe's configuration."""
    usual, found = UNSAID | flat(CONFIG), UNSAID | flat(conditions)
    parts = [
        PHRASES.get(name) or f"{name.replace('_', ' ')} {found[name]}"
        for name in usual
        if name in found and name not in LEFT_OUT and found[name] != usual[name]
    ]
    parts += ["labels of a teacher for the unlabelled"] if conditions.get("teacher") else []
    parts += ["no vectors"] if conditions.get("vectors") == "None" else []
    return ", ".join(parts) or "nothing"


def runs(folders):
    """Yield of each run in folders and below: conditions, history, and accuracy on test or None."""
    for folder in folders:
        for path in sorted(Path(folder).glob("**/checkpoint.npz")):
            with np.load(path, allow_pickle=False) as file:
                conditions, history = (json.loads(str(file[n])) for n in ("conditions", "history"))
            if "seed" in conditions:  # a classifier, no language model
                results = path.parent.parent / "results.json"
                scores = json.loads(results.read_text()) if results.is_file() else {}
                yield conditions, history, scores.get(str(conditions["seed"]), {}).get("test")


def percent(accuracies):
    """Return the mean of accuracies in percent, or nothing where one is None."""
    return "" if None in accuracies else f"{100 * np.mean(accuracies):.2f}"


def main(folders):
    """Write the table."""
    groups = {}
    for conditions, history, test in runs(folders):
        key = changes(conditions), conditions["epochs"], len(history)
        groups.setdefault(key, []).append((max(row["dev"] for row in history), test))
    rows = [
        {
            "changed": name,
            "seeds": len(scores),
            "epochs planned": planned,
            "epochs run": run,
            "dev accuracy": percent([dev for dev, _ in scores]),
            "test accuracy": percent([test for _, test in scores]),
        }
        for (name, planned, run), scores in groups.items()
    ]
    rows.sort(key=lambda row: float(row["dev accuracy"]))
    write_rows(rows, HERE / "sentiment_tried.csv")


if __name__ == "__main__":
    main(sys.argv[1:])
