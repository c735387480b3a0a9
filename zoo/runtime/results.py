"""The results of predictors: plain data that prints, pickles and converts to JSON.

>>> import json
>>> from zoo.runtime import Entity
>>> entities = ResultList([Entity("Bonn", "LOC", 0, 4, 0.99)])
>>> json.dumps(entities.to_dict())
'[{"text": "Bonn", "label": "LOC", "start": 0, "end": 4, "score": 0.99}]'
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any, ClassVar, TypeVar

from zoo.runtime.highlight import Highlight


class Result:
    """Base class of results; a subclass is a frozen dataclass of strings and numbers."""

    separator: ClassVar[str] = " "  # between the results of a text, on one line

    def to_dict(self) -> dict[str, Any]:
        """Return the fields by name, as values that JSON can represent."""
        return dict(vars(self))

    def line(self) -> str:
        """Return the result as a short text, for the command line."""
        raise NotImplementedError


R = TypeVar("R", bound=Result)


class ResultList(list[R]):
    """The results of one text: a list that a notebook shows in the text, or as a table.

    Args:
        results: the results, in order.
        text: the text, if it is known.
    """

    def __init__(self, results: Iterable[R] = (), text: str | None = None) -> None:
        super().__init__(results)
        self.text = text

    def to_dict(self) -> list[dict[str, Any]]:
        """Return a list with the dict of each result, for JSON."""
        return [each.to_dict() for each in self]

    def above(self, score: float) -> ResultList[R]:
        """Return the results with at least this score.

        >>> from zoo.runtime import Entity
        >>> ResultList([Entity("Bonn", "LOC", 0, 4, 0.99)]).above(0.995)
        []
        """
        return ResultList(
            (each for each in self if getattr(each, "score", 1.0) >= score), self.text
        )

    def _repr_html_(self) -> str:
        if self.text is not None:
            return Highlight(self.text, self).to_html()
        rows = self.to_dict()
        lines = [_row("th", rows[0] if rows else ["no results"])]
        lines += [_row("td", row.values()) for row in rows]
        return f'<div style="overflow-x:auto"><table>{"".join(lines)}</table></div>'


def _row(tag: str, values: Any) -> str:
    texts = (f"{each:.3f}" if isinstance(each, float) else str(each) for each in values)
    return f"<tr>{''.join(f'<{tag}>{escape(text)}</{tag}>' for text in texts)}</tr>"
