"""Sets of documents as sorted NumPy arrays, and what is done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

# Where one array is this many times longer than the other, looking up each of the short one's values by
# bisection is faster than marking all of the long one's (measured at 100,000 documents).
_GALLOP = 24
_AT_ONCE = 1 << 17
# Places of documents are numbered in blocks of so many; between the last place of a document and the first of
# the next one are at least so many numbers that are no place.
_BLOCK_BITS = 8
PLACE_GAP = 128


@dataclass(frozen=True, slots=True)
class ScoredIds:
    """Documents of a segment, ascending, with a number for each: a term's weight or a score."""

    ids: Array  # int32
    scores: Array  # of the same length

    @classmethod
    def none(cls) -> ScoredIds:
        """No documents."""
        return cls(np.empty(0, np.int32), np.empty(0, np.float32))

    @property
    def byte_count(self) -> int:
        """The memory it takes."""
        return int(self.ids.nbytes + self.scores.nbytes)


@dataclass(frozen=True, slots=True)
class Postings:
    """Documents with a term, how often it stands in each, and where: all documents' positions in one row."""

    ids: Array  # int32
    counts: Array
    positions: Array

    @classmethod
    def none(cls) -> Postings:
        """No documents."""
        return cls(*(np.empty(0, np.int32) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class Numbering:
    """The places of a segment, each one number: those of a document in a row, document after document.

    The numbers have 32 bits (64 where a segment has more than two million articles): half of what a number
    for the document and one for the position take, in memory and in time.
    """

    starts: Array  # the first number of each document
    owners: Array  # whose the numbers of each block are

    @classmethod
    def of(cls, lengths: Array) -> Numbering:
        """A numbering of documents with so many positions."""
        blocks = (lengths.astype(np.int64) + PLACE_GAP >> _BLOCK_BITS) + 1
        starts = (np.cumsum(blocks) - blocks) << _BLOCK_BITS
        is_small = int(blocks.sum()) << _BLOCK_BITS <= np.iinfo(np.int32).max
        owners = np.repeat(np.arange(len(lengths), dtype=np.int32), blocks)
        return cls(starts.astype(np.int32) if is_small else starts, owners)

    def places(self, found: Postings) -> Array:
        """All places of a term, ascending."""
        places = np.repeat(self.starts[found.ids], found.counts)
        places += found.positions
        return places

    def owners_of(self, places: Array) -> Array:
        """The document of each place."""
        owners: Array = self.owners[places >> _BLOCK_BITS]
        return owners

    def documents_of(self, places: Array) -> Array:
        """The documents that ascending places lie in, ascending, each once."""
        ids = self.owners_of(places)
        return ids[np.concatenate(([True], ids[1:] != ids[:-1]))] if len(ids) else ids


def in_all(lists: Sequence[Array], size: int) -> tuple[Array, list[Array | None]]:
    """The documents that all lists have, and where they stand in each; None: it has no others.

    Lists are ascending document numbers below ``size``; without a list all documents are found.
    """
    if not lists:
        return np.arange(size, dtype=np.int32), []
    by_length = sorted(range(len(lists)), key=lambda i: len(lists[i]))
    ids = lists[by_length[0]]
    places: dict[int, Array | None] = {by_length[0]: None}
    for i in by_length[1:]:
        at = places_or_none(ids, lists[i], size)
        is_there = at >= 0
        if not is_there.all():
            kept = np.flatnonzero(is_there)
            ids, at = ids[kept], at[kept]
            places = {one: kept if before is None else before[kept] for one, before in places.items()}
        places[i] = at
    return ids, [places[i] for i in range(len(lists))]


def places_or_none(values: Array, among: Array, size: int) -> Array:
    """Where each of ``values`` stands in ``among``, below 0 where it does not; both as in ``in_all``."""
    if not len(among):
        return np.full(len(values), -1)
    if len(among) > _GALLOP * len(values):
        at = np.searchsorted(among, values)
        at[at == len(among)] = 0
        at[among[at] != values] = -1
        return at
    where = np.full(size, -1, np.int32)
    where[among] = np.arange(len(among), dtype=np.int32)
    found: Array = where[values]
    return found


def isin_sorted(values: Array, among: Array, size: int) -> Array:
    """Which of ``values`` are among others; both ascending document numbers below ``size``."""
    if not len(among) or not len(values):
        return np.zeros(len(values), bool)
    if len(among) > _GALLOP * len(values):
        return isin_long(values, among)
    marked = np.zeros(size, bool)
    marked[among] = True
    found: Array = marked[values]
    return found


def isin_long(values: Array, among: Array) -> Array:
    """Which of ``values`` are among others, both ascending, by bisection."""
    if not len(among):
        return np.zeros(len(values), bool)
    at = np.searchsorted(among, values)
    at[at == len(among)] = 0
    found: Array = among[at] == values
    return found


def common(one: Array, other: Array) -> Array:
    """The values of both, ascending.

    Where one is much shorter, it is looked up in the other. Else both are merged, which is what NumPy's
    stable sort does with two rows that are in order: twice as fast as looking up (measured to 4 million). A
    stretch at a time, so that no great arrays are made and thrown away.
    """
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(long) > _GALLOP * len(short):
        return short[isin_long(short, long)]
    edges = range(_AT_ONCE, len(long), _AT_ONCE)
    cuts = np.searchsorted(short, long[_AT_ONCE::_AT_ONCE])
    return np.concatenate(
        [_merged(*part) for part in zip(np.split(short, cuts), np.split(long, edges), strict=True)]
    )


def _merged(one: Array, other: Array) -> Array:
    both = np.concatenate([one, other])
    both.sort(kind="stable")
    found: Array = both[:-1][both[1:] == both[:-1]]
    return found


def places_of(values: Array, among: Array, size: int) -> Array:
    """Where each of ``values`` stands in ``among``, which has them all; ascending numbers below ``size``."""
    if len(among) > _GALLOP * len(values):
        return np.searchsorted(among, values)
    where = np.empty(size, np.int32)
    where[among] = np.arange(len(among), dtype=np.int32)
    found: Array = where[values]
    return found
