"""Linear models of words and bigrams: the NB-SVM baseline, and the features beside a network."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from zoo.data import LabelledText, words_of
from zoo.metrics.classification import MetricRow, metric_row

STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
TOLERANCE = 1e-6  # with scikit-learn's default, the result depends on rounding
CONDITIONS = "words and pairs of words weighted by naive Bayes, trained on the same texts"
Corpus = Mapping[str, Sequence[LabelledText]]
Words = Sequence[Sequence[str]]  # of each text


class LinearBaseline:
    """Logistic regression over words and bigrams, each weighted by its log-count ratio (NB-SVM).

    ```
    r_f = log (p_f / |p|) - log (q_f / |q|),   x_f = r_f if the text has feature f, else 0
    ```

    p_f and q_f are one plus the number of texts of either label that have f.

    Args:
        labels: the two labels; scores are the log-odds of the second.
        min_count: minimum number of texts with a feature.

    Example:

    >>> texts = [["good"], ["very", "good"], ["bad"], ["very", "bad"]] * 3
    >>> labels = ["y", "y", "n", "n"] * 3
    >>> baseline = LinearBaseline(["n", "y"], min_count=1).fit(texts, labels, texts, labels)
    >>> baseline.predict([["so", "good"], ["bad"]])
    ['y', 'n']

    Reference: Wang and Manning, Baselines and Bigrams, 2012.
    """

    def __init__(self, labels: Sequence[str], min_count: int = 2) -> None:
        from sklearn.feature_extraction.text import CountVectorizer

        self.labels = list(labels)
        # The texts are split into words already.
        options: dict[str, Any] = {"analyzer": _words_and_bigrams, "dtype": np.float32}
        self._features: Any = CountVectorizer(binary=True, min_df=min_count, **options)

    def fit(
        self, texts: Words, labels: Sequence[str], dev_texts: Words, dev_labels: Sequence[str]
    ) -> "LinearBaseline":
        """Fit on lists of words; the regularization is chosen on the development texts."""
        train, dev = self._features.fit_transform(texts), self._features.transform(dev_texts)
        self._weights, self._bias = fit_weighted(
            train, self._positive(labels), dev, self._positive(dev_labels)
        )
        return self

    def predict(self, texts: Words) -> list[str]:
        """Return the label of each text, a list of words."""
        return [self.labels[best] for best in self.logits(texts).argmax(axis=-1)]

    def logits(self, texts: Words) -> np.ndarray:
        """Return logits (N, 2) of texts, lists of words: plus and minus half the log-odds."""
        odds = self._features.transform(texts) @ self._weights + self._bias
        return np.stack([-odds, odds], axis=-1) / 2

    def accuracy(self, texts: Words, labels: Sequence[str]) -> float:
        """Return the fraction of texts with the correct label."""
        pairs = zip(self.predict(texts), labels, strict=True)
        return float(np.mean([found == label for found, label in pairs]))

    def _positive(self, labels: Sequence[str]) -> np.ndarray:
        return np.array([label == self.labels[1] for label in labels])


def fit_weighted(
    counts: Any, positive: np.ndarray, dev_counts: Any, dev_positive: np.ndarray
) -> tuple[np.ndarray, float]:
    """Fit a logistic regression over features weighted by naive Bayes.

    Args:
        counts: sparse (N, F), number of times each text has each feature.
        positive: (N,) booleans.
        dev_counts, dev_positive: the same for the development texts, on which the regularization
            is chosen.

    Returns:
        Pair of the weights of the counted features, (F,), and the bias.
    """
    from sklearn.linear_model import LogisticRegression

    present = (counts > 0).astype("float32")
    ratios = [np.asarray(present[each].sum(axis=0))[0] + 1 for each in (positive, ~positive)]
    logs = [np.log(ratio / ratio.sum()) for ratio in ratios]
    weights = (logs[0] - logs[1]).astype("float32")
    train, dev = (each.multiply(weights).tocsr() for each in (counts, dev_counts))
    fitted = [
        LogisticRegression(C=strength, solver="liblinear", tol=TOLERANCE).fit(train, positive)
        for strength in STRENGTHS
    ]
    best = max(fitted, key=lambda each: each.score(dev, dev_positive))
    return weights * best.coef_[0], best.intercept_[0]


def fit_linear(corpus: Corpus) -> LinearBaseline | None:
    """Return a `LinearBaseline` fitted on the texts of train; None with three labels or more.

    Args:
        corpus: dict of lists of `zoo.data.LabelledText` by split, with "train" and "dev".
    """
    labels = {split: [str(each.label) for each in corpus[split]] for split in ("train", "dev")}
    kinds = sorted({*labels["train"]})
    if len(kinds) > 2:
        return None
    words = {split: _words(corpus[split]) for split in labels}
    return LinearBaseline(kinds).fit(words["train"], labels["train"], words["dev"], labels["dev"])


def measure_linear(
    baseline: LinearBaseline | None, corpus: Corpus, splits: Sequence[str]
) -> Iterator[MetricRow]:
    """Yield the accuracy of the linear model on each split; nothing if it is None.

    Args:
        baseline: result of `fit_linear`.
        corpus: dict of lists of `zoo.data.LabelledText` by split.
        splits: names of the splits.

    Yields:
        Dicts with the fields of `zoo.hub.Metric`.
    """
    if baseline is None:
        return
    for split in splits:
        labels = [str(each.label) for each in corpus[split]]
        accuracy = baseline.accuracy(_words(corpus[split]), labels)
        yield metric_row("accuracy of a linear model", accuracy, split, CONDITIONS)


def _words(texts: Sequence[LabelledText]) -> list[list[str]]:
    return list(words_of(each.text for each in texts))


def _words_and_bigrams(words: Sequence[str]) -> list[str]:
    words = [word.lower() for word in words]
    return [*words, *map(" ".join, zip(words, words[1:], strict=False))]
