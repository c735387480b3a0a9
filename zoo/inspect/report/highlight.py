"""Pieces of a text as HTML: every character escaped, the words' scores to be seen by hovering."""

from html import escape

import numpy as np

from zoo.inspect.report.inspection import BOTH

LEAST = 0.05  # of the largest weight; what weighs less is not coloured
STRONGEST = 60  # percent of the colour of the largest weight


def passage(text, pieces, start, end):
    """Return a paragraph of `text[start:end]` in which some pieces are elements.

    Args:
        text: a string, any.
        pieces: list of `(start, end, open, close)` in their order, without overlap: HTML to put
            before and behind.
        start: offset of the first character that is shown.
        end: offset behind the last one.

    Example:

    >>> passage("a<b", [(0, 1, "<i>", "</i>")], 0, 3)
    '<p class="passage" dir="auto"><i>a</i>&lt;b</p>'
    """
    parts, at = [], start
    for first, last, before, after in pieces:
        if last <= start or first >= end:
            continue
        first, last = max(first, start), min(last, end)
        parts += [escape(text[at:first]), before, escape(text[first:last]), after]
        at = last
    inside = "".join([*parts, escape(text[at:end])])
    return f'<p class="passage" dir="auto">{inside}</p>'


def marked_passage(inspection):
    """Return the text with what a tagger marks in it."""
    reading = inspection.reading
    pieces = [
        (mark.start, mark.end, *_mark(inspection.labels, mark.label, mark.score))
        for mark in reading.marks
    ]
    return passage(reading.text, pieces, *_ends(reading, reading.shown))


def weighed_passage(inspection):
    """Return the verdict of a classifier, and the text with its words coloured by their weight."""
    reading = inspection.reading
    label, score = reading.verdict
    largest = max(abs(reading.weights).max(), 1e-9)
    pieces = []
    for index in reading.shown:
        token, weight = reading.tokens[index], reading.weights[index]
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
    said = escape(label)
    return (
        f'<p class="note">Blue words speak for {said}, orange and dotted ones against it: the '
        f"probability, {100 * score:.1f} %, falls or rises by so many points without them.</p>"
        + passage(reading.text, pieces, *_ends(reading, reading.shown))
    )


def pick_passage(inspection):
    """Return the drawn words, each to be chosen, for the page's script to colour the others."""
    reading, answers = inspection.reading, inspection.answers[BOTH]
    best, scores = answers.best, answers.score()
    pieces = []
    for t, index in enumerate(reading.drawn):
        token, label = reading.tokens[index], inspection.labels[best[t]]
        says = f"{token.text}: {label}, {100 * scores[t]:.1f} %"
        marked = " data-marked" if best[t] else ""
        opening = (
            f'<span class="word" role="button" tabindex="0" data-label="{escape(says)}"{marked}>'
        )
        pieces.append((token.start, token.end, opening, "</span>"))
    text = passage(reading.text, pieces, *_ends(reading, reading.drawn))
    says = '<p class="half" id="says" dir="auto" aria-live="polite"></p>'
    return f'{says}<div class="pick">{text}</div>'


def half_passages(inspection):
    """Return the drawn words once a direction, each with what that direction alone marks."""
    reading, parts = inspection.reading, []
    for name, answer in inspection.answers.items():
        pieces = []
        for first, last in _runs(answer.best):
            label = inspection.labels[answer.best[first]]
            score = answer.score()[first:last].min()
            tokens = [reading.tokens[reading.drawn[t]] for t in (first, last - 1)]
            pieces.append((tokens[0].start, tokens[1].end, *_mark(inspection.labels, label, score)))
        text = passage(reading.text, pieces, *_ends(reading, reading.drawn))
        parts.append(f'<p class="half">{escape(name)}</p>{text}')
    return "".join(parts)


def _runs(best):
    """Yield first and behind-last position of the runs of one label, but those of the first."""
    edges = [0, *(np.flatnonzero(np.diff(best)) + 1), len(best)]
    for first, last in zip(edges, edges[1:], strict=False):
        if best[first]:
            yield int(first), int(last)


def _mark(labels, label, score):
    name = escape(label)
    opening = (
        f'<mark style="--c: var(--l{labels.index(label)})" tabindex="0" '
        f'data-tip="{name} {100 * score:.1f} %">'
    )
    return opening, f'<bdi class="tag">{name}</bdi></mark>'


def _ends(reading, where):
    """Return first and behind-last offset of a range of tokens, to the text's own ends there."""
    text, tokens = reading.text, reading.tokens
    first = tokens[where.start].start if where.start else len(text) - len(text.lstrip())
    last = tokens[where.stop - 1].end if where.stop < len(tokens) else len(text.rstrip())
    return first, last
