"""Figures written as PNG files."""

import os
from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure

from zoo.inspect.figures.images import save_png


def write_pictures(figures: Mapping[str, Figure], folder: str | os.PathLike[str]) -> list[Path]:
    """Write figures as PNG files; `zoo.callbacks.events.write_figures` writes them for TensorBoard.

    Args:
        figures: figures by name.
        folder: where to write the files `NAME.png`. It is created if it does not exist.

    Returns:
        The paths of the files.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.png" for name in figures]
    for figure, path in zip(figures.values(), paths, strict=True):
        save_png(figure, path)
    return paths
