"""The two files of a segment's terms, written as Whoosh reads them, and read as a whole.

The formats are those of codec/whoosh3.py and filedb/filetables.py, but for what a block of postings holds:
rows of numbers as narrow as they can be, so that NumPy takes in a block at once. They take half the room that
Whoosh's compressed lists of numbers do. Whoosh's own writer takes each term through some forty calls; most
terms stand in one article only.
"""

from __future__ import annotations

import hashlib
import pickle
import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np

from app.fulltext.arrays import Array
from app.fulltext.posting_pool import FEW, NUMBER, WEIGHT, TermPostings

_PICKLE = 3  # with bytes as they are, without frames
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
_ITEM = NUMBER.itemsize
_CODES = {2: "H", 4: "I"}
_WIDTHS: dict[int, np.dtype[Any]] = {1: np.dtype("u1"), 2: np.dtype("<u2"), 4: NUMBER}


class Block(NamedTuple):
    """Postings of a term as they lie in the file. Rows have one to four bytes for each number.

    ``before`` is the document before the first step; that of a term's first block is its own first one.
    """

    documents: int  # how many
    before: int
    steps: bytes  # from one document to the next
    weights: bytes  # none: as the counts; four bytes each: fractions
    counts: bytes  # of places in a document; none: one each
    positions: bytes  # none where the field has none

    @classmethod
    def of_few(cls, found: TermPostings) -> Block:
        """A block with all postings of a term that has few; NumPy would cost more than it gains there."""
        ids, counts, positions = (
            array("I", row).tolist() for row in (found.ids, found.counts, found.positions)
        )
        weights = array("f", found.weights).tolist()
        return cls(
            documents=len(ids),
            before=ids[0],
            steps=_narrow_few([later - earlier for earlier, later in pairwise([ids[0], *ids])]),
            weights=b"" if weights == counts else found.weights,
            counts=b"" if max(counts) == 1 else _narrow_few(counts),
            positions=_narrow_few(positions) if positions else b"",
        )

    @classmethod
    def of(cls, before: int, ids: Array, weights: Array, counts: Array, positions: Array) -> Block:
        """A block with these postings."""
        return cls(
            documents=len(ids),
            before=before,
            steps=_narrow(np.diff(ids, prepend=before)),
            weights=b"" if (weights == counts).all() else _narrow_weights(weights),
            counts=b"" if (counts == 1).all() else _narrow(counts),
            positions=_narrow(positions) if len(positions) else b"",
        )

    def few(self) -> TermPostings:
        """What is in a block that has all postings of a term, which has few."""
        documents, weights = self.documents, self.weights
        steps = _numbers_of_few(self.steps, documents)
        counts = array("I", _numbers_of_few(self.counts, documents) if self.counts else [1] * documents)
        positions = array("I", _numbers_of_few(self.positions, sum(counts)))
        if len(weights) < WEIGHT.itemsize * documents:
            weights = array("f", _numbers_of_few(weights, documents) if weights else counts).tobytes()
        ids = array("I", islice(accumulate(steps, initial=self.before), 1, None))
        return TermPostings(ids.tobytes(), weights, counts.tobytes(), positions.tobytes())


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

    def add(self, field: str, term: bytes, found: TermPostings) -> None:
        """Add a term with its postings."""
        number = self._fields.setdefault(field, len(self._fields))
        start = self._end_of_postings
        count, weight, greatest, first, last = self._write_postings(found)
        key = _FIELD.pack(number) + term
        info = _INFO.pack(
            *(0, weight, count, 0, 0, greatest, first, last), *(start, self._end_of_postings - start)
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

    def _write_postings(self, found: TermPostings) -> tuple[int, float, float, int, int]:
        """Write a term's blocks; how many documents, their weight, the greatest one, the first and last."""
        parts = [_MAGIC_OF_POSTINGS]
        if len(found.ids) <= FEW * _ITEM:  # as most terms have
            ids_of_few, weights_of_few = array("I", found.ids), array("f", found.weights)
            block, last, greatest = Block.of_few(found), ids_of_few[-1], max(weights_of_few)
            self._write_block(parts, block, last, greatest, is_last=True)
            told = block.documents, sum(weights_of_few), greatest, block.before, last
        else:
            ids, counts, positions = (
                np.frombuffer(row, NUMBER) for row in (found.ids, found.counts, found.positions)
            )
            weights = np.frombuffer(found.weights, WEIGHT)
            size, count = self._block_postings, len(ids)
            places = np.cumsum(counts) if len(positions) else np.zeros(count, np.int64)
            for at in range(0, count, size):
                part = slice(at, at + size)
                begin, last = int(places[at - 1]) if at else 0, int(ids[part][-1])
                block = Block.of(
                    *(int(ids[max(0, at - 1)]), ids[part], weights[part], counts[part]),
                    positions[begin : int(places[part][-1])],
                )
                is_last = at + size >= count
                self._write_block(parts, block, last, float(weights[part].max()), is_last=is_last)
            told = count, float(weights.sum()), float(weights.max()), int(ids[0]), int(ids[-1])
        written = b"".join(parts)
        self._postings.write(written)
        self._end_of_postings += len(written)
        return told

    @staticmethod
    def _write_block(parts: list[bytes], block: Block, last: int, weight: float, *, is_last: bool) -> None:
        data = pickle.dumps(tuple(block), _PICKLE)
        info = pickle.dumps((block.documents, last, weight, 0, 0, 0), _PICKLE)
        length = len(info) + len(data)
        parts += (_LENGTH.pack(-length if is_last else length), info, data)


def read_terms(terms: Path, postings: Path) -> Iterator[tuple[str, bytes, TermPostings]]:
    """All terms of a segment in order, with field and postings."""
    data = memoryview(postings.read_bytes())
    for name, term, (*_, place, size) in _read_infos(terms):
        blocks = read_blocks(data[place : place + size])
        has_few = len(blocks) == 1 and blocks[0].documents <= FEW
        yield name, term, blocks[0].few() if has_few else _many(blocks)


def _many(blocks: Sequence[Block]) -> TermPostings:
    rows = ids_of(blocks), weights_of(blocks), counts_of(blocks), positions_of(blocks)
    kinds = NUMBER, WEIGHT, NUMBER, NUMBER
    return TermPostings(*(row.astype(kind).tobytes() for row, kind in zip(rows, kinds, strict=True)))


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


def extent_of(info: bytes) -> tuple[int, int]:
    """Where the postings of a term lie, of what is kept under the term, and how many bytes they have."""
    *_, start, length = _INFO.unpack(info)
    return start, length


def read_blocks(data: bytes | memoryview) -> list[Block]:
    """The blocks of a term, in order."""
    blocks = []
    at = len(_MAGIC_OF_POSTINGS)
    while at < len(data):
        length = abs(_LENGTH.unpack_from(data, at)[0])
        at += _LENGTH.size
        file = BytesIO(data[at : at + length])
        pickle.load(file)  # noqa: S301  (our own file; this is what Whoosh wants to know of a block)
        blocks.append(Block(*pickle.load(file)))  # noqa: S301
        at += length
    return blocks


def ids_of(blocks: Sequence[Block]) -> Array:
    """The documents of a term's blocks; of any of them if it is one."""
    ids = np.cumsum(np.concatenate([_numbers(one.steps, one.documents) for one in blocks]), dtype=np.int32)
    ids += blocks[0].before
    return ids


def counts_of(blocks: Sequence[Block]) -> Array:
    """How many places a term has in each document."""
    return np.concatenate([_counts(one) for one in blocks])


def weights_of(blocks: Sequence[Block]) -> Array:
    """What a term weighs in each document."""
    return np.concatenate([_weights(one) for one in blocks]).astype(np.float32)


def positions_of(blocks: Sequence[Block]) -> Array:
    """All places of a term, document after document."""
    return np.concatenate([_numbers(one.positions, int(_counts(one).sum())) for one in blocks])


def _counts(block: Block) -> Array:
    return _numbers(block.counts, block.documents) if block.counts else np.ones(block.documents, np.uint8)


def _weights(block: Block) -> Array:
    if not block.weights:
        return _counts(block)
    if len(block.weights) == WEIGHT.itemsize * block.documents:
        return np.frombuffer(block.weights, WEIGHT)
    return _numbers(block.weights, block.documents)


def _numbers(row: bytes, count: int) -> Array:
    """A row of so many numbers, or of none."""
    return np.frombuffer(row, _WIDTHS[len(row) // count or 1])


def _numbers_of_few(row: bytes, count: int) -> Iterable[int]:
    """As ``_numbers``, without NumPy."""
    width = len(row) // count
    return array(_CODES[width], row) if width > 1 else [*row]


def _narrow(numbers: Array) -> bytes:
    greatest = int(numbers.max())
    width = next(width for width in _WIDTHS if greatest < 1 << 8 * width)
    return numbers.astype(_WIDTHS[width]).tobytes()


def _narrow_few(numbers: list[int]) -> bytes:
    greatest = max(numbers)
    if greatest < 1 << 8:
        return bytes(numbers)
    return array("H" if greatest < 1 << 16 else "I", numbers).tobytes()


def _narrow_weights(weights: Array) -> bytes:
    narrow = np.minimum(weights, 255).astype(np.uint8)
    return (narrow if (narrow == weights).all() else weights.astype(WEIGHT)).tobytes()


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
