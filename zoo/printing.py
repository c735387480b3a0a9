"""Plain-text output of the command line: predictions, weights of words, tables."""

from collections.abc import Iterable, Sequence
from typing import Any

MAX_WEIGHTS = 10  # words whose weights are printed


def readable(prediction: Any) -> str:
    """Format a prediction as one line: `text/label` for each token or entity, or label and score.

    Args:
        prediction: a `zoo.runtime.Result` with a `label`, or a list of them.

    Returns:
        A string.

    Example:

    >>> from zoo.runtime import Classification
    >>> readable(Classification("positive", 0.9843)), readable(Classification(None, 0.0))
    ('positive 0.98', 'no words')
    """
    if isinstance(prediction, list | tuple):
        return " ".join(map(readable, prediction))
    record = prediction.to_dict()
    if "text" in record:
        return f"{record['text']}/{record['label']}"
    if record["label"] is None:
        return "no words"
    return " ".join(f"{x:.2f}" if isinstance(x, float) else str(x) for x in record.values())


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


def _cell(value: Any) -> str:
    words = {True: "yes", False: "no", None: "-"}
    if isinstance(value, bool | None):
        return words[value]
    return f"{value:,}" if isinstance(value, int) else value
