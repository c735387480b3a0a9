"""The style of all figures: colours for colour-blind readers, sizes, ticks with tokens.

The module does not change matplotlib's global settings. The colours of lines are those of Okabe and
Ito (2008), without yellow, which is too pale on white.
"""

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.colorbar import Colorbar
from matplotlib.colors import Colormap
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

BLACK = "#000000"
GREY = "#7f7f7f"
PALE_GREY = "#d9d9d9"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", BLACK)
DIRECTION_COLOURS = {"forward": COLOURS[0], "backward": COLOURS[1], "combined": BLACK}
# One more than the colours, so that pairs of colour and marker repeat late.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DIVERGING = "PuOr_r"  # purple below 0, white, orange above
SEQUENTIAL = "YlGnBu"  # pale to dark
ABSENT = "#bdbdbd"  # undefined, or exactly 0 on a logarithmic scale

WIDTH = 8.0  # inches; 800 pixels, the width of a README
CARD_WIDTH = 3.6  # of a card of TensorBoard, or of the screen of a phone
CARD_HEIGHT = 2.4
# A card shows its image 215 pixels high, and drops pixels to scale it: twice that stays sharp.
CARD_RESOLUTION = 2 * 215 / CARD_HEIGHT
RESOLUTION = 100  # pixels of an inch
SMALL = 9  # points
LINE_BELOW, LINE_BESIDE = 30, 17  # characters that fit below and beside the axes of a card
MAX_TOKENS = 40  # that fit side by side in the full width
LONGEST_TOKEN = 12  # characters
LONGEST_THINNED = 8  # of tokens with their number
LONGEST_TITLE = 16
LONGEST_NAME = 28  # of models

_narrow: ContextVar[bool] = ContextVar("_narrow", default=False)


@contextmanager
def narrow_figures() -> Iterator[None]:
    """Draw the figures inside the `with` block for a card of TensorBoard, or for a phone.

    Such a figure has fewer labels, in letters of the same size, and its panels are stacked.

    Example:

    >>> with narrow_figures():
    ...     figure = new_figure(3.4)
    >>> figure.get_size_inches().tolist()
    [3.6, 2.4]
    """
    token = _narrow.set(True)
    try:
        yield
    finally:
        _narrow.reset(token)


def new_figure(
    height: float,
    layout: Literal["constrained", "compressed"] = "constrained",
    narrow_height: float = CARD_HEIGHT,
) -> Figure:
    """Return an empty figure of the standard width, or inside `narrow_figures` a narrow one.

    Args:
        height: in inches.
        layout: "compressed" for axes with square cells.
        narrow_height: of a narrow figure, in inches.
    """
    if _narrow.get():
        return Figure((CARD_WIDTH, narrow_height), dpi=CARD_RESOLUTION, layout=layout)
    return Figure((WIDTH, height), dpi=RESOLUTION, layout=layout)


def is_narrow(figure: Any) -> bool:
    """Return whether a figure was made inside `narrow_figures`."""
    return figure.get_figwidth() < WIDTH


def fitting(count: int, figure: Figure) -> int:
    """Return how many labels fit into a figure, given how many fit into the standard width."""
    return max(1, int(count * figure.get_figwidth() / WIDTH))


def name_axis(axis: Axis, name: str, short: str | None = None) -> None:
    """Name an axis; in a narrow figure by its short name, in lines that fit."""
    if is_narrow(axis.get_figure(root=True)):
        line = LINE_BELOW if isinstance(axis, XAxis) else LINE_BESIDE
        name = textwrap.fill(short or name, line)
    axis.set_label_text(name)


def colour_bar(
    figure: Figure,
    image: AxesImage,
    ax: Any,
    name: str,
    short: str | None = None,
    below: bool = False,
    **options: Any,
) -> Colorbar:
    """Draw the colour scale of an image with its name.

    Args:
        figure: the figure.
        image: the image.
        ax: the axes, or a list of axes, beside which it stands.
        name: what the colours mean.
        short: the same in a narrow figure, or None for `name`.
        below: whether it stands below the axes, not to their right.
        **options: as of `Figure.colorbar`.
    """
    if below:
        options |= {"location": "bottom", "aspect": 40}
    bar = figure.colorbar(image, ax=ax, **options)
    name_axis(bar.ax.xaxis if below else bar.ax.yaxis, name, short)
    return bar


