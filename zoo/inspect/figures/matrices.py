"""Figures of matrices: from input to output positions, from forward to backward units."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from zoo.inspect.checks import check_alike
from zoo.inspect.figures.style import (
    BLACK,
    CARD_HEIGHT,
    GREY,
    LONGEST_TITLE,
    MAX_TOKENS,
    SEQUENTIAL,
    bare,
    colour_bar,
    colour_map,
    integer_ticks,
    is_narrow,
    marker_size,
    name_axis,
    name_positions,
    new_figure,
    plain,
    signed_image,
    token_ticks,
)

DECADES = 4  # of the flow's colour scale


def information_flow_figure(
    flows: Mapping[str, ArrayLike], tokens: Sequence[str] | None = None
) -> Figure:
    """Draw matrices of information flow side by side, on one logarithmic colour scale.

    Args:
        flows: matrices (T, T) by name, as returned by `zoo.inspect.information_flow`; more than
            three are hard to read.
        tokens: T tokens, or None.

    Returns:
        The figure. Exact zeros are grey; values below 1e-4 of the largest have the palest colour.

    Raises:
        ValueError: there is no matrix, one is not square, sizes differ, or a value is negative or
            NaN.

    Example:

    >>> figure = information_flow_figure({"forward": [[1.0, 0.0], [0.1, 1.0]]}, tokens="()")
    >>> figure.axes[0].get_title(), figure.axes[0].get_ylabel()
    ('forward', 'output position t (token)')
    """
    matrices = check_alike("information_flow_figure", "flows", flows, square=True)
    if not all(np.isfinite(flow).all() and flow.min() >= 0 for flow in matrices.values()):
        raise ValueError("information_flow_figure: `flows` must be finite and not below 0.")
    length = len(next(iter(matrices.values())))
    norm, extend = _flow_scale(np.concatenate(list(matrices.values())))
    count = len(matrices)
    figure = new_figure(4.0, layout="compressed", narrow_height=count * CARD_HEIGHT)
    narrow = is_narrow(figure)
    shape = (count, 1) if narrow else (1, count)
    panels = figure.subplots(*shape, sharey=not narrow, squeeze=False).ravel()
    limit = MAX_TOKENS // 2 if narrow else MAX_TOKENS // (count + 1)
    for axes, (name, flow) in zip(panels, matrices.items(), strict=True):
        axes.set_title(plain(name, LONGEST_TITLE))
        shown = np.ma.masked_equal(flow, 0)
        image = axes.imshow(shown, cmap=colour_map(SEQUENTIAL), norm=norm)
        token_ticks(axes.xaxis, length, tokens, limit)
        axes.set_xlabel("input position s")
    for axes in panels if narrow else panels[:1]:
        token_ticks(axes.yaxis, length, tokens, limit)
        whole = "output position t" if tokens is None else "output position t (token)"
        name_axis(axes.yaxis, whole, "output position t")
    name = "RMS of ∂yₜ / ∂xₛ over output directions (log scale; grey: exactly 0)"
    short = "RMS gradient (log; grey: 0)"
    colour_bar(figure, image, list(panels), name, short, below=not narrow, extend=extend)
    return figure


def _flow_scale(flow):
    """Return the logarithmic norm of all values, and at which end it is cut off."""
    largest = flow.max() or 1.0
    smallest = min(flow[flow > 0], default=largest)
    bottom = largest / 10**DECADES
    if smallest < bottom:
        return LogNorm(bottom, largest), "min"
    return LogNorm(min(smallest, largest / 10), largest), "neither"


def direction_correlation_figure(
    correlation: ArrayLike, cosine: ArrayLike, tokens: Sequence[str] | None = None
) -> Figure:
    """Draw the correlation of the units of two directions, and their cosine at each position.

    Args:
        correlation: (U, U) as returned by `zoo.inspect.direction_correlation`, NaN where undefined.
        cosine: (T,) likewise, of one sequence.
        tokens: T tokens, or None.

    Returns:
        The figure. Both scales are from -1 to 1; grey is undefined.

    Raises:
        ValueError: `correlation` is not square, `cosine` is not (T,), or one is empty.

    Example:

    >>> figure = direction_correlation_figure([[0.5]], [0.1, -0.2], tokens="()")
    >>> figure.axes[0].get_xlabel(), figure.axes[1].get_ylabel()
    ('backward unit', 'cosine of the two states')
    """
    figure = new_figure(3.4, narrow_height=2 * CARD_HEIGHT)
    if is_narrow(figure):
        (matrix, curve), limit = figure.subplots(2, 1), MAX_TOKENS
    else:
        (matrix, curve), limit = figure.subplots(1, 2, width_ratios=[1, 1.5]), MAX_TOKENS // 2
    _draw_correlation(figure, matrix, "direction_correlation_figure", correlation)
    _draw_cosine(curve, "direction_correlation_figure", cosine, tokens, limit)
    return figure


def unit_correlation_figure(correlation: ArrayLike) -> Figure:
    """Draw the correlation alone, as `direction_correlation_figure` does.

    Args:
        correlation: (U, U) as returned by `zoo.inspect.direction_correlation`, NaN where undefined.

    Raises:
        ValueError: `correlation` is not square, or empty.

    Example:

    >>> unit_correlation_figure([[0.5]]).axes[0].get_ylabel()
    'forward unit'
    """
    figure = new_figure(3.4)
    _draw_correlation(figure, figure.add_subplot(), "unit_correlation_figure", correlation)
    return figure


def direction_cosine_figure(cosine: ArrayLike, tokens: Sequence[str] | None = None) -> Figure:
    """Draw the cosine alone, as `direction_correlation_figure` does.

    Args:
        cosine: (T,) as returned by `zoo.inspect.direction_correlation`, of one sequence.
        tokens: T tokens, or None.

    Raises:
        ValueError: `cosine` is not (T,), or empty, or the number of tokens is not T.

    Example:

    >>> direction_cosine_figure([0.1, -0.2], tokens="()").axes[0].get_xlabel()
    'position t (token)'
    """
    figure = new_figure(3.4)
    _draw_cosine(figure.add_subplot(), "direction_cosine_figure", cosine, tokens)
    return figure


def _draw_correlation(figure, axes, function, correlation):
    units = check_alike(function, "correlation", {"correlation": correlation}, square=True)
    units = units["correlation"]
    image = signed_image(axes, units, 1.0, aspect="equal")
    for axis in (axes.xaxis, axes.yaxis):
        integer_ticks(axis)
        axis.get_major_locator().set_params(nbins=5)  # the matrix is small
    axes.set(xlabel="backward unit", ylabel="forward unit")
    grey = " (grey: undefined)" if np.isnan(units).any() else ""
    colour_bar(figure, image, axes, f"correlation{grey}", shrink=0.8)


def _draw_cosine(axes, function, cosine, tokens, limit=MAX_TOKENS):
    cosines = check_alike(function, "cosine", {"cosine": cosine})["cosine"]
    bare(axes)
    axes.axhline(0, color=GREY, linewidth=1)
    axes.plot(cosines, color=BLACK, marker="o", markersize=marker_size(len(cosines)))
    axes.set(xlim=(-0.5, len(cosines) - 0.5), ylim=(-1.05, 1.05))
    name_axis(axes.yaxis, "cosine of the two states")
    name_positions(axes, len(cosines), tokens, limit)
