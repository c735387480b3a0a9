"""Scores and errors of predicted spans."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from zoo.text import Span

Spans = Iterable[Sequence[Span]]  # of each sentence


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


class SpanScores(NamedTuple):
    """Scores of each label and of all spans together.

    Args:
        labels: dict from label to `Score`, sorted by label.
        micro: `Score` over all labels.
    """

    labels: dict[str, Score]
    micro: Score

    def __str__(self) -> str:
        rows = [*self.labels.items(), ("all", self.micro)]
        width = max(len(label) for label, _ in rows)
        lines = [f"{'':{width}}  precision   recall       F1  support"]
        for label, score in rows:
            percent = f"{score.precision:11.2%}  {score.recall:7.2%}  {score.f1:7.2%}"
            lines.append(f"{label:{width}}{percent}  {score.support:7}")
        return "\n".join(lines)


class SpanError(NamedTuple):
    """A gold span that was missed, a predicted one that is wrong, or both if they overlap.

    Args:
        sentence: index of the sentence.
        kind: `"label"` (the same tokens), `"boundary"` (the same label), `"label and boundary"`,
            `"missed"` or `"spurious"`.
        gold: `Span`; None for a spurious one.
        predicted: `Span`; None for a missed one.
    """

    sentence: int
    kind: str
    gold: Span | None
    predicted: Span | None


class SpanConfusion(NamedTuple):
    """Number of spans of one label that were predicted as another; every span counts once.

    Args:
        labels: list of K strings, sorted.
        exact: (K, K) integers, gold by predicted: predictions with the boundaries of a gold span.
        overlapping: (K, K) integers: predictions that share some tokens with a gold span.
        missed: (K,) integers: gold spans without a prediction.
        spurious: (K,) integers: predictions without a gold span.
    """

    labels: list[str]
    exact: np.ndarray
    overlapping: np.ndarray
    missed: np.ndarray
    spurious: np.ndarray


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
    for right, guess in _sentences(gold, predicted):
        support.update(span.label for span in right)
        found.update(span.label for span in guess)
        correct.update(span.label for span in set(right) & set(guess))
    labels = sorted(support | found)
    scores = {label: Score(correct[label], found[label], support[label]) for label in labels}
    return SpanScores(scores, Score(correct.total(), found.total(), support.total()))


def span_errors(gold: Spans, predicted: Spans) -> list[SpanError]:
    """List the errors, each gold and each predicted span at most once.

    Spans with the same boundaries are paired first, then those that share the most tokens.

    Args:
        gold: for each sentence its list of `Span`s.
        predicted: for each sentence its list of predicted `Span`s.

    Returns:
        List of `SpanError`, in the order of the text.

    Raises:
        ValueError: `gold` and `predicted` differ in length.

    Example:

    >>> span_errors([[Span("PER", 0, 2)]], [[Span("PER", 1, 2)]])[0].kind
    'boundary'
    """
    return [
        SpanError(sentence, _kind(right, guess), right, guess)
        for sentence, right, guess in _pairs(gold, predicted)
        if right != guess
    ]


def span_confusion(gold: Spans, predicted: Spans) -> SpanConfusion:
    """Count the pairs of gold and predicted labels, paired as in `span_errors`.

    Args:
        gold: for each sentence its list of `Span`s.
        predicted: for each sentence its list of predicted `Span`s.

    Returns:
        `SpanConfusion`.

    Raises:
        ValueError: `gold` and `predicted` differ in length.

    Example:

    >>> confusion = span_confusion([[Span("PER", 0, 2)]], [[Span("LOC", 0, 2)]])
    >>> confusion.labels, confusion.exact.tolist()
    (['LOC', 'PER'], [[0, 0], [1, 0]])
    """
    pairs: Any = [(right, guess) for _, right, guess in _pairs(gold, predicted)]
    labels = sorted({span.label for pair in pairs for span in pair if span})
    row = {label: index for index, label in enumerate(labels)}
    exact, overlapping = np.zeros((2, len(labels), len(labels)), int)
    missed, spurious = np.zeros((2, len(labels)), int)
    for right, guess in pairs:
        if guess is None:
            missed[row[right.label]] += 1
        elif right is None:
            spurious[row[guess.label]] += 1
        else:
            table = exact if right[1:] == guess[1:] else overlapping
            table[row[right.label], row[guess.label]] += 1
    return SpanConfusion(labels, exact, overlapping, missed, spurious)


def describe_error(error: SpanError, words: Sequence[str], context: int = 3) -> str:
    """Return a line that shows an error in its sentence.

    Args:
        error: a `SpanError`.
        words: the words of its sentence.
        context: number of words to show on each side of the spans.

    Returns:
        A string without line break.

    Example:

    >>> error = SpanError(0, "boundary", Span("PER", 1, 3), Span("PER", 2, 3))
    >>> describe_error(error, ["Yesterday", "Ada", "Lovelace", "wrote", "to", "Bo", "."], context=1)
    'boundary: PER "Ada Lovelace", predicted PER "Lovelace", in "Yesterday Ada Lovelace wrote"'
    """

    def show(span):
        return f'{span.label} "{" ".join(words[span.start : span.end])}"' if span else "nothing"

    spans = [span for span in (error.gold, error.predicted) if span]
    start = max(0, min(span.start for span in spans) - context)
    end = max(span.end for span in spans) + context
    place = " ".join(words[start:end])
    return f'{error.kind}: {show(error.gold)}, predicted {show(error.predicted)}, in "{place}"'


def _sentences(gold: Spans, predicted: Spans) -> Iterator[tuple[Sequence[Span], Sequence[Span]]]:
    gold, predicted = list(gold), list(predicted)
    if len(gold) != len(predicted):
        raise ValueError(
            "`gold` and `predicted` must hold a list of spans for each sentence, got "
            f"{len(gold)} and {len(predicted)} lists."
        )
    return zip(gold, predicted, strict=True)


def _kind(right, guess):
    if guess is None:
        return "missed"
    if right is None:
        return "spurious"
    wrong = {"label": right.label != guess.label, "boundary": right[1:] != guess[1:]}
    return " and ".join(name for name, is_wrong in wrong.items() if is_wrong)


def _pairs(gold: Spans, predicted: Spans) -> Iterator[tuple[int, Span | None, Span | None]]:
    """Yield sentence, gold span or None, predicted span or None, with every span once."""
    for sentence, (gold_spans, guesses) in enumerate(_sentences(gold, predicted)):
        pairs = [
            (_shared_tokens(right, guess), right, guess)
            for right in gold_spans
            for guess in guesses
            if _shared_tokens(right, guess)
        ]
        # The same boundaries come before any overlap, however long.
        pairs.sort(key=lambda pair: (pair[1][1:] != pair[2][1:], -pair[0]))
        partner, taken = {}, set()
        for _, right, guess in pairs:
            if right not in partner and guess not in taken:
                partner[right] = guess
                taken.add(guess)
        matched: Any = [(right, partner.get(right)) for right in gold_spans]
        matched += [(None, guess) for guess in guesses if guess not in taken]
        for right, guess in sorted(matched, key=lambda pair: (pair[0] or pair[1]).start):
            yield sentence, right, guess


def _shared_tokens(one, other):
    return max(0, min(one.end, other.end) - max(one.start, other.start))
