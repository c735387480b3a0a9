"""Figures of labels: confusion matrix, and transition scores of a CRF."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from zoo.inspect.checks import check_alike
from zoo.inspect.figures.style import (
    LONGEST_NAME,
    MAX_TOKENS,
    SEQUENTIAL,
    colour_bar,
    colour_map,
    fitting,
    is_narrow,
    new_figure,
    signed_image,
    token_ticks,
)

LARGEST_NUMBERED = 12  # most labels for which counts are written into the cells


def confusion_counts(labels: ArrayLike, predictions: ArrayLike, count: int) -> np.ndarray:
    """Return the confusion matrix.

    Args:
        labels: integers in 0..K-1, of any shape.
        predictions: likewise, of the same shape.
        count: K.

    Returns:
        (K, K) integers: rows are the gold labels, columns the predicted ones.

    Raises:
        ValueError: shapes differ, or a label is outside of 0..K-1.

    Example:

    >>> confusion_counts([0, 1, 1], [0, 0, 1], 2).tolist()
    [[1, 0], [1, 1]]
    """
    gold, found = np.asarray(labels), np.asarray(predictions)
    both = np.concatenate([gold.ravel(), found.ravel()])
    if gold.shape != found.shape or np.any((both < 0) | (both >= count)):
        raise ValueError(
            f"confusion_counts: `labels` and `predictions` must be of one shape, from 0 to "
            f"{count - 1}, got shapes {gold.shape} and {found.shape}, values "
            f"{np.unique(both).tolist()}."
        )
    pairs = gold.ravel() * count + found.ravel()
    return np.bincount(pairs.astype(int), minlength=count * count).reshape(count, count)


def confusion_figure(counts: ArrayLike, labels: Sequence[str]) -> Figure:
    """Draw a confusion matrix.

    Args:
        counts: (K, K) as returned by `confusion_counts`.
        labels: the K names.

    Returns:
        The figure: colours are fractions of a row, numbers are counts; the row of a label that does
        not occur is grey.

    Raises:
        ValueError: `counts` is not square, or the number of labels differs.

    Example:

    >>> confusion_figure([[3, 1], [0, 2]], ["O", "X"]).axes[0].get_ylabel()
    'gold label'
    """
    cells = check_alike("confusion_figure", "counts", {"counts": counts}, square=True)["counts"]
    totals = cells.sum(axis=1, keepdims=True)
    shares = np.divide(cells, totals, out=np.full(cells.shape, np.nan), where=totals > 0)
    figure = new_figure(4.5)
    axes = figure.add_subplot()
    image = axes.imshow(shares, cmap=colour_map(SEQUENTIAL), vmin=0, vmax=1)
    _name_both(axes, labels, "predicted label", "gold label")
    if len(cells) <= fitting(LARGEST_NUMBERED, figure):
        for (row, column), n in np.ndenumerate(cells):
            dark = shares[row, column] > 0.5
            axes.text(column, row, f"{n:g}", ha="center", va="center", color="w" if dark else "k")
    colour_bar(figure, image, axes, "fraction of the gold label's tokens", "fraction of the row")
    return figure


def transitions_figure(
    transitions: ArrayLike,
    start: ArrayLike | None = None,
    end: ArrayLike | None = None,
    labels: Sequence[str] | None = None,
) -> Figure:
    """Draw the transition scores of a CRF.

    Args:
        transitions: (K, K), rows the label before, columns the label after.
        start: (K,) scores of the first label, or None.
        end: (K,) scores of the last label, or None.
        labels: the K names, or None for numbers.

    Returns:
        The figure, with a colour scale symmetric about 0. `start` is the row, `end` the column
        after the labels; cells without a score are grey.

    Raises:
        ValueError: `transitions` is not square, or the number of labels differs.

    Example:

    >>> figure = transitions_figure([[1.0, -2.0], [0.5, 0.0]], labels=["O", "X"])
    >>> figure.axes[0].get_xlabel()
    'label after'
    """
    name = "transitions_figure"
    scores = check_alike(name, "transitions", {"scores": transitions}, square=True)["scores"]
    count = len(scores)
    names = list(map(str, range(count) if labels is None else labels))
    shown = np.full((count + 1, count + 1), np.nan)
    shown[:count, :count] = scores
    if start is not None:
        shown[count, :count] = start
    if end is not None:
        shown[:count, count] = end
    figure = new_figure(4.5)
    axes = figure.add_subplot()
    image = signed_image(axes, shown, np.nanmax(np.abs(shown)) or 1.0, aspect="equal")
    _name_both(axes, names, "label after", "label before", end="[end]", start="[start]")
    colour_bar(figure, image, axes, "score")
    return figure


def _name_both(axes, names, across, down, end=None, start=None):
    """Label the columns and rows of a square image."""
    columns = [*names, *([end] if end else [])]
    rows = [*names, *([start] if start else [])]
    limit = MAX_TOKENS // 2
    narrow = is_narrow(axes.get_figure(root=True))
    token_ticks(axes.xaxis, len(columns), columns, limit if narrow else MAX_TOKENS)
    token_ticks(axes.yaxis, len(rows), rows, limit)
    longest = max(len(name) for name in columns)
    axes.tick_params(axis="x", rotation=90 if longest * len(columns) > 2 * LONGEST_NAME else 0)
    axes.set(xlabel=across, ylabel=down)
