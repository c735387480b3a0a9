"""Model sizes for comparisons at an equal number of parameters."""

import bisect
from collections.abc import Callable


def units_of_budget(parameters: Callable[[int], int], budget: int, units: int) -> int:
    """Return the number of units whose number of parameters is nearest to a budget.

    For a fair comparison a unidirectional model needs more units than a bidirectional one.

    Args:
        parameters: increasing function from the number of units to the number of parameters.
        budget: the wanted number of parameters.
        units: lower limit of the search, below the budget; the upper limit is twice as high.

    Example:

    >>> units_of_budget(lambda units: units * (units + 8), budget=900, units=20)
    26
    """
    above = bisect.bisect_left(range(2 * units), budget, lo=units, key=parameters)
    return min(above - 1, above, key=lambda each: abs(parameters(each) - budget))
