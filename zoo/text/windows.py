"""Long sequences in pieces that overlap, so that memory stays bounded and no edge is seen."""

from collections.abc import Iterator


def windows(length: int, size: int = 200, margin: int = 40) -> Iterator[tuple[int, int, int, int]]:
    """Yield the pieces in which a long sequence is read.

    Pieces overlap. Of each, what lies within `margin` of an edge that is not an end of the
    sequence is read for its context alone; the rest of all pieces is the sequence, once.

    Args:
        length: T, how many tokens there are.
        size: how many of them a piece may have.
        margin: how many at an inner edge are context alone; twice that must be less than `size`.

    Yields:
        `(start, stop, first, last)`: read `start:stop`, keep `first:last`.

    Raises:
        ValueError: a margin that leaves nothing to keep.

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
