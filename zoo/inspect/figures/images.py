"""Rendering of a figure to a PNG file, or to an array."""

import os
from io import BytesIO

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image


def save_png(figure: Figure, path: str | os.PathLike[str], colours: int | None = None) -> None:
    """Write a figure as a PNG file; equal data give equal bytes.

    Args:
        figure: the figure.
        path: the file to write; its folder must exist.
        colours: number of colours of the palette, at most 256, which halves the size of the file;
            None for full colour.
    """
    if colours:
        pixels = Image.fromarray(figure_to_array(figure))
        pixels.quantize(colours, dither=Image.Dither.NONE).save(path, "PNG", optimize=True)
        return
    with open(path, "wb") as file:
        file.write(png_bytes(figure))


def png_bytes(figure: Figure) -> bytes:
    """Return a figure as the bytes of a PNG file; equal data give equal bytes."""
    file = BytesIO()
    # Without the version of the writer, the file changes only when the figure does.
    FigureCanvasAgg(figure).print_png(file, metadata={"Software": None})
    return file.getvalue()


def figure_to_array(figure: Figure) -> np.ndarray:
    """Render a figure to an array of pixels.

    Args:
        figure: the figure.

    Returns:
        (height, width, 3) uint8, RGB.

    Example:

    >>> from matplotlib.figure import Figure
    >>> figure_to_array(Figure(figsize=(3, 2), dpi=100)).shape
    (200, 300, 3)
    """
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.array(canvas.buffer_rgba())[..., :3]
