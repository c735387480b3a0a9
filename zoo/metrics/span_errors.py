"""Errors of predicted spans, and how often one label is taken for another."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from zoo.metrics.scores import Spans, paired_sentences
from zoo.text import Span


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


def _kind(right, guess):
    if guess is None:
        return "missed"
    if right is None:
        return "spurious"
    wrong = {"label": right.label != guess.label, "boundary": right[1:] != guess[1:]}
    return " and ".join(name for name, is_wrong in wrong.items() if is_wrong)


def _pairs(gold: Spans, predicted: Spans) -> Iterator[tuple[int, Span | None, Span | None]]:
    """Yield sentence, gold span or None, predicted span or None, with every span once."""
    for sentence, (gold_spans, guesses) in enumerate(paired_sentences(gold, predicted)):
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
