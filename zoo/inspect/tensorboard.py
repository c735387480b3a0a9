"""Pictures for TensorBoard and for the eye."""

from pathlib import Path

from zoo.inspect.images import figure_to_array, save_png


def write_pictures(figures, folder, log_dir=None, step=0):
    """Write figures as PNG files, and into TensorBoard's logs if asked.

    Args:
        figures: dict of name to `matplotlib.figure.Figure`.
        folder: of the PNG files, `NAME.png`; made if it is not there.
        log_dir: of TensorBoard's logs, or None; needs TensorFlow.
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
        import tensorflow as tf

        with tf.summary.create_file_writer(str(log_dir)).as_default(step):
            for name, figure in figures.items():
                tf.summary.image(name, figure_to_array(figure)[None])
    return paths
