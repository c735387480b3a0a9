"""Bracket labels against a stack, and samples against the law they are drawn from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.data.brackets import (
    BRACKETS,
    CLOSING_IDS,
    DIFFICULTIES,
    DISTRACTOR_IDS,
    OPENING_IDS,
    PAD_ID,
    UNKNOWN_ID,
    VOCABULARY,
    BracketSource,
    SinglePairSource,
    bracket_labels,
    bracket_source,
    length_range,
    sample,
)

COUNT = 20_000
SIGMAS = 5
INDEPENDENT = [s for s in DIFFICULTIES.values() if isinstance(s, BracketSource)]
UNEVEN_PAIR = SinglePairSource(p_open=0.9, p_close=0.4)
each_difficulty = pytest.mark.parametrize("difficulty", DIFFICULTIES)
# Few distractors, so that brackets meet often.
token_ids = st.lists(st.sampled_from([*OPENING_IDS, *CLOSING_IDS, *DISTRACTOR_IDS[:2]]))


def match(ids):
    """Pair brackets by one stack per kind: (pairs, strays, unclosed) as positions."""
    pairs, strays, unclosed = [], [], []
    for opening, closing in zip(OPENING_IDS, CLOSING_IDS, strict=True):
        stack = []
        for position, token in enumerate(ids):
            if token == opening:
                stack.append(position)
            elif token == closing and stack:
                pairs.append((stack.pop(), position))
            elif token == closing:
                strays.append(position)
        unclosed += stack
    return pairs, strays, unclosed


def labels_by_stack(ids):
    labels = np.zeros(len(ids), int)
    for start, end in match(ids)[0]:
        labels[start : end + 1] = 1
    return labels


def turn_round(ids):
    """Reverse a sequence and turn each bracket round."""
    other = np.arange(len(VOCABULARY))
    other[[*OPENING_IDS, *CLOSING_IDS]] = [*CLOSING_IDS, *OPENING_IDS]
    return other[np.asarray(ids, int)][::-1]


def assert_frequencies(counts, probabilities, trials):
    """Each count is within SIGMAS standard deviations of what its probability lets expect."""
    probabilities = np.asarray(probabilities)
    deviation = np.sqrt(trials * probabilities * (1 - probabilities))
    assert (np.abs(counts - trials * probabilities) <= SIGMAS * deviation + 1e-9).all()


def test_vocabulary_starts_with_padding_and_covers_every_token_once():
    assert VOCABULARY[PAD_ID] == "[PAD]"
    assert VOCABULARY[UNKNOWN_ID] == "[UNK]"
    parts = [PAD_ID, *OPENING_IDS, *CLOSING_IDS, *DISTRACTOR_IDS]
    assert sorted(parts) == list(range(len(VOCABULARY)))
    assert len(set(VOCABULARY)) == len(VOCABULARY)


def test_opening_and_closing_ids_belong_to_the_same_kind():
    pairs = [VOCABULARY[o] + VOCABULARY[c] for o, c in zip(OPENING_IDS, CLOSING_IDS, strict=True)]
    assert tuple(pairs) == BRACKETS


@given(token_ids)
def test_labels_equal_those_of_a_stack(ids):
    np.testing.assert_array_equal(bracket_labels(np.array(ids, int)), labels_by_stack(ids))


@given(token_ids)
def test_labels_of_a_sequence_turned_round_are_turned_round(ids):
    labels = bracket_labels(np.array(ids, int))
    np.testing.assert_array_equal(bracket_labels(turn_round(ids)), labels[::-1])


@given(st.lists(token_ids, min_size=1), st.data())
def test_labels_in_a_batch_padded_anywhere_equal_those_alone(sequences, data):
    width = max(map(len, sequences)) + 2
    ids = np.full((len(sequences), width), PAD_ID)
    expected = np.zeros_like(ids)
    for row, sequence in enumerate(sequences):
        places = data.draw(st.permutations(range(width)))[: len(sequence)]
        ids[row, sorted(places)] = sequence
        expected[row, sorted(places)] = labels_by_stack(sequence)
    np.testing.assert_array_equal(bracket_labels(ids), expected)


def test_labels_reject_what_is_no_array_of_ids():
    with pytest.raises(TypeError, match="ids must be integers, got dtype float64"):
        bracket_labels(np.zeros(3))
    with pytest.raises(ValueError, match="ids must have shape"):
        bracket_labels(np.array(PAD_ID))


@each_difficulty
@pytest.mark.parametrize("lengths", [(8, 32), (1, 3), (5, 5)])
def test_sample_is_padded_right_and_labelled(difficulty, lengths):
    batch = sample(bracket_source(difficulty), 50, lengths, seed=0)
    assert batch.ids.shape == batch.labels.shape == (50, lengths[1])
    assert {a.dtype for a in (batch.ids, batch.labels, batch.lengths)} == {np.dtype("int32")}
    for ids, labels, length in zip(batch.ids, batch.labels, batch.lengths, strict=True):
        assert (ids[:length] != PAD_ID).all() and (ids[length:] == PAD_ID).all()
        np.testing.assert_array_equal(labels[:length], labels_by_stack(ids[:length]))
        assert not labels[length:].any()


@each_difficulty
def test_sample_depends_on_the_seed_alone(difficulty):
    source = bracket_source(difficulty)
    first, again, other = (sample(source, 20, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.ids, again.ids)
    np.testing.assert_array_equal(first.lengths, again.lengths)
    assert not np.array_equal(first.ids, other.ids)


@each_difficulty
def test_lengths_are_uniform(difficulty):
    possible = length_range((8, 32))
    batch = sample(bracket_source(difficulty), COUNT, seed=3)
    counts = np.bincount(batch.lengths, minlength=possible.stop)
    expected = np.isin(np.arange(possible.stop), possible) / len(possible)
    assert_frequencies(counts, expected, COUNT)


@pytest.mark.parametrize("source", [*INDEPENDENT, BracketSource(2, p_open=0.05, p_close=0.4)])
def test_tokens_occur_as_often_as_the_source_says(source):
    assert source.token_probabilities.sum() == pytest.approx(1)
    ids = sample(source, COUNT, (8, 8), seed=4).ids
    counts = np.bincount(ids.ravel(), minlength=len(VOCABULARY))
    assert_frequencies(counts, source.token_probabilities, ids.size)


@pytest.mark.parametrize("length", [2, 9, 10])
@pytest.mark.parametrize("source", [DIFFICULTIES["single"], UNEVEN_PAIR])
def test_single_pair_stands_anywhere_in_its_halves(source, length):
    ids = sample(source, COUNT, (length, length), seed=5).ids
    places = np.arange(length)
    first, second = places < length // 2, places >= length - length // 2
    for bracket, half, p in (
        (OPENING_IDS[0], first, source.p_open),
        (CLOSING_IDS[0], second, source.p_close),
    ):
        found = ids == bracket
        assert found.sum(axis=1).max() == 1
        assert_frequencies(found.sum(axis=0), p * half / half.sum(), COUNT)
    both = (ids == OPENING_IDS[0]).any(axis=1) & (ids == CLOSING_IDS[0]).any(axis=1)
    assert_frequencies(both.sum(), source.p_open * source.p_close, COUNT)


def test_single_pair_leaves_a_lone_token_without_brackets():
    assert np.isin(sample(UNEVEN_PAIR, 100, (1, 1), seed=6).ids, DISTRACTOR_IDS).all()


@each_difficulty
@pytest.mark.parametrize("lengths", [(8, 32), (33, 64)])
def test_every_difficulty_has_matched_stray_and_unclosed_brackets(difficulty, lengths):
    batch = sample(bracket_source(difficulty), 200, lengths, seed=7)
    matches = [match(ids) for ids in batch.ids]
    assert all(any(found) for found in zip(*matches, strict=True))
    pairs = [(a, b) for found, _, _ in matches for a in found for b in found]
    nests = any(a[0] < b[0] and b[1] < a[1] for a, b in pairs)
    crosses = any(a[0] < b[0] < a[1] < b[1] for a, b in pairs)
    assert (nests, crosses) == (difficulty != "single", difficulty == "kinds")


@each_difficulty
def test_difficulties_look_the_same_from_both_ends(difficulty):
    source = bracket_source(difficulty)
    assert source.mirrored == source
    assert UNEVEN_PAIR.mirrored != UNEVEN_PAIR == UNEVEN_PAIR.mirrored.mirrored


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: bracket_source("nestd"), "unknown difficulty 'nestd': did you mean 'nested'?"),
        (lambda: bracket_source("?"), f"There are {', '.join(DIFFICULTIES)}"),
        (lambda: BracketSource(0, 0.1, 0.1), "kinds must be 1 to 3, got 0"),
        (lambda: BracketSource(len(BRACKETS) + 1, 0.1, 0.1), "kinds must be"),
        (lambda: BracketSource(1, 0, 0.1), "p_open must be above 0, got 0"),
        (lambda: BracketSource(1, 0.1, -0.1), "p_close must be above 0, got -0.1"),
        (lambda: BracketSource(1, 0.1, float("nan")), "p_close must be above 0, got nan"),
        (lambda: BracketSource(2, 0.3, 0.3), "p_open and p_close must leave room"),
        (lambda: SinglePairSource(0, 0.5), "p_open must be in (0, 1], got 0"),
        (lambda: SinglePairSource(0.5, 1.5), "p_close must be in (0, 1], got 1.5"),
        (lambda: sample(UNEVEN_PAIR, 0, seed=0), "count must be an integer of at least 1, got 0"),
        (lambda: sample(UNEVEN_PAIR, 2.5, seed=0), "count must be an integer"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(ValueError) as caught:
        make()
    assert message in str(caught.value)


@pytest.mark.parametrize("lengths", [(0, 5), (5, 4), (8,), (1, 2, 3), 8, (2.0, 4), "ab", None])
def test_lengths_must_be_a_pair_in_order(lengths):
    with pytest.raises(ValueError, match="lengths must be two integers"):
        length_range(lengths)
