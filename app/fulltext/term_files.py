"""The two files of a segment's terms, written as Whoosh reads them, and read as a whole.

The formats are those of codec/whoosh3.py and filedb/filetables.py. Whoosh's own writer takes each term
through some forty calls; most terms stand in one article only. Blocks too short to gain by it are not
compressed, which the format allows.
"""

from __future__ import annotations

import hashlib
import pickle
import struct
import zlib
from array import array
from collections.abc import Iterator
from io import BytesIO
from itertools import accumulate, pairwise, repeat
from pathlib import Path
from typing import IO, Any

from app.fulltext.posting_pool import TermPostings

_PICKLE = 3  # with bytes as they are, without frames
_PACKED_FROM = 256  # bytes
_LEVEL = 3
_BUCKETS = 256
_MAGIC_OF_POSTINGS = b"W3Bl"
_HEAD = b"HSH3" + struct.pack("!bii", 0, 0, 0)  # of an ordered table that is hashed by MD5
_LENGTH = struct.Struct("!i")
_FIELD = struct.Struct("!H")
_LENGTHS = struct.Struct("!ii")
# Not inlined; weight, number of documents, (lengths unknown), greatest weight, first and last document;
# place and length of the postings.
_INFO = struct.Struct("!BfIBBfIIqi")
_DIRECTORY_ENTRY = struct.Struct("!qi")


class TermFiles:
    """In the place of Whoosh's W3FieldWriter; fields and terms come in order."""

    def __init__(self, terms: IO[bytes], postings: IO[bytes], block_postings: int) -> None:
        self._terms, self._postings = terms, postings
        self._block_postings = block_postings
        self._fields: dict[str, int] = {}
        self._buckets: list[list[int]] = [[] for _ in range(_BUCKETS)]  # hash and place in turns
        self._places = array("q")
        self._end_of_terms = self._end_of_postings = 0
        self._write_term(_HEAD)
        self.is_closed = False

    def add(self, field: str, term: bytes, found: TermPostings, *, has_values: bool) -> None:
        """Add a term with its postings."""
        number = self._fields.setdefault(field, len(self._fields))
        start = self._end_of_postings
        ids, weights = found.ids, found.weights
        self._write_blocks(found, has_values=has_values)
        key = _FIELD.pack(number) + term
        info = _INFO.pack(
            *(0, sum(weights), len(ids), 0, 0, max(weights), ids[0], ids[-1]),
            *(start, self._end_of_postings - start),
        )
        place = self._end_of_terms
        self._places.append(place)
        hashed = int.from_bytes(hashlib.md5(key, usedforsecurity=False).digest()[-4:], "big")
        self._buckets[hashed & (_BUCKETS - 1)] += (hashed, place)
        self._write_term(_LENGTHS.pack(len(key), _INFO.size) + key + info)

    def close(self) -> None:
        """Write the tables by which terms are found, and close both files."""
        if not self.is_closed:
            directory = []
            for bucket in self._buckets:
                directory.append(_DIRECTORY_ENTRY.pack(self._end_of_terms, len(bucket)))
                self._write_term(_hash_table(bucket))
            self._write_term(b"".join(directory))
            extras = {"fieldmap": self._fields, "indextype": "q", "indexlen": len(self._places)}
            described = pickle.dumps(extras, _PICKLE)
            self._places.byteswap()
            places = self._places.tobytes()
            self._write_term(described + places + _LENGTH.pack(len(described) + len(places)))
            self._terms.close()
            self._postings.close()
            self.is_closed = True

    def _write_term(self, data: bytes) -> None:
        self._terms.write(data)
        self._end_of_terms += len(data)

    def _write_blocks(self, found: TermPostings, *, has_values: bool) -> None:
        size, count = self._block_postings, len(found.ids)
        parts = [_MAGIC_OF_POSTINGS]
        for at in range(0, count, size):
            ids, weights = found.ids[at : at + size], found.weights[at : at + size]
            values = tuple(found.values[at : at + size]) if has_values else None
            data = pickle.dumps((_differences(ids), _few(weights), values), _PICKLE)
            level = _LEVEL if len(data) >= _PACKED_FROM else 0
            if level:
                data = zlib.compress(data, level)
            info = pickle.dumps((len(ids), ids[-1], max(weights), level, 0, 0), _PICKLE)
            length = len(info) + len(data)
            parts += (_LENGTH.pack(length if at + size < count else -length), info, data)
        written = b"".join(parts)
        self._postings.write(written)
        self._end_of_postings += len(written)


