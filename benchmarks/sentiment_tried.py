"""The table of what was tried for the sentiment model, from the folders of the runs.

    python benchmarks/sentiment_tried.py runs/sentiment*

A row a configuration: what it changes of the recipe's own, how many seeds, how many epochs were
planned and run, the mean of the best accuracies on dev, and on test of those that were measured
there; then both with a linear model of word pairs beside the network, where there was one. What
another run's model started is named by what that run changed, if its folder is among these. Runs
that were broken off are in it, too. Writes `sentiment_tried.csv`; rows of configurations that no
folder holds stay as they are there.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLE = HERE / "sentiment_tried.csv"
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402

from recipes.imdb_sentiment import CONFIG  # noqa: E402
from tables import put_rows  # noqa: E402
from zoo.runtime.keras_engines import WEIGHTS_FILE  # noqa: E402

LANGUAGE = {"epochs": 3, "rate": 2e-3}  # what `pretrain` says unless a row says more
UNSAID = {"cell": "lstm", "merge_mode": "concat"}  # of an encoder whose configuration has them not
LEFT_OUT = ("epochs", "seed", "vectors", "teacher", "pairs")  # of which some have columns
KEY = ("changed", "epochs planned", "epochs run")


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


def phrase(name, value):
    """Return in words what one entry of a configuration says.

    Example:

    >>> phrase("pretrain", {"epochs": 9, "rate": 2e-3})
    'first a language model (epochs 9)'
    """
    if name == "pretrain":
        other = [f"{key} {each}" for key, each in value.items() if LANGUAGE.get(key) != each]
        return "first a language model" + (f" ({', '.join(other)})" if other else "")
    if name == "own_vectors":
        return "vectors learned from all reviews"
    if name == "adversarial":
        virtual = value["kind"] == "virtual"
        return "virtual adversarial steps on all reviews" if virtual else "adversarial steps"
    said = f"{value:.4g}" if isinstance(value, float) else value
    return f"{name.replace('_', ' ')} {said}"


def changes(conditions, models=()):
    """Return in words what a run changes of the recipe's configuration.

    Args:
        conditions: of the run, a dict.
        models: dict from the sha256 of a model's weights to the conditions it was trained under.
    """
    usual, found = UNSAID | flat(CONFIG), UNSAID | flat(conditions)
    parts = [
        phrase(name, found[name])
        for name in usual
        if name in found and name not in LEFT_OUT and found[name] != usual[name]
    ]
    parts += ["labels of a teacher for the unlabelled"] if conditions.get("teacher") else []
    if start := conditions.get("start"):
        made = f" ({changes(models[start], models)})" if start in models else ""
        parts = [*parts, f"from a trained model on{made}"]
    own = conditions.get("own_vectors") is not None
    parts += ["no vectors"] if conditions["vectors"] == "None" and not (start or own) else []
    return ", ".join(parts) or "nothing"


def runs(folders):
    """Yield of each run in folders and below: its path, conditions, history, scores or none."""
    for folder in folders:
        for path in sorted(Path(folder).glob("**/checkpoint.npz")):
            with np.load(path, allow_pickle=False) as file:
                conditions, history = (json.loads(str(file[n])) for n in ("conditions", "history"))
            if "seed" in conditions:  # a classifier, no language model
                results = path.parent.parent / "results.json"
                scores = json.loads(results.read_text()) if results.is_file() else {}
                yield path, conditions, history, scores.get(str(conditions["seed"]), {})


def exported(path):
    """Return the sha256 of the weights that the run of a checkpoint exported, or nothing."""
    card = path.parent.parent / "model" / "card.json"
    return json.loads(card.read_text())["files"][WEIGHTS_FILE]["sha256"] if card.is_file() else ""


def percent(accuracies):
    """Return the mean of accuracies in percent, or nothing where one is None."""
    return "" if None in accuracies else f"{100 * np.mean(accuracies):.2f}"


def columns(history, scores):
    """Return the accuracies of a run; None for what was not measured."""
    alone, both = (scores["alone"], scores) if "alone" in scores else (scores, {})
    return {
        "dev accuracy": max(row["dev"] for row in history),
        "test accuracy": alone.get("test"),
        "with word pairs, dev": both.get("dev"),
        "with word pairs, test": both.get("test"),
    }


def main(folders):
    """Write the table."""
    groups = {}
    found = list(runs(folders))
    models = {exported(path): conditions for path, conditions, *_ in found}
    for _, conditions, history, scores in found:
        key = changes(conditions, models), str(conditions["epochs"]), str(len(history))
        groups.setdefault(key, []).append(columns(history, scores))
    rows = [
        {
            **dict(zip(KEY, key, strict=True)),
            "seeds": len(measured),
            **{name: percent([each[name] for each in measured]) for name in measured[0]},
        }
        for key, measured in groups.items()
    ]
    put_rows(rows, TABLE, KEY, order=lambda row: float(row["dev accuracy"]))


if __name__ == "__main__":
    main(sys.argv[1:])
