"""A text report on a tagger: scores, confusion of labels, every error."""

from collections.abc import Sequence

from zoo.metrics.scores import Spans, span_scores
from zoo.metrics.span_errors import describe_error, span_confusion, span_errors
from zoo.text import Span


def span_report(
    gold: Sequence[Sequence[Span]],
    predicted: Sequence[Sequence[Span]],
    sentences: Sequence[Sequence[str]],
) -> str:
    """Return the report as text.

    Args:
        gold: for each sentence its list of `Span`s.
        predicted: for each sentence its list of predicted `Span`s.
        sentences: lists of words.

    Returns:
        A string of lines: the scores of each label; the confusion of labels, in which spans with
        the correct boundaries and overlapping ones count together; the errors.

    Raises:
        ValueError: the arguments differ in length.

    Example:

    >>> print(span_report([[Span("PER", 0, 1)]], [[Span("LOC", 0, 1)]], [["Ada", "left"]]))
                  precision   recall       F1  support
    LOC               0.00%    0.00%    0.00%        0
    PER               0.00%    0.00%    0.00%        1
    micro avg         0.00%    0.00%    0.00%        1
    macro avg         0.00%    0.00%    0.00%        1
    weighted avg      0.00%    0.00%    0.00%        1
    <BLANKLINE>
    gold \\ found     LOC     PER  missed
    LOC                0       0       0
    PER                1       0       0
    spurious           0       0
    <BLANKLINE>
    label: PER "Ada", predicted LOC "Ada", in "Ada left"
    """
    if len(sentences) != len(gold):
        raise ValueError(
            f"`sentences` must be {len(gold)}, as many as `gold`, got {len(sentences)}."
        )
    errors = [
        describe_error(each, sentences[each.sentence]) for each in span_errors(gold, predicted)
    ]
    parts = [str(span_scores(gold, predicted)), _confusion(gold, predicted), "\n".join(errors)]
    return "\n\n".join(parts)


def frequent_errors(gold: Spans, predicted: Spans, count: int = 5) -> list[str]:
    """Return the most frequent kinds of errors, as phrases with their counts.

    Args:
        gold: for each sentence its list of `Span`s.
        predicted: for each sentence its list of predicted `Span`s.
        count: maximum number of kinds.

    Example:

    >>> frequent_errors([[Span("PER", 0, 1)]], [[Span("LOC", 0, 1)]])
    ['PER taken for LOC (1)']
    """
    table = span_confusion(gold, predicted)
    found = table.exact + table.overlapping
    kinds = []
    for i, label in enumerate(table.labels):
        kinds.append((table.missed[i], f"{label} missed"))
        kinds.append((table.spurious[i], f"{label} found where there is none"))
        for j, other in enumerate(table.labels):
            if i != j:
                kinds.append((found[i, j], f"{label} taken for {other}"))
    kinds.sort(key=lambda kind: -kind[0])
    return [f"{kind} ({number})" for number, kind in kinds[:count] if number]


def _confusion(gold: Spans, predicted: Spans) -> str:
    table = span_confusion(gold, predicted)
    rows = [["gold \\ found", *table.labels, "missed"]]
    pairs = zip(table.labels, table.exact + table.overlapping, table.missed, strict=True)
    rows += [[label, *map(str, found), str(missed)] for label, found, missed in pairs]
    rows.append(["spurious", *map(str, table.spurious)])
    return "\n".join(
        f"{name:12}" + "".join(f"{cell:>8}" for cell in cells) for name, *cells in rows
    )
