"""The two files of a segment's terms, written as Whoosh reads them, and read as a whole.

The formats are those of codec/whoosh3.py and filedb/filetables.py. Whoosh's own writer takes each term
through some forty calls; here NumPy takes many terms at once, most of which stand in one article only.
"""

from __future__ import annotations

import pickle
import struct
from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby, islice
from operator import itemgetter
from os import SEEK_END
from pathlib import Path
from typing import IO, NamedTuple
from zlib import crc32

import numpy as np

from app.fulltext.arrays import Array
from app.fulltext.blocks import packed, unpacked
from app.fulltext.term_postings import POSTINGS_AT_ONCE, TERMS_AT_ONCE, NamedRows, TermRows

_PICKLE = 3  # with bytes as they are, without frames
_BUCKETS = 256
_HEAD = b"HSH3" + struct.pack("!bii", 1, 0, 0)  # of an ordered table that is hashed by CRC-32
_LENGTH = struct.Struct("!i")
_FIELD = struct.Struct("!H")
_LENGTHS = struct.Struct("!ii")
_DIRECTORY_ENTRY = struct.Struct("!qi")


class _Info(NamedTuple):
    """What is told of a term: shortest and longest field are not known, and postings are never inlined."""

    is_inlined: int
    weight: float
    documents: int
    shortest: int
    longest: int
    greatest_weight: float
    first: int
    last: int
    start: int  # of the postings in their file
    length: int


_CODES = "BfIBBfIIqi"
_INFO = struct.Struct(f"!{_CODES}")
_INFOS = np.dtype([(name, f">{code}") for name, code in zip(_Info._fields, _CODES, strict=True)])

_Told = tuple[str, bytes, _Info]  # field, term


class TermFiles:
    """In the place of Whoosh's W3FieldWriter; fields and terms come in order."""

    def __init__(self, terms: IO[bytes], postings: IO[bytes], block_postings: int) -> None:
        self._terms, self._postings = terms, postings
        self._block_postings = block_postings
        self._fields: dict[str, int] = {}
        self._hashes = array("I")
        self._places = array("q")
        self._end_of_terms = self._end_of_postings = 0
        self._write_term(_HEAD)
        self.is_closed = False

    def add_all(self, field: str, rows: TermRows) -> None:
        """Add terms with their postings."""
        number = _FIELD.pack(self._fields.setdefault(field, len(self._fields)))
        keys = [number + term for term in rows.terms]
        blocks = packed(rows, self._block_postings)
        infos = _infos(rows, np.fromiter(map(len, blocks), np.int32, len(blocks)), self._end_of_postings)
        entries = [
            _LENGTHS.pack(len(key), _INFO.size) + key + infos[at : at + _INFO.size]
            for key, at in zip(keys, range(0, len(infos), _INFO.size), strict=True)
        ]
        places = accumulate(map(len, entries), initial=self._end_of_terms)
        self._places.extend(islice(places, len(entries)))
        self._hashes.extend(map(crc32, keys))
        self._write_term(b"".join(entries))
        written = b"".join(blocks)
        self._postings.write(written)
        self._end_of_postings += len(written)

    def close(self) -> None:
        """Write the tables by which terms are found, and close both files."""
        if not self.is_closed:
            directory = []
            for hashes, places in self._by_bucket():
                directory.append(_DIRECTORY_ENTRY.pack(self._end_of_terms, 2 * len(hashes)))
                self._write_term(_hash_table(hashes, places))
            self._write_term(b"".join(directory))
            extras = {"fieldmap": self._fields, "indextype": "q", "indexlen": len(self._places)}
            described = pickle.dumps(extras, _PICKLE)
            self._places.byteswap()
            index = self._places.tobytes()
            self._write_term(described + index + _LENGTH.pack(len(described) + len(index)))
            self._terms.close()
            self._postings.close()
            self.is_closed = True

    def _by_bucket(self) -> Iterator[tuple[list[int], list[int]]]:
        """Hashes and places of the terms of each bucket."""
        hashes, places = np.array(self._hashes, np.uint32), np.array(self._places, np.int64)
        buckets = hashes % _BUCKETS
        order = np.argsort(buckets, kind="stable")
        for part in np.split(order, np.cumsum(np.bincount(buckets, minlength=_BUCKETS))[:-1]):
            yield hashes[part].tolist(), places[part].tolist()

    def _write_term(self, data: bytes) -> None:
        self._terms.write(data)
        self._end_of_terms += len(data)


