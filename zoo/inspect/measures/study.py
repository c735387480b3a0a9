"""What the units of a direction have learnt: their correlation with what can be read off words."""

from functools import partial
from typing import NamedTuple

import numpy as np

from zoo.inspect.measures.states import pearson
from zoo.text.word_encoder import CASES, case_of

TITLES = frozenset(
    "mr. mrs. ms. dr. president minister premier sen. gen. chairman chief king queen pope judge "
    "coach captain spokesman director".split()
)
SAYING = frozenset("said says say told added asked announced reported".split())
PLACING = frozenset("in at from near to".split())
NEGATIONS = frozenset("not n't no never nothing none without hardly nor cannot".split())
TURNS = frozenset("but however although though yet".split())
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
QUOTES = frozenset('"')


def near(words, among, *offsets):
    """Return where one of `among` stands at one of the offsets, (T,) of 0 and 1.

    Args:
        words: T strings in lower case.
        among: a set of words.
        offsets: -1 for the word before, 1 for the one behind, ...

    Example:

    >>> near(["mr.", "bo", "left"], {"mr."}, -1).tolist()
    [0.0, 1.0, 0.0]
    """
    there = np.array([word in among for word in words], bool)
    found = np.zeros(len(words), bool)
    positions = np.arange(len(words))
    for offset in offsets:
        at = positions + offset
        inside = (at >= 0) & (at < len(words))
        found[inside] |= there[at[inside]]
    return found.astype("float64")


def inside(words, opening, closing):
    """Return where a bracket is open, (T,) of 0 and 1; the brackets themselves are outside.

    Where opening and closing are the same, as with quotes, every second one closes.

    Example:

    >>> inside(["a", "(", "b", ")", "c"], "(", ")").tolist()
    [0.0, 0.0, 1.0, 0.0, 0.0]
    """
    found, depth = np.zeros(len(words)), 0
    for t, word in enumerate(words):
        if word in closing and depth:
            depth -= 1
        elif word in opening:
            depth += 1
        else:
            found[t] = depth > 0
    return found


def _lower(function, *arguments):
    return lambda words: function([word.lower() for word in words], *arguments)


def _written(*cases):
    return lambda words: np.array([CASES[case_of(word)] in cases for word in words], "float64")


# Name -> function of T words as they are written to (T,) numbers.
FEATURES = {
    "capitalised": _written("title"),
    "all capitals": _written("upper"),
    "a number": _written("digits", "some digits"),
    "after a title": _lower(near, TITLES, -1),
    "before a title": _lower(near, TITLES, 1),
    "after a verb of saying": _lower(near, SAYING, -1),
    "before a verb of saying": _lower(near, SAYING, 1),
    "after in, at, from, to": _lower(near, PLACING, -1),
    "before in, at, from, to": _lower(near, PLACING, 1),
    "up to 3 after a negation": _lower(near, NEGATIONS, -1, -2, -3),
    "up to 3 before a negation": _lower(near, NEGATIONS, 1, 2, 3),
    "up to 3 after but, though": _lower(near, TURNS, -1, -2, -3),
    "up to 3 before but, though": _lower(near, TURNS, 1, 2, 3),
    "inside parentheses": partial(inside, opening=OPENING, closing=CLOSING),
    "inside quotes": partial(inside, opening=QUOTES, closing=QUOTES),
    "words read so far": lambda words: np.arange(len(words), dtype="float64"),
    "words still to come": lambda words: np.arange(len(words), dtype="float64")[::-1],
}


class UnitMeaning(NamedTuple):
    """The unit of a direction that follows a feature most closely.

    Args:
        feature: name of the feature.
        unit: index of the unit.
        correlation: Pearson's, of positions that had no say in choosing the unit.
        shuffled: the largest such correlation, up or down, of features that were moved to other
            positions: what the best unit has by chance.
    """

    feature: str
    unit: int
    correlation: float
    shuffled: float

    @property
    def margin(self):
        """How far the unit lies above chance."""
        return abs(self.correlation) - self.shuffled


def feature_table(sentences):
    """Return the features of all words of sentences that lie one behind the other.

    Args:
        sentences: list of lists of words, none empty.

    Returns:
        Dict of name to (N,) numbers, those of `FEATURES`.

    Example:

    >>> feature_table([["Mr.", "Bo"], ["No", "!"]])["after a title"].tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    return {
        name: np.concatenate([function(words) for words in sentences])
        for name, function in FEATURES.items()
    }


def clearest_units(states, features, shuffles=20, seed=0):
    """Find for each feature the unit that follows it most closely, beside chance.

    ```
    unit = argmax_u |r_u|, r_u the correlation of unit u and feature over the first half
    ```

    and its correlation over the second half is what is told. A feature that keeps its own order
    but is moved along, in a circle, by at least a tenth of the half, gives what the best of so
    many units has by chance.

    Args:
        states: (N, U), of N positions one behind the other.
        features: dict of name to (N,) numbers.
        shuffles: how often each feature is moved.
        seed: of the moves.

    Returns:
        List of `UnitMeaning`, in the order of `features`; those without a feature that changes, or
        a unit, in both halves are left out.

    Raises:
        ValueError: fewer than 20 positions, other lengths, no shuffle.

    Example:

    >>> rng = np.random.default_rng(0)
    >>> states = rng.normal(size=(2000, 8))
    >>> (found,) = clearest_units(states, {"sign of unit 3": states[:, 3] > 0})
    >>> found.unit, found.correlation > 0.7, found.shuffled < 0.2
    (3, True, True)
    """
    states = np.asarray(states)
    lengths = {len(states), *map(len, features.values())}
    if len(lengths) != 1 or len(states) < 20 or states.ndim != 2 or shuffles < 1:
        raise ValueError(
            "clearest_units: `states` (N, U) and `features` (N,) must have one N of 20 or more, "
            f"and `shuffles` be 1 or more; got {states.shape}, "
            f"{ {name: len(each) for name, each in features.items()} } and {shuffles}."
        )
    rng = np.random.default_rng(seed)
    halves = np.array_split(np.arange(len(states)), 2)
    moves = rng.uniform(0.1, 0.9, size=shuffles)
    found = []
    for name, feature in features.items():
        tables = [_moved(np.asarray(feature, "float64")[half], moves) for half in halves]
        choose, measure = (
            pearson(states[half], table) for half, table in zip(halves, tables, strict=True)
        )
        if np.isnan(choose).all(axis=0).any():
            continue
        units = np.nanargmax(np.abs(choose), axis=0)
        told = measure[units, np.arange(len(units))]
        if np.isfinite(told).all():
            meaning = UnitMeaning(name, int(units[0]), float(told[0]), float(abs(told[1:]).max()))
            found.append(meaning)
    return found


def _moved(feature, moves):
    """Return the feature (N,) as it is and moved along by each share of N, (N, 1 + moves)."""
    return np.stack([feature, *(np.roll(feature, round(m * len(feature))) for m in moves)], axis=1)
