"""A tagger in parts: what it makes of a word, of a sentence of such words, and its chain of tags.

A word's features depend on nothing but its form. A runtime that keeps them reads a word once, and
many sentences at once, where the whole model in one call reads every word of every sentence again.
"""

import keras
import numpy as np
import tensorflow as tf

from zoo.export.scan import chunked_scan
from zoo.layers.kernels import use_kernel
from zoo.models import WordTagger
from zoo.ops.crf_arguments import read_chain
from zoo.ops.tag_constraints import allowed_tags

BATCHES = (1, 16)  # sentences at once; a loop in TFLite has a batch of a fixed size
CLOSED = -1e9  # a gate's input that leaves nothing of what it gates


def word_signatures(model):
    """Return the signatures of a tagger's parts, for the TFLite file that holds it whole.

    ```
    split_words         words (1, N), characters (1, N, C), cases (1, N)  ->  features (N, F)
    split_potentials_B  features (B, T, F), lengths (B,)                  ->  potentials (B, T, K)
    split_chain         scale ()  ->  transitions (K, K), start (K,), end (K,), temperature ()
    ```

    The chain's numbers are all multiplied by `scale`, which is 1: XNNPACK serves no file that has a
    graph without operators. A score that the chain's scheme forbids is minus a billion; of a model
    without a CRF, all scores are 0. The weights are laid out as in the fused LSTM, so that the
    converter keeps them once. The names come behind "serving_default" in the alphabet, as which
    the converter orders graphs: the first one is what an interpreter runs that is told no name.

    Args:
        model: a `zoo.models.WordTagger` whose recurrent layers are LSTMs.

    Returns:
        Dict of concrete functions by name, to be added to those of
        `zoo.export.signature.serving_module`; empty for any other model.
    """
    if not isinstance(model, WordTagger) or model.config["stack"].get("cell", "lstm") != "lstm":
        return {}
    entry = model.get_layer("input_dropout").input
    reader = keras.Model(model.input, entry)
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
            features=tf.TensorSpec((batch, None, entry.shape[-1]), tf.float32, name="features"),
            lengths=tf.TensorSpec((batch,), tf.int32, name="lengths"),
        )
    return signatures


def _chain(model, scale):
    crf, potentials = model.crf, tf.zeros((1, 1, len(model.config["labels"])))
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
    rnns = model.get_layer("stack").rnns
    rnns = [rnn for rnn in rnns if getattr(rnn, "backward", None) is not False]  # but one-way ones
    backward = {id(rnn.direction_weights("backward")[0]) for rnn in rnns}

    def kernel(cell, weights, sequences):
        flipped = id(weights[0]) in backward
        return gate_loop(weights, sequences, mask[:, ::-1] if flipped else mask)

    with use_kernel(kernel):
        return model.get_layer("scores")(model.get_layer("stack")(features, training=False))


def gate_loop(weights, sequences, mask):
    """Run one direction of an LSTM over a batch, with a matrix of its own for every gate.

    The fused operator of TFLite keeps its weights gate by gate, transposed. In the same form they
    are the same bytes, which a file holds once.

    Args:
        weights: (kernel (F, 4U), recurrent kernel (U, 4U), bias (4U,)).
        sequences: (B, T, F), B known, in the order in which the direction reads them.
        mask: (B, T) boolean in the same order; padding is before the tokens or behind them.

    Returns:
        (B, T, U) outputs, 0 where masked.
    """
    with tf.init_scope():  # out of the graph that is being traced, to read the values
        kernel, recurrent, bias = (w.numpy() for w in weights)
    batch, units = sequences.shape[0], len(recurrent)
    kernels, recurrents = (_gates(matrix) for matrix in (kernel, recurrent))
    rows = tf.reshape(tf.transpose(sequences, (1, 0, 2)), (-1, len(kernel)))
    keep = tf.reshape(tf.transpose(mask), (-1, 1))
    i, f, g, o = (
        tf.matmul(rows, matrix, transpose_b=True) + each
        for matrix, each in zip(kernels, np.split(bias, 4), strict=True)
    )
    # Where neither the cell nor its input passes a gate, the state is 0, as it is at the start.
    i, f = (tf.where(keep, gate, CLOSED) for gate in (i, f))
    inputs = tf.reshape(tf.concat([i, f, g, o], axis=-1), (-1, batch, 4 * units))
    zeros = tf.zeros((batch, units))

    def step(states, xs):
        h, c = states
        i, f, g, o = (
            each + tf.matmul(h, matrix, transpose_b=True)
            for each, matrix in zip(tf.split(xs[0], 4, axis=-1), recurrents, strict=True)
        )
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        return (h, c), (h,)

    _, (outputs,) = chunked_scan(step, (zeros, zeros), [inputs], (zeros,))
    return tf.transpose(outputs, (1, 0, 2))


def _gates(matrix):
    """Return the matrices (U, F) of the gates that stand side by side in one, (F, 4U)."""
    return [tf.constant(np.ascontiguousarray(gate.T)) for gate in np.split(matrix, 4, axis=1)]
