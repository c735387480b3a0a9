"""Which rows of a grid are quick: a sample in which everything occurs. The rest is slow.

    @pytest.mark.grid          # every value of every parameter occurs in the quick suite
    @pytest.mark.grid(2)       # every pair of values of two parameters does
    @pytest.mark.parametrize("mask", MASKS)
    @pytest.mark.parametrize("spec", SPECS)
    def test_...

`quick` does the same for a table that is not a product: it names the rows to keep.
"""

from itertools import combinations

import pytest
from hypothesis import settings

REASON = "a row of a grid whose values occur in quick rows"


def quick(rows, *kept):
    """Return the keys of a table as parameters, all but the kept ones marked slow.

    Args:
        rows: iterable of keys, such as a dict.
        *kept: those that the quick suite runs; they must be among the rows.
    """
    assert set(kept) <= set(rows), f"no rows: {set(kept) - set(rows)}"
    slow = pytest.mark.slow("a row of a table of which the quick suite runs others")
    return [row if row in kept else pytest.param(row, marks=slow) for row in rows]


def examples(count):
    """Return settings of a Hypothesis test: the quick suite draws a part of its examples.

    Args:
        count: how many in the slow suite, whose profile has Hypothesis' own 100.
    """
    return settings(max_examples=max(5, count * settings().max_examples // 100))


def mark_slow_rows(items):
    """Mark the rows of grids that add no value, or no pair of values, to the quick ones.

    A row that is slow by itself is no row of the grid.
    """
    grids = {}
    for item in items:
        marked = item.get_closest_marker("grid") and not item.get_closest_marker("slow")
        if marked and hasattr(item, "callspec"):
            grids.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for rows in grids.values():
        (strength,) = rows[0].get_closest_marker("grid").args or (1,)
        kept = covering([_identities(item.callspec.params) for item in rows], strength)
        for number, item in enumerate(rows):
            if number not in kept:
                item.add_marker(pytest.mark.slow(REASON))


def _identities(params):
    """Return parameters as what can be compared: arrays, say, cannot."""
    return {name: id(value) for name, value in params.items()}


def covering(rows, strength):
    """Return the numbers of rows, few of them, in which all combinations of values occur.

    Args:
        rows: list of dicts from the name of a parameter to its value, or to what stands for it.
        strength: of how many parameters at a time the values are combined.

    Example:

    >>> grid = [{"mask": m, "cell": c} for m in range(3) for c in range(2)]
    >>> [grid[number] for number in covering(grid, 1)]
    [{'mask': 0, 'cell': 0}, {'mask': 1, 'cell': 1}, {'mask': 2, 'cell': 0}]
    >>> len(covering(grid, 2))
    6
    """
    shown = [set(combinations(row.items(), min(strength, len(row)))) for row in rows]
    missing, kept = set().union(*shown), []
    while missing:
        best = max(range(len(rows)), key=lambda number: len(shown[number] & missing))
        kept.append(best)
        missing -= shown[best]
    return sorted(kept)
