"""Blocks of postings as they lie in a segment's file: packed, and read.

Whoosh's files have room for what a codec makes of a block. Ours are rows of numbers as narrow as they can be,
so that NumPy takes in a block at once; they take half the room that Whoosh's compressed lists of numbers do.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.fulltext.arrays import Array
from app.fulltext.term_postings import NUMBER, WEIGHT, TermRows

_PICKLE = 3  # with bytes as they are, without frames
_MAGIC = b"W3Bl"
_LENGTH = struct.Struct("!i")
# Of the pickle of what Whoosh wants to know: the bytes of a whole number by its kind, and those around them.
_NUMBER_LENGTHS = {ord("K"): 2, ord("M"): 3, ord("J"): 5}
_BEFORE_NUMBERS = len(b"\x80\x03(")
_BEHIND_NUMBERS = len(b"G12345678" + 3 * b"K\x00" + b"tq\x00.")
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


def packed(rows: TermRows, block_postings: int) -> list[bytes]:
    """The blocks of each term as they are written: so many postings in each, the rest in the last."""
    bounds = _block_bounds(rows.bounds, block_postings)
    begins, ends = bounds[:-1], bounds[1:]
    is_first, is_last = np.isin(begins, rows.bounds), np.isin(ends, rows.bounds)
    steps = np.diff(rows.ids, prepend=NUMBER.type(0))
    steps[rows.bounds[:-1]] = 0
    columns: tuple[list[Any], ...] = (
        is_first.tolist(),
        is_last.tolist(),
        np.diff(bounds).tolist(),
        np.where(is_first, rows.ids[begins], rows.ids[begins - 1]).tolist(),
        rows.ids[ends - 1].tolist(),
        np.maximum.reduceat(rows.weights, begins).tolist(),
        _cut_narrow(steps, bounds),
        _cut_weights(rows.weights, rows.counts, bounds),
        _cut_narrow(rows.counts, bounds, ~np.logical_and.reduceat(rows.counts == 1, begins)),
        _cut_narrow(rows.positions, _position_bounds(rows, bounds))
        if len(rows.positions)
        else [b""] * len(begins),
    )
    terms: list[bytes] = []
    for first, last, documents, before, last_id, weight, *block in zip(*columns, strict=True):
        data = pickle.dumps((documents, before, *block), _PICKLE)
        info = pickle.dumps((documents, last_id, weight, 0, 0, 0), _PICKLE)
        length = len(info) + len(data)
        written = _LENGTH.pack(-length if last else length) + info + data
        if first:
            terms.append(_MAGIC + written)
        else:
            terms[-1] += written
    return terms


def _block_bounds(bounds: Array, size: int) -> Array:
    """Where blocks begin, and the end, of terms whose postings lie between bounds."""
    long = np.flatnonzero(np.diff(bounds) > size)
    within = [np.arange(bounds[term] + size, bounds[term + 1], size) for term in long]
    return np.sort(np.concatenate([bounds, *within]))


def _position_bounds(rows: TermRows, bounds: Array) -> Array:
    """Where the positions of documents begin that begin at the bounds."""
    result: Array = np.concatenate([[0], np.cumsum(rows.counts, dtype=np.int64)])[bounds]
    return result


def _cut_narrow(numbers: Array, bounds: Array, is_kept: Array | None = None) -> list[bytes]:
    """A row of numbers cut at the bounds, each part as narrow as its greatest number lets it be.

    Parts that are not kept are empty.
    """
    greatest = np.maximum.reduceat(numbers, bounds[:-1])
    widths = np.select([greatest < 1 << 8, greatest < 1 << 16], [1, 2], 4)
    if is_kept is not None:
        widths *= is_kept
    kinds = [(width, _WIDTHS[width]) for width in np.unique(widths).tolist() if width]
    return _cut({width: numbers.astype(kind).tobytes() for width, kind in kinds}, widths, bounds)


def _cut_weights(weights: Array, counts: Array, bounds: Array) -> list[bytes]:
    """Weights cut at the bounds: none where they are the counts, small whole numbers, or fractions."""
    narrow = np.minimum(weights, 255).astype(np.uint8)
    are_counts, are_narrow = (
        np.logical_and.reduceat(weights == others, bounds[:-1]) for others in (counts, narrow)
    )
    widths = np.select([are_counts, are_narrow], [0, 1], WEIGHT.itemsize)
    rows = {1: narrow.tobytes(), WEIGHT.itemsize: weights.astype(WEIGHT).tobytes()}
    return _cut(rows, widths, bounds)


def _cut(rows: Mapping[int, bytes], widths: Array, bounds: Array) -> list[bytes]:
    """Parts of the row with so many bytes for a number; of none, nothing."""
    row = {0: b"", **rows}
    starts, ends = (bounds[:-1] * widths).tolist(), (bounds[1:] * widths).tolist()
    return [row[width][start:end] for width, start, end in zip(widths.tolist(), starts, ends, strict=True)]


def unpacked(terms: Sequence[bytes], postings: Sequence[bytes | memoryview]) -> TermRows:
    """Terms with their postings, as they were before ``packed``."""
    of_terms = [read_blocks(written) for written in postings]
    blocks = [block for of_term in of_terms for block in of_term]
    documents = np.array([block.documents for block in blocks], np.int64)
    steps = _widened([block.steps for block in blocks], documents)
    begins = np.cumsum(documents) - documents
    ids = np.cumsum(steps, dtype=np.int64)
    before = np.array([block.before for block in blocks], np.int64)
    ids += np.repeat(before + steps[begins] - ids[begins], documents)
    counts = _widened([block.counts for block in blocks], documents, np.ones(len(ids), NUMBER))
    weights = _widened([block.weights for block in blocks], documents, counts.astype(WEIGHT))
    place_counts = np.add.reduceat(counts, begins, dtype=np.int64)
    positions = [block.positions for block in blocks]
    firsts = np.cumsum([0, *(len(of_term) for of_term in of_terms)])
    bounds = np.append(begins, len(ids))[firsts]
    has_places = any(positions)
    places = np.concatenate([[0], np.cumsum(place_counts)])[firsts]
    return TermRows(
        terms,
        bounds,
        places if has_places else np.zeros_like(bounds),
        ids.astype(NUMBER),
        weights,
        counts,
        _widened(positions, place_counts) if has_places else np.empty(0, NUMBER),
    )


def _widened(parts: Sequence[bytes], sizes: Array, default: Array | None = None) -> Array:
    """Numbers that were cut narrow, so many of each part; of parts that are empty, the default's."""
    widths = np.array([len(part) for part in parts]) // sizes
    row = np.empty(int(sizes.sum()), NUMBER) if default is None else default.copy()
    of_each = np.repeat(widths, sizes)
    for width in set(widths.tolist()) - {0}:
        kind = WEIGHT if row.dtype == WEIGHT and width == WEIGHT.itemsize else _WIDTHS[width]
        joined = b"".join(part for part, its in zip(parts, widths.tolist(), strict=True) if its == width)
        row[of_each == width] = np.frombuffer(joined, kind)
    return row


def read_blocks(data: bytes | memoryview) -> list[Block]:
    """The blocks of a term, in order."""
    blocks = []
    at = len(_MAGIC)
    while at < len(data):
        length = abs(_LENGTH.unpack_from(data, at)[0])
        at += _LENGTH.size
        # Not read: what Whoosh wants to know of a block. It has two whole numbers, and then always so much.
        start = at + _BEFORE_NUMBERS
        start += _NUMBER_LENGTHS[data[start]]
        start += _NUMBER_LENGTHS[data[start]] + _BEHIND_NUMBERS
        at += length
        blocks.append(Block(*pickle.loads(data[start:at])))  # noqa: S301  (our own file)
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
