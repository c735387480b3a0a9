"""Training of a tagger of words: the best epoch by a score on dev."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zoo.data.tagging import TaggingBatches
from zoo.models import WordTagger
from zoo.training.loop import fit_best

AVERAGING = 0.8  # share of the epochs before in the averaged weights of an epoch


def predict_word_tags(model: WordTagger, batches: TaggingBatches, tags_model: Any = None) -> list:
    """Return the tags of each sentence, in the order of `batches.sentences`.

    Args:
        model: the tagger.
        batches: without a seed.
        tags_model: `model.tags_model()`, if it is there already.
    """
    labels, tags_model = model.config["labels"], tags_model or model.tags_model()
    found: list[Any] = [None] * len(batches.sentences)
    for number, chosen in enumerate(batches.batches):
        tags = np.asarray(tags_model.predict_on_batch(batches[number][0]))
        for index, row in zip(chosen, tags, strict=True):
            found[index] = [labels[tag] for tag in row[: len(batches.sentences[index][0])]]
    return found


def fit_words(
    model: WordTagger,
    train: Callable[[int], TaggingBatches],
    dev: TaggingBatches,
    score: Callable[[Sequence, Sequence], float],
    folder: Path,
    *,
    conditions: dict[str, Any] | None = None,
    **options: Any,
) -> list[dict[str, Any]]:
    """Train until the score on dev no longer rises, and keep the best averaged weights.

    Args:
        model: compiled.
        train: function from an epoch's number to its batches.
        dev: batches without a seed.
        score: function from the gold tags and the found ones to a number; more is better.
        folder: of the checkpoint, `best.weights.h5` and `history.json`.
        conditions: what else makes the run what it is.
        **options: `epochs`, `rate` and the others of `zoo.training.fit_best`.

    Returns:
        List of dicts, one an epoch, as of `fit_best`; the model has the best weights.

    Raises:
        CheckpointError: the folder holds a checkpoint of another run, or a broken one.
    """
    gold = [tags for _, tags in dev.sentences]
    tags_model = model.tags_model()
    known = {"labels": model.config["labels"], "model": model.get_config()}
    return fit_best(
        model,
        train,
        lambda: score(gold, predict_word_tags(model, dev, tags_model)),
        folder,
        averaging=AVERAGING,
        frozen=[layer for layer in model.layers if layer.name == "spare_vectors"],
        conditions={**(conditions or {}), **known},
        **options,
    )
