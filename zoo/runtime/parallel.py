"""Work on many things at once, in threads, with the answers in order and little of it in memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S", bound=Sized)


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_in_order(function: Callable[[T], R], items: Iterable[T], threads: int) -> Iterator[R]:
    """Yield `function(item)` for every item, in order, computed in threads.

    Args:
        function: of one item; an error of its own is raised where its answer would have come.
        items: any iterable, taken from in the caller's thread, at most `threads` items ahead.
        threads: how many; with 1 the caller's thread does it all, and nothing is taken ahead.

    Example:

    >>> list(map_in_order(str.upper, "abc", threads=2))
    ['A', 'B', 'C']
    """
    if threads == 1:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        pending = deque()
        for item in items:
            pending.append(pool.submit(function, item))
            if len(pending) > threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def chunks(
    items: Iterable[S], count: int, size: int, check: Callable[[S], Any]
) -> Iterator[tuple[list[S], Exception | None]]:
    """Yield the items of any iterable in lists, each with the error that cut it off, or None.

    Args:
        items: any iterable of things that have a length.
        count: how many items a list has at most.
        size: a list ends with the item that brings the sum of its items' lengths to this.
        check: function that raises an error for an item that is not to be taken.

    Yields:
        Pairs of a list and an error: one of `check` or of the iterable itself, with which all ends,
        so that what came before it is not lost.

    Example:

    >>> list(chunks(["a", "b", "c"], count=2, size=99, check=len))
    [(['a', 'b'], None), (['c'], None)]
    """
    items = iter(items)
    error = None
    while error is None:
        chunk, total = [], 0
        try:
            while len(chunk) < count and total < size:
                item = next(items)
                check(item)
                chunk.append(item)
                total += len(item)
        except Exception as raised:  # whatever it is, it is raised in its place
            error = raised
        ended = isinstance(error, StopIteration)
        if chunk or not ended and error is not None:
            yield chunk, None if ended else error
