"""Diagnostic tasks: their labels and ceilings against every sequence there is."""

from collections import defaultdict
from itertools import pairwise, product

import numpy as np
import pytest

from zoo.data.brackets import CLOSING_IDS, DISTRACTOR_IDS, OPENING_IDS, bracket_source
from zoo.data.diagnostics import (
    DIAGNOSTICS,
    DIRECTIONS,
    UNSCORED,
    Adding,
    Agreement,
    Brackets,
    CopyMemory,
    Dyck,
    LookAhead,
    ReversedCopy,
    SandwichXor,
)

COUNT, SIGMAS = 20_000, 5
# Short, so that all sequences can be listed.
SMALL = {
    "look-ahead by 1": LookAhead(1, length=4),
    "look-ahead by 3": LookAhead(3, stay=0.5, length=5),
    "look-ahead, uniform": LookAhead(2, stay=0.25, length=4),
    "reversed copy, even": ReversedCopy(length=4),
    "reversed copy, odd": ReversedCopy(length=5),
    "agreement": Agreement(length=4),
    "sandwich XOR": SandwichXor(distance=1, length=6),
    "sandwich XOR, far": SandwichXor(distance=2, length=7),
    "brackets": Brackets(length=5),
    "Dyck": Dyck(depth=2, length=8),
    "adding": Adding(length=4),
    "copy": CopyMemory(count=2, length=5),
}


def law(task):
    """Return every sequence of the task's length with its probability."""
    listed = {
        LookAhead: markov_law,
        Brackets: bracket_law,
        Dyck: dyck_law,
        Adding: adding_law,
    }.get(type(task), uniform_law)
    return listed(task)


def markov_law(task):
    leave = (1 - task.stay) / 3
    return {
        ids: 0.25 * np.prod([task.stay if a == b else leave for a, b in pairwise(ids)])
        for ids in product((1, 2, 3, 4), repeat=task.length)
    }


def uniform_law(task):
    """Tokens are independent and equally likely, each out of its own set."""
    symbols, ends, middle = (1, 2, 3, 4), (1, 2), (3, 4, 5, 6)
    choices = {
        ReversedCopy: [symbols] * task.length,
        Agreement: [ends, *[middle] * (task.length - 2), ends],
        SandwichXor: [ends] * task.length,
        CopyMemory: [symbols, symbols, (5,), (6,), (6,)],
    }[type(task)]
    listed = [*product(*choices)]
    return dict.fromkeys(listed, 1 / len(listed))


def bracket_law(task):
    source = bracket_source(task.difficulty)
    one = {
        OPENING_IDS[0]: source.p_open,
        CLOSING_IDS[0]: source.p_close,
        DISTRACTOR_IDS[0]: source.p_distractor,  # stands for all of them
    }
    return {ids: np.prod([one[each] for each in ids]) for ids in product(one, repeat=task.length)}


def dyck_law(task):
    found = {}

    def go_on(ids, stack, probability):
        if len(ids) == task.length:
            found[ids] = probability
            return
        rises = len(stack) < min(task.depth, task.length - len(ids))
        for kind in (1, 2) if rises else ():
            go_on((*ids, kind), (*stack, kind), probability / 2 / (2 if stack else 1))
        if stack:
            go_on((*ids, stack[-1] + 2), stack[:-1], probability / (2 if rises else 1))

    go_on((), (), 1.0)
    return found


def adding_law(task):
    found = defaultdict(float)
    for ids in product((1, 2, 3, 4, 5), repeat=4):
        for first, second in product((0, 1), (2, 3)):
            marked = [each + 5 * (t in (first, second)) for t, each in enumerate(ids)]
            found[tuple(marked)] += 5**-4 / 4
    return found


def readers(length, whole):
    """Return what each direction has read at each token, as functions of the ids."""
    if whole:
        return {name: [lambda ids: ids] for name in DIRECTIONS}
    return {
        "forward": [lambda ids, t=t: ids[: t + 1] for t in range(length)],
        "backward": [lambda ids, t=t: ids[t:] for t in range(length)],
        "both": [lambda ids: ids] * length,
    }


