"""Postings gathered while articles are added, in a bounded amount of memory, and given back in order.

Whoosh's own pool keeps a tuple for each posting and sorts them all. This one keeps a row of numbers for each
field, two for each place of a term, and lets NumPy sort. Where memory runs short the postings are put down in
a run on disk, sorted by term, and the runs are read side by side at the end, as are segments that are merged.
"""

from __future__ import annotations

import pickle
import tempfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

import numpy as np

from app.fulltext.arrays import Array
from app.fulltext.term_postings import (
    NUMBER,
    POSTINGS_AT_ONCE,
    TERMS_AT_ONCE,
    WEIGHT,
    NamedRows,
    TermRows,
    merged,
)

_PLACE_BYTES = 8
_TERM_BYTES = 160  # of a term with its number
_MEGABYTE = 1 << 20
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFF_FFFF)

_Term = Any  # a word's is text and a value's bytes; sorted, text comes in the order of its bytes


class PostingPool:
    """In the place of Whoosh's class of this name."""

    def __init__(self, memory_mb: int) -> None:
        self._limit = memory_mb * _MEGABYTE
        self._bytes = 0
        self._fields: dict[str, _Field] = {}
        self._runs: list[IO[bytes]] = []
        self._segments: list[Iterator[NamedRows]] = []

    def add_run(self, run: Iterator[NamedRows]) -> None:
        """Add fields and terms in order, those of a segment; its documents come after all that are added."""
        self._segments.append(run)

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

    def rows(self) -> Iterator[NamedRows]:
        """All terms in the order of field and term, each once with all its postings, many at once."""
        if self._runs:
            self._put_down()  # what is still in memory would stay there until all are merged
        return merged([*map(_read, self._runs), self._in_memory(), *self._segments])

    def cleanup(self) -> None:
        """Forget everything; the runs' files go with it."""
        self._fields = {}
        self._segments = []
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

    def _in_memory(self) -> Iterator[NamedRows]:
        for name in sorted(self._fields):
            for part in self._fields[name].rows().parts(TERMS_AT_ONCE, POSTINGS_AT_ONCE):
                yield name, part

    def _put_down(self) -> None:
        run = tempfile.TemporaryFile()  # noqa: SIM115  (closed by cleanup)
        for name, rows in self._in_memory():
            pickle.dump((name, tuple(rows)), run, pickle.HIGHEST_PROTOCOL)
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

    def rows(self) -> TermRows:
        """The postings of all terms, in the order of the terms."""
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
        ends = np.searchsorted(keys >> _HALF, np.arange(len(terms), dtype=np.uint64), side="right")
        bounds = np.concatenate([[0], ends])
        return TermRows(
            terms=[term if isinstance(term, bytes) else term.encode() for term in terms],
            bounds=bounds,
            places=np.append(begins, len(order))[bounds] if len(positions) else np.zeros_like(bounds),
            ids=(keys & _LOW).astype(NUMBER),
            weights=self._weighed(counts, keys, ranks),
            counts=counts,
            positions=positions[order].astype(NUMBER) if len(positions) else positions,
        )

    def _weighed(self, counts: Array, keys: Array, ranks: Array) -> Array:
        """What each term weighs in each document; ``keys`` are rank and document."""
        weights = counts.astype(WEIGHT)
        if self._weights:
            numbers, documents = np.array(list(self._weights), np.uint64).T
            at = np.searchsorted(keys, (ranks[numbers.astype(np.int64)] << _HALF) | documents)
            weights[at] = list(self._weights.values())
        return weights


def _read(run: IO[bytes]) -> Iterator[NamedRows]:
    run.seek(0)
    while True:
        try:
            name, rows = pickle.load(run)  # noqa: S301  (our own file)
        except EOFError:
            return
        yield name, TermRows(*rows)
