"""Training of a word tagger on spans: the best epoch by F1 on dev."""

from collections.abc import Callable, Sequence
from os import PathLike

import keras
import numpy as np

from zoo.data.tagging import TaggingBatches
from zoo.metrics import span_scores
from zoo.models import WordTagger
from zoo.text import Span, tags_to_spans
from zoo.training.checkpoint import History
from zoo.training.loop import fit
from zoo.training.options import TrainingOptions

AVERAGING = 0.8  # per epoch


def predict_spans(
    model: keras.Model, batches: TaggingBatches, labels: Sequence[str]
) -> list[list[Span]]:
    """Return the spans that a model predicts in each sentence.

    Args:
        model: model from the inputs of a batch to tag ids (B, T): `WordTagger.tags_model()`.
        batches: `zoo.data.tagging.TaggingBatches` without a seed.
        labels: the tags, in the order of their ids.

    Returns:
        List of lists of `zoo.text.Span`, in the order of `batches.sentences`.
    """
    spans: list[list[Span]] = [[] for _ in batches.sentences]
    for number, chosen in enumerate(batches.batches):
        tags = np.asarray(model.predict_on_batch(batches[number][0]))
        for index, row in zip(chosen, tags, strict=True):
            length = len(batches.sentences[index][0])
            spans[index] = tags_to_spans([labels[int(tag)] for tag in row[:length]])
    return spans


def fit_spans(
    model: WordTagger,
    train: Callable[[int], TaggingBatches],
    dev: TaggingBatches,
    labels: Sequence[str],
    folder: str | PathLike[str],
    options: TrainingOptions,
) -> History:
    """Train until the F1 of the spans on dev no longer improves; keep the best averaged weights.

    Args:
        model: a compiled `zoo.models.WordTagger`.
        train: function from the number of an epoch to its `zoo.data.tagging.TaggingBatches`.
        dev: `TaggingBatches` without a seed.
        labels: the tags, in the order of their ids.
        folder: folder of the checkpoint, `best.weights.h5` and `history.json`.
        options: a `zoo.training.TrainingOptions`; by default the weights are averaged once per
            epoch, by 0.8.

    Returns:
        List of dicts, one per epoch, as from `zoo.training.fit`.

    Raises:
        CheckpointError: the folder holds a checkpoint of another run, or a broken one.
    """
    gold = [tags_to_spans(tags) for _, tags in dev.sentences]
    tags_model = model.tags_model()
    return fit(
        model,
        train,
        lambda: span_scores(gold, predict_spans(tags_model, dev, labels)).micro.f1,
        folder,
        options.with_averaging(AVERAGING).with_conditions(
            labels=list(labels), model=model.get_config()
        ),
        frozen=[layer for layer in model.layers if layer.name == "spare_vectors"],
    )
