"""From a figure to pixels: a PNG file, or an array for TensorBoard."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image


def save_png(figure, path, colours=None):
    """Write a figure as PNG; equal data give equal bytes.

    Args:
        figure: a `matplotlib.figure.Figure`.
        path: where to; the folder must exist.
        colours: how many colours, 256 at most, stand for all that there are, which makes a file
            that is half as large; None to keep them all.
    """
    if colours:
        pixels = Image.fromarray(figure_to_array(figure))
        pixels.quantize(colours, dither=Image.Dither.NONE).save(path, "PNG", optimize=True)
        return
    # Without the writer's version, a picture changes in git only when it changes.
    FigureCanvasAgg(figure).print_png(path, metadata={"Software": None})


def figure_to_array(figure):
    """Draw a figure into an array of pixels.

    Args:
        figure: a `matplotlib.figure.Figure`.

    Returns:
        (height, width, 3) uint8, red, green, blue.

    Example:

    >>> from matplotlib.figure import Figure
    >>> figure_to_array(Figure(figsize=(3, 2), dpi=100)).shape
    (200, 300, 3)
    """
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.array(canvas.buffer_rgba())[..., :3]
