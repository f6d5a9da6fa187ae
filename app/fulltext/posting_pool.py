"""Postings gathered by term while articles are added, in a bounded amount of memory.

Whoosh's own pool keeps a tuple for each posting and sorts them all; this one keeps arrays for each term, in
which documents come in order anyway. Where memory runs short they are put down in a run on disk, sorted by
term, and the runs are read side by side at the end.
"""

from __future__ import annotations

import heapq
import pickle
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import IO, Any

_POSTING_BYTES = 16  # of a posting without its value
_TERM_BYTES = 600  # of a term with its empty arrays
_MEGABYTE = 1 << 20

_Name = tuple[str, bytes]


@dataclass(slots=True)
class TermPostings:
    """A term's documents, weights and values; the values in one row, with the length of each."""

    ids: array[int] = field(default_factory=lambda: array("I"))
    weights: array[float] = field(default_factory=lambda: array("f"))
    lengths: array[int] = field(default_factory=lambda: array("I"))
    values: bytearray = field(default_factory=bytearray)

    def extend(self, later: TermPostings) -> None:
        """Add the postings of later documents."""
        self.ids.extend(later.ids)
        self.weights.extend(later.weights)
        self.lengths.extend(later.lengths)
        self.values += later.values

    def blocks(self, size: int) -> Iterator[tuple[array[int], array[float], list[bytes]]]:
        """The postings in blocks of ``size``, each with its values."""
        start = 0
        for at in range(0, len(self.ids), size):
            values = []
            for length in self.lengths[at : at + size]:
                values.append(bytes(self.values[start : start + length]))
                start += length
            yield self.ids[at : at + size], self.weights[at : at + size], [value for value in values if value]


class PostingPool:
    """In the place of Whoosh's class of this name."""

    def __init__(self, memory_mb: int) -> None:
        self._limit = memory_mb * _MEGABYTE
        self._bytes = 0
        self._fields: dict[str, dict[bytes, TermPostings]] = {}
        self._runs: list[IO[bytes]] = []

    def add(self, posting: tuple[str, bytes, int, float, bytes | None]) -> None:
        """Add a posting of a segment that is merged: field, term, document, weight, value."""
        name, term, document, weight, value = posting
        self.add_all(name, document, [(term, weight, value or b"")])

    def add_all(self, name: str, document: int, postings: Iterable[tuple[bytes, float, bytes]]) -> None:
        """Add terms of a document with weight and value; documents come in order."""
        terms = self._fields.get(name)
        if terms is None:
            terms = self._fields[name] = {}
        added = 0
        for term, weight, value in postings:
            known = terms.get(term)
            if known is None:
                known = terms[term] = TermPostings()
                added += _TERM_BYTES
            known.ids.append(document)
            known.weights.append(weight)
            length = len(value)
            known.lengths.append(length)
            known.values += value
            added += _POSTING_BYTES + length
        self._bytes += added
        if self._bytes > self._limit:
            self._put_down()

    def terms(self) -> Iterator[tuple[str, bytes, TermPostings]]:
        """All terms in the order of field and term, each with all its postings."""
        runs = [_read(run) for run in self._runs]
        in_order = heapq.merge(*runs, self._in_memory(), key=lambda item: item[0])
        for (name, term), parts in groupby(in_order, key=lambda item: item[0]):
            whole = TermPostings()
            for _, part in parts:  # equal names come in the order of their runs
                whole.extend(part)
            yield name, term, whole

    def cleanup(self) -> None:
        """Forget everything; the runs' files go with it."""
        self._fields = {}
        for run in self._runs:
            run.close()

    def _in_memory(self) -> Iterator[tuple[_Name, TermPostings]]:
        for name in sorted(self._fields):
            terms = self._fields[name]
            for term in sorted(terms):
                yield (name, term), terms[term]

    def _put_down(self) -> None:
        run = tempfile.TemporaryFile()  # noqa: SIM115  (closed by cleanup)
        for item in self._in_memory():
            pickle.dump(item, run, pickle.HIGHEST_PROTOCOL)
        self._runs.append(run)
        self._fields = {}
        self._bytes = 0


def _read(run: IO[bytes]) -> Iterator[tuple[_Name, TermPostings]]:
    run.seek(0)
    while True:
        try:
            item: tuple[_Name, TermPostings] = pickle.load(run)  # noqa: S301  (our own file)
        except EOFError:
            return
        yield item


def write_terms(pool: PostingPool, writer: Any, schema: Any, block_size: int) -> None:
    """Hand all postings to Whoosh's writer of an inverted index, block by block."""
    open_field: str | None = None
    for name, term, postings in pool.terms():
        if name != open_field:
            if open_field is not None:
                writer.finish_field()
            writer.start_field(name, schema[name])
            open_field = name
        writer.start_term(term)
        block = writer._postwriter  # noqa: SLF001
        for ids, weights, values in postings.blocks(block_size):
            if len(block):
                block._write_block()  # noqa: SLF001
            block._ids, block._weights, block._values = ids, weights, values  # noqa: SLF001
            block._maxweight = max(weights)  # noqa: SLF001
        writer.finish_term()
    if open_field is not None:
        writer.finish_field()
