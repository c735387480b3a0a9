"""Precision, recall and F1 of predicted spans."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from zoo.text import Span

Spans = Iterable[Sequence[Span]]  # of each sentence
Items = TypeVar("Items", Sequence[Span], Sequence[str])


class Score(NamedTuple):
    """Counts of spans, with precision, recall and F1.

    ```
    P = correct / predicted,   R = correct / support,   F1 = 2 P R / (P + R)
    ```

    Each is 0 if its denominator is.

    Args:
        correct: number of predicted spans with the correct label and boundaries.
        predicted: number of predicted spans.
        support: number of gold spans.

    Example:

    >>> Score(correct=1, predicted=2, support=1).precision
    0.5
    """

    correct: int
    predicted: int
    support: int

    @property
    def precision(self) -> float:
        """Fraction of the predicted spans that are correct."""
        return self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Fraction of the gold spans that were found."""
        return self.correct / self.support if self.support else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.correct / (self.predicted + self.support or 1)


class AverageScore(NamedTuple):
    """Averages over the labels; `f1` is the average of F1, not that of the averages.

    Args:
        precision: average precision.
        recall: average recall.
        f1: average F1.
        support: number of gold spans of all labels.
    """

    precision: float
    recall: float
    f1: float
    support: int


class SpanScores(NamedTuple):
    """Scores of each label and of all spans together; `str()` shows them as a table.

    Args:
        labels: dict from label to `Score`, sorted by label.
        micro: `Score` over all labels.

    Example:

    >>> gold = [Span("PER", 0, 1), Span("LOC", 2, 3)]
    >>> print(span_scores([gold], [[Span("PER", 0, 1), Span("PER", 1, 2)]]))
                  precision   recall       F1  support
    LOC               0.00%    0.00%    0.00%        1
    PER              50.00%  100.00%   66.67%        1
    micro avg        50.00%   50.00%   50.00%        2
    macro avg        25.00%   50.00%   33.33%        2
    weighted avg     25.00%   50.00%   33.33%        2
    """

    labels: dict[str, Score]
    micro: Score

    @property
    def macro(self) -> AverageScore:
        """The mean over the labels; 0 if there is none."""
        return self._average([1] * len(self.labels))

    @property
    def weighted(self) -> AverageScore:
        """The mean over the labels, weighted by support; the micro average if there is no span."""
        return self._average([score.support for score in self.labels.values()])

    def to_dict(self) -> dict[str, dict[str, float]]:
        """Return a dict from each label and average to its scores, as scikit-learn's reports.

        Example:

        >>> span_scores([[Span("PER", 0, 1)]], [[Span("PER", 0, 1)]]).to_dict()["micro avg"]
        {'precision': 1.0, 'recall': 1.0, 'f1-score': 1.0, 'support': 1}
        """
        return {
            name: {
                "precision": score.precision,
                "recall": score.recall,
                "f1-score": score.f1,
                "support": score.support,
            }
            for name, score in self._rows()
        }

    def __str__(self) -> str:
        width = max(len(name) for name, _ in self._rows())
        lines = [f"{'':{width}}  precision   recall       F1  support"]
        for name, score in self._rows():
            percent = f"{score.precision:11.2%}  {score.recall:7.2%}  {score.f1:7.2%}"
            lines.append(f"{name:{width}}{percent}  {score.support:7}")
        return "\n".join(lines)

    def _rows(self) -> list[tuple[str, Score | AverageScore]]:
        averages = {"micro": self.micro, "macro": self.macro, "weighted": self.weighted}
        return [*self.labels.items(), *((f"{name} avg", each) for name, each in averages.items())]

    def _average(self, weights: Sequence[int]) -> AverageScore:
        total = sum(weights)
        if not total:
            return AverageScore(*(getattr(self.micro, name) for name in AverageScore._fields))

        def mean(name: str) -> float:
            values = (getattr(score, name) for score in self.labels.values())
            return sum(w * value for w, value in zip(weights, values, strict=True)) / total

        return AverageScore(mean("precision"), mean("recall"), mean("f1"), self.micro.support)


def span_scores(gold: Spans, predicted: Spans) -> SpanScores:
    """Score predicted spans as conlleval does: label and both boundaries must be correct.

    Args:
        gold: for each sentence its list of `Span`s.
        predicted: for each sentence its list of predicted `Span`s.

    Returns:
        `SpanScores`.

    Raises:
        ValueError: `gold` and `predicted` differ in length.

    Example:

    >>> scores = span_scores([[Span("PER", 0, 2)]], [[Span("PER", 0, 2), Span("LOC", 3, 4)]])
    >>> scores.micro.precision, scores.micro.recall
    (0.5, 1.0)
    """
    correct: Counter[str] = Counter()
    found: Counter[str] = Counter()
    support: Counter[str] = Counter()
    for right, guess in paired_sentences(gold, predicted):
        support.update(span.label for span in right)
        found.update(span.label for span in guess)
        correct.update(span.label for span in set(right) & set(guess))
    labels = sorted(support | found)
    scores = {label: Score(correct[label], found[label], support[label]) for label in labels}
    return SpanScores(scores, Score(correct.total(), found.total(), support.total()))


def paired_sentences(
    gold: Iterable[Items], predicted: Iterable[Items]
) -> list[tuple[Items, Items]]:
    """Return what belongs to the same sentence as pairs.

    Raises:
        ValueError: `gold` and `predicted` differ in length.
    """
    gold, predicted = list(gold), list(predicted)
    if len(gold) != len(predicted):
        raise ValueError(
            "`gold` and `predicted` must hold a list for each sentence, got "
            f"{len(gold)} and {len(predicted)} lists."
        )
    return list(zip(gold, predicted, strict=True))
