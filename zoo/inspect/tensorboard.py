"""Pictures for TensorBoard and for the eye."""

from pathlib import Path

from zoo.inspect.images import save_png


def write_pictures(figures, folder, log_dir=None, step=0):
    """Write figures as PNG files, and into TensorBoard's logs if asked.

    Args:
        figures: dict of name to `matplotlib.figure.Figure`.
        folder: of the PNG files, `NAME.png`; made if it is not there.
        log_dir: of TensorBoard's logs, or None.
        step: under which TensorBoard shows them.

    Returns:
        List of the paths written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.png" for name in figures]
    for figure, path in zip(figures.values(), paths, strict=True):
        save_png(figure, path)
    if log_dir is not None:
        from zoo.inspect.events import EventWriter  # needs TensorBoard, which a PNG file does not

        writer = EventWriter(log_dir)
        writer.figures(figures, step)
        writer.close()
    return paths
