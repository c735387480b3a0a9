"""What a model says of a text, and which of its words are drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from zoo.inspect.model_parts import task_of
from zoo.text import split_sentences

DRAWN = 40  # words side by side in a picture
SHOWN = 2000  # words of a long text on a page


class Mark(NamedTuple):
    """A piece of a text that has a label: `text[start:end]`.

    Args:
        start: offset of its first character.
        end: offset behind its last one.
        label: what it is.
        score: probability of that.
    """

    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True)
class Reading:
    """A text and what a model says of it.

    Args:
        text: the text as it was given.
        tokens: its N tokens, `zoo.text.Token`.
        marks: the names in it, or its runs of tokens with one label; none of a classifier.
        verdict: label and probability of the whole text, or None of a tagger.
        weights: (N,) what each word does for the verdict, as `zoo.runtime.WordWeight`; or None.
        drawn: range of the tokens that are in the pictures.
        labels: the labels or tags of the model's outputs.
        encode: from words to a dict of ids (T, ...).
    """

    text: str
    tokens: list
    marks: list
    verdict: tuple | None
    weights: np.ndarray | None
    drawn: range
    labels: tuple
    encode: Callable

    @property
    def shown(self):
        """Range of the tokens that a page shows: all, or `SHOWN` around those that are drawn."""
        first = max(0, min(self.drawn.start - SHOWN // 2, len(self.tokens) - SHOWN))
        return range(first, min(first + SHOWN, len(self.tokens)))


def read_text(predictor, text, size=DRAWN):
    """Let a predictor read a text, and choose the words that are drawn.

    Of a tagger of names these are the sentence with the most of them; where that is longer than
    `size`, and of other models, the `size` neighbours in which there is most to see: words in
    names, or weights for or against the verdict.

    Args:
        predictor: of `zoo.load`.
        text: a string.
        size: how many words may be drawn.

    Returns:
        A `Reading`.

    Raises:
        TypeError: the text is no string, or the predictor none of the zoo.
        ValueError: there is no word in the text.
    """
    if not isinstance(text, str):
        raise TypeError(f"`text` must be a str, got {type(text).__name__}: {text!r:.60}.")
    task = task_of(predictor)
    tokens = predictor.tokenizer(predictor.clean(text))
    if not tokens:
        raise ValueError(f"`text` must have words in it, got {text!r:.60}.")
    return task.inspect_reading(predictor, text, tokens, size)


def read_names(predictor, text, tokens, size):
    """Return the `Reading` of a tagger of names; see `read_text`."""
    marks = [Mark(each.start, each.end, each.label, each.score) for each in predictor(text)]
    named = _inside(tokens, marks)
    ends = np.cumsum([len(sentence) for sentence in split_sentences(text, tokens)])
    sentences = list(zip([0, *ends[:-1]], ends, strict=True))
    first, last = max(sentences, key=lambda s: named[s[0] : s[1]].sum())
    drawn = densest(named[first:last], size)
    shifted = range(first + drawn.start, first + drawn.stop)
    return Reading(text, tokens, marks, None, None, shifted, predictor.tags, predictor.inputs_of)


def read_tags(predictor, text, tokens, size):
    """Return the `Reading` of a tagger of tokens; see `read_text`."""
    tagged = predictor(text)
    unmarked = predictor.labels[0]
    marks = []
    for each in tagged:
        if each.label == unmarked:
            continue
        start, score = each.start, each.score
        if marks and marks[-1].end == start and marks[-1].label == each.label:
            last = marks.pop()
            start, score = last.start, min(score, last.score)
        marks.append(Mark(start, each.end, each.label, score))
    drawn = densest(_inside(tokens, marks), size)
    return Reading(text, tokens, marks, None, None, drawn, predictor.tags, predictor.inputs_of)


def read_verdict(predictor, text, tokens, size):
    """Return the `Reading` of a classifier; see `read_text`."""
    verdict = predictor(text)
    weights = np.array([word.weight for word in predictor.explain(text)])
    return Reading(
        text, tokens, [], (verdict.label, verdict.score), weights, densest(abs(weights), size),
        predictor.tags, predictor.inputs_of,
    )  # fmt: skip


def densest(weights, size):
    """Return the range of `size` neighbours, or of all if they are fewer, that weigh most.

    Args:
        weights: (N,) not below 0.
        size: how many there may be.

    Example:

    >>> densest(np.array([0, 1, 1, 0, 1]), 2), densest(np.array([0, 0]), 5)
    (range(1, 3), range(0, 2))
    """
    sums = np.cumsum([0.0, *weights])
    size = min(size, len(weights))
    first = int((sums[size:] - sums[: len(sums) - size]).round(9).argmax())
    return range(first, first + size)


def _inside(tokens, marks):
    """Return which of the tokens lie in a mark, (N,) of 0 and 1."""
    starts = np.array([mark.start for mark in marks])
    ends = np.array([mark.end for mark in marks])
    at = np.array([token.start for token in tokens])
    before = np.searchsorted(starts, at, side="right") - 1
    if not len(marks):
        return np.zeros(len(tokens))
    return ((before >= 0) & (at < ends[before])).astype(float)
