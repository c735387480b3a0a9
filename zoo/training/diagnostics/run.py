"""Training and evaluation of one network on a diagnostic task, once for each seed."""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from zoo.data.diagnostics import DIAGNOSTICS, UNSCORED, Diagnostic
from zoo.data.diagnostics.task import accuracy_by_token
from zoo.models import build

TEST_SEED = 1_000_002  # far from the seeds of training
SHOWN = 32  # longest sequences whose accuracy is listed by position


@dataclass(frozen=True)
class DiagnosticOptions:
    """What all networks share.

    Args:
        units: U, of each direction.
        embedding_dim: width of the embeddings.
        hidden_units: width of the ReLU layer before the logits of a token. It can combine what the
            directions know; without it, an XOR of both is out of reach.
        steps: number of batches.
        batch_size: B, number of sequences in a batch.
        rate: peak learning rate of Adam; it rises over a tenth of the steps and falls to 0.
        test_tokens: number of test tokens of each length; a sequence is not cut.
    """

    units: int = 32
    embedding_dim: int = 16
    hidden_units: int = 32
    steps: int = 800
    batch_size: int = 64
    rate: float = 1e-2
    test_tokens: int = 200_000


class DrawnBatches(keras.utils.PyDataset):
    """New batches of a task: the lengths in turn, all sequences drawn from one seed.

    Args:
        task: the task.
        options: sizes of the training.
        seed: seed of the sequences.

    Example:

    >>> options = DiagnosticOptions(steps=3, batch_size=2)
    >>> batches = DrawnBatches(DIAGNOSTICS["copy"], options, seed=0)
    >>> len(batches), batches[0][0].shape
    (3, (2, 20))
    """

    def __init__(self, task: Diagnostic, options: DiagnosticOptions, seed: int) -> None:
        super().__init__()
        self.task, self.options, self.seed = task, options, seed

    def __len__(self) -> int:
        return self.options.steps

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        lengths = (*self.task.shorter, self.task.length)
        rng = np.random.default_rng([self.seed, index])
        ids = self.task.draw(rng, self.options.batch_size, lengths[index % len(lengths)])
        return ids, self.task.label(ids)


def _network(task: Diagnostic, cell: str, direction: str, options: DiagnosticOptions) -> Any:
    encoder = {
        "vocabulary_size": task.tokens,
        "embedding_dim": options.embedding_dim,
        # Large initial embeddings: with Keras' small default, the tokens are hard to tell apart.
        "embeddings_initializer": {"class_name": "RandomNormal", "config": {"stddev": 1.0}},
        "units": options.units,
        "cell": cell,
        "direction": direction,
    }
    if task.whole:
        return build("sequence-classification", {"encoder": encoder, "num_labels": task.labels})
    head = {"num_labels": task.labels, "hidden_units": options.hidden_units}
    return build("token-tagging", {"encoder": encoder, **head})


class DiagnosticNetwork:
    """One kind of network for one task, trained anew for each seed.

    Its training step is traced once for all seeds.

    Args:
        name: a key of `zoo.data.diagnostics.DIAGNOSTICS`.
        cell: "simple_rnn", "gru" or "lstm".
        direction: "forward", "backward" or "both".
        options: sizes of network and training.

    Example:

    >>> network = DiagnosticNetwork("copy", "gru", "backward", DiagnosticOptions(units=8))
    >>> network.model.count_params()
    1156
    """

    def __init__(self, name: str, cell: str, direction: str, options: DiagnosticOptions) -> None:
        self.name, self.cell, self.direction, self.options = name, cell, direction, options
        self.task = DIAGNOSTICS[name]
        self.model = self._new()
        warm = max(1, options.steps // 10)
        rate: Any = keras.optimizers.schedules.CosineDecay(
            0.0, options.steps - warm, warmup_target=options.rate, warmup_steps=warm
        )
        self.model.compile(
            keras.optimizers.Adam(rate, clipnorm=1.0),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=UNSCORED),
            jit_compile=False,
        )

    def _new(self) -> Any:
        return _network(self.task, self.cell, self.direction, self.options)

    def train(self, seed: int) -> None:
        """Train from new weights and with a new optimizer."""
        keras.utils.set_random_seed(seed)
        self.model.set_weights(self._new().get_weights())
        for variable in self.model.optimizer.variables:
            variable.assign(keras.ops.zeros_like(variable))
        self.model.fit(DrawnBatches(self.task, self.options, seed), verbose=0)

    def accuracy(self, length: int) -> np.ndarray:
        """Return the accuracy on test sequences of a length by position, as the ceilings."""
        count = max(1, self.options.test_tokens // length)
        ids = self.task.draw(np.random.default_rng(TEST_SEED), count, length)
        logits = self.model.predict(ids, batch_size=250, verbose=0)
        return accuracy_by_token(self.task.label(ids), logits.argmax(axis=-1))

    def rows(self, seed: int) -> list[dict[str, Any]]:
        """Train with a seed; return a row for each test length."""
        self.train(seed)
        return [self._row(seed, length) for length in (self.task.length, *self.task.longer)]

    def _row(self, seed: int, length: int) -> dict[str, Any]:
        found = self.accuracy(length)
        return {
            "task": self.name,
            "cell": self.cell,
            "direction": self.direction,
            "seed": seed,
            "length": length,
            "accuracy": round(float(np.nanmean(found)), 5),
            "ceiling": round(float(np.nanmean(self.task.ceiling(self.direction, length))), 5),
            "parameters": self.model.count_params(),
            "by_position": _listed(found) if found.ndim and length <= SHOWN else "",
        }


def _listed(accuracies: np.ndarray) -> str:
    """Return accuracies in percent, "-" where nothing is scored.

    >>> _listed(np.array([0.5, np.nan]))
    '50.0 -'
    """
    return " ".join("-" if np.isnan(each) else f"{100 * each:.1f}" for each in accuracies)
