"""Figures written as PNG files."""

from pathlib import Path

from zoo.inspect.figures.images import save_png


def write_pictures(figures, folder):
    """Write figures as PNG files; `zoo.callbacks.write_figures` shows them in TensorBoard.

    Args:
        figures: dict of name to `matplotlib.figure.Figure`.
        folder: of the PNG files, `NAME.png`; made if it is not there.

    Returns:
        List of the paths written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.png" for name in figures]
    for figure, path in zip(figures.values(), paths, strict=True):
        save_png(figure, path)
    return paths
