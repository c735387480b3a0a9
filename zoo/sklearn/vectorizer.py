"""The transformer: texts in, vectors of a trained model out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from zoo.hub import load
from zoo.runtime import Predictor
from zoo.runtime.encoding import check_direction, check_pooling
from zoo.sklearn.classifier import check_texts


class TextVectorizer(TransformerMixin, BaseEstimator):
    """Turns texts into the contextual vectors of a trained model, for any estimator.

    A drop-in replacement of `TfidfVectorizer` where few texts have labels. Nothing is trained.

    Args:
        model: a model with bidirectional layers, as for `zoo.load`.
        pooling: how the vectors of the words become one: "mean", "max" or "final".
        layer: number of the layer; -1 for the last.
        direction: "forward", "backward" or "both".
        weights: a weight for each layer, for their weighted sum in place of `layer`; or None.

    Example:

    >>> vectorizer = TextVectorizer("bilstm-ner-tiny", pooling="max")
    >>> vectorizer.fit_transform(["She lives in Rome.", "Dull."]).shape
    (2, 64)
    """

    def __init__(
        self,
        model: str = "bilstm-ner",
        *,
        pooling: str = "mean",
        layer: int = -1,
        direction: str = "both",
        weights: Sequence[float] | None = None,
    ) -> None:
        self.model = model
        self.pooling = pooling
        self.layer = layer
        self.direction = direction
        self.weights = weights

    def fit(self, X: Iterable[str], y: Any = None) -> Self:
        """Check the parameters and the texts; nothing is trained.

        Args:
            X: N texts.
            y: ignored.

        Raises:
            ValueError: an unknown pooling or direction, or X has another shape.
            TypeError: an item of X is not a string.
        """
        check_pooling(self.pooling)
        check_direction(self.direction)
        check_texts(X)
        return self

    def transform(self, X: Iterable[str]) -> np.ndarray:
        """Return the vectors of texts, (N, W) float32; zeros for a text without words.

        Args:
            X: N texts.
        """
        predictor, texts = _loaded(self.model), check_texts(X)
        options = self.pooling, self.layer, self.direction, self.weights
        # An array for no texts needs its width: that of any text.
        found = [predictor.encode(text).vector(*options) for text in texts or [""]]
        return np.stack(found)[: len(texts)]

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the features: the model and a number.

        Args:
            input_features: ignored.
        """
        width = self.transform([""]).shape[1]
        return np.array([f"{self.model}_{index}" for index in range(width)], dtype=object)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags: Any = super().__sklearn_tags__()
        tags.input_tags.one_d_array = tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = False
        return tags


@lru_cache(maxsize=4)
def _loaded(name: str) -> Predictor[Any]:
    return load(name)