def read_terms(terms: Path, postings: Path) -> Iterator[tuple[str, bytes, TermPostings]]:
    """All terms of a segment in order, with field and postings. Values are missing where there are none."""
    blocks = postings.read_bytes()
    for name, term, (*_, place, size) in _read_infos(terms):
        yield name, term, _read_blocks(blocks, place, place + size)


def read_counts(terms: Path) -> Iterator[tuple[str, bytes, int]]:
    """All terms of a segment in order, with field and number of documents."""
    return ((name, term, info[2]) for name, term, info in _read_infos(terms))


def _read_infos(terms: Path) -> Iterator[tuple[str, bytes, tuple[Any, ...]]]:
    data = terms.read_bytes()
    (length,) = _LENGTH.unpack_from(data, len(data) - _LENGTH.size)
    extras = len(data) - _LENGTH.size - length
    names = {number: name for name, number in pickle.loads(data[extras:])["fieldmap"].items()}  # noqa: S301
    end, _ = _DIRECTORY_ENTRY.unpack_from(data, extras - _BUCKETS * _DIRECTORY_ENTRY.size)
    at = len(_HEAD)
    while at < end:
        key_length, info_length = _LENGTHS.unpack_from(data, at)
        start = at + _LENGTHS.size
        at = start + key_length + info_length
        (number,) = _FIELD.unpack_from(data, start)
        term = data[start + _FIELD.size : start + key_length]
        yield names[number], term, _INFO.unpack_from(data, start + key_length)


def _read_blocks(data: bytes, start: int, end: int) -> TermPostings:
    found = TermPostings([], [], [])
    at = start + len(_MAGIC_OF_POSTINGS)
    while at < end:
        length = abs(_LENGTH.unpack_from(data, at)[0])
        at += _LENGTH.size
        file = BytesIO(data[at : at + length])
        count, _, _, level, _, _ = pickle.load(file)  # noqa: S301  (our own file)
        packed = file.read()
        ids, weights, values = pickle.loads(zlib.decompress(packed) if level else packed)  # noqa: S301
        found.ids.extend(accumulate(ids))
        found.weights.extend(weights if isinstance(weights, tuple) else repeat(weights or 1.0, count))
        found.values.extend(values or ())
        at += length
    return found


def _differences(ids: list[int]) -> tuple[int, ...]:
    """The first number as it is, of the others by how much they are more than the one before."""
    if len(ids) == 1:
        return (ids[0],)
    return (ids[0], *(later - earlier for earlier, later in pairwise(ids)))


def _few(weights: list[float]) -> float | tuple[float, ...] | None:
    """Weights that are all 1 as nothing, that are all the same as one number."""
    first = weights[0]
    if weights.count(first) < len(weights):
        return tuple(weights)
    return None if first == 1.0 else first


def _hash_table(bucket: list[int]) -> bytes:
    """Twice as many slots as there are keys, each with its hash and place, or with zeros."""
    count = len(bucket)  # of slots: a key has two numbers
    table = [0] * (2 * count)
    for at in range(0, count, 2):
        slot = (bucket[at] >> 8) % count
        while table[2 * slot + 1]:  # no key has place 0
            slot = (slot + 1) % count
        table[2 * slot], table[2 * slot + 1] = bucket[at], bucket[at + 1]
    return struct.pack("!" + "Iq" * count, *table)
