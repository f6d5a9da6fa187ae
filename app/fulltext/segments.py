"""Open segments with a bounded memory of what was read from them, and the index as it was at one commit."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from app.fulltext.arrays import Array, ScoredIds
from app.fulltext.columns import FacetColumn, read_columns
from app.fulltext.search_index import Facet, Weights
from app.fulltext.tree import Node, Zone
from app.fulltext.vocabulary import Vocabulary, Word
from app.fulltext.whoosh_files import LENGTH_OF_CODE, SegmentFiles

Key = tuple[Any, ...]
_FOUND_BYTES = 64_000_000
_ENTRY_BYTES = 500  # about what a key with its arrays takes besides their numbers


class Memory:
    """The most recently used arrays, up to so many bytes. Threads may share it."""

    def __init__(self, byte_limit: int) -> None:
        self._limit = byte_limit
        self._held: OrderedDict[Key, tuple[Array, ...]] = OrderedDict()
        self._bytes = 0
        self._turn = threading.Lock()

    def get(self, key: Key, make: Callable[[], tuple[Array, ...]]) -> tuple[Array, ...]:
        """The arrays under this key, made if they are not held."""
        with self._turn:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
                return found
        made = make()
        for array in made:
            array.flags.writeable = False
        with self._turn:
            if key not in self._held:
                self._held[key] = made
                self._bytes += _size(made)
            while self._bytes > self._limit and len(self._held) > 1:
                self._bytes -= _size(self._held.popitem(last=False)[1])
        return made

    def forget_all_but(self, segments: set[str]) -> None:
        """Drop what was read from other segments."""
        with self._turn:
            for key in [key for key in self._held if key[0] not in segments]:
                self._bytes -= _size(self._held.pop(key))


def _size(arrays: tuple[Array, ...]) -> int:
    return _ENTRY_BYTES + sum(array.nbytes for array in arrays)


class Segment:
    """An open segment: unchanging."""

    def __init__(self, files: SegmentFiles, memory: Memory) -> None:
        self.files = files
        self.count = files.count
        self.columns = read_columns(files)
        self.vocabulary = Vocabulary(self.columns.words)
        self.field_lengths = {zone: files.field_length(zone) for zone in Zone}
        self._memory = memory

    def documents(self, field: str, term: str) -> ScoredIds:
        """The documents with a term and its weight in each."""

        def read() -> tuple[Array, ...]:
            found = self.files.documents(field, term)
            return found.ids, found.scores

        ids, weights = self._memory.get((self.files.key, field, term), read)
        return ScoredIds(ids, weights)

    def places(self, field: str, term: str) -> Array:
        """Where a term stands, in order, as ``columns.numbering`` has it."""

        def read() -> tuple[Array, ...]:
            return (self.columns.numbering.places(self.files.places(field, term)),)

        return self._memory.get((self.files.key, field, term, "places"), read)[0]

    def lengths(self, zone: Zone) -> Array:
        """How many words the zone has in each document, as exactly as Whoosh keeps it."""
        result: Array = LENGTH_OF_CODE[self.columns.lengths[zone]]
        return result


class FacetNames:
    """The values of facets, numbered alike over all segments; grows as segments come."""

    def __init__(self) -> None:
        self._numbers: dict[Facet, dict[str, int]] = {facet: {} for facet in Facet}
        self._in_order: dict[Facet, tuple[list[str], Array]] = {}

    def numbers_of(self, facet: Facet, names: Sequence[str]) -> Array:
        """The numbers of these values."""
        known = self._numbers[facet]
        return np.array([known.setdefault(name, len(known)) for name in names], np.int64)

    def in_order(self) -> dict[Facet, tuple[list[str], Array]]:
        """The values known now, in alphabetical order, and by number which place each has in it."""
        for facet, known in self._numbers.items():
            if facet in self._in_order and len(self._in_order[facet][0]) == len(known):
                continue
            names = sorted(known)
            places = np.empty(len(names), np.int64)
            places[[known[name] for name in names]] = np.arange(len(names))
            self._in_order[facet] = names, places
        return dict(self._in_order)


class SegmentView:
    """A segment as one commit left it: without the documents deleted until then."""

    def __init__(self, segment: Segment, deleted: Array, facet_numbers: Mapping[Facet, Array]) -> None:
        self.segment = segment
        self.facet_numbers = facet_numbers
        self.live: Array | None = None
        if len(deleted):
            self.live = np.ones(segment.count, bool)
            self.live[deleted] = False

    def facet(self, facet: Facet) -> FacetColumn:
        """The column of a facet."""
        return self.segment.columns.facets[facet]


class Snapshot:
    """The index at one commit."""

    def __init__(self, views: Sequence[SegmentView], facet_names: FacetNames, weights: Weights) -> None:
        self.views = tuple(views)
        self.facet_names = facet_names
        self._facet_values = facet_names.in_order()
        self.weights = weights
        self.count = sum(view.segment.count for view in views)
        self._norms: dict[tuple[str, Zone], Array] = {}
        self._found = Memory(_FOUND_BYTES)

    def facet_values(self, facet: Facet) -> tuple[list[str], Array]:
        """All values of a facet in alphabetical order, and by number which place each has in it."""
        return self._facet_values[facet]

    @cached_property
    def average_lengths(self) -> dict[Zone, float]:
        """The mean number of words of each zone; deleted articles count until Whoosh drops them."""
        return {
            zone: sum(view.segment.field_lengths[zone] for view in self.views) / (self.count or 1) or 1.0
            for zone in Zone
        }

    def norms(self, segment: Segment, zone: Zone) -> Array:
        """For each document, what its length adds to a weight below the line of BM25F."""
        key = (segment.files.key, zone)
        found = self._norms.get(key)
        if found is None:
            b, k1 = self.weights.b, self.weights.k1
            found = k1 * ((1 - b) + b * segment.lengths(zone) / self.average_lengths[zone])
            self._norms[key] = found
        return found

    def scored(self, segment: Segment, zone: Zone, term: str) -> ScoredIds:
        """The documents with a term and its score in each: BM25F as Whoosh computes it (scoring.py, bm25)."""
        found = segment.documents(zone, term)

        def compute() -> tuple[Array, ...]:
            factor = self._rarity(zone, term) * (self.weights.k1 + 1)
            weights = found.scores.astype(np.float64)
            below = self.norms(segment, zone).take(found.ids)
            below += weights
            weights *= factor
            weights /= below
            return (weights,)

        if not len(found.ids):
            return ScoredIds(found.ids, np.empty(0))
        return ScoredIds(found.ids, self._found.get((segment.files.key, zone, term), compute)[0])

    def found(self, segment: Segment, node: Node, find: Callable[[], ScoredIds]) -> ScoredIds:
        """What a leaf of a query finds, with scores; kept, as what a term finds is.

        A reader comes back to a phrase at once: to its next page, its quotations, its newest hits, its file.
        """

        def compute() -> tuple[Array, ...]:
            found = find()
            return found.ids, found.scores

        return ScoredIds(*self._found.get((segment.files.key, node), compute))

    def expansion(self, start: str, limit: int) -> tuple[Word, ...]:
        """The most frequent words that begin so, at most ``limit``."""
        counts: dict[str, Word] = {}
        for view in self.views:
            for word in view.segment.vocabulary.starting_with(start, limit):
                before = counts[word.exact].documents if word.exact in counts else 0
                counts[word.exact] = word._replace(documents=before + word.documents)
        return tuple(sorted(counts.values(), key=lambda word: (-word.documents, word.exact))[:limit])

    def _rarity(self, zone: Zone, term: str) -> float:
        """How much a term tells: Whoosh's logarithm of the articles over those that have it."""
        having = sum(len(view.segment.documents(zone, term).ids) for view in self.views)
        return math.log(self.count / (having + 1)) + self.weights.rarity_offset
