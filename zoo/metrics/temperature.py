"""The temperature that calibrates a model: the divisor of its scores that fits dev best."""

import math
from collections.abc import Callable

LIMIT = 128.0  # temperatures lie between 1 / LIMIT and LIMIT
DOUBLINGS = round(math.log2(LIMIT))
PRECISION = 1e-3  # relative
GOLDEN = (math.sqrt(5) - 1) / 2


def search_temperature(loss: Callable[[float], float], count: int) -> float:
    """Return the temperature that fits some answers best, wherever it lies within `LIMIT`.

    ```
    minimize  count loss(T) + (log T)^2 / 2
    ```

    The second term is a weak prior. Without it, a dev set on which all answers are correct would
    lead to T = 0, and every score to 1.

    A bracket around 1 expands by factors of 2 until a minimum lies inside, or a limit is reached.
    Golden-section search then narrows it down to 0.1%. The scale is logarithmic.

    Args:
        loss: function from a temperature to the mean negative log likelihood of the answers.
        count: number of answers.

    Returns:
        The temperature, with four digits; a limit if no minimum lies inside.

    Example:

    >>> search_temperature(lambda t: (t - 20) ** 2, count=1000)
    20.0
    >>> search_temperature(lambda t: -t, count=1000)
    128.0
    """

    def objective(log: float) -> float:
        return count * loss(math.exp(log)) + log**2 / 2

    step = math.log(2)
    values = {doublings: objective(doublings * step) for doublings in range(-2, 3)}
    while (best := min(values, key=lambda each: values[each])) in (min(values), max(values)):
        if abs(best) == DOUBLINGS:
            return 2.0**best
        beyond = best + (1 if best > 0 else -1)
        values[beyond] = objective(beyond * step)
    low, high = (best - 1) * step, (best + 1) * step
    return float(f"{math.exp(golden_section(objective, low, high, PRECISION)):.4g}")


def golden_section(
    function: Callable[[float], float], low: float, high: float, width: float
) -> float:
    """Return the minimum of a function of one minimum in an interval, to within a width.

    Example:

    >>> round(golden_section(lambda x: (x - 2) ** 2, 0, 5, 1e-4), 3)
    2.0

    Reference: Kiefer (1953).
    """
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > width:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = function(right)
    return (low + high) / 2
