"""Reading of a flatbuffer in which no offset is believed: many tables at a time, in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]
MOST = 500_000  # tables or items of all vectors of one field; files have a few thousand


class FlatbufferError(ValueError):
    """An offset or a size that leads out of the file."""


def need(condition: Any, what: str) -> None:
    """Raise `FlatbufferError` unless a condition, or each of an array of them, holds."""
    if not (condition if isinstance(condition, bool) else condition.all()):
        raise FlatbufferError(what)


def read(data: Bytes, positions: Integers, kind: str) -> Integers:
    """Return the numbers of type `kind`, such as "<u4", at the positions, as int64."""
    width = int(kind[-1])
    need((positions >= 0) & (positions + width <= len(data)), "an offset leads out of the file")
    return data[positions[:, None] + np.arange(width)].view(kind)[:, 0].astype("int64")


def spread(starts: Integers, counts: Integers, width: int) -> tuple[Integers, Integers]:
    """Return the positions of the items of vectors, and the index of the vector of each item.

    Args:
        starts: positions of the first items.
        counts: numbers of items.
        width: bytes of an item.

    Example:

    >>> spread(np.array([8, 40]), np.array([2, 1]), 4)
    (array([ 8, 12, 40]), array([0, 0, 1]))
    """
    need(counts.sum() <= MOST, f"more than {MOST} items of a kind")
    owners = np.repeat(np.arange(len(counts)), counts)
    firsts = np.cumsum(counts) - counts
    return starts[owners] + width * (np.arange(len(owners)) - firsts[owners]), owners


class Vectors:
    """The vectors of a field, one for each table; an absent one is empty.

    Args:
        data: the file.
        starts: positions of the first items; 0 where there is no vector.
        counts: numbers of items.
    """

    def __init__(self, data: Bytes, starts: Integers, counts: Integers) -> None:
        self.data, self.starts, self.counts = data, starts, counts

    def numbers(self, kind: str) -> tuple[Integers, Integers]:
        """Return all items as numbers, and the index of the table of each."""
        positions, owners = spread(self.starts, self.counts, int(kind[-1]))
        return read(self.data, positions, kind), owners

    def tables(self) -> tuple[Tables, Integers]:
        """Return all items as tables, and the index of the outer table of each."""
        positions, owners = spread(self.starts, self.counts, 4)
        return Tables(self.data, positions + read(self.data, positions, "<u4")), owners


class Tables:
    """Tables of one type.

    Args:
        data: the file.
        positions: where the tables are.

    Attributes:
        sizes: bytes of each table.

    Raises:
        FlatbufferError: a table or its list of fields is not inside of the file.
    """

    def __init__(self, data: Bytes, positions: Integers) -> None:
        self.data, self.positions = data, positions
        need(positions % 4 == 0, "a table is not aligned")
        self._fields = positions - read(data, positions, "<i4")
        need(self._fields % 2 == 0, "a list of fields is not aligned")
        self._slots = read(data, self._fields, "<u2")
        self.sizes = read(data, self._fields + 2, "<u2")
        need(self._fields + self._slots <= len(data), "a list of fields leads out of the file")
        need(positions + self.sizes <= len(data), "a table leads out of the file")
        need((self._slots >= 4) & (self.sizes >= 4), "a table has no size")

    def __len__(self) -> int:
        return len(self.positions)

    def places(self, field: int, width: int) -> Integers:
        """Return the positions of a field of `width` bytes; 0 where it is absent."""
        has = 4 + 2 * field < self._slots
        if not has.any():
            return np.zeros(len(self), "int64")
        slot = np.where(has, self._fields + 4 + 2 * field, 0)
        offset = np.where(has, read(self.data, slot, "<u2"), 0)
        inside = (offset >= 4) & (offset + width <= self.sizes) & (offset % min(width, 4) == 0)
        need((offset == 0) | inside, "a field is not inside of its table")
        return np.where(offset > 0, self.positions + offset, 0)

    def numbers(self, field: int, kind: str, default: int = 0) -> Integers:
        """Return the values of a field of numbers."""
        places = self.places(field, int(kind[-1]))
        if not places.any():
            return np.full(len(self), default)
        return np.where(places > 0, read(self.data, places, kind), default)

    def check_fields(self) -> None:
        """Check that all fields begin inside of their tables."""
        positions, owners = spread(self._fields + 4, (self._slots - 4) // 2, 2)
        offsets = read(self.data, positions, "<u2")
        need((offsets == 0) | (offsets >= 4), "a field before its table")
        need(offsets < self.sizes[owners], "a field is not inside of its table")

    def targets(self, field: int) -> Integers:
        """Return the positions that a field of offsets refers to; 0 where it is absent."""
        places = self.places(field, 4)
        return np.where(places > 0, places + read(self.data, places, "<u4"), 0)

    def tables(self, field: int) -> tuple[Tables, Integers]:
        """Return the tables of a field, and the index of the outer table of each."""
        targets = self.targets(field)
        owners = targets.nonzero()[0]
        return Tables(self.data, targets[owners]), owners

    def vectors(self, field: int, width: int) -> Vectors:
        """Return the vectors of a field, whose items have `width` bytes."""
        targets = self.targets(field)
        need(targets % 4 == 0, "a vector is not aligned")
        counts = np.where(targets > 0, read(self.data, targets, "<u4"), 0)
        starts = np.where(targets > 0, targets + 4, 0)
        need(starts + counts * width <= len(self.data), "a vector leads out of the file")
        return Vectors(self.data, starts, counts)

    def strings(self, field: int) -> list[str]:
        """Return the strings of a field; they are UTF-8 and end with a zero."""
        found = self.vectors(field, 1)
        ends = found.starts + found.counts
        need(ends < len(self.data), "a string leads out of the file")
        need((self.data[ends] == 0) | (found.starts == 0), "a string has no end")
        content = self.data.tobytes() if len(self) > 1000 else self.data
        pairs = zip(found.starts.tolist(), ends.tolist(), strict=True)
        return [bytes(content[start:end]).decode() for start, end in pairs]
