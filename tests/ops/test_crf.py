"""The CRF against the enumeration of all tag sequences, in double precision."""

import inspect
from itertools import product
from typing import NamedTuple

import keras
import numpy as np
import pytest
from keras import ops

from tests.laws import array, arrays, close
from tests.specs import BATCH, MASK, TIME
from zoo.ops import crf
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
POTENTIALS = random.normal(0, 2, (BATCH, TIME, TAGS)).astype("float32")
TRANSITIONS = random.normal(size=(TAGS, TAGS)).astype("float32")
START, END = random.normal(size=(2, TAGS)).astype("float32")
GOLD = random.integers(0, TAGS, (BATCH, TIME))
# 2 does not follow 0, nor stand first; 1 follows no 1 and does not stand last.
ALLOWED = (
    np.array([[1, 1, 0], [1, 0, 1], [1, 1, 1]], bool),
    np.array([1, 1, 0], bool),
    np.array([1, 0, 1], bool),
)
PLAIN = {"transition_params": TRANSITIONS}
FULL = {**PLAIN, "start": START, "end": END}


class Case(NamedTuple):
    options: dict
    mask: np.ndarray | None = None
    time: int = TIME
    batch: int = BATCH

    def inputs(self):
        return POTENTIALS[: self.batch, : self.time], GOLD[: self.batch, : self.time]


CASES = {
    "no transitions, no mask": Case({}),
    "transitions, no mask": Case(PLAIN, batch=2),
    "all scores, no mask": Case(FULL, batch=1),
    "transitions, mask": Case(PLAIN, MASK),
    "all scores, mask": Case(FULL, MASK),
    "constraints, mask": Case({**FULL, "allowed": ALLOWED}, MASK),
    "constraints, no mask": Case({"allowed": ALLOWED}, batch=1),
    "one position": Case({**FULL, "allowed": ALLOWED}, time=1),
    "one position, mask": Case(FULL, MASK[:, :1], time=1),
    "nothing but padding": Case(FULL, np.zeros((BATCH, 2), bool), time=2),
}
every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def sequences_of(potentials, transition_params=0, start=0, end=0, allowed=None):
    """Return all sequences of one row without padding, (N, T), and their scores, (N,)."""
    time, count = potentials.shape
    pairs = np.zeros((count, count)) + np.asarray(transition_params, "float64")
    start, end = (np.zeros(count) + np.asarray(each, "float64") for each in (start, end))
    if allowed is not None:
        never = [np.where(ok, 0, -np.inf) for ok in allowed]
        pairs, start, end = pairs + never[0], start + never[1], end + never[2]
    every = np.array(list(product(range(count), repeat=time)), int)
    scores = potentials.astype("float64")[np.arange(time), every].sum(axis=1)
    if time:
        scores += start[every[:, 0]] + end[every[:, -1]]
    return every, scores + pairs[every[:, :-1], every[:, 1:]].sum(axis=1)


def rows(potentials, mask):
    """Yield each row's number, which positions are tokens, and their potentials."""
    for row, each in enumerate(potentials):
        keep = np.ones(len(each), bool) if mask is None else mask[row]
        yield row, keep, each[keep]


def log_sum(scores):
    top = scores.max()
    return top + np.log(np.exp(scores - top).sum())


def score_of(sequence, every, scores):
    return scores[(every == sequence).all(axis=1)].item()


@every_case
def test_log_norm_and_likelihood(case):
    potentials, gold = case.inputs()
    norm = array(crf_log_norm(potentials, mask=case.mask, **case.options))
    score = array(crf_sequence_score(potentials, gold, mask=case.mask, **case.options))
    likelihood, _ = crf_log_likelihood(potentials, gold, mask=case.mask, **case.options)
    for row, keep, tokens in rows(potentials, case.mask):
        every, scores = sequences_of(tokens, **case.options)
        expected = score_of(gold[row, keep], every, scores)
        close(norm[row], log_sum(scores))
        if expected == -np.inf:  # a sequence that is not allowed
            assert max(score[row], array(likelihood)[row]) < -1e8
        else:
            close(score[row], expected)
            close(array(likelihood)[row], expected - log_sum(scores))


