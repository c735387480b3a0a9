"""What the command line prints: answers, weights of words and tables, as text or for JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

HEAVIEST = 10  # words whose weights are printed


def plain(prediction: Any) -> Any:
    """Turn a dataclass, or a list of them, into what JSON holds."""
    if isinstance(prediction, list | tuple):
        return [plain(each) for each in prediction]
    return asdict(prediction)


def readable(prediction: Any) -> str:
    """Write a prediction as one line: `text/label` of each part, or all that there is to say.

    Args:
        prediction: a dataclass with a `label`, or a list of them.

    Returns:
        A string without line breaks.

    Example:

    >>> from zoo.runtime import Classification
    >>> readable(Classification("positive", 0.9843)), readable(Classification(None, 0.0))
    ('positive 0.98', 'no words')
    """
    if isinstance(prediction, list | tuple):
        return " ".join(map(readable, prediction))
    record = asdict(prediction)
    if "text" in record:
        return f"{record['text']}/{record['label']}"
    if record["label"] is None:
        return "no words"
    return " ".join(f"{x:.2f}" if isinstance(x, float) else str(x) for x in record.values())


def weight_lines(words: Iterable[Any]) -> list[str]:
    """Write the words of largest weight, up or down, one a line, the largest first.

    Args:
        words: list of `zoo.runtime.WordWeight`.

    Returns:
        List of strings: weight, offsets, word.

    Example:

    >>> from zoo.runtime import WordWeight
    >>> weight_lines([WordWeight("Not", 0, 3, -0.1), WordWeight("good", 4, 8, 0.52)])
    ['  +0.5200  4:8  good', '  -0.1000  0:3  Not']
    """
    heaviest = sorted(words, key=lambda word: -abs(word.weight))[:HEAVIEST]
    offsets = [f"{word.start}:{word.end}" for word in heaviest]
    width = max(map(len, offsets), default=0)
    return [
        f"  {word.weight:+.4f}  {offset:{width}}  {word.text}"
        for word, offset in zip(heaviest, offsets, strict=True)
    ]


def table_lines(rows: Sequence[dict[str, Any]]) -> str:
    """Write rows as a Markdown table whose columns also line up in a terminal.

    Args:
        rows: list of dicts with the same keys, at least one; values are numbers, texts or None.

    Returns:
        A string of several lines.

    Example:

    >>> print(table_lines([{"cell": "lstm", "both_ways": True, "flops": 1462784}]))
    | cell | both ways |     flops |
    | ---: | --------: | --------: |
    | lstm |       yes | 1,462,784 |
    """
    lines = [{name: _cell(value) for name, value in row.items()} for row in rows]
    heads = {name: name.replace("_", " ") for name in rows[0]}
    widths = {name: max(len(line[name]) for line in (heads, *lines)) for name in heads}
    rule = {name: "-" * (width - 1) + ":" for name, width in widths.items()}
    return "\n".join(
        f"| {' | '.join(line[name].rjust(widths[name]) for name in heads)} |"
        for line in (heads, rule, *lines)
    )


def _cell(value: Any) -> str:
    words = {True: "yes", False: "no", None: "-"}
    if isinstance(value, bool | None):
        return words[value]
    return f"{value:,}" if isinstance(value, int) else value
