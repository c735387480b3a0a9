"""A SavedModel that answers in plain TensorFlow, without this package."""

from pathlib import Path

import tensorflow as tf

from zoo.export.signature import serving_module


def export_saved_model(model, task, folder):
    """Write a SavedModel with a signature on token ids.

    Args:
        model: a zoo model that maps ids (B, T), padded with 0, to logits.
        task: "token-tagging" or "sequence-classification".
        folder: where to write it; the parent must exist.

    Returns:
        The folder as a `pathlib.Path`.
    """
    module, signatures = serving_module(model, task, batch=None)
    # Debug information would carry the paths of the machine that exported the model; gradients
    # are of no use to who only asks it.
    options = tf.saved_model.SaveOptions(save_debug_info=False, experimental_custom_gradients=False)
    tf.saved_model.save(module, str(folder), signatures=signatures, options=options)
    return Path(folder)
