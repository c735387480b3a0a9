"""The estimator: texts in, labels and probabilities out."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length

from zoo.sklearn.networks import TrainedNetwork, ZooNetwork, train_network, zoo_network


class TextClassifier(ClassifierMixin, BaseEstimator):
    """A BiLSTM text classifier for pipelines, searches and cross-validation of scikit-learn.

    With `start`, the estimator answers at once with a trained model, and `fit` begins with its
    words and weights. Otherwise `fit` trains from scratch. The training is that of the recipe
    "sentiment" and needs the `train` extra; the answers of a trained model do not.

    Args:
        start: a model, as for `zoo.load`, or None.
        epochs: number of epochs; None for the default of the recipe, or for that of `config`.
        units: units per direction; None as for `epochs`.
        words: vocabulary size; None as for `epochs`.
        rate: initial learning rate; None as for `epochs`.
        config: nested dict of other changes of the recipe's configuration, or None.
        dev_fraction: fraction of the texts of each label that `fit` holds out. The best epoch and
            the temperature are chosen on them.
        random_state: seed of the split and of the training, an integer.
        verbose: whether `fit` prints its progress.

    Attributes:
        classes_: the labels (K,).
        network_: the network, after `fit`.

    Example:

    >>> classifier = TextClassifier("bilstm-sentiment")
    >>> classifier.predict(["A wonderful film.", "Dull and boring."]).tolist()
    ['positive', 'negative']
    >>> classifier.predict_proba(["A wonderful film."]).shape
    (1, 2)
    """

    network_: TrainedNetwork

    def __init__(
        self,
        start: str | None = None,
        *,
        epochs: int | None = None,
        units: int | None = None,
        words: int | None = None,
        rate: float | None = None,
        config: Mapping[str, Any] | None = None,
        dev_fraction: float = 0.1,
        random_state: int = 0,
        verbose: bool = False,
    ) -> None:
        self.start = start
        self.epochs = epochs
        self.units = units
        self.words = words
        self.rate = rate
        self.config = config
        self.dev_fraction = dev_fraction
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Iterable[str], y: ArrayLike) -> Self:
        """Train on texts and their labels.

        Args:
            X: N texts: a list, a 1-dimensional array, a pandas series, ...
            y: (N,) labels of at least two kinds.

        Returns:
            The estimator.

        Raises:
            ValueError: X or y has another shape, or y has one label alone; a parameter is wrong.
            TypeError: an item of X is not a string.

        Warns:
            ConvergenceWarning: the model is under-trained or badly calibrated.
        """
        texts = check_texts(X)
        if y is None:
            raise ValueError("TextClassifier requires y to be passed, but the target y is None.")
        labels = column_or_1d(y, warn=True)
        check_consistent_length(texts, labels)
        check_classification_targets(labels)
        classes, codes = np.unique(labels, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(f"y must have at least 2 classes; got 1 class: {classes.tolist()}.")
        with contextlib.redirect_stdout(sys.stdout if self.verbose else io.StringIO()):
            self.network_ = train_network(
                texts,
                classes,
                codes,
                config=self._changes(),
                start=self.start,
                dev_fraction=self.dev_fraction,
                seed=int(self.random_state),
                command=" ".join(f"{self!r}.fit(texts, labels)".split()),
            )
        return self

    def predict(self, X: Iterable[str]) -> np.ndarray:
        """Return the most probable label of each text, (N,).

        Args:
            X: N texts.

        Raises:
            NotFittedError: the estimator is not fitted and has no `start`.
        """
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def predict_proba(self, X: Iterable[str]) -> np.ndarray:
        """Return the probability of each label, (N, K), in the order of `classes_`.

        A text without words gets the frequencies of the labels in the training data; equal
        probabilities if the estimator is not fitted.

        Args:
            X: N texts.

        Raises:
            NotFittedError: the estimator is not fitted and has no `start`.
        """
        network = self._network()
        return network.probabilities(check_texts(X))

    @property
    def classes_(self) -> np.ndarray:
        """The labels (K,), sorted."""
        return self._network().classes

    def save(
        self,
        folder: str | PathLike[str],
        name: str = "my-classifier",
        *,
        data: str = "not stated",
        licence: str = "not stated",
        languages: Iterable[str] = (),
    ) -> None:
        """Export the model as a folder, for `zoo.load("path:FOLDER")` and `zoo export`.

        Args:
            folder: the folder.
            name, data, licence, languages: what the card of a fitted model states.

        Raises:
            NotFittedError: the estimator is not fitted and has no `start`.
        """
        card = {"name": name, "data": data, "licence": licence, "languages": list(languages)}
        self._network().save(folder, {**card, "seeds": [int(self.random_state)]})

    def _network(self) -> TrainedNetwork | ZooNetwork:
        if "network_" in vars(self):
            return self.network_
        if self.start is None:
            raise NotFittedError(f"This {type(self).__name__} is not fitted: call `fit`.")
        return zoo_network(self.start)

    def _changes(self) -> dict[str, Any]:
        """Return the changes of the recipe's configuration."""
        from zoo.recipes.configuration import merged

        top = {name: getattr(self, name) for name in ("epochs", "words", "rate")}
        changes: dict[str, Any] = {k: value for k, value in top.items() if value is not None}
        if self.units is not None:
            changes["model"] = {"encoder": {"units": self.units}}
        return merged(self.config or {}, changes)

    def __sklearn_is_fitted__(self) -> bool:
        return self.start is not None or "network_" in vars(self)

    def __sklearn_tags__(self) -> Any:
        tags: Any = super().__sklearn_tags__()
        tags.input_tags.one_d_array = tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = self.start is None
        return tags


def check_texts(texts: Any) -> list[str]:
    """Return texts as a list of strings.

    Raises:
        ValueError: `texts` is a single string, or has other than one dimension.
        TypeError: an item is not a string.

    Example:

    >>> check_texts(np.array(["Fine.", "Dull."]))
    ['Fine.', 'Dull.']
    """
    if isinstance(texts, str) or getattr(texts, "ndim", 1) != 1:
        kind = "a single string" if isinstance(texts, str) else f"{texts.ndim} dimensions"
        raise ValueError(f"`X` must be a list of texts or an array of one dimension; got {kind}.")
    found = list(texts)
    for number, text in enumerate(found):
        if not isinstance(text, str):
            raise TypeError(f"`X[{number}]` must be a str; got {type(text).__name__}.")
    return [str(text) for text in found]