def best_accuracy(task, direction):
    """Return the probability at each token that the likeliest label is right."""
    listed = law(task)
    labels = task.label(np.array([*listed])).reshape(len(listed), -1)
    best = []
    for t, read in enumerate(readers(task.length, task.whole)[direction]):
        mass = defaultdict(lambda: np.zeros(task.labels))
        for (ids, probability), label in zip(listed.items(), labels[:, t], strict=True):
            if label != UNSCORED:
                mass[read(ids)][label] += probability
        best.append(sum(each.max() for each in mass.values()) if mass else np.nan)
    return np.array(best)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("task", SMALL.values(), ids=SMALL)
def test_the_ceiling_is_that_of_listing_every_sequence(task, direction):
    found = task.ceiling(direction, task.length)
    assert found.shape == (() if task.whole else (task.length,))
    np.testing.assert_allclose(found.reshape(-1), best_accuracy(task, direction), atol=1e-12)


@pytest.mark.parametrize("task", SMALL.values(), ids=SMALL)
def test_samples_follow_the_listed_law(task):
    expected = law(task)
    assert sum(expected.values()) == pytest.approx(1)
    ids = task.draw(np.random.default_rng(0), COUNT, task.length)
    if isinstance(task, Brackets):
        ids[np.isin(ids, DISTRACTOR_IDS)] = DISTRACTOR_IDS[0]
    found = dict.fromkeys(expected, 0)
    for sequence in map(tuple, ids.tolist()):
        found[sequence] += 1
    p = np.array([*expected.values()])
    # Counts of rare sequences are Poisson: their tail is longer, hence the constant.
    allowed = SIGMAS * np.sqrt(COUNT * p * (1 - p)) + SIGMAS
    assert (np.abs(np.array([*found.values()]) - COUNT * p) <= allowed).all()


LABELLED = {
    "look-ahead by 1": ([1, 4, 2], [3, 1, -1]),
    "reversed copy": ([1, 2, 4, 4], [3, 3, 1, 0]),
    "first-and-last agreement": ([1, 5, 3, 2], [0, 0, 0, 0]),
    "sandwich XOR": ([1, 1, 2, 1, 2], [-1, -1, 1, -1, -1]),
    "Dyck-(2, 3)": ([2, 1, 2, 4, 3, 4, 1, 3], [1, 0, 1, 0, 1, 2, 0, 2]),
    "adding": ([5, 10, 6, 5], 4),
    "copy": ([3, 1, 2, 4, 5, 6, 6, 6, 6], [-1, -1, -1, -1, -1, 2, 0, 1, 3]),
}


@pytest.mark.parametrize("name", LABELLED)
def test_labels_are_those_written_by_hand(name):
    ids, labels = LABELLED[name]
    assert DIAGNOSTICS[name].label(np.array([ids]))[0].tolist() == labels


@pytest.mark.parametrize("task", DIAGNOSTICS.values(), ids=DIAGNOSTICS)
def test_ids_and_labels_are_in_their_ranges_at_every_length(task):
    for length in (*task.shorter, task.length, *task.longer):
        ids = task.draw(np.random.default_rng(1), 8, length)
        assert ids.shape == (8, length) and ids.dtype == np.int32
        assert 0 < ids.min() and ids.max() < task.tokens
        labels = task.label(ids)
        assert labels.shape == ((8,) if task.whole else (8, length))
        assert UNSCORED <= labels.min() and labels.max() < task.labels
        assert (labels == UNSCORED).all(axis=0).tolist() == np.isnan(
            task.ceiling("both", length)
        ).tolist() or task.whole


def test_a_wrong_direction_or_length_is_refused():
    with pytest.raises(ValueError, match="direction must be one of .*, got 'up'"):
        Dyck().ceiling("up", 8)
    with pytest.raises(ValueError, match="length must be even, got 7"):
        Dyck().draw(np.random.default_rng(0), 1, 7)
