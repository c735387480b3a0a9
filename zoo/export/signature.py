"""What every export of a model takes and gives, by name."""

import tensorflow as tf


def serving_module(model, batch):
    """Return a `tf.Module` with one function, from inputs to answers, and its signatures.

    Args:
        model: a zoo model with `answers`.
        batch: how many sequences at once, or None for any number.

    Returns:
        `(module, signatures)` for `tf.saved_model.save`; the signature takes what
        `model.input_sizes` names, int32, and gives what `model.answers` gives.
    """
    inputs = model.input if isinstance(model.input, dict) else {"ids": model.input}
    specs = {
        name: tf.TensorSpec((batch, *each.shape[1:]), tf.int32, name=name)
        for name, each in inputs.items()
    }
    module = tf.Module()
    module.serve = tf.function(model.answers, input_signature=[specs], autograph=False)
    module.variables_of_model = [w.value for w in model.weights]
    return module, {"serving_default": module.serve.get_concrete_function()}
