"""What the training of a recipe writes beside its model."""

import json
from collections.abc import Iterable
from pathlib import Path


def write_dev(folder: Path, score: float) -> None:
    """Write `dev.json`, what `--dev-only` asks for: the score on dev, more is better."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dev.json").write_text(json.dumps({"dev": float(score)}) + "\n")


def print_warnings(warnings: Iterable[str]) -> None:
    """Print what speaks against the trained model; see `zoo.metrics.training_warnings`."""
    for each in warnings:
        print(f"warning: {each}", flush=True)
