"""Sets of documents as sorted NumPy arrays, and what is done with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

# Where one array is this many times longer than the other, looking up each of the short one's values by
# bisection is faster than marking all of the long one's (measured at 100,000 documents).
_GALLOP = 24
_POSITION_BITS = 32


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
    counts: Array  # int32
    positions: Array  # uint32

    @classmethod
    def none(cls) -> Postings:
        """No documents."""
        return cls(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.uint32))

    def keys(self) -> Array:
        """Each place as one number: the document in the upper half, the position in the lower."""
        return np.repeat(self.ids.astype(np.int64) << _POSITION_BITS, self.counts) + self.positions


def documents_of(keys: Array) -> Array:
    """The documents that places lie in, ascending, each once."""
    ids = (keys >> _POSITION_BITS).astype(np.int32)
    return ids[np.concatenate(([True], ids[1:] != ids[:-1]))] if len(ids) else ids


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
    """The values of both, ascending; the shorter is looked up in the longer."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return short[isin_long(short, long)]


def places_of(values: Array, among: Array, size: int) -> Array:
    """Where each of ``values`` stands in ``among``, which has them all; ascending numbers below ``size``."""
    if len(among) > _GALLOP * len(values):
        return np.searchsorted(among, values)
    where = np.empty(size, np.int32)
    where[among] = np.arange(len(among), dtype=np.int32)
    found: Array = where[values]
    return found
