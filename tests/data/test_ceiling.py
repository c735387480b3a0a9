"""Ceilings against every sequence there is, and against samples."""

from collections import defaultdict
from itertools import product
from math import prod

import numpy as np
import pytest

from zoo.data.brackets import (
    CLOSING_IDS,
    DIFFICULTIES,
    DISTRACTOR_IDS,
    OPENING_IDS,
    BracketSource,
    SinglePairSource,
    bracket_labels,
    length_range,
    sample,
)
from zoo.data.ceiling import backward_ceiling, forward_ceiling

DISTRACTOR = DISTRACTOR_IDS[0]  # stands for all of them
COUNT = 40_000
SIGMAS = 5
# Uneven, so that forward and backward differ, and short, so that all sequences can be listed.
EXACT = [
    (BracketSource(1, p_open=0.3, p_close=0.2), (1, 7)),
    (BracketSource(1, p_open=0.05, p_close=0.6), (3, 6)),
    (BracketSource(2, p_open=0.2, p_close=0.1), (2, 5)),
    (BracketSource(3, p_open=0.1, p_close=0.2), (1, 4)),
    (BracketSource(3, p_open=0.2, p_close=0.1), (4, 4)),
    (SinglePairSource(p_open=0.9, p_close=0.6), (1, 9)),
    (SinglePairSource(p_open=0.45, p_close=1.0), (4, 8)),
]
exact = pytest.mark.parametrize(("source", "lengths"), EXACT, ids=str)
each_source = pytest.mark.parametrize("source", DIFFICULTIES.values(), ids=DIFFICULTIES)
each_direction = pytest.mark.parametrize("forward", [True, False], ids=["forward", "backward"])


def law(source, length):
    """Probability of every sequence of a length, all distractors being one token."""
    if isinstance(source, SinglePairSource):
        return single_pair_law(source, length)
    probability = {DISTRACTOR: source.p_distractor}
    for opening, closing in zip(OPENING_IDS[: source.kinds], CLOSING_IDS, strict=False):
        probability |= {opening: source.p_open, closing: source.p_close}
    sequences = product(probability, repeat=length)
    return {sequence: prod(map(probability.get, sequence)) for sequence in sequences}


def single_pair_law(source, length):
    half = length // 2
    absent = [(None, 1.0)]
    first, second = absent, absent
    if half:
        first = [(None, 1 - source.p_open)]
        first += [(place, source.p_open / half) for place in range(half)]
        second = [(None, 1 - source.p_close)]
        second += [(place, source.p_close / half) for place in range(length - half, length)]
    probability = {}
    for (start, p_start), (end, p_end) in product(first, second):
        brackets = {start: OPENING_IDS[0], end: CLOSING_IDS[0]}
        sequence = tuple(brackets.get(place, DISTRACTOR) for place in range(length))
        probability[sequence] = p_start * p_end
    return probability


def best_accuracy(source, lengths, forward):
    """Probability that token [t, r] exists and the likelier label is right, and that it exists."""
    possible = length_range(lengths)
    size = possible[-1]
    mass = defaultdict(lambda: np.zeros((size, size, 2)))
    for length in possible:
        for sequence, probability in law(source, length).items():
            for t, label in enumerate(bracket_labels(np.array(sequence))):
                read = sequence[: t + 1] if forward else sequence[t:]
                mass[read][t, length - 1 - t, label] += probability / len(possible)
    correct = sum(table[..., table.sum(axis=(0, 1)).argmax()] for table in mass.values())
    return correct, sum(table.sum(axis=2) for table in mass.values())


def ceiling(source, lengths, forward):
    return forward_ceiling(source, lengths) if forward else backward_ceiling(source, lengths)


@each_direction
@exact
def test_ceiling_is_that_of_listing_every_sequence(source, lengths, forward):
    right, present = best_accuracy(source, lengths, forward)
    found = ceiling(source, lengths, forward)
    for array, followers in ((found.per_position, 1), (found.per_position_from_end, 0)):
        expected = right.sum(axis=followers) / present.sum(axis=followers)
        np.testing.assert_allclose(array, expected, rtol=0, atol=1e-10)
    assert found.overall == pytest.approx(right.sum() / present.sum(), abs=1e-10)


@exact
def test_samples_follow_the_listed_law(source, lengths):
    length = min(4, lengths[1])
    expected = law(source, length)
    assert sum(expected.values()) == pytest.approx(1)
    ids = sample(source, COUNT, (length, length), seed=0).ids
    ids[np.isin(ids, DISTRACTOR_IDS)] = DISTRACTOR
    found = dict.fromkeys(expected, 0)
    for sequence in map(tuple, ids.tolist()):
        found[sequence] += 1
    p = np.array(list(expected.values()))
    # Counts of rare sequences are Poisson: their tail is longer, hence the constant.
    allowed = SIGMAS * np.sqrt(COUNT * p * (1 - p)) + SIGMAS
    assert (np.abs(np.array(list(found.values())) - COUNT * p) <= allowed * (p > 0)).all()


