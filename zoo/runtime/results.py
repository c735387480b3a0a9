"""The results of predictors: plain data that prints, pickles and converts to JSON.

>>> import json
>>> from zoo.runtime import Entity
>>> entities = ResultList([Entity("Bonn", "LOC", 0, 4, 0.99)])
>>> json.dumps(entities.to_dict())
'[{"text": "Bonn", "label": "LOC", "start": 0, "end": 4, "score": 0.99}]'
"""

from __future__ import annotations

from html import escape
from typing import Any, TypeVar


class Result:
    """Base class of results; a subclass is a frozen dataclass of strings and numbers."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields by name, as values that JSON can represent."""
        return dict(vars(self))


R = TypeVar("R", bound=Result)


class ResultList(list[R]):
    """The results of one text: a list that a notebook shows as a table."""

    def to_dict(self) -> list[dict[str, Any]]:
        """Return a list with the dict of each result, for JSON."""
        return [each.to_dict() for each in self]

    def _repr_html_(self) -> str:
        rows = self.to_dict()
        lines = [_row("th", rows[0] if rows else ["no results"])]
        lines += [_row("td", row.values()) for row in rows]
        return f"<table>{''.join(lines)}</table>"


def _row(tag: str, values: Any) -> str:
    texts = (f"{each:.3f}" if isinstance(each, float) else str(each) for each in values)
    return f"<tr>{''.join(f'<{tag}>{escape(text)}</{tag}>' for text in texts)}</tr>"