def _infos(rows: TermRows, lengths: Array, start: int) -> bytes:
    """What is told of each term; its blocks have these ``lengths``, those of the first lie at ``start``."""
    infos = np.zeros(len(rows.terms), _INFOS)
    begins, ends = rows.bounds[:-1], rows.bounds[1:]
    infos["weight"] = np.add.reduceat(rows.weights, begins, dtype=np.float64)
    infos["documents"] = ends - begins
    infos["greatest_weight"] = np.maximum.reduceat(rows.weights, begins)
    infos["first"], infos["last"] = rows.ids[begins], rows.ids[ends - 1]
    infos["start"] = start + np.cumsum(lengths, dtype=np.int64) - lengths
    infos["length"] = lengths
    return infos.tobytes()


def read_rows(terms: Path, postings: Path) -> Iterator[NamedRows]:
    """All terms of a segment in order, many at once, with field and postings."""
    with postings.open("rb") as file:
        for name, told in groupby(_read_infos(terms), key=itemgetter(0)):
            for some in _parts(told):
                # Terms that follow one another have their postings in one piece.
                first = some[0][2].start
                file.seek(first)
                data = memoryview(file.read(some[-1][2].start + some[-1][2].length - first))
                written = [data[info.start - first :][: info.length] for *_, info in some]
                yield name, unpacked([term for _, term, _ in some], written)


def _parts(told: Iterable[_Told]) -> Iterator[list[_Told]]:
    some: list[_Told] = []
    postings = 0
    for one in told:
        documents = one[2].documents
        if some and (len(some) == TERMS_AT_ONCE or postings + documents > POSTINGS_AT_ONCE):
            yield some
            some, postings = [], 0
        some.append(one)
        postings += documents
    yield some


def read_counts(terms: Path) -> Iterator[tuple[str, bytes, int]]:
    """All terms of a segment in order, with field and number of documents."""
    return ((name, term, info.documents) for name, term, info in _read_infos(terms))


def _read_infos(terms: Path) -> Iterator[_Told]:
    with terms.open("rb") as file:
        end = file.seek(-_LENGTH.size, SEEK_END)
        (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
        extras = file.seek(end - length)
        names = {number: name for name, number in pickle.load(file)["fieldmap"].items()}  # noqa: S301
        file.seek(extras - _BUCKETS * _DIRECTORY_ENTRY.size)
        end, _ = _DIRECTORY_ENTRY.unpack(file.read(_DIRECTORY_ENTRY.size))
        at = file.seek(len(_HEAD))
        while at < end:
            head = file.read(_LENGTHS.size)
            key_length, info_length = _LENGTHS.unpack(head)
            entry = file.read(key_length + info_length)
            at += len(head) + len(entry)
            (number,) = _FIELD.unpack_from(entry)
            info = _Info(*_INFO.unpack_from(entry, key_length))
            yield names[number], entry[_FIELD.size : key_length], info


def extent_of(info: bytes) -> tuple[int, int]:
    """Where the postings of a term lie, of what is kept under the term, and how many bytes they have."""
    told = _Info(*_INFO.unpack(info))
    return told.start, told.length


def _hash_table(hashes: list[int], places: list[int]) -> bytes:
    """Twice as many slots as there are keys, each with its hash and place, or with zeros."""
    count = 2 * len(hashes)
    table = [0] * (2 * count)
    for hashed, place in zip(hashes, places, strict=True):
        slot = (hashed >> 8) % count
        while table[2 * slot + 1]:  # no key has place 0
            slot = (slot + 1) % count
        table[2 * slot], table[2 * slot + 1] = hashed, place
    return struct.pack("!" + "Iq" * count, *table)