def read_state(ids, tell_place):
    """What a reader knows at each token, as one integer: a sufficient summary, not a minimal one.

    Which kinds are pending, whether the token closes a pair, and, if `tell_place`, where the last
    opening bracket stands.
    """
    depth = np.zeros((len(OPENING_IDS), len(ids)), int)
    place = np.zeros(len(ids), int)
    states = np.zeros(ids.shape, int)
    for t, tokens in enumerate(ids.T):
        opens = tokens == np.array(OPENING_IDS)[:, None]
        closes = (tokens == np.array(CLOSING_IDS)[:, None]) & (depth > 0)
        depth += opens.astype(int) - closes
        place = np.where(opens.any(axis=0), t, place)
        bits = [*(depth > 0), closes.any(axis=0)]
        states[:, t] = sum(bit * 2**i for i, bit in enumerate(bits))
        states[:, t] += tell_place * 2 ** len(bits) * place
    return states


def turn_round(batch):
    """Ids and labels as a backward model reads them: reversed, each bracket turned round."""
    other = np.arange(batch.ids.max() + 1)
    other[[*OPENING_IDS, *CLOSING_IDS]] = [*CLOSING_IDS, *OPENING_IDS]
    ids, labels = np.zeros_like(batch.ids), np.zeros_like(batch.labels)
    for row, length in enumerate(batch.lengths):
        ids[row, :length] = other[batch.ids[row, :length]][::-1]
        labels[row, :length] = batch.labels[row, :length][::-1]
    return ids, labels


def states_and_labels(source, forward, seed):
    """All that a model knows at each token, its own count of tokens included, and the labels."""
    batch = sample(source, COUNT, seed=seed)
    ids, labels = (batch.ids, batch.labels) if forward else turn_round(batch)
    states = read_state(ids, tell_place=isinstance(source, SinglePairSource))
    return states * ids.shape[1] + np.arange(ids.shape[1]), labels, ids > 0


@each_direction
@each_source
def test_a_vote_among_samples_reaches_the_ceiling_and_no_more(source, forward):
    """Vote on one sample, score on another, position by position as the model reads.

    The score of fixed votes is at most the ceiling, but for SIGMAS standard deviations. Of n
    voters with margin d, the vote goes wrong with probability exp(-n d^2 / 2) at most (Hoeffding)
    and then costs d, on average never more than exp(-1/2) / sqrt(n).
    """
    known, votes, voting = states_and_labels(source, forward, seed=1)
    states, labels, present = states_and_labels(source, forward, seed=2)
    total = np.bincount(known[voting], minlength=states.max() + 1)
    ones = np.bincount(known[voting], votes[voting], minlength=len(total))
    correct = (2 * ones > total)[states] == labels
    regret = np.exp(-0.5) / np.sqrt(np.maximum(total, 1))[states]
    accuracy, regret = (np.average(x, axis=0, weights=present) for x in (correct, regret))
    found = ceiling(source, (8, 32), forward)
    expected = found.per_position if forward else found.per_position_from_end
    noise = SIGMAS * np.sqrt(expected * (1 - expected) / present.sum(axis=0)) + 1e-12
    assert (accuracy <= expected + noise).all()
    assert (accuracy >= expected - noise - regret).all()


@each_direction
@each_source
@pytest.mark.parametrize("lengths", [(8, 32), (33, 64)])
def test_overall_weights_positions_by_the_sequences_that_have_them(source, forward, lengths):
    found = ceiling(source, lengths, forward)
    longest = lengths[1]
    weight = [sum(t < length for length in length_range(lengths)) for t in range(longest)]
    for per_position in (found.per_position, found.per_position_from_end):
        assert per_position.shape == (longest,)
        assert found.overall == pytest.approx(np.average(per_position, weights=weight), abs=1e-12)


@each_direction
@each_source
def test_to_know_the_length_never_hurts(source, forward):
    possible = length_range((8, 32))
    told = [ceiling(source, (length, length), forward).per_position for length in possible]
    for t, accuracy in enumerate(ceiling(source, (8, 32), forward).per_position):
        assert np.mean([row[t] for row in told if t < len(row)]) >= accuracy - 1e-12


@each_source
@pytest.mark.parametrize("length", [1, 2, 31, 64])
def test_who_has_read_everything_is_right(source, length):
    lengths = (length, length)
    assert forward_ceiling(source, lengths).per_position[-1] == pytest.approx(1, abs=1e-12)
    assert backward_ceiling(source, lengths).per_position[0] == pytest.approx(1, abs=1e-12)


@each_source
def test_backward_mirrors_forward_where_the_source_is_symmetric(source):
    forward, backward = forward_ceiling(source), backward_ceiling(source)
    near = {"rtol": 0, "atol": 1e-12}
    np.testing.assert_allclose(backward.per_position_from_end, forward.per_position, **near)
    np.testing.assert_allclose(backward.per_position, forward.per_position_from_end, **near)


@each_direction
@each_source
@pytest.mark.parametrize("lengths", [(8, 32), (33, 64)])
def test_one_way_is_better_than_a_constant_and_clearly_not_enough(source, forward, lengths):
    batch = sample(source, COUNT, lengths, seed=3)
    share = batch.labels[batch.ids > 0].mean()
    # What the difficulties are for: labels in balance, and a wrong label in twelve at the least.
    assert 0.3 <= share <= 0.7
    assert max(share, 1 - share) < ceiling(source, lengths, forward).overall < 11 / 12


@pytest.mark.parametrize("of", [forward_ceiling, backward_ceiling])
def test_bad_arguments_are_named(of):
    with pytest.raises(ValueError, match="lengths must be two integers"):
        of(DIFFICULTIES["kinds"], (9, 8))
