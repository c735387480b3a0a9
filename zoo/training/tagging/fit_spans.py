"""Training of a word tagger on spans: the best epoch by F1 on dev."""

import numpy as np

from zoo.metrics.spans import span_scores
from zoo.text.tags import tags_to_spans
from zoo.training.loop import fit_best

AVERAGING = 0.8  # share of the epochs before in the averaged weights of an epoch


def predict_spans(model, batches, labels):
    """Return the spans that a model finds in each sentence.

    Args:
        model: from a batch's inputs to tag ids (B, T): `WordTagger.tags_model()`.
        batches: `zoo.data.tagging.TaggingBatches` without a seed.
        labels: the labels, in the order of their ids.

    Returns:
        List of lists of `zoo.text.Span`, in the order of `batches.sentences`.
    """
    spans = [None] * len(batches.sentences)
    for number, chosen in enumerate(batches.batches):
        tags = np.asarray(model.predict_on_batch(batches[number][0]))
        for index, row in zip(chosen, tags, strict=True):
            length = len(batches.sentences[index][0])
            spans[index] = tags_to_spans([labels[tag] for tag in row[:length]])
    return spans


def fit_spans(model, train, dev, labels, folder, **options):
    """Train until the F1 of the spans on dev no longer rises, and keep the best averaged weights.

    Args:
        model: a compiled `zoo.models.WordTagger`.
        train: function from an epoch's number to its `zoo.data.tagging.TaggingBatches`.
        dev: `TaggingBatches` without a seed.
        labels: the labels, in the order of their ids.
        folder: of the checkpoint, `best.weights.h5` and `history.json`.
        **options: `epochs`, `rate` and the others of `zoo.training.fit_best`.

    Returns:
        List of dicts, one an epoch, as of `fit_best`; the model has the best weights.

    Raises:
        CheckpointError: the folder holds a checkpoint of another run, or a broken one.
    """
    gold = [tags_to_spans(tags) for _, tags in dev.sentences]
    tags_model = model.tags_model()
    conditions = {
        **(options.pop("conditions", None) or {}),
        "labels": labels,
        "model": model.get_config(),
    }
    return fit_best(
        model,
        train,
        lambda: span_scores(gold, predict_spans(tags_model, dev, labels)).micro.f1,
        folder,
        averaging=AVERAGING,
        frozen=[layer for layer in model.layers if layer.name == "frozen_vectors"],
        conditions=conditions,
        **options,
    )
