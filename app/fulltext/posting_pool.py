"""Postings gathered while articles are added, in a bounded amount of memory, and given back term by term.

Whoosh's own pool keeps a tuple for each posting and sorts them all. This one keeps a row of numbers for each
field, two for each place of a term, and lets NumPy sort. Where memory runs short the postings are put down in
a run on disk, sorted by term, and the runs are read side by side at the end.
"""

from __future__ import annotations

import heapq
import pickle
import tempfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise, repeat
from typing import IO, Any, NamedTuple

import numpy as np

from app.fulltext.arrays import Array

_PLACE_BYTES = 8
_TERM_BYTES = 160  # of a term with its number
_MEGABYTE = 1 << 20
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFF_FFFF)
NUMBER, WEIGHT = np.dtype("<u4"), np.dtype("<f4")
_ITEM = NUMBER.itemsize
FEW = 24
"""Of so many postings at most, plain Python is faster than NumPy; most terms have no more."""

_Name = tuple[str, bytes]
_Term = Any  # a word's is text and a value's bytes; sorted, text comes in the order of its bytes


class TermPostings(NamedTuple):
    """A term's documents, ascending; its weight and the number of its places in each; all places in a row.

    As bytes of NUMBER and WEIGHT: most terms stand in one article, and bytes are cut and joined faster than
    arrays. A field without positions has no places, and counts of 1.
    """

    ids: bytes
    weights: bytes
    counts: bytes
    positions: bytes

    def renumbered(self, new: array[int]) -> TermPostings:
        """With ``new`` numbers ("q") for the documents' own; those with a number below 0 are left out."""
        if len(self.ids) <= FEW * _ITEM:
            few = [new[number] for number in array("I", self.ids)]
            if min(few) >= 0:
                return TermPostings(array("I", few).tobytes(), self.weights, self.counts, self.positions)
        ids = np.frombuffer(new, np.int64)[np.frombuffer(self.ids, NUMBER)]
        kept = ids >= 0
        if kept.all():
            return self._replace(ids=ids.astype(NUMBER).tobytes())
        counts, positions = np.frombuffer(self.counts, NUMBER), np.frombuffer(self.positions, NUMBER)
        return TermPostings(
            ids[kept].astype(NUMBER).tobytes(),
            np.frombuffer(self.weights, WEIGHT)[kept].tobytes(),
            counts[kept].tobytes(),
            positions[np.repeat(kept, counts)].tobytes() if len(positions) else b"",
        )


class PostingPool:
    """In the place of Whoosh's class of this name."""

    def __init__(self, memory_mb: int) -> None:
        self._limit = memory_mb * _MEGABYTE
        self._bytes = 0
        self._fields: dict[str, _Field] = {}
        self._runs: list[IO[bytes]] = []

    def add_term(self, name: str, term: bytes, found: TermPostings) -> None:
        """Add a term of a segment that is merged, with its documents' new numbers."""
        field = self._field(name)
        known = len(field.numbers)
        places = field.add_term(term, found)
        self._count(places, len(field.numbers) - known)

    def add_all(
        self,
        name: str,
        document: int,
        terms: Sequence[str] | Sequence[bytes],
        positions: Sequence[int] = (),
        weights: Mapping[str, float] | None = None,
    ) -> None:
        """Add terms of a document, one for each position, or fixed values (bytes) without positions.

        Documents come in order, and so do the positions of each term. A term weighs as much as it has
        positions, or what ``weights`` says.
        """
        if not terms:
            return
        field = self._field(name)
        known = len(field.numbers)
        field.add(document, terms, positions, weights)
        self._count(len(terms), len(field.numbers) - known)

    def terms(self) -> Iterator[tuple[str, bytes, TermPostings]]:
        """All terms in the order of field and term, each with all its postings."""
        if not self._runs:
            yield from ((name, term, found) for (name, term), found in self._in_memory())
            return
        runs = [_read(run) for run in self._runs]
        in_order = heapq.merge(*runs, self._in_memory(), key=lambda item: item[0])
        for (name, term), items in groupby(in_order, key=lambda item: item[0]):
            parts = [part for _, part in items]  # equal names come in the order of their runs
            yield name, term, parts[0] if len(parts) == 1 else _joined(parts)

    def cleanup(self) -> None:
        """Forget everything; the runs' files go with it."""
        self._fields = {}
        for run in self._runs:
            run.close()

    def _field(self, name: str) -> _Field:
        field = self._fields.get(name)
        if field is None:
            field = self._fields[name] = _Field()
        return field

    def _count(self, places: int, new_terms: int) -> None:
        self._bytes += _PLACE_BYTES * places + _TERM_BYTES * new_terms
        if self._bytes > self._limit:
            self._put_down()

    def _in_memory(self) -> Iterator[tuple[_Name, TermPostings]]:
        for name in sorted(self._fields):
            for term, found in self._fields[name].postings():
                yield (name, term), found

    def _put_down(self) -> None:
        run = tempfile.TemporaryFile()  # noqa: SIM115  (closed by cleanup)
        for name, found in self._in_memory():
            pickle.dump((name, tuple(found)), run, pickle.HIGHEST_PROTOCOL)
        self._runs.append(run)
        self._fields = {}
        self._bytes = 0


