"""Signatures for the parts of a tagger: word features, the recurrent network, and the CRF.

The features of a word depend on the word alone. A runtime can compute them once per word and run
the recurrent network on a batch of sentences; the whole model computes them for every word of every
sentence, one sentence at a time.
"""

from typing import Any

import tensorflow as tf

from zoo.export.tflite.recurrent_loop import loop_rnn, padded
from zoo.layers.rnn.kernels import use_kernel
from zoo.ops.crf.arguments import read_chain
from zoo.ops.tag_constraints import allowed_tags

BATCHES = (1, 16)  # batch sizes; a loop in TFLite has a fixed one


def tagger_signatures(model: Any) -> dict[str, Any]:
    """Return the signatures of a tagger's parts, to be added to its TFLite file.

    ```
    split_words         words (1, N), characters (1, N, C), cases (1, N)  ->  features (N, F)
    split_potentials_B  features (B, T, F), lengths (B,)                  ->  potentials (B, T, K)
    split_chain         scale ()  ->  transitions (K, K), start (K,), end (K,), temperature ()
    ```

    `potentials` are the emissions of the CRF, the logits of a model without one. The numbers of the
    chain are multiplied by `scale`, which must be 1: XNNPACK rejects a file with a graph without
    operators. Transitions that the tagging scheme forbids have a score of minus a billion. Without
    a CRF, all scores are 0. The weights have the same layout as in the rest of the file, so that
    the converter stores them once. The converter sorts graphs by name, and an interpreter that is
    given no name runs the first; so the names sort after "serving_default".

    Args:
        model: a zoo model; a tagger whose `word_features` is True, with layers of the usual
            equations, has parts.

    Returns:
        Concrete functions by name, to be added to those of `zoo.export.signature.serving_module`;
        empty for other models.
    """
    if not model.word_features or any(rnn.unusual for rnn in model.recurrent.rnns):
        return {}
    reader = model.embedder()
    width = reader.output.shape[-1]
    inputs = {
        name: tf.TensorSpec((1, *each.shape[1:]), tf.int32, name=name)
        for name, each in model.input.items()
    }
    read: Any = tf.function(lambda **words: {"features": reader(words)[0]}, autograph=False)
    chain: Any = tf.function(lambda scale: _chain(model, scale), autograph=False)
    signatures = {
        "split_words": read.get_concrete_function(**inputs),
        "split_chain": chain.get_concrete_function(
            scale=tf.TensorSpec((), tf.float32, name="scale")
        ),
    }
    for batch in BATCHES:
        score: Any = tf.function(
            lambda **x: {"potentials": _emissions(model, **x)}, autograph=False
        )
        signatures[f"split_potentials_{batch}"] = score.get_concrete_function(
            features=tf.TensorSpec((batch, None, width), tf.float32, name="features"),
            lengths=tf.TensorSpec((batch,), tf.int32, name="lengths"),
        )
    return signatures


def _chain(model, scale):
    crf, emissions = model.crf, tf.zeros((1, 1, len(model.options.labels)))
    if crf:
        allowed = allowed_tags(crf.labels, crf.scheme)
        weights = {"start": crf.start, "end": crf.end, "allowed": allowed}
        chain = read_chain(emissions, None, crf.transitions, **weights)
    else:
        chain = read_chain(emissions, None, None)
    scores = {name: getattr(chain, name) for name in ("transitions", "start", "end")}
    numbers = {**scores, "temperature": tf.constant(model.temperature, tf.float32)}
    return {name: scale * number for name, number in numbers.items()}


def _emissions(model, features, lengths):
    mask = tf.range(tf.shape(features)[1]) < lengths[:, None]
    backward = backward_kernels(model)

    def kernel(cell, weights, sequences):
        return padded(loop_rnn, mask, id(weights[0]) in backward)(cell, weights, sequences)

    with use_kernel(kernel):
        return model.head(model.recurrent(features, training=False))


def backward_kernels(model: Any) -> set[int]:
    """Return the `id` of the kernel of each backward direction of a model."""
    # `backward` is False of a forward layer; a bidirectional one has no such attribute.
    rnns = [rnn for rnn in model.recurrent.rnns if getattr(rnn, "backward", None) is not False]
    return {id(rnn.direction_weights("backward")[0]) for rnn in rnns}
