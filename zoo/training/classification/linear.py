"""Linear models of words and pairs of words: one to be beaten, one to stand beside a network."""

import numpy as np

from zoo.data.texts import words_of
from zoo.metrics.classification import row

STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
TOLERANCE = 1e-6  # at scikit-learn's own, where a fit ends hangs on the rounding of its sums
CONDITIONS = "words and pairs of words weighted by naive Bayes, trained on the same texts"


class LinearBaseline:
    """Logistic regression over words and pairs of words, each weighted by its log-count ratio.

    ```
    r_f = log (p_f / |p|) - log (q_f / |q|),   x_f = r_f if the text has feature f, else 0
    ```

    p_f and q_f are one plus the number of texts of either label that have f.

    Args:
        labels: the two labels; the second is what scores are about.
        min_count: how many texts a feature must be in.

    Example:

    >>> texts = [["good"], ["very", "good"], ["bad"], ["very", "bad"]] * 3
    >>> labels = ["y", "y", "n", "n"] * 3
    >>> baseline = LinearBaseline(["n", "y"], min_count=1).fit(texts, labels, texts, labels)
    >>> baseline.predict([["so", "good"], ["bad"]])
    ['y', 'n']

    Reference: Wang and Manning, Baselines and Bigrams, 2012.
    """

    def __init__(self, labels, min_count=2):
        from sklearn.feature_extraction.text import CountVectorizer

        self.labels = list(labels)
        # The texts are split into words already.
        self._features = CountVectorizer(
            analyzer=_words_and_pairs, binary=True, min_df=min_count, dtype=np.float32
        )

    def fit(self, texts, labels, dev_texts, dev_labels):
        """Fit on lists of words, choose the regularization on the development texts."""
        train, dev = self._features.fit_transform(texts), self._features.transform(dev_texts)
        self._weights, self._bias = fit_weighted(
            train, self._positive(labels), dev, self._positive(dev_labels)
        )
        return self

    def predict(self, texts):
        """Return the label of each text, a list of words."""
        return [self.labels[best] for best in self.logits(texts).argmax(axis=-1)]

    def logits(self, texts):
        """Return (N, 2): the log-odds of each text, lists of words, half to either label."""
        odds = self._features.transform(texts) @ self._weights + self._bias
        return np.stack([-odds, odds], axis=-1) / 2

    def accuracy(self, texts, labels):
        """Return which part of the texts gets its label, 0 to 1."""
        pairs = zip(self.predict(texts), labels, strict=True)
        return float(np.mean([found == label for found, label in pairs]))

    def _positive(self, labels):
        return np.array([label == self.labels[1] for label in labels])


def fit_weighted(counts, positive, dev_counts, dev_positive):
    """Fit a logistic regression over features weighted by naive Bayes.

    Args:
        counts: sparse (N, F), how often each text has each feature.
        positive: (N,) booleans.
        dev_counts, dev_positive: the same of the texts by which the regularization is chosen.

    Returns:
        Pair of the weights of the features as they are counted, (F,), and the bias.
    """
    from sklearn.linear_model import LogisticRegression

    there = (counts > 0).astype("float32")
    ratios = [np.asarray(there[each].sum(axis=0))[0] + 1 for each in (positive, ~positive)]
    logs = [np.log(ratio / ratio.sum()) for ratio in ratios]
    weights = (logs[0] - logs[1]).astype("float32")
    train, dev = (each.multiply(weights).tocsr() for each in (counts, dev_counts))
    fitted = [
        LogisticRegression(C=strength, solver="liblinear", tol=TOLERANCE).fit(train, positive)
        for strength in STRENGTHS
    ]
    best = max(fitted, key=lambda each: each.score(dev, dev_positive))
    return weights * best.coef_[0], best.intercept_[0]


def fit_linear(corpus):
    """Return a `LinearBaseline` fitted on the texts of train, or None of three labels and more.

    Args:
        corpus: dict of lists of `zoo.data.LabelledText` by split, "train" and "dev" among them.
    """
    labels = {split: [each.label for each in corpus[split]] for split in ("train", "dev")}
    kinds = sorted({*labels["train"]})
    if len(kinds) > 2:
        return None
    words = {split: _words(corpus[split]) for split in labels}
    return LinearBaseline(kinds).fit(words["train"], labels["train"], words["dev"], labels["dev"])


def measure_linear(baseline, corpus, splits):
    """Yield how well the linear model does; nothing of None.

    Args:
        baseline: what `fit_linear` returned.
        corpus: dict of lists of `zoo.data.LabelledText` by split.
        splits: names of those to measure.

    Yields:
        Dicts with the fields of `zoo.hub.Metric`.
    """
    for split in splits if baseline else ():
        accuracy = baseline.accuracy(_words(corpus[split]), [each.label for each in corpus[split]])
        yield row("accuracy of a linear model", accuracy, split, CONDITIONS)


def _words(texts):
    return list(words_of(each.text for each in texts))


def _words_and_pairs(words):
    words = [word.lower() for word in words]
    return [*words, *map(" ".join, zip(words, words[1:], strict=False))]
