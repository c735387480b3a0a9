"""Parallel map in threads, ordered and with bounded memory, and chunks of an iterable."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S", bound=Sized)


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_in_order(function: Callable[[T], R], items: Iterable[T], threads: int) -> Iterator[R]:
    """Yield `function(item)` for every item, in order, computed in threads.

    Args:
        function: function of one item. Its errors are raised in the position of its result.
        items: any iterable. It is read in the caller's thread, at most `threads` items ahead.
        threads: number of threads; 1 for the caller's thread only, without reading ahead.

    Yields:
        The result of each item. If the caller stops early, items that no thread has begun are left
        out, and nothing is waited for.

    Example:

    >>> list(map_in_order(str.upper, "abc", threads=2))
    ['A', 'B', 'C']
    """
    if threads == 1:
        yield from map(function, items)
        return
    pool = ThreadPoolExecutor(threads)
    pending: deque[Future[R]] = deque()
    try:
        for item in items:
            pending.append(pool.submit(function, item))
            if len(pending) > threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def chunks(
    items: Iterable[S], count: int, size: int, check: Callable[[S], Any]
) -> Iterator[tuple[list[S], Exception | None]]:
    """Split an iterable into lists of limited length and size.

    Args:
        items: any iterable of items with a length.
        count: maximum number of items in a list.
        size: a list ends when the sum of the lengths of its items reaches this.
        check: function that raises an error for an invalid item.

    Yields:
        Pairs of a list and None. If `check` or the iterable raises an error, the last pair holds
        the items before it and the error.

    Example:

    >>> list(chunks(["a", "b", "c"], count=2, size=99, check=len))
    [(['a', 'b'], None), (['c'], None)]
    """
    items = iter(items)
    error: Exception | None = None
    while error is None:
        chunk: list[S] = []
        total = 0
        try:
            while len(chunk) < count and total < size:
                item = next(items)
                check(item)
                chunk.append(item)
                total += len(item)
        except Exception as raised:  # the caller raises it after the results of `chunk`
            error = raised
        ended = isinstance(error, StopIteration)
        if chunk or not ended and error is not None:
            yield chunk, None if ended else error
