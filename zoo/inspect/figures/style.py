"""How all pictures look: colours that the colour-blind can tell apart, sizes, ticks with tokens.

Nothing here touches matplotlib's global settings. The colours of lines are Okabe & Ito's (2008),
without their yellow, which is too pale for a line on white.
"""

import unicodedata

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

BLACK = "#000000"
GREY = "#7f7f7f"
PALE_GREY = "#d9d9d9"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", BLACK)
DIRECTION_COLOURS = {"forward": COLOURS[0], "backward": COLOURS[1], "combined": BLACK}
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")  # one more than colours: pairs come back late
DIVERGING = "PuOr_r"  # purple below 0, white, orange above
SEQUENTIAL = "YlGnBu"  # pale to dark
ABSENT = "#bdbdbd"  # not defined, or exactly 0 on a logarithmic scale

WIDTH = 8.0  # inches; 800 pixels, what a README shows
SMALL = 9  # points
MAX_TOKENS = 40  # that fit side by side in the full width
LONGEST_TOKEN = 12  # characters
LONGEST_THINNED = 8  # of tokens beside their number
LONGEST_TITLE = 16
LONGEST_NAME = 28  # of models


def new_figure(height, layout="constrained"):
    """Return an empty figure of the standard width, `height` in inches.

    `layout="compressed"` is for axes with square cells.
    """
    return Figure(figsize=(WIDTH, height), dpi=100, layout=layout)


def legend_above(figure, handles):
    """Put a legend above the axes, in as many columns as its longest name allows."""
    longest = max(len(handle.get_label()) for handle in handles)
    columns = min(5, 110 // (longest + 8))
    figure.legend(
        handles=handles, loc="outside upper center", ncols=columns, frameon=False, fontsize=SMALL
    )


def colour_map(name):
    """Return a copy of a colour map that shows NaN and masked values in grey."""
    return colormaps[name].with_extremes(bad=ABSENT)


def bare(axes):
    """Take the box and add a pale grid, for axes with lines."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=PALE_GREY, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=SMALL)


def marker_size(length):
    """Return the marker size for a line of `length` points: none where they would merge."""
    return 4 if length <= MAX_TOKENS else 0


def plain(text, longest=LONGEST_TOKEN):
    r"""Return a text that is drawn as it is: visible, short, on one line, without formulas.

    >>> plain("a$b"), plain(" "), plain("x\ny"), plain("Donaudampfschiff")
    ('a\\$b', '␣', 'x·y', 'Donaudampfs…')
    """
    text = "".join(c for c in str(text) if unicodedata.category(c) != "Cf")
    text = "".join(c if c.isprintable() else "·" for c in text)
    text = text if len(text) <= longest else text[: longest - 1] + "…"
    return text.replace("$", r"\$") if text.strip() else "␣"


def integer_ticks(axis):
    """Number an axis by integers."""
    axis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axis.set_tick_params(labelsize=SMALL)


def token_ticks(axis, length, tokens, limit=MAX_TOKENS):
    """Name positions by their tokens: all up to `limit`, beyond it every n-th with its number.

    Args:
        axis: of matplotlib, positions 0 to `length` - 1.
        length: T.
        tokens: T strings, or None for numbers alone.
        limit: how many names fit.

    Raises:
        ValueError: the number of tokens is not T.
    """
    if tokens is None:
        return integer_ticks(axis)
    tokens = list(tokens)
    if len(tokens) != length:
        raise ValueError(
            f"`tokens` must name every position: {length} are needed, got {len(tokens)}."
        )
    step = -(-length // limit)
    positions = np.arange(0, length, step)
    names = [
        plain(tokens[t]) if step == 1 else f"{t} {plain(tokens[t], LONGEST_THINNED)}"
        for t in positions
    ]
    axis.set_ticks(positions, names, fontsize=SMALL)
    if axis.axis_name == "x":
        # A bracket turned on its side is hard to read: only what is too wide is turned.
        for text, name in zip(axis.get_ticklabels(), names, strict=True):
            text.set_rotation(0 if _cells(name) <= 2 else 90)


def _cells(text):
    """Return the width of a text in Latin letters; Chinese characters and emoji take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def name_positions(axes, length, tokens, limit=MAX_TOKENS):
    """Label the x axis of `axes` as positions, with tokens if there are any."""
    token_ticks(axes.xaxis, length, tokens, limit)
    axes.set_xlabel("position t" if tokens is None else "position t (token)")


def signed_image(axes, values, largest, aspect="auto"):
    """Draw a matrix in colours that are symmetric about 0 up to `largest`."""
    return axes.imshow(
        values, cmap=colour_map(DIVERGING), vmin=-largest, vmax=largest, aspect=aspect
    )
