"""The CRF against the enumeration of all tag sequences, in double precision."""

from typing import NamedTuple

import numpy as np
import pytest

from tests.laws import arrays, close
from tests.ops.crf_cases import (
    ALLOWED,
    ANY,
    BEST,
    EMISSIONS,
    EVERY,
    FULL,
    GOLD,
    TAGS,
    ZERO,
    Results,
    everything,
    log_sum,
    results,
    score_of,
    sequences_of,
    shares,
)
from tests.specs import BATCH, MASK, TIME
from zoo.ops.crf import crf_log_norm


class Case(NamedTuple):
    scores: dict
    mask: np.ndarray
    allowed: tuple = ANY
    time: int = TIME

    @property
    def emissions(self):
        return EMISSIONS[:, : self.time]

    @property
    def gold(self):
        return GOLD[:, : self.time]

    def results(self):
        return results(self.emissions, self.mask, self.gold, self.scores, self.allowed)

    def rows(self):
        """Yield each row's number, which positions are tokens, and all sequences with scores."""
        for row, keep in enumerate(self.mask):
            yield (
                row,
                keep,
                *sequences_of(self.emissions[row, keep], **self.scores, allowed=self.allowed),
            )


CASES = {
    "emissions alone": Case(ZERO, EVERY),
    "no padding": Case(FULL, EVERY),
    "padding": Case(FULL, MASK),
    "constraints": Case(FULL, MASK, ALLOWED),
    "constraints alone": Case(ZERO, EVERY, ALLOWED),
    "one position": Case(FULL, EVERY[:, :1], ALLOWED, time=1),
    "one position, padding": Case(FULL, MASK[:, :1], time=1),
    "nothing but padding": Case(FULL, ~EVERY),
}
every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@every_case
def test_log_norm_and_likelihood(case):
    found = case.results()
    for row, keep, every, scores in case.rows():
        expected = score_of(case.gold[row, keep], every, scores)
        close(found.norm[row], log_sum(scores))
        if expected == -np.inf:  # a sequence that is not allowed
            assert max(found.score[row], found.likelihood[row]) < -1e8
        else:
            close(found.score[row], expected)
            close(found.likelihood[row], expected - log_sum(scores))


@every_case
def test_marginals(case):
    marginals = case.results().marginals
    for row, keep, every, scores in case.rows():
        close(marginals[row, keep], shares(every, scores))
        assert (marginals[row, ~keep] == 0).all()


@every_case
def test_the_best_sequences(case):
    found = case.results()
    assert found.several.shape == (BATCH, BEST, case.time) and found.several.dtype == "int32"
    for row, keep, every, possible in case.rows():
        tags, scores = found.several[row], found.scores[row]
        exist = min(BEST, np.isfinite(possible).sum())
        close(scores[:exist], np.sort(possible)[::-1][:exist])
        own = [score_of(sequence, every, possible) for sequence in tags[:exist, keep]]
        close(scores[:exist], np.array(own))
        assert len({tuple(sequence) for sequence in tags[:exist]}) == exist
        assert (scores[exist:] == -np.inf).all() and not tags[exist:].any()
        assert not tags[:, ~keep].any()


@every_case
def test_decoding_is_the_first_of_the_best(case):
    found = case.results()
    close([found.tags, found.best], [found.several[:, 0], found.scores[:, 0]])


def test_eager_equals_compiled():
    inputs = EMISSIONS, MASK, GOLD, FULL, ALLOWED
    close(arrays(tuple(everything(*inputs))), [*results(*inputs)])


def test_what_is_left_out_is_zero():
    close(crf_log_norm(EMISSIONS), results(mask=None, scores=ZERO).norm)


def test_sequences_of_equal_score():
    found = results(np.zeros_like(EMISSIONS), scores=ZERO)
    for row, keep in enumerate(MASK):
        exist = min(BEST, TAGS ** keep.sum())
        assert len({tuple(sequence) for sequence in found.several[row, :exist]}) == exist
        assert not found.scores[row, :exist].any()


def test_no_sequence_is_allowed():
    never = np.zeros((TAGS, TAGS), bool), *ANY[1:]
    large = 1000 * EMISSIONS  # so that some are less forbidden than others
    found, free = results(large, allowed=never), results(large)
    long = MASK.sum(axis=1) > 1
    assert (found.best[long] == -np.inf).all() and not found.tags[long].any()
    close([found.best[~long], found.tags[~long]], [free.best[~long], free.tags[~long]])


def test_alone_as_in_a_padded_batch():
    """Where the padding stands and what it holds does not matter."""
    garbage = np.where(MASK[..., None], EMISSIONS, np.nan)
    together = results(garbage, MASK, np.where(MASK, GOLD, -100))
    for row, keep in enumerate(MASK[:-1]):
        copies = np.full(BATCH, row)  # of this row: alone, but for its twins
        alone = results(EMISSIONS[copies][:, keep], None, GOLD[copies][:, keep])
        of_batch = Results(*(x[copies] for x in together))
        marginals, tags, several = (
            np.compress(keep, x, axis)
            for x, axis in ((of_batch.marginals, 1), (of_batch.tags, 1), (of_batch.several, 2))
        )
        close([*of_batch._replace(marginals=marginals, tags=tags, several=several)], [*alone])