@every_case
def test_marginals(case):
    potentials, _ = case.inputs()
    found = array(crf_marginals(potentials, mask=case.mask, **case.options))
    for row, keep, tokens in rows(potentials, case.mask):
        every, scores = sequences_of(tokens, **case.options)
        weights = np.exp(scores - log_sum(scores))
        expected = [weights @ (every == tag) for tag in range(TAGS)]
        close(found[row, keep], np.stack(expected, axis=-1))
        assert (found[row, ~keep] == 0).all()


@every_case
def test_the_best_sequences(case):
    potentials, _ = case.inputs()
    tags, scores = arrays(crf_n_best(potentials, BEST, mask=case.mask, **case.options))
    assert tags.shape == (case.batch, BEST, case.time) and tags.dtype == "int32"
    for row, keep, tokens in rows(potentials, case.mask):
        every, possible = sequences_of(tokens, **case.options)
        exist = min(BEST, np.isfinite(possible).sum())
        close(scores[row, :exist], np.sort(possible)[::-1][:exist])
        close(
            scores[row, :exist], [score_of(s, every, possible) for s in tags[row, :exist, keep].T]
        )
        assert len({tuple(sequence) for sequence in tags[row, :exist]}) == exist
        assert (scores[row, exist:] == -np.inf).all() and not tags[row, exist:].any()
        assert not tags[row][:, ~keep].any()


@every_case
def test_decoding_is_the_first_of_the_best(case):
    potentials, _ = case.inputs()
    tags, scores = arrays(crf_decode(potentials, mask=case.mask, **case.options))
    several, of_several = arrays(crf_n_best(potentials, 2, mask=case.mask, **case.options))
    close([tags, scores], [several[:, 0], of_several[:, 0]])


def test_sequences_of_equal_score():
    tags, scores = arrays(crf_n_best(np.zeros((1, 3, 2), "float32"), 8))
    assert sorted(map(tuple, tags[0])) == list(product(range(2), repeat=3))
    assert not scores.any()


def test_no_sequence_is_allowed():
    none = np.zeros((TAGS, TAGS), bool), *ALLOWED[1:]
    tags, scores = arrays(crf_decode(POTENTIALS[:1], allowed=none))
    assert scores == -np.inf and not tags.any()
    tags, scores = arrays(crf_decode(POTENTIALS[:1, :1], allowed=none))
    close([tags, scores], [[[0]], POTENTIALS[:1, 0, 0]])


def gradients(function, *sources):
    """Return the gradients of the sum of what `function` returns."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        sources = [*map(tf.constant, sources)]
        with tf.GradientTape() as tape:
            tape.watch(sources)
            total = ops.sum(function(*sources))
        return arrays(tape.gradient(total, sources))
    import jax

    every = tuple(range(len(sources)))
    return arrays(jax.jit(jax.grad(lambda *s: ops.sum(function(*s)), every))(*sources))


def reference_likelihood(mask, weights, potentials, *scores):
    """Return the sum of the rows' log-likelihoods by weight."""
    total = 0
    for row, keep, tokens in rows(potentials, mask):
        every, scores_of_all = sequences_of(tokens, *scores)
        gold = score_of(GOLD[row, keep], every, scores_of_all)
        total += weights[row] * (gold - log_sum(scores_of_all))
    return total


@pytest.mark.parametrize("mask", [MASK, MASK[::-1]], ids=["mask", "other mask"])
def test_gradients_are_slopes_of_the_enumeration(mask):
    weights = np.linspace(0.5, 2, BATCH).astype("float32")
    sources = POTENTIALS, TRANSITIONS, START, END

    def likelihood(potentials, transitions, start, end):
        options = {"start": start, "end": end, "mask": mask}
        return weights * crf_log_likelihood(potentials, GOLD, None, transitions, **options)[0]

    found = gradients(likelihood, *sources)
    point = [source.astype("float64") for source in sources]
    step = 1e-5
    for i, gradient in enumerate(found):
        for _ in range(3):
            direction = random.normal(size=gradient.shape)
            ahead, behind = (
                [p + sign * step * direction if i == j else p for j, p in enumerate(point)]
                for sign in (1, -1)
            )
            ahead, behind = (reference_likelihood(mask, weights, *p) for p in (ahead, behind))
            slope = (ahead - behind) / (2 * step)
            assert abs(slope) > 1e-2
            np.testing.assert_allclose((gradient * direction).sum(), slope, rtol=1e-4, atol=1e-4)
    assert not found[0][~mask].any()


