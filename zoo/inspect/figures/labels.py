"""Pictures of labels: which are taken for which, and what a CRF thinks of one after the other."""

import numpy as np

from zoo.inspect.checks import check_alike
from zoo.inspect.figures.style import (
    LONGEST_NAME,
    MAX_TOKENS,
    SEQUENTIAL,
    colour_map,
    new_figure,
    signed_image,
    token_ticks,
)

LARGEST_NUMBERED = 12  # labels, up to which counts are written into the cells


def confusion_counts(labels, predictions, count):
    """Return how often each label was taken for each.

    Args:
        labels: integers in 0..K-1, of any shape.
        predictions: likewise, of the same shape.
        count: K.

    Returns:
        (K, K) integers: rows are the right labels, columns the predicted ones.

    Raises:
        ValueError: shapes that differ, a label outside 0..K-1.

    Example:

    >>> confusion_counts([0, 1, 1], [0, 0, 1], 2).tolist()
    [[1, 0], [1, 1]]
    """
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    both = np.concatenate([labels.ravel(), predictions.ravel()])
    if labels.shape != predictions.shape or np.any((both < 0) | (both >= count)):
        raise ValueError(
            f"confusion_counts: `labels` and `predictions` must be of one shape, from 0 to "
            f"{count - 1}, got shapes {labels.shape} and {predictions.shape}, values "
            f"{np.unique(both).tolist()}."
        )
    pairs = labels.ravel() * count + predictions.ravel()
    return np.bincount(pairs.astype(int), minlength=count * count).reshape(count, count)


def confusion_figure(counts, labels):
    """Draw which labels are taken for which.

    Args:
        counts: (K, K) as from `confusion_counts`.
        labels: the K names.

    Returns:
        The figure: colours are shares of a row, numbers are counts; a label that does not occur
        is grey.

    Raises:
        ValueError: `counts` is not square, another number of labels.

    Example:

    >>> confusion_figure([[3, 1], [0, 2]], ["O", "X"]).axes[0].get_ylabel()
    'right label'
    """
    counts = check_alike("confusion_figure", "counts", {"counts": counts}, square=True)["counts"]
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0)
    figure = new_figure(4.5)
    axes = figure.add_subplot()
    image = axes.imshow(shares, cmap=colour_map(SEQUENTIAL), vmin=0, vmax=1)
    _name_both(axes, labels, "predicted label", "right label")
    if len(counts) <= LARGEST_NUMBERED:
        for (row, column), n in np.ndenumerate(counts):
            dark = shares[row, column] > 0.5
            axes.text(column, row, f"{n:g}", ha="center", va="center", color="w" if dark else "k")
    figure.colorbar(image, ax=axes, label="share of the right label's tokens")
    return figure


def transitions_figure(transitions, start=None, end=None, labels=None):
    """Draw the scores that a CRF gives to one label after another.

    Args:
        transitions: (K, K), rows the label before, columns the one after.
        start: (K,) scores of the first label, or None.
        end: (K,) scores of the last one, or None.
        labels: the K names, or None for numbers.

    Returns:
        The figure: colours are symmetric about 0; `start` is the row, `end` the column beyond the
        labels, grey where there is no score.

    Raises:
        ValueError: `transitions` is not square, another number of labels.

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
    figure.colorbar(image, ax=axes, label="score")
    return figure


def _name_both(axes, names, across, down, end=None, start=None):
    """Name columns and rows of a square image by labels."""
    columns = [*names, *([end] if end else [])]
    rows = [*names, *([start] if start else [])]
    token_ticks(axes.xaxis, axes.images[0].get_array().shape[1], columns, MAX_TOKENS)
    token_ticks(axes.yaxis, axes.images[0].get_array().shape[0], rows, MAX_TOKENS // 2)
    longest = max(len(name) for name in columns)
    axes.tick_params(axis="x", rotation=90 if longest * len(columns) > 2 * LONGEST_NAME else 0)
    axes.set(xlabel=across, ylabel=down)
