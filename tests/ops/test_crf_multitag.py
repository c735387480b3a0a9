"""Partial labels, and the terms of single tokens, against the enumeration of all sequences."""

import numpy as np
import pytest
from keras import ops

from tests.laws import array, close
from tests.ops.crf_cases import (
    ALLOWED,
    ANY,
    EMISSIONS,
    FULL,
    GOLD,
    TAGS,
    gradients,
    log_sum,
    sequences_of,
)
from tests.specs import BATCH, MASK, TIME
from zoo.ops.crf import (
    crf_constrained_decode,
    crf_log_likelihood,
    crf_multitag_log_likelihood,
    crf_multitag_sequence_score,
    crf_sequence_score,
    crf_token_log_likelihood,
)

random = np.random.default_rng(4)
BITMAP = random.random((BATCH, TIME, TAGS)) < 0.6
BITMAP[..., 0] |= ~BITMAP.any(axis=-1)
ONE_HOT = np.eye(TAGS, dtype=bool)[GOLD]
OPTIONS = {**FULL, "mask": MASK}


@pytest.mark.parametrize("allowed", [ANY, ALLOWED], ids=["any", "constraints"])
def test_the_likelihood_sums_over_the_sequences_of_allowed_tags(allowed):
    options = {**OPTIONS, "allowed": allowed}
    found = array(crf_multitag_log_likelihood(EMISSIONS, BITMAP, **options)[0])
    total = array(crf_multitag_sequence_score(EMISSIONS, BITMAP, **options))
    tags, best = (array(x) for x in crf_constrained_decode(EMISSIONS, BITMAP, **options))
    for row, keep in enumerate(MASK):
        every, scores = sequences_of(EMISSIONS[row, keep], **FULL, allowed=allowed)
        fits = BITMAP[row, keep][np.arange(keep.sum()), every].all(axis=1)
        if np.isneginf(scores[fits]).all():
            assert max(found[row], total[row]) < -1e8 and best[row] == -np.inf
            continue
        close(total[row], log_sum(scores[fits]))
        close(found[row], log_sum(scores[fits]) - log_sum(scores))
        close(best[row], scores[fits].max())
        assert (tags[row, keep] == every[fits][scores[fits].argmax()]).all()


def test_one_allowed_tag_is_a_label_and_all_are_none():
    known = crf_multitag_log_likelihood(EMISSIONS, ONE_HOT, **OPTIONS)[0]
    close(known, array(crf_log_likelihood(EMISSIONS, GOLD, **OPTIONS)[0]))
    score = crf_multitag_sequence_score(EMISSIONS, ONE_HOT, **OPTIONS)
    close(score, array(crf_sequence_score(EMISSIONS, GOLD, **OPTIONS)))
    unknown = crf_multitag_log_likelihood(EMISSIONS, np.ones_like(ONE_HOT), **OPTIONS)[0]
    close(unknown, np.zeros(BATCH), tolerance=0)


def test_padding_allows_anything():
    nothing = BITMAP & MASK[..., None]
    found = crf_multitag_log_likelihood(EMISSIONS, nothing, **OPTIONS)[0]
    close(found, array(crf_multitag_log_likelihood(EMISSIONS, BITMAP, **OPTIONS)[0]), tolerance=0)


def test_unlabelled_positions_have_no_gradient_of_their_own():
    """Of all sequences, none is preferred: without labels, nothing is learned."""
    unknown = np.ones_like(BITMAP)
    (found,) = gradients(lambda x: crf_multitag_log_likelihood(x, unknown, **OPTIONS)[0], EMISSIONS)
    close(found, np.zeros_like(EMISSIONS))
    (partial,) = gradients(
        lambda x: crf_multitag_log_likelihood(x, BITMAP, **OPTIONS)[0], EMISSIONS
    )
    assert (partial[MASK & ~BITMAP.all(-1)] ** 2).sum() > 1e-3 and not partial[~MASK].any()


def test_large_scores_of_long_sequences_keep_their_precision():
    x = (EMISSIONS[:1, :1] + 1e5).repeat(200, axis=1).astype("float32")
    bitmap = np.ones_like(x, bool)
    bitmap[:, 7] = [True, False, False]
    found = crf_multitag_log_likelihood(x, bitmap)[0]
    close(found, [np.log(np.exp(x[0, 7, 0] - 1e5) / np.exp(x[0, 7] - 1e5).sum())], tolerance=1e-3)


def test_a_token_is_predicted_from_the_tags_before_it():
    logs = array(crf_token_log_likelihood(EMISSIONS, GOLD, **OPTIONS))
    assert not logs[~MASK].any()
    for row, keep in enumerate(MASK):
        every, scores = sequences_of(EMISSIONS[row, keep], **FULL)
        tags, agree = GOLD[row, keep], np.ones(len(every), bool)
        for position, tag in enumerate(tags):
            before, agree = agree, agree & (every[:, position] == tag)
            expected = log_sum(scores[agree]) - log_sum(scores[before])
            close(logs[row, keep][position], expected)
    whole = crf_log_likelihood(EMISSIONS, GOLD, **OPTIONS)[0]
    close(logs.sum(axis=1), array(whole))


def test_the_terms_of_tokens_have_the_gradient_of_their_sum():
    sources = EMISSIONS, *FULL.values()

    def by(function):
        return lambda x, transitions, start, end: function(
            x, GOLD, None, transitions, start=start, end=end, mask=MASK
        )

    whole = gradients(by(lambda *a, **k: crf_log_likelihood(*a, **k)[0]), *sources)
    close(gradients(by(crf_token_log_likelihood), *sources), whole)


def test_errors_name_the_shape_that_came():
    with pytest.raises(ValueError, match=r"`tag_bitmap` .* \(6, 6, 3\), got \(6, 6\)"):
        crf_multitag_log_likelihood(EMISSIONS, MASK)
    for tags in (ONE_HOT.astype("int32"), ops.convert_to_tensor(ONE_HOT.astype("float32"))):
        with pytest.raises(ValueError, match=r"`tag_indices` .* got \(6, 6, 3\).*argmax"):
            crf_log_likelihood(EMISSIONS, tags, **OPTIONS)
    column = crf_log_likelihood(EMISSIONS, GOLD[..., None], **OPTIONS)[0]
    close(column, array(crf_log_likelihood(EMISSIONS, GOLD, **OPTIONS)[0]), tolerance=0)
