"""How large a model may be to have as many parameters as another one."""

import bisect


def units_of_budget(parameters, budget, units):
    """Return the number of units at which a model comes nearest to a number of parameters.

    A fair comparison of one way with both ways gives one way more units: it has half the cells.

    Args:
        parameters: function from a number of units to that of parameters; more units are more.
        budget: how many parameters there may be.
        units: the number to begin from, at which there are fewer; twice that is enough.

    Example:

    >>> units_of_budget(lambda units: units * (units + 8), budget=900, units=20)
    26
    """
    # The place of the budget, then its nearer side.
    above = bisect.bisect_left(range(2 * units), budget, lo=units, key=parameters)
    return min(above - 1, above, key=lambda each: abs(parameters(each) - budget))
