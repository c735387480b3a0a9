"""Figures of matrices: from input to output positions, from forward to backward units."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from zoo.inspect.checks import check_alike
from zoo.inspect.figures.style import (
    BLACK,
    GREY,
    LONGEST_TITLE,
    MAX_TOKENS,
    SEQUENTIAL,
    bare,
    colour_map,
    integer_ticks,
    marker_size,
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
    figure = new_figure(4.0, layout="compressed")
    row = figure.subplots(1, len(matrices), sharey=True, squeeze=False)[0]
    for axes, (name, flow) in zip(row, matrices.items(), strict=True):
        axes.set_title(plain(name, LONGEST_TITLE))
        shown = np.ma.masked_equal(flow, 0)
        image = axes.imshow(shown, cmap=colour_map(SEQUENTIAL), norm=norm)
        token_ticks(axes.xaxis, length, tokens, limit=MAX_TOKENS // (len(row) + 1))
        axes.set_xlabel("input position s")
    token_ticks(row[0].yaxis, length, tokens, limit=MAX_TOKENS // (len(row) + 1))
    row[0].set_ylabel("output position t" if tokens is None else "output position t (token)")
    figure.colorbar(
        image,
        ax=row,
        location="bottom",
        aspect=40,
        extend=extend,
        label="RMS of ∂yₜ / ∂xₛ over output directions (log scale; grey: exactly 0)",
    )
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
    name = "direction_correlation_figure"
    units = check_alike(name, "correlation", {"correlation": correlation}, square=True)
    units = units["correlation"]
    cosines = check_alike(name, "cosine", {"cosine": cosine})["cosine"]
    figure = new_figure(3.4)
    matrix, curve = figure.subplots(1, 2, width_ratios=[1, 1.5])
    image = signed_image(matrix, units, 1.0, aspect="equal")
    for axis in (matrix.xaxis, matrix.yaxis):
        integer_ticks(axis)
        axis.get_major_locator().set_params(nbins=5)  # the matrix is small
    matrix.set(xlabel="backward unit", ylabel="forward unit")
    grey = " (grey: undefined)" if np.isnan(units).any() else ""
    figure.colorbar(image, ax=matrix, shrink=0.8, label=f"correlation{grey}")
    bare(curve)
    curve.axhline(0, color=GREY, linewidth=1)
    curve.plot(cosines, color=BLACK, marker="o", markersize=marker_size(len(cosines)))
    curve.set(xlim=(-0.5, len(cosines) - 0.5), ylim=(-1.05, 1.05))
    curve.set_ylabel("cosine of the two states")
    name_positions(curve, len(cosines), tokens, limit=MAX_TOKENS // 2)
    return figure