def test_gradients_under_constraints():
    """The gradient of the log norm is the marginals; what is not allowed has none."""
    sources = POTENTIALS, TRANSITIONS, START, END

    def norm(potentials, transitions, start, end):
        options = {"start": start, "end": end, "mask": MASK, "allowed": ALLOWED}
        return crf_log_norm(potentials, None, transitions, **options)

    found = gradients(norm, *sources)
    close(found[0], array(crf_marginals(POTENTIALS, mask=MASK, allowed=ALLOWED, **FULL)))
    tokens = MASK.sum(axis=1)
    totals = [tokens.sum(), np.maximum(tokens - 1, 0).sum(), (tokens > 0).sum(), (tokens > 0).sum()]
    close([gradient.sum() for gradient in found], totals, tolerance=1e-4)
    for gradient, allowed in zip(found[1:], ALLOWED, strict=True):
        assert (gradient[~allowed] == 0).all() and (gradient[allowed] > 0).all()


def test_the_gradient_has_a_gradient():
    """Of one position, the second derivative is the covariance of the softmax."""
    x = POTENTIALS[:1, :1]

    def first_share(potentials):
        if keras.backend.backend() == "tensorflow":
            import tensorflow as tf

            with tf.GradientTape() as tape:
                tape.watch(potentials)
                norm = crf_log_norm(potentials)
            return tape.gradient(norm, potentials)[..., 0]
        import jax

        return jax.grad(lambda p: ops.sum(crf_log_norm(p)))(potentials)[..., 0]

    (found,) = gradients(first_share, x)
    share = np.exp(x[0, 0]) / np.exp(x[0, 0]).sum()
    close(found[0, 0], share[0] * ((np.arange(TAGS) == 0) - share))


def everything(potentials, mask, tags):
    """Return all that there is to compute."""
    options = {**FULL, "mask": mask, "allowed": ALLOWED}
    return (
        crf_log_norm(potentials, **options),
        crf_sequence_score(potentials, tags, mask=mask, **FULL),
        crf_log_likelihood(potentials, tags, mask=mask, **FULL)[0],
        crf_marginals(potentials, **options),
        *crf_decode(potentials, **options),
        *crf_n_best(potentials, BEST, **options),
    )


