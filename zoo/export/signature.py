"""What every export of a model takes and gives, by name."""

import tensorflow as tf


def answers(logits, task):
    """Return the named outputs of a model, from its logits.

    Args:
        logits: (B, T, K) of a tagger, (B, K) of a classifier.
        task: "token-tagging" or "sequence-classification".

    Returns:
        Dict of `scores`, the softmax of the logits, and their argmax: `tags` (B, T) or `label`
        (B,), integers.

    Example:

    >>> outputs = answers(tf.zeros((1, 2)), "sequence-classification")
    >>> {name: value.numpy().tolist() for name, value in outputs.items()}
    {'scores': [[0.5, 0.5]], 'label': [0]}
    """
    best = {"token-tagging": "tags", "sequence-classification": "label"}[task]
    scores = tf.nn.softmax(logits)
    return {"scores": scores, best: tf.argmax(scores, axis=-1, output_type=tf.int32)}


def serving_module(model, task, batch):
    """Return a `tf.Module` with one function, from ids to answers, and its signatures.

    Args:
        model: a zoo model that maps ids (B, T) to logits.
        task: as in `answers`.
        batch: how many sequences at once, or None for any number.

    Returns:
        `(module, signatures)` for `tf.saved_model.save`.
    """

    def serve(ids):
        return answers(model(ids, training=False), task)

    spec = tf.TensorSpec((batch, None), tf.int32, name="ids")
    module = tf.Module()
    module.serve = tf.function(serve, input_signature=[spec], autograph=False)
    module.variables_of_model = [w.value for w in model.weights]
    return module, {"serving_default": module.serve.get_concrete_function()}
