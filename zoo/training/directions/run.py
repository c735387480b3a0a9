"""Training and evaluation of one model of the comparison of directions."""

import argparse
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import keras
import numpy as np

from zoo.callbacks import Sample, TrainingMonitor
from zoo.data.brackets import VOCABULARY, BracketBatch, BracketSource, SinglePairSource, sample
from zoo.data.ceiling import Ceiling, backward_ceiling, forward_ceiling
from zoo.inspect import per_position_accuracy
from zoo.metrics import predict_tags, token_accuracy
from zoo.models import build, units_of_budget
from zoo.recipes.configuration import merged
from zoo.training.checkpoint import History
from zoo.training.options import TrainingOptions
from zoo.training.schedules import warmup_cosine
from zoo.training.tagging import fit_tokens

DEV_SEED, TEST_SEED = 1_000_001, 1_000_002  # far from the seeds of training
DEV_COUNT = 2000  # sequences
WATCHED = 32  # sequences of dev that TensorBoard shows
LABELS = ("outside", "inside")
Lengths = tuple[int, int]


@cache
def ceiling(
    direction: str, source: BracketSource | SinglePairSource, lengths: Lengths
) -> Ceiling | None:
    """Return the exact ceiling of a unidirectional model; None for "both", which has none below 1.

    Args:
        direction: "forward", "backward" or "both".
        source: generator of the tokens.
        lengths: shortest and longest length in tokens.
    """
    exact = {"forward": forward_ceiling, "backward": backward_ceiling}.get(direction)
    return exact(source, lengths) if exact else None


@dataclass
class DirectionRun:
    """A trained model and its results.

    Args:
        name: name of the model in the results.
        direction: "both", "forward" or "backward".
        seed: seed of its training.
        model: the network.
        config: its configuration, a dict for `zoo.models.build`.
        history: its training, one dict per epoch; `dev` is the accuracy.
        rows: rows of `results.csv`, one per range of lengths.
        by_position: for each range of lengths the accuracy at each position, counted from the start
            and from the end.
    """

    name: str
    direction: str
    seed: int
    model: Any
    config: dict[str, Any]
    history: History
    rows: list[dict[str, Any]] = field(default_factory=list)
    by_position: dict[Lengths, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    @property
    def dev_scores(self) -> list[float]:
        """The accuracy on dev after each epoch."""
        return [row["dev"] for row in self.history]


@dataclass
class DirectionTraining:
    """The settings that all models of the comparison share.

    Args:
        options: options of the recipe's command line.
        config: configuration of the recipe.
        source: generator of the tokens.
        trained: shortest and longest length in training, in tokens.
        longer: range of lengths for a second evaluation.
    """

    options: argparse.Namespace
    config: dict[str, Any]
    source: BracketSource | SinglePairSource
    trained: Lengths
    longer: Lengths

    def model_config(self, direction: str, units: int) -> dict[str, Any]:
        """Return the configuration of a model for `zoo.models.build`."""
        encoder = {"vocabulary_size": len(VOCABULARY), "direction": direction, "units": units}
        return merged(self.config["model"], {"encoder": encoder, "num_labels": len(LABELS)})

    def plan(self) -> dict[str, tuple[str, int]]:
        """Return direction and units of each model by name.

        Unidirectional models have the units of the bidirectional one, and again the number of units
        with which they have as many parameters.
        """

        def parameters(units: int, direction: str = "forward") -> int:
            return build("token-tagging", self.model_config(direction, units)).count_params()

        units = self.config["model"]["encoder"]["units"]
        more = units_of_budget(parameters, parameters(units, "both"), units)
        return {
            "bidirectional": ("both", units),
            "forward": ("forward", units),
            "backward": ("backward", units),
            f"forward, {more} units": ("forward", more),
            f"backward, {more} units": ("backward", more),
        }

    def train(self, name: str, direction: str, units: int, seed: int) -> DirectionRun:
        """Train a model, or resume its training."""
        print(f"\n{name}: {direction}, {units} units per direction, seed {seed}", flush=True)
        keras.utils.set_random_seed(seed)
        config, structure = self.config, self.model_config(direction, units)
        model = build("token-tagging", structure)
        count = config["epochs"] * config["steps"] * config["batch_size"]
        data = sample(self.source, count, self.trained, seed=seed)
        dev = sample(self.source, DEV_COUNT, self.trained, seed=DEV_SEED)
        place = f"{name} seed {seed}".replace(" ", "-")
        history = fit_tokens(
            model,
            (data.ids, data.labels),
            (dev.ids, dev.labels),
            self.options.output / "checkpoints" / place,
            self._training_options(structure, self.options.output / "logs" / place, dev),
            batch_size=config["batch_size"],
            steps_per_epoch=config["steps"],
            seed=seed,
        )
        return DirectionRun(name, direction, seed, model, structure, history)

    def _training_options(
        self, structure: dict[str, Any], logs: Path, dev: BracketBatch
    ) -> TrainingOptions:
        watch, epochs, rate = self.options.watch, self.config["epochs"], self.config["rate"]
        return TrainingOptions(
            epochs,
            warmup_cosine(rate, epochs),
            patience=None,
            conditions={
                "source": str(self.source),
                "model": structure,
                "rate": rate,
                "epochs": epochs,
            },
            log_dir=None if watch else logs,
            callbacks=[_monitor(logs, dev)] if watch else (),
        )

    def evaluate(self, run: DirectionRun, seconds: float) -> None:
        """Set the rows of a model: its accuracy on test sequences, beside its ceiling.

        Args:
            run: the model.
            seconds: time of its training.
        """
        for lengths in (self.trained, self.longer):
            test = sample(self.source, self.options.test_sequences, lengths, seed=TEST_SEED)
            tags = predict_tags(run.model, test.ids)
            accuracy, error = token_accuracy(test.labels, tags, test.ids != 0)
            from_start, from_end = (
                per_position_accuracy(test.labels, tags, test.ids != 0, from_end=each)[0]
                for each in (False, True)
            )
            run.by_position[lengths] = (from_start, from_end)
            limit = ceiling(run.direction, self.source, lengths)
            run.rows.append(
                {
                    "model": run.name,
                    "parameters": run.model.count_params(),
                    "seed": run.seed,
                    "lengths": f"{lengths[0]}-{lengths[1]}",
                    "accuracy": accuracy,
                    "standard_error": error,
                    "worst_position": float(np.nanmin(from_start)),
                    "ceiling": limit.overall if limit else 1.0,
                    "training_seconds": round(seconds, 1),
                }
            )


def _monitor(log_dir: Path, dev: BracketBatch) -> TrainingMonitor:
    ids, labels = dev.ids[:WATCHED], dev.labels[:WATCHED]
    tokens = [[VOCABULARY[i] for i in row if i] for row in ids]
    weights = (ids != 0).astype("float32")
    return TrainingMonitor(log_dir, Sample(ids, labels, weights, tokens=tokens, labels=LABELS))
