"""Plain-text output of the command line: predictions, weights of words, tables."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MAX_WEIGHTS = 10  # words whose weights are printed
WIDTH = 100  # columns of a terminal


def readable(prediction: Any) -> str:
    """Format a prediction as one line.

    Args:
        prediction: a `zoo.runtime.Result`, or a list of them.

    Returns:
        A string.

    Example:

    >>> from zoo.runtime import Classification
    >>> readable(Classification("positive", 0.9843)), readable(Classification(None, 0.0))
    ('positive 0.98', 'no words')
    """
    if isinstance(prediction, list | tuple):
        if not prediction:
            return "nothing found"
        return prediction[0].separator.join(map(readable, prediction))
    return prediction.line()


def weight_lines(words: Iterable[Any]) -> list[str]:
    """Format the words of largest absolute weight, one per line, the largest first.

    Args:
        words: list of `zoo.runtime.WordWeight`.

    Returns:
        List of lines with weight, offsets and word.

    Example:

    >>> from zoo.runtime import WordWeight
    >>> weight_lines([WordWeight("Not", 0, 3, -0.1), WordWeight("good", 4, 8, 0.52)])
    ['  +0.5200  4:8  good', '  -0.1000  0:3  Not']
    """
    largest = sorted(words, key=lambda word: -abs(word.weight))[:MAX_WEIGHTS]
    offsets = [f"{word.start}:{word.end}" for word in largest]
    width = max(map(len, offsets), default=0)
    return [
        f"  {word.weight:+.4f}  {offset:{width}}  {word.text}"
        for word, offset in zip(largest, offsets, strict=True)
    ]


def table_lines(rows: Sequence[dict[str, Any]]) -> str:
    """Format rows as a Markdown table with aligned columns.

    Args:
        rows: non-empty list of dicts with the same keys; values are numbers, strings or None.

    Returns:
        A string of several lines.

    Example:

    >>> print(table_lines([{"cell": "lstm", "bidirectional": True, "flops": 1462784}]))
    | cell | bidirectional |     flops |
    | ---: | ------------: | --------: |
    | lstm |           yes | 1,462,784 |
    """
    lines = [{name: _cell(value) for name, value in row.items()} for row in rows]
    header = {name: name.replace("_", " ") for name in rows[0]}
    widths = {name: max(len(line[name]) for line in (header, *lines)) for name in header}
    rule = {name: "-" * (width - 1) + ":" for name, width in widths.items()}
    return "\n".join(
        f"| {' | '.join(line[name].rjust(widths[name]) for name in header)} |"
        for line in (header, rule, *lines)
    )


def fact_lines(facts: Mapping[str, Any]) -> str:
    """Format names and values, one pair per line; long values are wrapped at 100 columns.

    Args:
        facts: non-empty dict from name to value: number, string or None.

    Returns:
        A string of several lines.

    Example:

    >>> print(fact_lines({"size": "967 bytes", "same answers": True}))
    size          967 bytes
    same answers  yes
    """
    indent = max(map(len, facts)) + 2
    return "\n".join(
        textwrap.fill(f"{name:{indent}}{_cell(value)}", WIDTH, subsequent_indent=" " * indent)
        for name, value in facts.items()
    )


def _cell(value: Any) -> str:
    words = {True: "yes", False: "no", None: "-"}
    if isinstance(value, bool | None):
        return words[value]
    return f"{value:,}" if isinstance(value, int) else value
