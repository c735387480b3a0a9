"""A check of a model that was just loaded: its answer to one short text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from zoo.hub.errors import ModelFileError
from zoo.runtime.predictor import Predictor


def check_answers(predictor: Predictor[Any], path: Path) -> None:
    """Check that a model has the tables and outputs that its configuration describes.

    The model reads the last entry of each vocabulary, which needs all rows of its tables.

    Args:
        predictor: the predictor of the model.
        path: the file or folder of the model, for the message.

    Raises:
        ModelFileError: the model cannot read this text, has other outputs than its labels, or
            its scores are no probabilities, as if a weight is NaN.
    """
    words = [vocabulary.tokens[-1] for vocabulary in predictor.vocabularies]
    try:
        scores, count = predictor.raw_scores(words)
    except ModelFileError:
        raise
    except Exception as error:  # each runtime raises errors of its own
        raise ModelFileError(
            f"{path}: the model cannot read its own vocabulary: {error}"
        ) from error
    if count != len(predictor.tags):
        raise ModelFileError(
            f"{path}: the model has {count} outputs; config.json has {len(predictor.tags)} labels"
        )
    if not np.all((scores >= 0) & (scores <= 1 + 1e-3)):
        raise ModelFileError(f"{path}: scores must be probabilities, got {scores.ravel()[:8]}")
