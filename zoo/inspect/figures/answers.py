"""Figures of answers: which words drive them, and what each direction alone would answer."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from zoo.inspect.checks import check_alike
from zoo.inspect.figures.style import (
    BLACK,
    COLOURS,
    GREY,
    MAX_TOKENS,
    PALE_GREY,
    SMALL,
    bare,
    colour_bar,
    fitting,
    is_narrow,
    legend_above,
    name_axis,
    name_positions,
    new_figure,
    plain,
    signed_image,
    token_ticks,
)

FOR, AGAINST = COLOURS[0], COLOURS[1]
PALE = 0.55  # opacity of a label with probability 1, so that black text is legible on it


def label_colours(labels: Sequence[str], none_label: str | None = None) -> dict[str, str]:
    """Return a colour for each label; grey for the one that means "none".

    Args:
        labels: the labels.
        none_label: one of them, or None.

    Example:

    >>> label_colours(["O", "LOC"], none_label="O")
    {'O': '#d9d9d9', 'LOC': '#009E73'}
    """
    order = cycle([*COLOURS[2:6], *COLOURS[:2]])
    return {label: PALE_GREY if label == none_label else next(order) for label in labels}


def influence_figure(
    influence: ArrayLike, tokens: Sequence[str], rows: Sequence[tuple[int, str]]
) -> Figure:
    """Draw how much the labels of words depend on every word.

    Args:
        influence: (R, T), the decrease of the probability of the row's label when the column's word
            is hidden.
        tokens: the T words.
        rows: R pairs of a position among the words and a label.

    Returns:
        The figure; the scale is symmetric about 0, and a word's own column is framed.

    Raises:
        ValueError: `influence` is empty or has another shape.

    Example:

    >>> figure = influence_figure([[0.1, 0.9]], ["Mr.", "Bo"], [(1, "PER")])
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['Bo  PER']
    """
    values = np.asarray(influence, "float64")
    if not values.size or values.shape != (len(rows), len(tokens)):
        raise ValueError(
            "influence_figure: `influence` must be (rows, tokens), not empty, "
            f"{(len(rows), len(tokens))}, got {values.shape}."
        )
    height = 2.8 + 0.22 * len(rows)
    figure = new_figure(height, narrow_height=height)
    axes = figure.add_subplot()
    image = signed_image(axes, values, np.abs(values).max() or 1.0)
    for row, (position, _) in enumerate(rows):
        axes.add_patch(
            Rectangle((position - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=BLACK, linewidth=1)
        )
    names = [f"{plain(tokens[position])}  {plain(label)}" for position, label in rows]
    token_ticks(axes.xaxis, len(tokens), tokens)
    axes.set_yticks(range(len(names)), names, fontsize=SMALL)
    axes.set_xlabel("hidden word")
    name_axis(axes.yaxis, "word and label", "word")
    bar = colour_bar(
        figure, image, axes, "decrease of the label's probability (points)", below=True
    )
    bar.ax.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    return figure


def word_weights_figure(weights: ArrayLike, tokens: Sequence[str], label: str) -> Figure:
    """Draw the contribution of each word to a prediction.

    Args:
        weights: (T,), the decrease of the label's probability when the word is hidden.
        tokens: the T words.
        label: the predicted label.

    Returns:
        The figure: bars, blue for the label and orange against it.

    Raises:
        ValueError: `weights` is empty, or the number of tokens differs.

    Example:

    >>> figure = word_weights_figure([0.2, -0.1], ["good", "not"], "positive")
    >>> [float(bar.get_height()) for bar in figure.axes[0].patches]
    [0.2, -0.1]
    """
    values = check_alike("word_weights_figure", "weights", {"": weights})[""]
    figure = new_figure(3.2)
    axes = figure.add_subplot()
    bare(axes)
    axes.bar(range(len(values)), values, color=np.where(values < 0, AGAINST, FOR))
    axes.axhline(0, color=GREY, linewidth=1)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    axes.set(xlim=(-0.5, len(values) - 0.5))
    falls = f"decrease of P({plain(label)})\nwithout the word (points)"
    name_axis(axes.yaxis, falls, "weight (points)")
    name_positions(axes, len(values), tokens)
    patches = [
        Patch(color=FOR, label=f"for {plain(label)}"),
        Patch(color=AGAINST, label="against"),
    ]
    legend_above(figure, patches)
    return figure


def direction_answers_figure(
    answers: Mapping[str, tuple[ArrayLike, ArrayLike]],
    labels: Sequence[str],
    tokens: Sequence[str],
    none_label: str | None = None,
) -> Figure:
    """Draw the labels of a tagger, and those of each of its directions alone.

    Args:
        answers: by name, the indices of the predicted labels (T,) and the probabilities (T, L),
            such as a `zoo.inspect.model_parts.Answer`; the whole model first.
        labels: the L labels.
        tokens: the T words.
        none_label: the label that means "none", which is not written into the figure; or None.

    Returns:
        The figure: one row per answer, coloured by label, paler for a lower probability; framed
        where the label differs from that of the whole model.

    Raises:
        ValueError: `answers` is empty or has other shapes.

    Example:

    >>> answers = {"both": ([1], [[0.1, 0.9]]), "forward alone": ([0], [[0.8, 0.2]])}
    >>> figure = direction_answers_figure(answers, ["O", "PER"], ["Bo"], none_label="O")
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['PER']
    """
    best = {name: np.asarray(each) for name, (each, _) in answers.items()}
    scores = {name: np.asarray(each, "float64") for name, (_, each) in answers.items()}
    shapes = {(best[name].shape, scores[name].shape) for name in answers}
    if not tokens or shapes != {((len(tokens),), (len(tokens), len(labels)))}:
        raise ValueError(
            "direction_answers_figure: `answers` must be pairs of (time,) and (time, labels), "
            f"{(len(tokens), len(labels))}, got {sorted(shapes)}."
        )
    whole = next(iter(best.values()))
    height = 1.5 + 0.6 * len(best)
    figure = new_figure(height, narrow_height=height)
    axes = figure.add_subplot()
    axes.set(xlim=(-0.5, len(tokens) - 0.5), ylim=(len(best) - 0.5, -0.5))
    colours = label_colours(labels, none_label)
    for row, name in enumerate(best):
        for t, index in enumerate(best[name]):
            label, score = labels[int(index)], scores[name][t, index]
            alpha = 0.5 if label == none_label else PALE * score
            _cell(axes, t, row, colours[label], alpha, framed=index != whole[t])
            if label != none_label and len(tokens) <= fitting(MAX_TOKENS, figure):
                turn = 90 if len(tokens) > fitting(12, figure) else 0
                shown = plain(label, 4 if is_narrow(figure) else 7)
                text = axes.text(t, row, shown, fontsize=SMALL, rotation=turn)
                text.set(ha="center", va="center")
    axes.set_yticks(range(len(best)), best)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    name_positions(axes, len(tokens), tokens)
    differs = "differs" if is_narrow(figure) else "differs from both directions"
    legend_above(figure, _legend(labels, colours, best, whole, differs))
    return figure


def _cell(axes, column, row, colour, alpha, framed):
    """Draw one answer."""
    box = (column - 0.46, row - 0.42), 0.92, 0.84
    axes.add_patch(Rectangle(*box, color=colour, alpha=alpha, linewidth=0))
    if framed:
        axes.add_patch(Rectangle(*box, fill=False, edgecolor=BLACK, linewidth=1.6))


def _legend(labels, colours, best, whole, differs):
    used = sorted({int(index) for each in best.values() for index in each})
    patches = [Patch(color=colours[labels[i]], alpha=PALE, label=plain(labels[i])) for i in used]
    if any((each != whole).any() for each in best.values()):
        patches.append(Patch(fill=False, edgecolor=BLACK, label=differs))
    return patches


def direction_predictions_figure(shares: Mapping[str, float], label: str) -> Figure:
    """Draw the probability of a predicted label, for the model and for each direction alone.

    Args:
        shares: the label's probability by name, a fraction.
        label: the predicted label.

    Returns:
        The figure: one bar per name, and a line at one half.

    Raises:
        ValueError: `shares` is empty, or one is not between 0 and 1.

    Example:

    >>> figure = direction_predictions_figure({"both": 0.9, "forward alone": 0.4}, "positive")
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['90.0', '40.0']
    """
    if not shares or not all(0 <= share <= 1 for share in shares.values()):
        raise ValueError(f"direction_predictions_figure: `shares` must be fractions, got {shares}.")
    figure = new_figure(1.1 + 0.42 * len(shares))
    axes = figure.add_subplot()
    bare(axes)
    axes.grid(visible=False)
    rows = range(len(shares))
    colours = [FOR if share >= 0.5 else AGAINST for share in shares.values()]
    axes.barh(rows, list(shares.values()), height=0.6, color=colours)
    for row, share in zip(rows, shares.values(), strict=True):
        axes.text(share + 0.01, row, f"{100 * share:.1f}", va="center", fontsize=SMALL)
    axes.axvline(0.5, color=GREY, linestyle="--", linewidth=1)
    axes.set_yticks(rows, shares)
    axes.set(xlim=(0, 1.08), ylim=(len(shares) - 0.5, -0.5))
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.set_xlabel(f"P({plain(label)}) (%)")
    return figure
