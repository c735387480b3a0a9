"""Overlapping windows over long sequences, so that memory is bounded."""

from collections.abc import Iterator


def windows(length: int, size: int = 200, margin: int = 40) -> Iterator[tuple[int, int, int, int]]:
    """Yield overlapping windows over a sequence.

    A model reads each window, but its outputs within `margin` of an inner edge are discarded,
    because they lack context. The remaining ranges cover the sequence exactly once.

    Args:
        length: T, number of tokens.
        size: maximum number of tokens in a window.
        margin: number of tokens of context at an inner edge, less than half of `size`.

    Yields:
        `(start, stop, first, last)`: read `start:stop`, keep `first:last`.

    Raises:
        ValueError: `margin` is negative or too large.

    Example:

    >>> list(windows(10, size=6, margin=1))
    [(0, 6, 0, 5), (4, 10, 5, 10)]
    """
    if not 0 <= 2 * margin < size:
        raise ValueError(f"`margin` must be at least 0 and below {size / 2:g}, got {margin}.")
    first = 0
    while first < length:
        start = max(0, first - margin)
        stop = min(start + size, length)
        last = length if stop == length else stop - margin
        yield start, stop, first, last
        first = last