def compiled(function):
    """Compile for any B and T."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        signature = [
            tf.TensorSpec([None, None, TAGS], "float32"),
            tf.TensorSpec([None, None], "bool"),
            tf.TensorSpec([None, None], "int32"),
        ]
        return tf.function(function, input_signature=signature)
    import jax

    return jax.jit(function)


def test_compiled_equals_eager():
    run = compiled(everything)
    for batch, time in ((BATCH, TIME), (2, 3), (BATCH, 1)):
        inputs = POTENTIALS[:batch, :time], MASK[:batch, :time], GOLD[:batch, :time].astype("int32")
        close(arrays(run(*inputs)), arrays(everything(*inputs)))


def test_alone_as_in_a_padded_batch():
    """Where the padding stands and what it holds does not matter."""
    garbage = np.where(MASK[..., None], POTENTIALS, np.nan)
    together = arrays(everything(garbage, MASK, np.where(MASK, GOLD, -100)))
    run = compiled(everything)
    for row, keep, tokens in rows(POTENTIALS, MASK):
        if not keep.any():
            continue
        tags = GOLD[row, keep].astype("int32")
        alone = arrays(run(tokens[None], np.ones((1, len(tokens)), bool), tags[None]))
        norm, score, likelihood, marginals, tags, best, several, scores = (x[0] for x in alone)
        of_batch = [x[row] for x in together]
        of_batch[3], of_batch[4] = of_batch[3][keep], of_batch[4][keep]
        of_batch[6] = of_batch[6][:, keep]
        close(of_batch, [norm, score, likelihood, marginals, tags, best, several, scores])


def test_padding_that_is_no_number_has_no_gradient():
    garbage = np.where(MASK[..., None], POTENTIALS, np.nan).astype("float32")
    (clean,), (found,) = (
        gradients(lambda p: crf_log_likelihood(p, GOLD, mask=MASK, **FULL)[0], potentials)
        for potentials in (POTENTIALS, garbage)
    )
    close(found, clean)


def test_large_potentials():
    large = POTENTIALS * 5000  # up to 1e4 and beyond
    norm, marginals = (
        crf_log_norm(large, mask=MASK, **FULL),
        crf_marginals(large, mask=MASK, **FULL),
    )
    likelihood, _ = crf_log_likelihood(large, GOLD, mask=MASK, **FULL)
    for row, keep, tokens in rows(large, MASK):
        every, scores = sequences_of(tokens, **FULL)
        expected = score_of(GOLD[row, keep], every, scores) - log_sum(scores)
        np.testing.assert_allclose(array(norm)[row], log_sum(scores), rtol=1e-6)
        np.testing.assert_allclose(array(likelihood)[row], expected, rtol=1e-6)
        weights = np.exp(scores - log_sum(scores))
        close(array(marginals)[row, keep], np.stack([weights @ (every == k) for k in range(3)], -1))
    found = gradients(lambda p: crf_log_likelihood(p, GOLD, mask=MASK, **FULL)[0], large)
    assert np.isfinite(found[0]).all() and np.abs(found[0]).max() == 1


def test_long_sequences_keep_their_precision():
    """Without transitions the positions are independent: all has a closed form."""
    time = 3000
    x = (random.normal(size=(1, time, TAGS)) + 1e4 * random.normal(size=(1, time, 1))).astype("f4")
    gold = random.integers(0, TAGS, (1, time))
    logs = x.astype("float64") - x.max(axis=-1, keepdims=True)
    logs -= np.log(np.exp(logs).sum(axis=-1, keepdims=True))
    close(crf_marginals(x), np.exp(logs))
    expected = np.take_along_axis(logs, gold[..., None], axis=-1).sum()
    np.testing.assert_allclose(array(crf_log_likelihood(x, gold)[0]), expected, rtol=1e-5)
    close(crf_decode(x)[0], x.argmax(axis=-1), tolerance=0)


def test_minus_infinity_forbids_a_tag_at_a_position():
    """As the filtered inputs of TensorFlow Addons have it."""
    filtered = POTENTIALS.copy()
    filtered[:, 1, :2] = -np.inf
    tags, marginals = (
        crf_decode(filtered, TRANSITIONS)[0],
        crf_marginals(filtered, None, TRANSITIONS),
    )
    assert (array(tags)[:, 1] == 2).all()
    close(array(marginals)[:, 1], np.tile([0.0, 0.0, 1.0], (BATCH, 1)))
    every, scores = sequences_of(filtered[0], TRANSITIONS)
    close(array(crf_log_norm(filtered, None, TRANSITIONS))[0], log_sum(scores), tolerance=1e-4)
    (found,) = gradients(lambda p: crf_log_norm(p, None, TRANSITIONS), filtered)
    assert np.isfinite(found).all()


def test_half_precision_is_summed_in_full():
    half = ops.cast(POTENTIALS, "bfloat16")
    for function in (crf_log_norm, crf_marginals, lambda x, **options: crf_decode(x, **options)[1]):
        low, full = function(half, **FULL), function(ops.cast(half, "float32"), **FULL)
        assert keras.backend.standardize_dtype(low.dtype) == "float32"
        close(low, array(full), tolerance=0)


def test_a_tag_out_of_range_is_never_passed_over():
    wrong = GOLD.copy()
    wrong[0, 0], wrong[1, 1], wrong[2, 3] = TAGS, -1, TAGS  # the last one is padding
    expected = np.isin(np.arange(BATCH), (0, 1))
    tensors = ops.convert_to_tensor(wrong), ops.convert_to_tensor(MASK)
    score = crf_sequence_score(POTENTIALS, tensors[0], mask=tensors[1])
    likelihood, _ = crf_log_likelihood(POTENTIALS, tensors[0], mask=tensors[1])
    for found in (score, likelihood):
        assert (np.isnan(array(found)) == expected).all()
    with pytest.raises(ValueError, match=r"`tag_indices` must lie between 0 and 2.* got 3"):
        crf_sequence_score(POTENTIALS, wrong, mask=MASK)
    with pytest.raises(ValueError, match=r"`tag_indices` must lie between 0 and 2.* got -1"):
        crf_log_likelihood(POTENTIALS[1:], wrong[1:], MASK.sum(axis=1)[1:])


# TensorFlow Addons' functions and the names of their arguments, in order.
ADDONS = {
    "crf_log_likelihood": ["inputs", "tag_indices", "sequence_lengths", "transition_params"],
    "crf_sequence_score": ["inputs", "tag_indices", "sequence_lengths", "transition_params"],
    "crf_log_norm": ["inputs", "sequence_lengths", "transition_params"],
    "crf_decode": ["potentials", "transition_params", "sequence_length"],
}


@pytest.mark.parametrize("name", ADDONS)
def test_code_for_tensorflow_addons_moves_over(name):
    function = getattr(crf, name)
    assert list(inspect.signature(function).parameters)[: len(ADDONS[name])] == ADDONS[name]
    lengths = np.arange(BATCH) + 1
    values = {
        "inputs": POTENTIALS,
        "potentials": POTENTIALS,
        "tag_indices": GOLD,
        "sequence_lengths": lengths,
        "sequence_length": lengths,
        "transition_params": TRANSITIONS,
    }
    found = function(*(values[argument] for argument in ADDONS[name]))
    mask = np.arange(TIME) < lengths[:, None]
    named = {k: values[k] for k in ADDONS[name] if not k.startswith("sequence")}
    close(arrays(found), arrays(function(**named, mask=mask)), tolerance=0)
    if name == "crf_log_likelihood":
        close(found[1], TRANSITIONS, tolerance=0)


WRONG = {
    "rank": ({"inputs": POTENTIALS[0]}, r"potentials must have the shape .* got \(6, 3\)"),
    "transitions": ({"transition_params": START}, r"`transition_params` .* \(3, 3\), got \(3,\)"),
    "start": ({"start": TRANSITIONS}, r"`start` must have the shape \(3,\), got \(3, 3\)"),
    "end": ({"end": END[:2]}, r"`end` must have the shape \(3,\), got \(2,\)"),
    "mask": ({"mask": MASK[:, 1:]}, r"`mask` must have the shape \(6, 6\), got \(6, 5\)"),
    "lengths": ({"sequence_lengths": [1, 2]}, r"`sequence_lengths` .* \(6,\), got \(2,\)"),
    "both": ({"sequence_lengths": [1] * 6, "mask": MASK}, "lengths or a `mask`, not both"),
    "allowed": ({"allowed": ALLOWED[::-1]}, r"`allowed\[0\] \(transition_params\)` .* \(3, 3\)"),
}


@pytest.mark.parametrize("arguments, message", WRONG.values(), ids=WRONG)
def test_errors_name_the_argument(arguments, message):
    with pytest.raises(ValueError, match=message):
        crf_log_norm(**{"inputs": POTENTIALS, **arguments})


def test_errors_of_tags_and_n():
    with pytest.raises(
        ValueError, match=r"`tag_indices` must have the shape \(6, 6\), got \(6, 5\)"
    ):
        crf_sequence_score(POTENTIALS, GOLD[:, 1:])
    for n in (0, -1, 2.0, True):
        with pytest.raises(ValueError, match=f"`n` must be an integer above 0, got {n!r}"):
            crf_n_best(POTENTIALS, n)
