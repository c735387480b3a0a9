"""The faulty places of a file, which a reader reports all at once."""

from collections.abc import Iterator
from types import TracebackType
from typing import TypeVar

from zoo.errors import CorpusError

T = TypeVar("T")
KEPT = 1000  # places; further ones are only counted


class Faults:
    """Takes note of errors, so that a reader goes on at the next row.

    `with faults:` ends at a `CorpusError` and takes note of it; other errors are raised.

    Example:

    >>> faults = Faults()
    >>> for line, label in enumerate(["x", "", "y", ""], 1):
    ...     with faults:
    ...         if not label:
    ...             raise CorpusError("my.csv", line, "no label.")
    >>> faults.check()
    Traceback (most recent call last):
    ...
    zoo.errors.CorpusError: my.csv:2: no label.
    my.csv:4: no label.
    """

    def __init__(self) -> None:
        self.found: list[CorpusError] = []
        self.unlisted = 0

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, CorpusError):
            return False
        places = (error, *error.others)
        # All of a reader that ended, since they may precede those that were found here.
        kept = places if error.others else places[: max(0, KEPT - len(self.found))]
        # Without their tracebacks, which hold on to what the reader has read.
        self.found += [each.with_traceback(None) for each in kept]
        self.unlisted += len(places) - len(kept) + error.unlisted
        return True

    def until_end(self, items: Iterator[T]) -> Iterator[T]:
        """Yield items, and take note of the error that ends them."""
        with self:
            yield from items

    def check(self) -> None:
        """Raise one error for all places, file by file and in the order of their lines.

        Raises:
            CorpusError: there is at least one.
        """
        if not self.found:
            return
        # A file may be given twice, as train and as dev.
        found = {(str(each.path), each.line, each.reason): each for each in self.found}
        files = {path: number for number, path in enumerate(dict.fromkeys(p for p, *_ in found))}
        places = sorted(found, key=lambda place: (files[place[0]], place[1] or 0))
        first, *others = (found[place] for place in places)
        raise CorpusError(first.path, first.line, first.reason, others, self.unlisted)
