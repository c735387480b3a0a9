"""Training of a tagger of words: the best epoch by a score on dev."""

from collections.abc import Callable, Sequence
from os import PathLike

import keras
import numpy as np

from zoo.data.tagging import TaggingBatches
from zoo.models import WordTagger
from zoo.training.checkpoint import History
from zoo.training.loop import fit
from zoo.training.options import TrainingOptions

AVERAGING = 0.8  # per epoch
Tags = Sequence[Sequence[str]]


def predict_word_tags(
    model: WordTagger, batches: TaggingBatches, tags_model: keras.Model | None = None
) -> list[list[str]]:
    """Return the tags of each sentence, in the order of `batches.sentences`.

    Args:
        model: a `zoo.models.WordTagger`.
        batches: `zoo.data.tagging.TaggingBatches` without a seed.
        tags_model: `model.tags_model()`, to compile it once for many calls.
    """
    labels, tags_model = model.options.labels, tags_model or model.tags_model()
    found: list[list[str]] = [[] for _ in batches.sentences]
    for number, chosen in enumerate(batches.batches):
        tags = np.asarray(tags_model.predict_on_batch(batches[number][0]))
        for index, row in zip(chosen, tags, strict=True):
            found[index] = [labels[tag] for tag in row[: len(batches.sentences[index][0])]]
    return found


def fit_words(
    model: WordTagger,
    train: Callable[[int], TaggingBatches],
    dev: TaggingBatches,
    score: Callable[[Tags, Tags], float],
    folder: str | PathLike[str],
    options: TrainingOptions,
) -> History:
    """Train until the score on dev no longer improves; keep the best averaged weights.

    Args:
        model: a compiled `zoo.models.WordTagger`.
        train: function from the number of an epoch to its `zoo.data.tagging.TaggingBatches`.
        dev: `TaggingBatches` without a seed.
        score: function from the gold tags and the predicted ones to a number; higher is better.
        folder: folder of the checkpoint, `best.weights.h5` and `history.json`.
        options: a `zoo.training.TrainingOptions`; by default the weights are averaged once per
            epoch, by 0.8.

    Returns:
        List of dicts, one per epoch, as from `zoo.training.fit`.

    Raises:
        CheckpointError: the folder holds a checkpoint of another run, or a broken one.
    """
    gold = [tags for _, tags in dev.sentences]
    tags_model = model.tags_model()
    return fit(
        model,
        train,
        lambda: score(gold, predict_word_tags(model, dev, tags_model)),
        folder,
        options.with_averaging(AVERAGING).with_conditions(
            labels=list(model.options.labels), model=model.get_config()
        ),
        frozen=[layer for layer in model.layers if layer.name == "spare_vectors"],
    )
