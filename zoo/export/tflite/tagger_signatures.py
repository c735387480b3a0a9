"""A tagger in parts: what it makes of a word, of a sentence of such words, and its chain of tags.

A word's features depend on nothing but its form. A runtime that keeps them reads a word once, and
many sentences at once, where the whole model in one call reads every word of every sentence again.
"""

import tensorflow as tf

from zoo.export.tflite.batch_lstm import gate_loop
from zoo.layers.rnn.kernels import use_kernel
from zoo.ops.crf_arguments import read_chain
from zoo.ops.tag_constraints import allowed_tags

BATCHES = (1, 16)  # sentences at once; a loop in TFLite has a batch of a fixed size


def word_signatures(model):
    """Return the signatures of a tagger's parts, for the TFLite file that holds it whole.

    ```
    split_words         words (1, N), characters (1, N, C), cases (1, N)  ->  features (N, F)
    split_potentials_B  features (B, T, F), lengths (B,)                  ->  potentials (B, T, K)
    split_chain         scale ()  ->  transitions (K, K), start (K,), end (K,), temperature ()
    ```

    The chain's numbers are all multiplied by `scale`, which is 1: XNNPACK serves no file that has a
    graph without operators. A score that the chain's scheme forbids is minus a billion; of a model
    without a CRF, all scores are 0. The weights are laid out as in the rest of the file, so that
    the converter keeps them once. The names come behind "serving_default" in the alphabet, as which
    the converter orders graphs: the first one is what an interpreter runs that is told no name.

    Args:
        model: a `zoo.models.WordTagger` whose recurrent layers are LSTMs.

    Returns:
        Dict of concrete functions by name, to be added to those of
        `zoo.export.signature.serving_module`; empty for any other model.
    """
    if not model.word_features or model.recurrent.options.cell != "lstm":
        return {}
    reader = model.embedder()
    width = reader.output.shape[-1]
    inputs = {
        name: tf.TensorSpec((1, *each.shape[1:]), tf.int32, name=name)
        for name, each in model.input.items()
    }
    read = tf.function(lambda **words: {"features": reader(words)[0]}, autograph=False)
    chain = tf.function(lambda scale: _chain(model, scale), autograph=False)
    signatures = {
        "split_words": read.get_concrete_function(**inputs),
        "split_chain": chain.get_concrete_function(
            scale=tf.TensorSpec((), tf.float32, name="scale")
        ),
    }
    for batch in BATCHES:
        score = tf.function(lambda **x: {"potentials": _potentials(model, **x)}, autograph=False)
        signatures[f"split_potentials_{batch}"] = score.get_concrete_function(
            features=tf.TensorSpec((batch, None, width), tf.float32, name="features"),
            lengths=tf.TensorSpec((batch,), tf.int32, name="lengths"),
        )
    return signatures


def _chain(model, scale):
    crf, potentials = model.crf, tf.zeros((1, 1, len(model.options.labels)))
    if crf:
        allowed = allowed_tags(crf.labels, crf.scheme)
        weights = {"start": crf.start, "end": crf.end, "allowed": allowed}
        chain = read_chain(potentials, None, crf.transitions, **weights)
    else:
        chain = read_chain(potentials, None, None)
    scores = {name: getattr(chain, name) for name in ("transitions", "start", "end")}
    numbers = {**scores, "temperature": tf.constant(model.temperature, tf.float32)}
    return {name: scale * number for name, number in numbers.items()}


def _potentials(model, features, lengths):
    mask = tf.range(tf.shape(features)[1]) < lengths[:, None]
    rnns = model.recurrent.rnns
    rnns = [rnn for rnn in rnns if getattr(rnn, "backward", None) is not False]  # but one-way ones
    backward = {id(rnn.direction_weights("backward")[0]) for rnn in rnns}

    def kernel(cell, weights, sequences):
        flipped = id(weights[0]) in backward
        return gate_loop(weights, sequences, mask[:, ::-1] if flipped else mask)

    with use_kernel(kernel):
        return model.head(model.recurrent(features, training=False))
