"""Figures of the states of one sequence, from the measures of `zoo.inspect.measures.states`.

The functions return figures and neither show nor save them; see `zoo.inspect.save_png`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from numpy.typing import ArrayLike

from zoo.inspect.checks import check_alike, check_outputs
from zoo.inspect.figures.style import (
    BLACK,
    CARD_HEIGHT,
    COLOURS,
    DIRECTION_COLOURS,
    MAX_TOKENS,
    PALE_GREY,
    bare,
    colour_bar,
    integer_ticks,
    is_narrow,
    legend_above,
    marker_size,
    name_axis,
    name_positions,
    new_figure,
    plain,
    signed_image,
    token_ticks,
)

MARKERS = {"forward": ">", "backward": "<", "combined": "o"}
READING = {"forward": "forward, reads →", "backward": "backward, reads ←"}
TINTS = (PALE_GREY, *COLOURS[4:1:-1], COLOURS[5])

TINT = 0.3  # of the colours of labels


def state_evolution(
    norms: Mapping[str, ArrayLike],
    tokens: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
) -> Figure:
    """Draw the norms of the states over the positions of a sequence.

    Args:
        norms: norms (T,) of one sequence, as returned by `zoo.inspect.state_norms`.
        tokens: T tokens, or None.
        labels: T labels, shown as a coloured background; or None.

    Raises:
        ValueError: there are no norms, a name is unknown, or lengths differ.

    Example:

    >>> figure = state_evolution({"forward": [1, 2], "backward": [2, 1]}, tokens="()")
    >>> figure.axes[0].get_xlabel(), len(figure.axes[0].lines)
    ('position t (token)', 2)
    """
    curves = check_alike("state_evolution", "norms", norms)
    if not curves.keys() <= MARKERS.keys():
        raise ValueError(f"state_evolution: `norms` are of {list(MARKERS)}, got {list(curves)}.")
    length = len(next(iter(curves.values())))
    figure = new_figure(3.4)
    axes = figure.add_subplot()
    bare(axes)
    for name, norm in curves.items():
        axes.plot(
            norm,
            color=DIRECTION_COLOURS[name],
            marker=MARKERS[name],
            markersize=marker_size(length),
            label=name,
        )
    shades = [] if labels is None else _shade(axes, list(labels), length)
    axes.set_xlim(-0.5, length - 0.5)
    name_axis(axes.yaxis, "norm of the state (L2)")
    axes.update_datalim([(0, 0)])  # so that the margin above is relative to the whole height
    axes.autoscale_view(scalex=False)
    axes.set_ylim(bottom=0)
    name_positions(axes, length, tokens)
    legend_above(figure, [*axes.lines, *shades])
    return figure


def _shade(axes, labels, length):
    """Colour the background by runs of equal labels, and return the patches for the legend."""
    if len(labels) != length:
        raise ValueError(f"`labels` must be one per position, {length}, got {len(labels)}.")
    names = [label for label, _ in Counter(labels).most_common()]
    rank = {label: min(names.index(label), len(TINTS)) for label in names}
    tints = [*TINTS, BLACK]
    start = 0
    for shade, run in groupby(rank[label] for label in labels):
        end = start + len(list(run))
        axes.axvspan(start - 0.5, end - 0.5, color=tints[shade], alpha=TINT, linewidth=0)
        start = end
    legend = [plain(label) for label in names[: len(TINTS)]] + ["other labels"]
    shades = sorted(set(rank.values()))
    return [Patch(color=tints[s], alpha=TINT, label=legend[s], linewidth=0) for s in shades]


def activation_heatmap(
    outputs: Mapping[str, ArrayLike], tokens: Sequence[str] | None = None
) -> Figure:
    """Draw the activation of every unit of each direction at every position.

    Args:
        outputs: "forward" and "backward", or one of them, (T, U), of one sequence.
        tokens: T tokens, or None.

    Returns:
        The figure, with one colour scale for both directions, symmetric about 0.

    Raises:
        ValueError: a direction is unknown, or ranks or shapes differ.

    Example:

    >>> figure = activation_heatmap({"forward": [[0.1], [0.2]], "backward": [[0.3], [0.4]]})
    >>> [axes.get_title() for axes in figure.axes]
    ['forward, reads →', 'backward, reads ←', '']
    """
    states = check_outputs("activation_heatmap", outputs, rank=2)
    figure = new_figure(1 + 2.1 * len(states), narrow_height=CARD_HEIGHT * len(states))
    column = figure.subplots(len(states), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (direction, h) in zip(column, states.items(), strict=True):
        axes.set_title(READING[direction], color=DIRECTION_COLOURS[direction])
        image = signed_image(axes, h.T, _largest(states.values()))
        integer_ticks(axes.yaxis)
        axes.set_ylabel("unit")
    name_positions(column[-1], len(h), tokens)
    colour_bar(figure, image, list(column), "activation h")
    return figure


def concatenated_layout(
    outputs: Mapping[str, ArrayLike], tokens: Sequence[str] | None = None
) -> Figure:
    """Draw the layout of both directions in a concatenated output.

    Args:
        outputs: "forward" and "backward", (T, U), of one sequence.
        tokens: T tokens, or None.

    Returns:
        The figure: rows are positions, columns the 2U units; the final state of each direction is
        framed.

    Raises:
        ValueError: a direction is missing, or ranks or shapes differ.

    Example:

    >>> figure = concatenated_layout({"forward": [[0.1], [0.2]], "backward": [[0.3], [0.4]]})
    >>> figure.axes[1].get_xlabel()
    'column of the output (unit)'
    """
    states = check_outputs("concatenated_layout", outputs, both=True, rank=2)
    length, units = states["forward"].shape
    figure = new_figure(min(8.0, max(3.2, 1.2 + 0.17 * length)), narrow_height=2 * CARD_HEIGHT)
    left, axes, right = figure.subplots(1, 3, width_ratios=[1, 15, 1])
    joined = np.concatenate(list(states.values()), axis=1)
    image = signed_image(axes, joined, _largest([joined]))
    axes.axvline(units - 0.5, color=BLACK, linewidth=2)
    last = {"forward": length - 1, "backward": 0}
    narrow = is_narrow(figure)
    for margin, (start, direction) in zip((left, right), enumerate(states), strict=True):
        colour, first_column = DIRECTION_COLOURS[direction], start * units
        _reading_arrow(margin, direction, colour, down=direction == "forward")
        columns = f"[..., {first_column}:{first_column + units}]"
        axes.text(
            first_column + units / 2 - 0.5,
            1.02,
            columns if narrow else f"{direction}: output{columns}",
            color=colour,
            ha="center",
            transform=axes.get_xaxis_transform(),
        )
        corner = (first_column - 0.5, last[direction] - 0.5)
        axes.add_patch(
            Rectangle(corner, units, 1, fill=False, edgecolor=colour, linewidth=2.5, clip_on=False)
        )
    token_ticks(axes.yaxis, length, tokens, MAX_TOKENS // 2 if narrow else MAX_TOKENS)
    integer_ticks(axes.xaxis)
    axes.set_ylabel("position t" if tokens is None else "position t (token)")
    axes.set_xlabel("column of the output (unit)")
    colour_bar(
        figure, image, [left, axes, right], "activation h; framed: final states", "activation h"
    )
    return figure


def _reading_arrow(axes, direction, colour, down):
    axes.set_axis_off()
    start, end = (0.98, 0.02) if down else (0.02, 0.98)
    arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": 2}
    axes.annotate("", (0.8, end), (0.8, start), xycoords="axes fraction", arrowprops=arrow)
    axes.text(0.3, 0.5, f"{direction} reads", color=colour, rotation=90, ha="center", va="center")


def _largest(arrays):
    return max(np.abs(array).max() for array in arrays) or 1.0
