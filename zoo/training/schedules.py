"""Learning rate schedules: functions from the number of epochs passed to the learning rate."""

import math
from collections.abc import Callable

from zoo.layers.guards import check_rate

Schedule = Callable[[float], float]


def linear_decay(rate: float, epochs: int) -> Schedule:
    """Return a schedule that falls linearly to 0.

    Args:
        rate: learning rate at the start.
        epochs: number of epochs after which the learning rate is 0.

    Returns:
        Function from the number of epochs passed, a float, to the learning rate.

    Example:

    >>> schedule = linear_decay(0.1, epochs=4)
    >>> schedule(0), schedule(2.0)
    (0.1, 0.05)
    """
    return lambda passed: rate * (1 - passed / epochs)


def warmup_cosine(rate: float, epochs: int, warmup: float = 0.3) -> Schedule:
    """Return a schedule that rises linearly from 0, then falls to 0 along half a cosine.

    Args:
        rate: highest learning rate.
        epochs: number of epochs after which the learning rate is 0 again.
        warmup: fraction of the epochs in which the learning rate rises.

    Returns:
        Function from the number of epochs passed, a float, to the learning rate.

    Raises:
        ValueError: `warmup` is not in [0, 1).

    Example:

    >>> schedule = warmup_cosine(0.1, epochs=10, warmup=0.2)
    >>> [round(schedule(passed), 3) for passed in (0, 1, 2, 6, 10)]
    [0.0, 0.05, 0.1, 0.05, 0.0]
    """
    check_rate("warmup", warmup)

    def schedule(passed: float) -> float:
        fraction = passed / epochs
        if fraction < warmup:
            return rate * fraction / warmup
        return rate * (1 + math.cos(math.pi * (fraction - warmup) / (1 - warmup))) / 2

    return schedule
