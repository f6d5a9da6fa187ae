"""Phrases and nearness, from positions alone.

A place is a number (see ``Numbering``); a stretch is a pair of places, its first word and its last. Documents
lie farther apart than words may that are asked for together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.fulltext.arrays import Array, Numbering, common


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of words, in the order of their first words."""

    starts: Array
    ends: Array


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
    first = by_rarity[0]
    found, at = words[first], first  # places of the word number ``at``
    for i in by_rarity[1:]:
        found, at = common(found + (i - at), words[i]), i
    return found - at


def near_in_words(numbering: Numbering, left: Stretches, right: Stretches, distance: int) -> Array:
    """The documents where a stretch of one side ends at most ``distance`` words before one of the other."""
    return _union(*(_followed(numbering, *pair, distance) for pair in ((left, right), (right, left))))


def _followed(numbering: Numbering, one: Stretches, other: Stretches, distance: int) -> Array:
    ends, nexts = _nexts(one, other)
    return numbering.documents_of(ends[nexts - ends <= distance])


def near_in_unit(numbering: Numbering, left: Stretches, right: Stretches, unit_starts: Array) -> Array:
    """The documents where both sides stand in one unit (a sentence, a paragraph) without sharing a word."""
    return _union(*(_share_unit(numbering, *pair, unit_starts) for pair in ((left, right), (right, left))))


def _share_unit(numbering: Numbering, one: Stretches, other: Stretches, unit_starts: Array) -> Array:
    ends, nexts = _nexts(one, other)
    is_same = np.searchsorted(unit_starts, ends, "right") == np.searchsorted(unit_starts, nexts, "right")
    ends, nexts = ends[is_same], nexts[is_same]
    return numbering.documents_of(ends[numbering.owners_of(ends) == numbering.owners_of(nexts)])


def _nexts(one: Stretches, other: Stretches) -> tuple[Array, Array]:
    """Where stretches of one side end that any of the other begins after, and where the next one begins."""
    at = np.searchsorted(other.starts, one.ends, side="right")
    found = at < len(other.starts)
    return one.ends[found], other.starts[at[found]]


def _union(one: Array, other: Array) -> Array:
    return np.union1d(one, other) if len(other) else one
