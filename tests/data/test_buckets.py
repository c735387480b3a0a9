"""Laws of length buckets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.data import bucket_batches, padding_waste

some_lengths = st.lists(st.integers(0, 30), max_size=200)
sizes = st.one_of(
    st.fixed_dictionaries({"batch_size": st.integers(1, 9)}),
    st.fixed_dictionaries({"max_tokens": st.integers(1, 90)}),
)
seeds = st.one_of(st.none(), st.integers(0, 5))


@given(some_lengths, sizes, seeds, st.integers(0, 3))
def test_every_sequence_is_in_one_batch(lengths, size, seed, epoch):
    batches = bucket_batches(lengths, **size, seed=seed, epoch=epoch)
    assert sorted(index for batch in batches for index in batch) == [*range(len(lengths))]
    assert all(len(batch) for batch in batches)


@given(some_lengths, st.integers(1, 9), seeds)
def test_no_more_batches_than_their_size_asks_for(lengths, batch_size, seed):
    batches = bucket_batches(lengths, batch_size=batch_size, seed=seed)
    assert len(batches) == -(-len(lengths) // batch_size)
    assert all(len(batch) <= batch_size for batch in batches)


@given(some_lengths, st.integers(1, 90), seeds)
def test_no_batch_has_more_positions_than_allowed(lengths, max_tokens, seed):
    for batch in bucket_batches(lengths, max_tokens=max_tokens, seed=seed):
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= max_tokens


def test_without_a_seed_the_longest_come_first():
    lengths = [3, 9, 1, 4, 1, 5]
    order = np.concatenate(bucket_batches(lengths, batch_size=2))
    assert [lengths[i] for i in order] == sorted(lengths, reverse=True)


def draw_lengths(count=3000):
    """Lengths as skewed as those of sentences."""
    return np.random.default_rng(0).geometric(1 / 15, count)


@pytest.mark.parametrize("size", [{"batch_size": 10}, {"max_tokens": 300}])
def test_the_order_depends_on_seed_and_epoch_alone(size):
    lengths = draw_lengths()

    def order(seed, epoch):
        return np.concatenate(bucket_batches(lengths, **size, seed=seed, epoch=epoch)).tolist()

    assert order(1, 2) == order(1, 2)
    assert len({tuple(order(*key)) for key in [(1, 2), (2, 1), (1, 1), (2, 2)]}) == 4


def test_what_meets_in_a_batch_changes_from_epoch_to_epoch():
    lengths = draw_lengths()
    first, second = (
        {frozenset(b.tolist()) for b in bucket_batches(lengths, batch_size=10, seed=0, epoch=epoch)}
        for epoch in (0, 1)
    )
    assert len(first & second) < 0.01 * len(first)


def test_batches_are_not_in_the_order_of_their_lengths():
    lengths = draw_lengths()
    widths = [lengths[b].max() for b in bucket_batches(lengths, batch_size=10, seed=0)]
    assert abs(np.corrcoef(widths, np.arange(len(widths)))[0, 1]) < 0.3


@pytest.mark.parametrize("size", [{"batch_size": 10}, {"max_tokens": 300}])
def test_little_is_padding(size):
    lengths = draw_lengths()
    at_random = np.array_split(np.random.default_rng(0).permutation(len(lengths)), 300)
    waste = padding_waste(bucket_batches(lengths, **size, seed=0), lengths)
    assert waste < 0.1 < 0.5 < padding_waste(at_random, lengths)
    assert padding_waste(bucket_batches(lengths, **size), lengths) < waste


@given(some_lengths.filter(any), st.integers(1, 9))
def test_waste_counts_the_positions_of_a_padded_array(lengths, batch_size):
    batches = np.split(np.arange(len(lengths)), range(batch_size, len(lengths), batch_size))
    padded = [np.zeros((len(batch), max(lengths[i] for i in batch)), bool) for batch in batches]
    for array, batch in zip(padded, batches, strict=True):
        for row, index in zip(array, batch, strict=True):
            row[: lengths[index]] = True
    real = np.concatenate([array.ravel() for array in padded])
    assert padding_waste(batches, lengths) == pytest.approx(1 - real.mean())


@pytest.mark.parametrize("lengths, batches", [([], []), ([0, 0], [[0, 1]])])
def test_nothing_wastes_nothing(lengths, batches):
    assert padding_waste(batches, lengths) == 0


@pytest.mark.parametrize(
    "size",
    [{}, {"batch_size": 0}, {"max_tokens": 0}, {"batch_size": 1, "max_tokens": 1}],
)
def test_the_size_of_batches_is_given_once(size):
    with pytest.raises(ValueError, match="One of `batch_size` and `max_tokens` must be given"):
        bucket_batches([1], **size)
