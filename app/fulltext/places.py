"""Phrases and nearness, from positions alone.

A place is a number: the document in its upper half, the position in its lower (see ``Postings.keys``).
A stretch is a pair of places, its first word and its last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.fulltext.arrays import Array, common, documents_of, isin_long

_NO_LIMIT = np.int64(1) << 62


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of words, in the order of their first words."""

    starts: Array
    ends: Array

    def documents(self) -> Array:
        """The documents they lie in, ascending, each once."""
        return documents_of(self.starts)


def phrase(words: Sequence[Array], slop: int) -> Stretches:
    """Where words stand in this order with at most ``slop`` others among them; each given by its places."""
    if slop == 0:
        starts = _side_by_side(words)
        return Stretches(starts, starts + (len(words) - 1))
    starts = ends = words[0]
    for places in words[1:]:
        at = np.searchsorted(places, ends, side="right")  # the next one makes the shortest stretch
        found = at < len(places)
        starts, ends = starts[found], places[at[found]]
    is_close = ends - starts <= len(words) - 1 + slop
    return Stretches(starts[is_close], ends[is_close])


def _side_by_side(words: Sequence[Array]) -> Array:
    """The places of the first word where all stand side by side; the rarest words are looked at first."""
    by_rarity = sorted(range(len(words)), key=lambda i: len(words[i]))
    starts = words[by_rarity[0]] - by_rarity[0]
    for i in by_rarity[1:]:
        if len(starts) <= len(words[i]):
            starts = starts[isin_long(starts + i, words[i])]
        else:
            starts = common(starts, words[i] - i)
    return starts


def near_in_words(left: Stretches, right: Stretches, distance: int) -> Array:
    """The documents where a stretch of one side ends at most ``distance`` words before one of the other."""
    return _union(_followed(left, right, distance), _followed(right, left, distance))


def _followed(one: Stretches, other: Stretches, distance: int) -> Array:
    at = np.searchsorted(other.starts, one.ends, side="right")
    found = at < len(other.starts)
    ends = one.ends[found]
    return documents_of(ends[other.starts[at[found]] - ends <= distance])


def near_in_unit(left: Stretches, right: Stretches, unit_starts: Array) -> Array:
    """The documents where both sides stand in one unit (a sentence, a paragraph) without sharing a word."""
    return _union(_share_unit(left, right, unit_starts), _share_unit(right, left, unit_starts))


def _share_unit(one: Stretches, other: Stretches, unit_starts: Array) -> Array:
    at = np.searchsorted(other.starts, one.ends, side="right")
    found = at < len(other.starts)
    ends, nexts = one.ends[found], other.starts[at[found]]
    unit_ends = np.append(unit_starts, _NO_LIMIT)[np.searchsorted(unit_starts, ends, side="right")]
    return documents_of(ends[(nexts < unit_ends) & (nexts >> 32 == ends >> 32)])


def _union(one: Array, other: Array) -> Array:
    return np.union1d(one, other) if len(other) else one
