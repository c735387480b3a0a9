"""What the units of a direction have learnt: their correlation with properties of the text."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

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


def near(words: Sequence[str], among: Collection[str], *offsets: int) -> np.ndarray:
    """Return where one of `among` is at one of the offsets, (T,) of 0 and 1.

    Args:
        words: T words in lower case.
        among: a set of words.
        *offsets: -1 for the preceding word, 1 for the next one, ...

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


def inside(words: Sequence[str], opening: Collection[str], closing: Collection[str]) -> np.ndarray:
    """Return where a bracket is open, (T,) of 0 and 1; the brackets themselves are outside.

    If opening and closing are the same, as for quotes, every second one closes.

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


# Name -> function from T words to their values (T,).
FEATURES: dict[str, Callable[[Sequence[str]], np.ndarray]] = {
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
    """The unit of a direction with the largest correlation with a feature.

    Args:
        feature: name of the feature.
        unit: index of the unit.
        correlation: Pearson correlation on other positions than those on which the unit was chosen.
        shuffled: the largest absolute correlation of the best unit with shifted copies of the
            feature: the level of chance.
    """

    feature: str
    unit: int
    correlation: float
    shuffled: float

    @property
    def margin(self) -> float:
        """Difference between the absolute correlation and the level of chance."""
        return abs(self.correlation) - self.shuffled


def feature_table(sentences: Sequence[Sequence[str]]) -> dict[str, np.ndarray]:
    """Return the features of all words of concatenated sentences.

    Args:
        sentences: lists of words, none empty.

    Returns:
        The values (N,) of the features by name, those of `FEATURES`.

    Example:

    >>> feature_table([["Mr.", "Bo"], ["No", "!"]])["after a title"].tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    return {
        name: np.concatenate([function(words) for words in sentences])
        for name, function in FEATURES.items()
    }


def clearest_units(
    states: ArrayLike,
    features: Mapping[str, ArrayLike],
    shuffles: int = 20,
    seed: int = 0,
) -> list[UnitMeaning]:
    """Find for each feature the unit with the largest correlation, and the level of chance.

    ```
    unit = argmax_u |r_u|, r_u the correlation of unit u and feature over the first half
    ```

    The reported correlation is that over the second half. The level of chance is that of the same
    procedure with copies of the feature that are shifted circularly by at least a tenth of the
    half.

    Args:
        states: (N, U), of N consecutive positions.
        features: values (N,) by name.
        shuffles: number of shifted copies of each feature.
        seed: seed of the shifts.

    Returns:
        The units in the order of `features`, without features or units that are constant in a half.

    Raises:
        ValueError: N is below 20, lengths differ, or `shuffles` is below 1.

    Example:

    >>> rng = np.random.default_rng(0)
    >>> states = rng.normal(size=(2000, 8))
    >>> (found,) = clearest_units(states, {"sign of unit 3": states[:, 3] > 0})
    >>> found.unit, found.correlation > 0.7, found.shuffled < 0.2
    (3, True, True)
    """
    units, values = np.asarray(states), {n: np.asarray(each) for n, each in features.items()}
    lengths = {len(units), *map(len, values.values())}
    if len(lengths) != 1 or len(units) < 20 or units.ndim != 2 or shuffles < 1:
        raise ValueError(
            "clearest_units: `states` (N, U) and `features` (N,) must have one N of 20 or more, "
            f"and `shuffles` be 1 or more; got {units.shape}, "
            f"{ {name: len(each) for name, each in values.items()} } and {shuffles}."
        )
    rng = np.random.default_rng(seed)
    halves = np.array_split(np.arange(len(units)), 2)
    shifts = rng.uniform(0.1, 0.9, size=shuffles)
    found = []
    for name, feature in values.items():
        tables = [_shifted(feature[half].astype("float64"), shifts) for half in halves]
        choose, measure = (
            pearson(units[half], table) for half, table in zip(halves, tables, strict=True)
        )
        if np.isnan(choose).all(axis=0).any():
            continue
        best = np.nanargmax(np.abs(choose), axis=0)
        real, *chance = measure[best, np.arange(len(best))].tolist()
        if np.isfinite([real, *chance]).all():
            found.append(UnitMeaning(name, int(best[0]), real, max(map(abs, chance))))
    return found


def _shifted(feature, shifts):
    """Return the feature (N,) and its copies, shifted circularly by fractions of N, as columns."""
    copies = (np.roll(feature, round(shift * len(feature))) for shift in shifts)
    return np.stack([feature, *copies], axis=1)