def legend_above(figure: Figure, handles: Sequence[Any]) -> None:
    """Put a legend above the axes, in as many columns as its longest name allows."""
    longest = max(len(handle.get_label()) for handle in handles)
    columns = min(5, max(1, fitting(110, figure) // (longest + 8)))
    figure.legend(
        handles=handles, loc="outside upper center", ncols=columns, frameon=False, fontsize=SMALL
    )


def colour_map(name: str) -> Colormap:
    """Return a copy of a colour map that shows NaN and masked values in grey."""
    return colormaps[name].with_extremes(bad=ABSENT)


def bare(axes: Axes) -> None:
    """Remove the box and add a pale grid, for axes with lines."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=PALE_GREY, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=SMALL)


def marker_size(length: int) -> int:
    """Return the marker size for a line of `length` points; 0 if markers would overlap."""
    return 4 if length <= MAX_TOKENS else 0


def plain(text: Any, longest: int = LONGEST_TOKEN) -> str:
    r"""Return a text for drawing: visible, short, on one line, without formulas.

    >>> plain("a$b"), plain(" "), plain("x\ny"), plain("Donaudampfschiff")
    ('a\\$b', '␣', 'x·y', 'Donaudampfs…')
    """
    text = "".join(c for c in str(text) if unicodedata.category(c) != "Cf")
    text = "".join(c if c.isprintable() else "·" for c in text)
    text = text if len(text) <= longest else text[: longest - 1] + "…"
    return text.replace("$", r"\$") if text.strip() else "␣"


def integer_ticks(axis: Axis) -> None:
    """Number an axis by integers."""
    count = 5 if is_narrow(axis.get_figure(root=True)) else "auto"
    axis.set_major_locator(MaxNLocator(count, integer=True, min_n_ticks=1))
    axis.set_tick_params(labelsize=SMALL)


def token_ticks(
    axis: Axis, length: int, tokens: Sequence[str] | None, limit: int = MAX_TOKENS
) -> None:
    """Label positions with their tokens: all up to `limit`, beyond it every n-th with its number.

    Args:
        axis: an axis with positions 0 to `length` - 1.
        length: T.
        tokens: T tokens, or None for numbers only.
        limit: number of labels that fit into a figure of the standard width.

    Raises:
        ValueError: the number of tokens is not T.
    """
    if tokens is None:
        integer_ticks(axis)
        return
    if len(tokens) != length:
        raise ValueError(
            f"`tokens` must name every position: {length} are needed, got {len(tokens)}."
        )
    figure: Any = axis.get_figure(root=True)
    step = -(-length // fitting(limit, figure))
    positions = range(0, length, step)
    longest = LONGEST_TOKEN if step == 1 else LONGEST_THINNED
    longest = 3 * longest // 4 if is_narrow(figure) else longest
    names = [
        plain(tokens[t], longest) if step == 1 else f"{t} {plain(tokens[t], longest)}"
        for t in positions
    ]
    axis.set_ticks(positions, names, fontsize=SMALL)
    if isinstance(axis, XAxis):
        # Only wide labels are rotated: a rotated bracket is hard to read.
        for text, name in zip(axis.get_ticklabels(), names, strict=True):
            text.set_rotation(0 if _cells(name) <= 2 else 90)


def _cells(text):
    """Return the width of a text in Latin letters; Chinese characters and emoji count as two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def name_positions(
    axes: Axes, length: int, tokens: Sequence[str] | None, limit: int = MAX_TOKENS
) -> None:
    """Label the x axis of `axes` as positions, with tokens if given."""
    token_ticks(axes.xaxis, length, tokens, limit)
    axes.set_xlabel("position t" if tokens is None else "position t (token)")


def signed_image(
    axes: Axes,
    values: ArrayLike,
    largest: float,
    aspect: Literal["auto", "equal"] = "auto",
) -> AxesImage:
    """Draw a matrix on a colour scale from -`largest` to `largest`."""
    return axes.imshow(
        values, cmap=colour_map(DIVERGING), vmin=-largest, vmax=largest, aspect=aspect
    )
