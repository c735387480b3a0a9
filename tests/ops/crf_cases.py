"""What the tests of the CRF share: a batch, all that can be computed of it, and the enumeration."""

from functools import cache
from itertools import product
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from tests.laws import arrays
from tests.specs import BATCH, MASK, TIME
from zoo.ops.crf import (
    crf_decode,
    crf_log_likelihood,
    crf_log_norm,
    crf_marginals,
    crf_n_best,
    crf_sequence_score,
)

TAGS, BEST = 3, 4
random = np.random.default_rng(5)
EMISSIONS = random.normal(0, 2, (BATCH, TIME, TAGS)).astype("float32")
TRANSITIONS = random.normal(size=(TAGS, TAGS)).astype("float32")
START, END = random.normal(size=(2, TAGS)).astype("float32")
GOLD = random.integers(0, TAGS, (BATCH, TIME), dtype="int32")
# 2 does not follow 0, nor stand first; 1 follows no 1 and does not stand last.
ALLOWED = (
    np.array([[1, 1, 0], [1, 0, 1], [1, 1, 1]], bool),
    np.array([1, 1, 0], bool),
    np.array([1, 0, 1], bool),
)
ANY = tuple(np.ones_like(each) for each in ALLOWED)
FULL = {"transition_params": TRANSITIONS, "start": START, "end": END}
EVERY = np.ones_like(MASK)
ZERO = {name: np.zeros_like(scores) for name, scores in FULL.items()}


class Results(NamedTuple):
    norm: object
    score: object
    likelihood: object
    marginals: object
    tags: object
    best: object
    several: object
    scores: object


def everything(emissions, mask, tags, scores, allowed):
    """Compute all that there is to compute."""
    options = {**scores, "mask": mask, "allowed": allowed}
    return Results(
        crf_log_norm(emissions, **options),
        crf_sequence_score(emissions, tags, **options),
        crf_log_likelihood(emissions, tags, **options)[0],
        crf_marginals(emissions, **options),
        *crf_decode(emissions, **options),
        *crf_n_best(emissions, BEST, **options),
    )


@cache
def compiled():
    """Compile everything, for any B and T; on torch, which compiles nothing here, take tensors."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        signature = (
            tf.TensorSpec([None, None, TAGS], "float32"),
            tf.TensorSpec([None, None], "bool"),
            tf.TensorSpec([None, None], "int32"),
            {name: tf.TensorSpec(x.shape, "float32") for name, x in FULL.items()},
            tuple(tf.TensorSpec(x.shape, "bool") for x in ALLOWED),
        )
        return tf.function(everything, input_signature=signature)
    if keras.backend.backend() == "torch":
        return lambda *inputs: everything(*keras.tree.map_structure(ops.convert_to_tensor, inputs))
    import jax

    return jax.jit(everything)


def results(emissions=EMISSIONS, mask=MASK, tags=GOLD, scores=FULL, allowed=ANY):
    """Return everything, compiled, as arrays."""
    if mask is None:
        mask = np.ones(emissions.shape[:2], bool)
    return Results(*arrays(tuple(compiled()(emissions, mask, tags, scores, allowed))))


def sequences_of(emissions, transition_params, start, end, allowed=ANY):
    """Return all sequences of one row without padding, (N, T), and their scores, (N,)."""
    time, count = emissions.shape
    scores = transition_params, start, end
    pairs, start, end = (
        np.where(may, score, -np.inf) for may, score in zip(allowed, scores, strict=True)
    )
    every = np.array(list(product(range(count), repeat=time)), int)
    scores = emissions.astype("float64")[np.arange(time), every].sum(axis=1)
    if time:
        scores += start[every[:, 0]] + end[every[:, -1]]
    return every, scores + pairs[every[:, :-1], every[:, 1:]].sum(axis=1)


def log_sum(scores):
    top = scores.max()
    return top + np.log(np.exp(scores - top).sum())


def shares(every, scores):
    """Return the marginals, (T, K)."""
    weights = np.exp(scores - log_sum(scores))
    return np.stack([weights @ (every == tag) for tag in range(TAGS)], axis=-1)


def score_of(sequence, every, scores):
    return scores[(every == sequence).all(axis=1)].item()


def gradients(function, *sources):
    """Return the gradients of the sum of what `function` returns."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        sources = [*map(tf.constant, sources)]
        with tf.GradientTape() as tape:
            tape.watch(sources)
            total = ops.sum(function(*sources))
        return arrays(tape.gradient(total, sources))
    if keras.backend.backend() == "torch":
        import torch

        sources = [ops.convert_to_tensor(source).detach().requires_grad_() for source in sources]
        return arrays(torch.autograd.grad(ops.sum(function(*sources)), sources))
    import jax

    every = tuple(range(len(sources)))
    return arrays(jax.jit(jax.grad(lambda *s: ops.sum(function(*s)), every))(*sources))
