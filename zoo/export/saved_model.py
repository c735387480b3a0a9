"""A SavedModel that answers in plain TensorFlow, without this package."""

from pathlib import Path

import tensorflow as tf

from zoo.export.signature import serving_module


def export_saved_model(model, folder):
    """Write a SavedModel with a signature on ids, any number of sequences, padded with 0.

    Args:
        model: a zoo model with `answers`.
        folder: where to write it; the parent must exist.

    Returns:
        The folder as a `pathlib.Path`.
    """
    module, signatures = serving_module(model, batch=None)
    # Debug information would carry the paths of the machine that exported the model; gradients
    # are of no use to who only asks it.
    options = tf.saved_model.SaveOptions(save_debug_info=False, experimental_custom_gradients=False)
    tf.saved_model.save(module, str(folder), signatures=signatures, options=options)
    return Path(folder)
