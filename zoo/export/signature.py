"""What every export of a model takes and gives, by name."""

import tensorflow as tf

from zoo.text.word_encoder import LONGEST

SERVING = "serving_default"  # what whoever tells no name is answered by
IDS = "ids"  # of a SavedModel, where that one takes texts


def serving_module(model, batch, length=None, serve=None):
    """Return a `tf.Module` with a model's weights, and the signatures that answer with them.

    Args:
        model: a zoo model with `answers`.
        batch: how many sequences at once, or None for any number.
        length: how many tokens a sequence has, or None for any number; of a fixed number, words
            have `zoo.text.word_encoder.LONGEST` characters.
        serve: function that answers, or None for `model.answers`.

    Returns:
        `(module, signatures)` for `tf.saved_model.save`; the signature takes what
        `model.input_sizes` names, int32, and gives what `model.answers` gives.
    """
    inputs = model.input if isinstance(model.input, dict) else {"ids": model.input}
    sizes = (batch, length, None if length is None else LONGEST)
    specs = {
        name: tf.TensorSpec(sizes[: len(each.shape)], tf.int32, name=name)
        for name, each in inputs.items()
    }
    # The function is no attribute of the module, where it would be saved a second time.
    serve = tf.function(serve or model.answers, autograph=False)
    module = tf.Module()
    module.variables_of_model = [w.value for w in model.weights]
    return module, {SERVING: serve.get_concrete_function(specs)}