def _joined(parts: Sequence[TermPostings]) -> TermPostings:
    ids, weights, counts, positions = (b"".join(rows) for rows in zip(*parts, strict=True))
    return TermPostings(ids, weights, counts, positions)


class _Numbers(dict[_Term, int]):
    """Terms with their numbers; a new one gets the next."""

    def __missing__(self, term: _Term) -> int:
        number = self[term] = len(self)
        return number


class _Field:
    """The places of one field: rows of equal length, or without positions where values have none."""

    def __init__(self) -> None:
        self.numbers = _Numbers()
        self._terms = array("I")
        self._positions = array("I")
        self._documents = array("I")
        self._counts = array("I")
        self._weights: dict[tuple[int, int], float] = {}  # of term and document

    def add(
        self,
        document: int,
        terms: Sequence[_Term],
        positions: Sequence[int],
        weights: Mapping[_Term, float] | None,
    ) -> None:
        """Add terms of a document."""
        self._terms.extend(map(self.numbers.__getitem__, terms))
        self._positions.extend(positions)
        self._documents.append(document)
        self._counts.append(len(terms))
        if weights:
            self._weights.update(((self.numbers[term], document), weight) for term, weight in weights.items())

    def add_term(self, term: bytes, found: TermPostings) -> int:
        """Add postings of a term; how many places they have."""
        number = self.numbers[term.decode() if found.positions else term]
        counts = array("I", found.counts)
        places = sum(counts)
        self._terms.extend(repeat(number, places))
        self._positions.frombytes(found.positions)
        self._documents.frombytes(found.ids)
        self._counts.extend(counts)
        if array("f", counts).tobytes() != found.weights:
            weighed = zip(array("I", found.ids), array("f", found.weights), counts, strict=True)
            self._weights.update(
                ((number, document), weight) for document, weight, count in weighed if weight != count
            )
        return places

    def postings(self) -> Iterator[tuple[bytes, TermPostings]]:
        """The postings of each term, in the order of the terms."""
        terms = sorted(self.numbers)
        ranks = np.empty(len(terms), np.uint64)
        ranks[[self.numbers[term] for term in terms]] = np.arange(len(terms), dtype=np.uint64)
        # A place as one number, its term in the upper half: sorting numbers is fast, and keeps the order.
        keys = ranks[np.frombuffer(self._terms, np.uint32)] << _HALF
        keys |= np.arange(len(keys), dtype=np.uint64)
        keys.sort()
        order = (keys & _LOW).astype(np.int64)
        documents = np.repeat(np.frombuffer(self._documents, np.uint32), self._counts)[order]
        keys &= ~_LOW
        keys |= documents
        is_first = np.concatenate([[True], keys[1:] != keys[:-1]])
        begins = np.flatnonzero(is_first)
        keys = keys[begins]
        counts = np.diff(begins, append=len(order)).astype(NUMBER)
        positions = np.frombuffer(self._positions, np.uint32)
        rows = _Rows(
            ids=(keys & _LOW).astype(NUMBER),
            weights=self._weighed(counts, keys, ranks),
            counts=counts,
            positions=positions[order].astype(NUMBER) if len(positions) else positions,
        )
        ends = np.searchsorted(keys >> _HALF, np.arange(len(terms), dtype=np.uint64), side="right")
        yield from rows.by_term(terms, ends, np.append(begins, len(order)))

    def _weighed(self, counts: Array, keys: Array, ranks: Array) -> Array:
        """What each term weighs in each document; ``keys`` are rank and document."""
        weights = counts.astype(WEIGHT)
        if self._weights:
            numbers, documents = np.array(list(self._weights), np.uint64).T
            at = np.searchsorted(keys, (ranks[numbers.astype(np.int64)] << _HALF) | documents)
            weights[at] = list(self._weights.values())
        return weights


class _Rows(NamedTuple):
    """The postings of all terms of a field in rows, as TermPostings has those of one term."""

    ids: Array
    weights: Array
    counts: Array
    positions: Array

    def by_term(
        self, terms: Sequence[_Term], ends: Array, begins: Array
    ) -> Iterator[tuple[bytes, TermPostings]]:
        """Cut into terms: where the postings of each end, and where the places of each posting begin."""
        ids, weights, counts, positions = (row.view(np.uint8).data for row in self)
        bounds = np.concatenate([[0], ends])
        at = (bounds * _ITEM).tolist()
        place = (begins[bounds] * _ITEM).tolist()
        for term, (start, end), (first, last) in zip(terms, pairwise(at), pairwise(place), strict=True):
            found = TermPostings(
                ids[start:end].tobytes(),
                weights[start:end].tobytes(),
                counts[start:end].tobytes(),
                positions[first:last].tobytes(),
            )
            yield (term if isinstance(term, bytes) else term.encode()), found


def _read(run: IO[bytes]) -> Iterator[tuple[_Name, TermPostings]]:
    run.seek(0)
    while True:
        try:
            name, found = pickle.load(run)  # noqa: S301  (our own file)
        except EOFError:
            return
        yield name, TermPostings(*found)
