"""What each part of the NER tagger gives: the recipe without it, or with something else there.

    python benchmarks/ner_ablations.py --vectors glove.6B.100d.txt.gz

Every variant is trained like the recipe's model, for fewer epochs, one seed. What was trained
before in the same folder is not trained again: run several at once with `--only`, then all.
Writes `ner_ablations.csv`.
"""

import argparse
import math
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tables import write_rows  # noqa: E402
from zoo.data import read_vectors  # noqa: E402
from zoo.recipes import recipe_named  # noqa: E402
from zoo.training.distribution.one_device import OneDevice  # noqa: E402
from zoo.training.tagging.kinds import SpanTags  # noqa: E402
from zoo.training.tagging.run import TaggerTraining  # noqa: E402

RECIPE = recipe_named("ner")
CONFIG = RECIPE.config()
STACK, CHARACTERS = CONFIG["model"]["stack"], CONFIG["model"]["characters"]
BESIDE = (
    "case_augmentation",
    "words",
    "epochs",
)  # beside the model; and "vectors"
VARIANTS = {
    "the recipe's model": {},
    "forward only": {"stack": {**STACK, "direction": "forward"}},
    "backward only": {"stack": {**STACK, "direction": "backward"}},
    "softmax in place of the CRF": {"head": "softmax"},
    "without characters": {"characters": None},
    "characters by BiLSTM": {"characters": {**CHARACTERS, "kind": "bilstm"}},
    "without case": {"num_cases": 0},
    "without vectors": {"vectors": False},
    "without vectors, trained longer": {"vectors": False, "epochs": 20},
    "GloVe's first 100,000 words alone": {"words": 104_276},
    "without case augmentation": {"case_augmentation": 0.0},
}


def measure(name, options, corpus, vectors):
    """Train a variant, or read what it gave, and return its row."""
    changes = dict(VARIANTS[name])
    vectors = vectors if changes.pop("vectors", True) else None
    config = {**CONFIG, "epochs": options.epochs}
    config |= {key: changes.pop(key) for key in BESIDE if key in changes}
    config["model"] = {**config["model"], **changes}
    folder = options.output / re.sub(r"[^a-z0-9]+", "-", name.lower())
    given, _ = RECIPE.parse(["--output", str(folder)])
    training = TaggerTraining(SpanTags(), given, config, corpus, vectors, OneDevice())
    run = training.run(options.seed)
    f1 = {key: round(100 * score, 2) for key, score in run.scores.items()}
    return {
        "variant": name,
        "dev F1": f1["dev", "as written"],
        "test F1": f1["test", "as written"],
        "test F1, lower-cased": f1["test", "lower"],
        "test F1, upper-cased": f1["test", "upper"],
        "trained weights": sum(math.prod(w.shape) for w in run.model.trainable_weights),
        "epochs": config["epochs"],
        "seed": options.seed,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--output", type=Path, default=Path("runs/ner-ablations"))
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="+", choices=VARIANTS, metavar="VARIANT")
    options = parser.parse_args()
    options.train = None  # CoNLL-2003
    corpus = {name: SpanTags().read(split) for name, split in RECIPE.read(options).items()}
    vectors = read_vectors(options.vectors, dim=CONFIG["model"]["word_dim"])
    rows = [measure(name, options, corpus, vectors) for name in options.only or VARIANTS]
    if options.only:
        return
    write_rows(rows, HERE / "ner_ablations.csv")


if __name__ == "__main__":
    main()
