"""Highlighted text as HTML: all characters escaped, scores in tooltips."""

from collections.abc import Iterable, Iterator
from html import escape

import numpy as np

from zoo.inspect.model_parts import Answer
from zoo.inspect.report.inspection import BOTH, Inspection

LEAST = 0.05  # of the largest weight; smaller weights are not coloured
STRONGEST = 60  # percent; opacity of the largest weight


def highlight(text: str, pieces: Iterable[tuple[int, int, str, str]], start: int, end: int) -> str:
    """Return `text[start:end]` as a paragraph with some pieces highlighted.

    Args:
        text: any text.
        pieces: `(start, end, opening, closing)` in order, without overlap, with the HTML before and
            after each.
        start: offset of the first character to show.
        end: offset after the last one.

    Example:

    >>> highlight("a<b", [(0, 1, "<i>", "</i>")], 0, 3)
    '<p class="passage" dir="auto"><i>a</i>&lt;b</p>'
    """
    parts, at = [], start
    for first, last, opening, closing in pieces:
        if last <= start or first >= end:
            continue
        first, last = max(first, start), min(last, end)
        parts += [escape(text[at:first]), opening, escape(text[first:last]), closing]
        at = last
    inside = "".join([*parts, escape(text[at:end])])
    return f'<p class="passage" dir="auto">{inside}</p>'


def highlight_marks(inspection: Inspection) -> str:
    """Return the text with the labelled parts highlighted."""
    reading = inspection.reading
    pieces = [
        (mark.start, mark.end, *_mark(inspection.labels, mark.label, mark.score))
        for mark in reading.marks
    ]
    return highlight(reading.text, pieces, *_ends(reading, reading.shown))


def highlight_weights(inspection: Inspection) -> str:
    """Return the text of a classifier, its words coloured by their weight for the prediction."""
    reading = inspection.reading
    if reading.prediction is None or reading.weights is None:
        raise ValueError("`inspection` must be of a classifier, got one of a tagger.")
    (label, score), weights = reading.prediction, reading.weights
    largest = max(abs(weights).max(), 1e-9)
    pieces = []
    for index in reading.shown:
        token, weight = reading.tokens[index], weights[index]
        share = abs(weight) / largest
        if share >= LEAST:
            kind = "for" if weight > 0 else "against"
            pieces.append(
                (
                    token.start,
                    token.end,
                    f'<span class="word {kind}" style="--a: {STRONGEST * share:.0f}%" '
                    f'tabindex="0" data-tip="{100 * weight:+.1f} points">',
                    "</span>",
                )
            )
    return (
        f'<p class="note">Blue words support {escape(label)}, orange dotted words oppose it: '
        f"without them, its probability, {100 * score:.1f} %, falls or rises by so many points."
        "</p>" + highlight(reading.text, pieces, *_ends(reading, reading.shown))
    )


def selectable_words(inspection: Inspection) -> str:
    """Return the drawn words as buttons; a click shows the influence of the other words."""
    reading, answers = inspection.reading, inspection.answers[BOTH]
    best, scores = answers.best, answers.score()
    pieces = []
    for t, index in enumerate(reading.drawn):
        token, label = reading.tokens[index], inspection.labels[best[t]]
        says = f"{token.text}: {label}, {100 * scores[t]:.1f} %"
        marked = " data-marked" if label != inspection.none_label else ""
        opening = (
            f'<span class="word" role="button" tabindex="0" data-label="{escape(says)}"{marked}>'
        )
        pieces.append((token.start, token.end, opening, "</span>"))
    text = highlight(reading.text, pieces, *_ends(reading, reading.drawn))
    says = '<p class="direction" id="says" dir="auto" aria-live="polite"></p>'
    return f'{says}<div class="pick">{text}</div>'


def highlight_directions(inspection: Inspection) -> str:
    """Return the drawn words once per direction, with the labels of that direction alone."""
    reading, parts = inspection.reading, []
    for name, answer in inspection.answers.items():
        pieces = []
        for first, last, label in _runs(inspection, answer):
            score = answer.score()[first:last].min()
            tokens = [reading.tokens[reading.drawn[t]] for t in (first, last - 1)]
            pieces.append((tokens[0].start, tokens[1].end, *_mark(inspection.labels, label, score)))
        text = highlight(reading.text, pieces, *_ends(reading, reading.drawn))
        parts.append(f'<p class="direction">{escape(name)}</p>{text}')
    return "".join(parts)


def _runs(inspection: Inspection, answer: Answer) -> Iterator[tuple[int, int, str]]:
    """Yield first position, end and label of the labelled parts, as `read_tags` marks them."""
    best, none_label = answer.best, inspection.none_label
    changes = np.flatnonzero(np.diff(best)) + 1 if none_label else np.arange(1, len(best))
    edges = [0, *changes.tolist(), len(best)]
    for first, last in zip(edges, edges[1:], strict=False):
        if (label := inspection.labels[best[first]]) != none_label:
            yield first, last, label


def _mark(labels, label, score):
    name = escape(label)
    opening = (
        f'<mark style="--c: var(--l{labels.index(label)})" tabindex="0" '
        f'data-tip="{name} {100 * score:.1f} %">'
    )
    return opening, f'<bdi class="tag">{name}</bdi></mark>'


def _ends(reading, where):
    """Return the offsets of a range of tokens, extended to the text's ends without whitespace."""
    text, tokens = reading.text, reading.tokens
    first = tokens[where.start].start if where.start else len(text) - len(text.lstrip())
    last = tokens[where.stop - 1].end if where.stop < len(tokens) else len(text.rstrip())
    return first, last
