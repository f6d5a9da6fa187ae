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
_AT_ONCE = 100_000  # postings that are made Python's own numbers at once
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFF_FFFF)
_POSITION = np.dtype("<u4")

_Name = tuple[str, bytes]
_Term = Any  # a word's is text and a value's bytes; sorted, text comes in the order of its bytes


class TermPostings(NamedTuple):
    """A term's documents, ascending, with its weight and the bytes of its positions in each."""

    ids: list[int]
    weights: list[float]
    values: list[bytes]

    def only(self, places: Sequence[int]) -> TermPostings:
        """Those at these places."""
        return TermPostings(
            [self.ids[at] for at in places],
            [self.weights[at] for at in places],
            [self.values[at] for at in places] if self.values else [],
        )


class PostingPool:
    """In the place of Whoosh's class of this name."""

    def __init__(self, memory_mb: int) -> None:
        self._limit = memory_mb * _MEGABYTE
        self._bytes = 0
        self._fields: dict[str, _Field] = {}
        self._runs: list[IO[bytes]] = []

    def add_term(self, name: str, term: bytes, ids: Sequence[int], found: TermPostings) -> None:
        """Add a term of a segment that is merged, with its documents' new numbers."""
        counts = [len(value) // _POSITION.itemsize for value in found.values] or [1] * len(ids)
        field = self._field(name)
        known = len(field.numbers)
        field.add_term(term, ids, counts, found)
        self._count(sum(counts), len(field.numbers) - known)

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
        for (name, term), parts in groupby(in_order, key=lambda item: item[0]):
            whole = TermPostings([], [], [])
            for _, part in parts:  # equal names come in the order of their runs
                whole.ids.extend(part.ids)
                whole.weights.extend(part.weights)
                whole.values.extend(part.values)
            yield name, term, whole

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
        for item in self._in_memory():
            pickle.dump(item, run, pickle.HIGHEST_PROTOCOL)
        self._runs.append(run)
        self._fields = {}
        self._bytes = 0


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

    def add_term(self, term: bytes, ids: Sequence[int], counts: Sequence[int], found: TermPostings) -> None:
        """Add postings of a term; ``counts`` are its places in each document."""
        number = self.numbers[term.decode() if found.values else term]
        self._terms.extend(repeat(number, sum(counts)))
        self._positions.frombytes(b"".join(found.values))
        self._documents.extend(ids)
        self._counts.extend(counts)
        for document, count, weight in zip(ids, counts, found.weights, strict=True):
            if weight != count:
                self._weights[number, document] = weight

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
        weights = np.diff(begins, append=len(order)).astype(np.float32)
        for (number, document), weight in self._weights.items():
            weights[np.searchsorted(keys, (ranks[number] << _HALF) | np.uint64(document))] = weight
        positions = np.frombuffer(self._positions, np.uint32)
        ends = np.searchsorted(keys >> _HALF, np.arange(len(terms), dtype=np.uint64), side="right")
        yield from _sliced(
            terms, ends, keys & _LOW, weights, begins, positions[order] if len(positions) else positions
        )


def _sliced(
    terms: Sequence[_Term], ends: Array, ids: Array, weights: Array, begins: Array, positions: Array
) -> Iterator[tuple[bytes, TermPostings]]:
    """Postings given out term by term; ``ends`` and ``begins`` are where postings and positions do so."""
    has_positions = len(positions) > 0
    bounds = np.append(begins, len(positions)) * _POSITION.itemsize
    first_term = first = 0
    while first_term < len(terms):
        past = max(int(np.searchsorted(ends, first + _AT_ONCE, side="right")), first_term + 1)
        last = int(ends[past - 1])
        some_ids: list[int] = ids[first:last].tolist()
        some_weights: list[float] = weights[first:last].tolist()
        values: list[bytes] = []
        if has_positions:
            edges: list[int] = bounds[first : last + 1].tolist()
            data = positions[begins[first] : edges[-1] // _POSITION.itemsize].astype(_POSITION).tobytes()
            values = [data[start - edges[0] : end - edges[0]] for start, end in pairwise(edges)]
        at = 0
        for term, end in zip(terms[first_term:past], (ends[first_term:past] - first).tolist(), strict=True):
            name = term if isinstance(term, bytes) else term.encode()
            yield name, TermPostings(some_ids[at:end], some_weights[at:end], values[at:end])
            at = end
        first_term, first = past, last


def _read(run: IO[bytes]) -> Iterator[tuple[_Name, TermPostings]]:
    run.seek(0)
    while True:
        try:
            item: tuple[_Name, TermPostings] = pickle.load(run)  # noqa: S301  (our own file)
        except EOFError:
            return
        yield item
