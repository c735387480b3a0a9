"""Results shown in their text: marked words, in HTML or in plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any
from zlib import crc32

# Colours as red, green, blue; translucent, so that they can be read on light and dark pages.
COLOURS = ("66,133,244", "219,68,55", "15,157,88", "244,160,0", "171,71,188", "0,172,193")
FOR, AGAINST = COLOURS[2], COLOURS[1]
PASSAGE = "line-height:1.9;white-space:pre-wrap;overflow-wrap:anywhere"
BOX = "border-radius:.25em;padding:.05em .25em;background:rgba({},{:.2f})"
LABEL = "font-size:.7em;font-weight:600;margin-inline-start:.35em;opacity:.75;unicode-bidi:isolate"


class Highlight:
    """A text with its results marked; a notebook shows it in colour.

    Args:
        text: the text.
        results: results with `start` and `end`, which do not overlap; sorted by `start`.

    Example:

    >>> from zoo.runtime import Entity
    >>> Highlight("Ada is in Bonn.", [Entity("Bonn", "LOC", 10, 14, 0.99)])
    Ada is in [Bonn LOC].
    """

    def __init__(self, text: str, results: Iterable[Any]) -> None:
        self.text = text
        self.results = list(results)

    def __repr__(self) -> str:
        return "".join(
            piece if result is None else f"[{piece} {_name(result)}]"
            for piece, result in _pieces(self.text, self.results)
        )

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_html(self) -> str:
        """Return the text with coloured results, as an HTML element."""
        body = "".join(
            escape(piece) if result is None else _mark(piece, result)
            for piece, result in _pieces(self.text, self.results)
        )
        return f'<div dir="auto" style="{PASSAGE}">{body}</div>'


def show(text: str, results: Iterable[Any]) -> Highlight:
    """Return a text with its results marked: for a notebook, or to print.

    Args:
        text: the text that the predictor was called on.
        results: its results: entities, tagged tokens or weights of words.

    Returns:
        A `Highlight`.

    Example:

    >>> import zoo
    >>> text = "George Washington went to Washington."
    >>> zoo.show(text, zoo.load("bilstm-ner")(text))
    [George Washington PER] went to [Washington LOC].
    """
    return Highlight(text, results)


def _pieces(text: str, results: Sequence[Any]) -> list[tuple[str, Any]]:
    """Cut a text at its results: pairs of a piece and its result, or None."""
    pieces: list[tuple[str, Any]] = []
    end = 0
    for result in results:
        pieces += [(text[end : result.start], None), (text[result.start : result.end], result)]
        end = result.end
    return [(piece, result) for piece, result in [*pieces, (text[end:], None)] if piece]


def _name(result: Any) -> str:
    return result.label if hasattr(result, "label") else f"{result.weight:+.2f}"


def _mark(piece: str, result: Any) -> str:
    if hasattr(result, "weight"):
        strength = min(1.0, 4 * abs(result.weight))
        box = BOX.format(FOR if result.weight > 0 else AGAINST, 0.6 * strength)
        return f'<span style="{box}" title="{result.weight:+.4f}">{escape(piece)}</span>'
    label = escape(result.label)
    box = BOX.format(COLOURS[crc32(result.label.encode()) % len(COLOURS)], 0.25)
    return (
        f'<span style="{box}" title="{label} {result.score:.2f}">{escape(piece)}'
        f'<span style="{LABEL}">{label}</span></span>'
    )
