"""Which peers are measured, and what they need first."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from peers.environments import python_of
from peers.process import run_program
from zoo.hub.store import resolve

MODELS = {"entities": "bilstm-ner", "sentiment": "bilstm-sentiment"}


@dataclass
class Row:
    """A peer and how it runs.

    Args:
        task: a key of `MODELS`.
        peer: its name.
        workers: number of threads or processes.
        environment: name of its environment; see `environments`.
        file: its program.
        options: arguments of its class.
        unit: what the workers are, "threads" or "processes".
        same_network: whether it computes what the zoo's model computes.
    """

    task: str
    peer: str
    workers: int
    environment: str
    file: str
    options: dict
    unit: str = "threads"
    same_network: bool = True

    @property
    def name(self):
        """What its lines of progress say."""
        return f"{self.task}: {self.peer}, {self.unit}: {self.workers}"


def all_rows(folder):
    """Return all rows; the files of `prepare` are in `folder`."""
    rows = []
    for task, model in MODELS.items():
        twin = {"task": task, "folder": str(resolve(model)), "labels": labels_of(model)}
        twin["weights"] = str(folder / f"{model}.npz")
        for workers in (1, 2):
            count = {"workers": workers}
            ours = "zoo", "zoo_litert.py", {"model": model, **count}
            torch = "torch", "torch_twin.py", {**twin, **count}
            rows.append(Row(task, model, workers, *ours))
            rows.append(Row(task, "PyTorch, packed sequences", workers, *torch))
            if task == "entities":
                spacy = "spacy", "spacy_small.py", count
                rows.append(Row(task, "spaCy small", workers, *spacy, "processes", False))
    for way, peer in (("call", "Keras, compiled call"), ("predict", "Keras predict")):
        options = {"model": MODELS["entities"], "workers": 2, "way": way}
        rows.append(Row("entities", peer, 2, "zoo", "keras_model.py", options))
    linear = "crfsuite", "crfsuite_linear.py", {"model": str(folder / "linear.crfsuite")}
    rows.append(Row("entities", "sklearn-crfsuite", 1, *linear, same_network=False))
    return rows


def labels_of(model):
    """Return the classes of a model's outputs."""
    config = json.loads((resolve(model) / "config.json").read_text(encoding="utf-8"))
    return config["model"].get("labels", config["labels"])


def prepare(rows, folder, train, report):
    """Write what peers read; return the interpreter of each environment that there is.

    Args:
        rows: those that will be measured.
        folder: of the files and environments.
        train: pairs of words and tags, for the linear model.
        report: function that prints a line.
    """
    pythons = {}
    for name in dict.fromkeys(row.environment for row in rows):
        try:
            pythons[name] = python_of(name, folder, report)
        except OSError as error:
            report(f"{name}: left out: {error}")
    if "torch" in pythons:
        for model in {MODELS[row.task] for row in rows}:
            report(f"weights of {model}")
            run_program(sys.executable, "weights.py", model, folder / f"{model}.npz")
    linear = Path(folder, "linear.crfsuite")
    if "crfsuite" in pythons and not linear.is_file():
        report("training sklearn-crfsuite")
        corpus = Path(folder, "train.json")
        corpus.write_text(json.dumps(train), encoding="utf-8")
        run_program(pythons["crfsuite"], "crfsuite_linear.py", corpus, linear)
    return pythons
