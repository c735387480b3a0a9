"""A text with the answer of a model, and the words of it that are drawn."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from zoo.inspect.model_parts import task_of
from zoo.text import Token, split_sentences

DRAWN = 40  # most words in a figure
SHOWN = 2000  # most words of a text on a page


class Mark(NamedTuple):
    """A labelled part of a text: `text[start:end]`.

    Args:
        start: offset of its first character.
        end: offset after its last character.
        label: its label.
        score: probability of the label.
    """

    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True)
class Reading:
    """A text and the answer of a model to it.

    Args:
        text: the text as given.
        tokens: its N tokens.
        marks: the labelled parts of the text; none for a classifier.
        prediction: label and probability of the whole text; None for a tagger.
        weights: (N,) contribution of each word to the prediction, see `zoo.runtime.WordWeight`;
            None for a tagger.
        drawn: range of the tokens in the figures.
        tags: the tags of the model's outputs.
        encode: function from words to ids (T, ...) by name.
    """

    text: str
    tokens: list[Token]
    marks: list[Mark]
    prediction: tuple[str, float] | None
    weights: np.ndarray | None
    drawn: range
    tags: tuple[str, ...]
    encode: Callable[[Iterable[str]], dict[str, np.ndarray]]

    @property
    def shown(self) -> range:
        """Range of the tokens on a page: all, or `SHOWN` around those that are drawn."""
        first = max(0, min(self.drawn.start - SHOWN // 2, len(self.tokens) - SHOWN))
        return range(first, min(first + SHOWN, len(self.tokens)))


def read_text(predictor: Any, text: str, size: int = DRAWN) -> Reading:
    """Answer a text with a predictor, and choose the words to draw.

    If the model reads sentence by sentence, the words are those of the sentence with the most
    labelled words. Of a longer sentence, and of the whole text for other models, they are the
    `size` adjacent words with the most labelled words, or with the largest weights for or against
    the prediction.

    Args:
        predictor: as returned by `zoo.load`.
        text: a text of any length.
        size: largest number of words to draw.

    Raises:
        TypeError: `text` is not a string, or `predictor` not a predictor of the zoo.
        ValueError: `text` contains no word.
    """
    if not isinstance(text, str):
        raise TypeError(f"`text` must be a str, got {type(text).__name__}: {text!r:.60}.")
    task = task_of(predictor)
    tokens = predictor.tokens(text)
    if not tokens:
        raise ValueError(f"`text` must have words in it, got {text!r:.60}.")
    return task.inspect_reading(predictor, text, tokens, size)


def read_spans(predictor: Any, text: str, tokens: list[Token], size: int) -> Reading:
    """Return the `Reading` of a tagger of spans; see `read_text`."""
    marks = [Mark(each.start, each.end, each.label, each.score) for each in predictor(text)]
    return _tagger_reading(predictor, text, tokens, marks, size)


def read_tags(predictor: Any, text: str, tokens: list[Token], size: int) -> Reading:
    """Return the `Reading` of a tagger with one label per token; see `read_text`.

    If the task has a label for "none", adjacent tokens with the same other label are one mark.
    Otherwise each token is a mark.
    """
    none_label = predictor.task.none_label(predictor.labels)
    marks: list[Mark] = []
    for each in predictor(text):
        if each.label == none_label:
            continue
        mark = Mark(each.start, each.end, each.label, each.score)
        last = marks[-1] if marks else None
        if none_label and last and last.end == mark.start and last.label == mark.label:
            mark = mark._replace(start=last.start, score=min(mark.score, last.score))
            marks.pop()
        marks.append(mark)
    return _tagger_reading(predictor, text, tokens, marks, size)


def read_label(predictor: Any, text: str, tokens: list[Token], size: int) -> Reading:
    """Return the `Reading` of a classifier; see `read_text`."""
    answer = predictor(text)
    weights = np.array([word.weight for word in predictor.explain(text)])
    return Reading(
        text=text,
        tokens=tokens,
        marks=[],
        prediction=(answer.label, answer.score),
        weights=weights,
        drawn=densest(abs(weights), size),
        tags=predictor.tags,
        encode=predictor.inputs_of,
    )


def _tagger_reading(predictor, text, tokens, marks, size):
    marked = _inside(tokens, marks)
    first, last = 0, len(tokens)
    if predictor.task.cut == "sentences":
        read = split_sentences(predictor.clean(text), tokens)
        ends = np.cumsum([len(sentence) for sentence in read])
        sentences = zip([0, *ends[:-1]], ends, strict=True)
        first, last = max(sentences, key=lambda edges: marked[slice(*edges)].sum())
    drawn = densest(marked[first:last], size)
    return Reading(
        text=text,
        tokens=tokens,
        marks=marks,
        prediction=None,
        weights=None,
        drawn=range(int(first) + drawn.start, int(first) + drawn.stop),
        tags=predictor.tags,
        encode=predictor.inputs_of,
    )


def densest(weights: np.ndarray, size: int) -> range:
    """Return the range of `size` adjacent positions with the largest sum of weights.

    Args:
        weights: (N,), not negative.
        size: length of the range; all positions if N is smaller.

    Example:

    >>> densest(np.array([0, 1, 1, 0, 1]), 2), densest(np.array([0, 0]), 5)
    (range(1, 3), range(0, 2))
    """
    sums = np.cumsum([0.0, *weights])
    size = min(size, len(weights))
    first = int((sums[size:] - sums[: len(sums) - size]).round(9).argmax())
    return range(first, first + size)


def _inside(tokens: Sequence[Token], marks: Sequence[Mark]) -> np.ndarray:
    """Return which of the tokens are in a mark, (N,) of 0 and 1."""
    if not marks:
        return np.zeros(len(tokens))
    starts = np.array([mark.start for mark in marks])
    ends = np.array([mark.end for mark in marks])
    at = np.array([token.start for token in tokens])
    before = np.searchsorted(starts, at, side="right") - 1
    return ((before >= 0) & (at < ends[before])).astype(float)
