"""Training of a token tagger: the best epoch by accuracy on dev."""

from os import PathLike

import keras
import numpy as np
from numpy.typing import ArrayLike

from zoo.layers.guards import check_positive_int
from zoo.metrics import predict_tags, token_accuracy
from zoo.training.checkpoint import History
from zoo.training.distribution.one_device import Part, split_rows
from zoo.training.loop import fit
from zoo.training.options import TrainingOptions

PADDING = -1  # label of padding, which the loss leaves out


class TokenBatches:
    """The batches of one epoch for a token tagger, in an order that depends on seed and epoch.

    Indexing returns a pair: ids (B, T) and labels (B, T), -1 where there is padding. With fewer
    steps than a pass over the data has, an epoch continues where the previous one stopped.

    Args:
        ids: (N, T) integers, 0 where there is padding.
        labels: (N, T) integers.
        batch_size: B, number of sequences in a batch; the last batch of a pass may be smaller.
        steps: number of batches in an epoch; None for one pass over the data.
        seed: seed of the order.
        epoch: number of the epoch.

    Example:

    >>> batches = TokenBatches(np.array([[1, 2], [3, 0]]), np.array([[0, 1], [1, 0]]), batch_size=2)
    >>> [sorted(array.tolist()) for array in batches[0]]
    [[[1, 2], [3, 0]], [[0, 1], [1, -1]]]
    """

    def __init__(
        self,
        ids: ArrayLike,
        labels: ArrayLike,
        *,
        batch_size: int,
        steps: int | None = None,
        seed: int = 0,
        epoch: int = 0,
    ) -> None:
        self.ids, self.labels = np.asarray(ids), np.asarray(labels)
        in_pass = -(-len(self.ids) // check_positive_int("batch_size", batch_size))
        steps = in_pass if steps is None else check_positive_int("steps", steps)
        passes, places = np.divmod(np.arange(epoch * steps, (epoch + 1) * steps), in_pass)
        orders = {
            each: np.random.default_rng([seed, each]).permutation(len(self.ids))
            for each in set(passes.tolist())
        }
        self.batches = [
            orders[each][place * batch_size : (place + 1) * batch_size]
            for each, place in zip(passes.tolist(), places.tolist(), strict=True)
        ]
        self.tokens = int(np.count_nonzero(self.ids[np.concatenate(self.batches)]))

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.batches[index]
        ids = self.ids[chosen]
        return ids, np.where(ids != 0, self.labels[chosen], PADDING)


def fit_tokens(
    model: keras.Model,
    train: tuple[ArrayLike, ArrayLike],
    dev: tuple[ArrayLike, ArrayLike],
    folder: str | PathLike[str],
    options: TrainingOptions,
    *,
    batch_size: int = 64,
    steps_per_epoch: int | None = None,
    seed: int = 0,
) -> History:
    """Train a token tagger with Adam; keep the weights of the epoch with the best accuracy on dev.

    Padding counts neither in the loss nor in the accuracy.

    Args:
        model: model from ids (B, T), padded with 0, to logits (B, T, K).
        train: pair of arrays `(ids, labels)`, (N, T) integers each.
        dev: the same, for the accuracy after each epoch.
        folder: folder of the checkpoint, `best.weights.h5` and `history.json`.
        options: a `zoo.training.TrainingOptions`.
        batch_size: B, number of sequences in a batch.
        steps_per_epoch: number of batches in an epoch; None for one pass over the data. With
            fewer, an epoch continues where the previous one stopped.
        seed: seed of the order of the sequences.

    Returns:
        List of dicts, one per epoch, as from `zoo.training.fit`; `dev` is the accuracy.

    Raises:
        CheckpointError: the folder holds a checkpoint of another run, or a broken one.

    Example:

    >>> import tempfile
    >>> from zoo.models import build
    >>> from zoo.training import TrainingOptions, warmup_cosine
    >>> encoder = {"vocabulary_size": 4, "embedding_dim": 2, "units": 2}
    >>> model = build("token-tagging", {"encoder": encoder, "num_labels": 2})
    >>> ids = np.array([[1, 2], [3, 0]])
    >>> options = TrainingOptions(3, warmup_cosine(0.01, 3), report=lambda line: None)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     history = fit_tokens(model, (ids, ids > 1), (ids, ids > 1), folder, options)
    >>> len(history)
    3
    """
    dev_ids, dev_labels = map(np.asarray, dev)
    model.compile(
        optimizer=keras.optimizers.Adam(clipnorm=1.0),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=PADDING),
    )

    def batches(epoch: int) -> TokenBatches:
        order = {"steps": steps_per_epoch, "seed": seed, "epoch": epoch}
        return TokenBatches(*train, batch_size=batch_size, **order)

    return fit(
        model,
        batches,
        lambda: token_accuracy(dev_labels, predict_tags(model, dev_ids), dev_ids != 0)[0],
        folder,
        options.with_conditions(batch_size=batch_size, steps_per_epoch=steps_per_epoch, seed=seed),
        split=split_tokens,
    )


def split_tokens(x: np.ndarray, y: np.ndarray, count: int) -> list[Part]:
    """Divide a batch among devices; its loss is a mean over tokens, not over sequences."""
    return [
        (ids, labels, int(np.count_nonzero(labels != PADDING)) if rows else 0)
        for ids, labels, rows in split_rows(x, y, count)
    ]
