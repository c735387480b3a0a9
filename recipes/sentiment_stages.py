"""Train the bundled sentiment models, stage by stage; it takes days on two cores.

Networks learn from labels. The best of them and a linear model write soft labels for the unlabelled
reviews, from which students learn. Wider networks repeat this. Each stage writes the folder
`runs/NAME`, or the file of soft labels `runs/NAME.npy`. Finished stages are skipped, and an
interrupted stage resumes.

    python -m zoo.recipes.sentiment_stages --vectors glove.6B.100d.txt.gz
"""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

RUNS = Path("runs")
LANGUAGE = ["pretrain.epochs=3", "pretrain.rate=0.002"]
STEPS = ["adversarial.size=0.02", "adversarial.weight=1.0"]
FAST = ["matmul_dtype=bfloat16"]
WIDE = ["model.encoder.units=256", *FAST]
FINISH = [*STEPS, *FAST, "epochs=2"]
TINY = [
    "words=6500",
    "model.encoder.embedding_dim=24",
    "model.encoder.units=32",
    "model.encoder.embedding_dropout=0.1",
    "model.dropout=0.1",
    "word_dropout=0.05",
    "rate=0.004",
]


class Stage(NamedTuple):
    """One training, or the soft labels of several models.

    Args:
        name: name of the folder or file that it writes.
        settings: changes of the recipe's configuration, such as "epochs=3".
        start: stage whose model is the warm start; None to start from word vectors.
        teacher: stage whose soft labels are the targets of distillation, or None.
        seeds: number of seeds, from 0.
        teach: whether the models write soft labels of the unlabelled texts.
        label_by: stages whose models write soft labels; such a stage trains nothing.
    """

    name: str
    settings: list[str] = []
    start: str | None = None
    teacher: str | None = None
    seeds: int = 1
    teach: bool = False
    label_by: tuple[str, ...] = ()


STAGES = [
    Stage("sentiment-supervised", ["bigrams=1048576"], seeds=3),
    Stage("sentiment", LANGUAGE, seeds=2, teach=True),
    Stage("sentiment-taught", [*LANGUAGE, "epochs=4"], teacher="sentiment"),
    Stage("sentiment-first", [*STEPS, "epochs=6", "rate=0.001"], "sentiment-taught", seeds=3),
    Stage("labels-first", label_by=("sentiment-first",)),
    Stage("sentiment-vectors", [*WIDE, "epochs=4"], "sentiment-first", "labels-first"),
    Stage(
        "sentiment-wide",
        [*WIDE, "pretrain.epochs=2", "pretrain.rate=0.002", "epochs=4"],
        "sentiment-first",
        "labels-first",
    ),
    Stage("sentiment-wide-finished", FINISH, "sentiment-wide", seeds=3),
    Stage(
        "labels-wide", label_by=("sentiment-first", "sentiment-vectors", "sentiment-wide-finished")
    ),
    Stage("sentiment-broad", [*WIDE, *LANGUAGE, "epochs=4"], teacher="labels-wide"),
    Stage("sentiment-broad-finished", FINISH, "sentiment-broad", seeds=3),
    Stage(
        "labels-broad",
        label_by=(
            "sentiment-first",
            "sentiment-vectors",
            "sentiment-wide-finished",
            "sentiment-broad-finished",
        ),
    ),
    Stage("sentiment-broader", [*FAST, "epochs=3"], "sentiment-broad", "labels-broad"),
    Stage("bilstm-sentiment", [*FINISH, "bigrams=1048576"], "sentiment-broader", seeds=3),
    Stage("bilstm-sentiment-tiny", TINY, teacher="sentiment"),
]


def arguments_of(stage: Stage, options: argparse.Namespace) -> list[str]:
    """Return the arguments of `zoo train sentiment` for a stage."""
    found = ["--output", str(RUNS / stage.name), "--name", stage.name]
    found += ["--seeds", *map(str, range(stage.seeds))]
    if stage.start:
        found += ["--start", f"path:{RUNS / stage.start / 'model'}"]
    else:
        found += ["--vectors", str(options.vectors)]
    if stage.teacher:
        found += ["--teacher", str(soft_labels(stage.teacher))]
    if stage.teach:
        found.append("--teach")
    for setting in stage.settings:
        found += ["--set", setting]
    return [*found, *(["--data-dir", str(options.data_dir)] if options.data_dir else [])]


def soft_labels(name: str) -> Path:
    """Return the file of soft labels that a stage writes."""
    stage = next(stage for stage in STAGES if stage.name == name)
    return RUNS / name / "unlabelled.npy" if stage.teach else RUNS / f"{name}.npy"


def run(stage: Stage, options: argparse.Namespace) -> None:
    """Run a stage, unless its result exists."""
    result = soft_labels(stage.name) if stage.label_by else RUNS / stage.name / "model/card.json"
    if result.is_file():
        print(f"{stage.name}: skipped, {result} exists", flush=True)
    elif stage.label_by:
        from zoo.recipes.imdb_sentiment import read

        from zoo.training.classification.soft_labels import label_softly

        imdb = argparse.Namespace(data_dir=options.data_dir, train=None, extra=None)
        corpus, labels = read(imdb)
        label_softly([f"path:{RUNS / n / 'model'}" for n in stage.label_by], corpus, labels, result)
    else:
        command = [sys.executable, "-m", "zoo.cli", "train", "sentiment"]
        subprocess.run([*command, *arguments_of(stage, options)], check=True)


def main(arguments: list[str] | None = None) -> None:
    """Run all stages."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--vectors", type=Path, required=True, help="GloVe's text format")
    parser.add_argument("--data-dir", type=Path, help="folder of TensorFlow Datasets")
    options = parser.parse_args(arguments)
    for stage in STAGES:
        run(stage, options)


if __name__ == "__main__":
    main()
