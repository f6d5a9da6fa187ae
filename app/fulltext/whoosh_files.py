"""How articles lie in Whoosh's files: the schema, the writer, and a segment read block by block.

Settings by measurement: segments are not packed into one file (a reader of a packed segment copies it whole),
nothing is stored that the database has, postings come in long blocks of rows of numbers, so that NumPy reads
a block without a loop in Python.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import index as whoosh_index
from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3TermsReader
from whoosh.fields import NUMERIC, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Existence, Positions
from whoosh.reading import SegmentReader
from whoosh.util.numeric import byte_to_length

from app.fulltext.arrays import Array, Postings, ScoredIds
from app.fulltext.blocks import Block, counts_of, ids_of, positions_of, read_blocks, weights_of
from app.fulltext.document_facts import Days
from app.fulltext.term_files import TermFiles, extent_of, read_counts, read_rows
from app.fulltext.term_postings import NamedRows
from app.fulltext.tree import Zone

LABELS = "labels"
BREAKS = "breaks"
SENTENCE, PARAGRAPH, END = "s", "p", "e"
NUMBERS = ("number", *Days._fields)
LENGTH_OF_CODE = np.array([byte_to_length(code) for code in range(256)], np.float64)
_BLOCK_POSTINGS = 4096
_MOST_ALIKE = 8  # segments of one size


class ReadPositions(Positions):  # type: ignore[misc]
    """Positions as the matcher of a block gives them: read already."""

    def decode_positions(self, value: list[int]) -> list[int]:
        """The positions of a posting, in order."""
        return value

    def decode_frequency(self, value: list[int]) -> int:
        """How often the term stands in the document."""
        return len(value)


class PlacesField(FieldType):  # type: ignore[misc]
    """Terms with positions, which are found and written elsewhere."""

    def __init__(self, *, scorable: bool) -> None:
        super().__init__(ReadPositions(), None, scorable=scorable)


class ValuesField(FieldType):  # type: ignore[misc]
    """Fixed values that a document carries or not."""

    def __init__(self) -> None:
        super().__init__(Existence(), None, scorable=False)


class BlockMatcher(W3LeafMatcher):  # type: ignore[misc]
    """Whoosh's matcher, to which our blocks are shown as its own would be."""

    def _read_ids(self) -> None:
        self._ids = ids_of(self._block()).tolist()

    def _read_weights(self) -> None:
        self._weights = weights_of(self._block()).tolist()

    def _read_values(self) -> None:
        block = self._block()
        ends = np.cumsum(counts_of(block)).tolist()
        places = positions_of(block).tolist()
        self._values = (
            [places[start:end] for start, end in pairwise([0, *ends])] if places else [None] * len(ends)
        )

    def _block(self) -> list[Block]:
        if self._data is None:
            self._read_data()
        return [Block(*self._data)]


class LongBlockCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec with longer blocks; without their shortest and longest field, which nobody asks for."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=_BLOCK_POSTINGS)

    def field_writer(self, storage: FileStorage, segment: Any) -> TermFiles:
        """What writes terms and postings; Whoosh's own is slow."""
        terms, postings = (
            segment.create_file(storage, ending).raw_file() for ending in (self.TERMS_EXT, self.POSTS_EXT)
        )
        return TermFiles(terms, postings, _BLOCK_POSTINGS)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> BlockMatcher:
        """A matcher of a term's postings."""
        return BlockMatcher(dbfile, *terminfo.extent(), format_, term=term, scorer=scorer)

    def terms_reader(self, storage: FileStorage, segment: Any) -> W3TermsReader:
        """As Whoosh does it, but where a file is missing the others are closed."""
        with ExitStack() as opened:
            name = segment.make_filename(self.TERMS_EXT)
            terms = opened.enter_context(closing(storage.open_file(name)))
            postings = opened.enter_context(closing(segment.open_file(storage, self.POSTS_EXT)))
            reader = W3TermsReader(self, terms, storage.file_length(name), postings)
            opened.pop_all()
        return reader


def schema() -> Schema:
    """Every zone of words in a field of its own; numbers by document; labels as ``label:value``."""
    zones = {zone.value: PlacesField(scorable=True) for zone in Zone}
    numbers = {name: NUMERIC(int, bits=32, signed=False, sortable=True, shift_step=0) for name in NUMBERS}
    return Schema(**zones, **numbers, **{BREAKS: PlacesField(scorable=False), LABELS: ValuesField()})


def create(folder: Path) -> None:
    """An empty index in a new folder."""
    folder.mkdir()
    whoosh_index.create_in(str(folder), schema())


class SegmentFiles:
    """An open segment. Whoosh's readers have one place in each file, so reading takes turns."""

    def __init__(self, storage: FileStorage, schema: Schema, segment: Any) -> None:
        self.key: str = segment.segment_id()
        self.folder = Path(storage.folder)
        self.count: int = segment.doc_count_all()
        self._segment = segment
        self._reader = SegmentReader(storage, schema, segment)
        self._turn = threading.Lock()

    def close(self) -> None:
        """Close its files; done when nobody holds it, too."""
        if not self._reader.is_closed:
            self._reader.close()

    def __del__(self) -> None:
        if hasattr(self, "_reader"):
            self.close()

    def field_length(self, field: str) -> int:
        """How many words this field has in all documents."""
        return int(self._reader.field_length(field))

    def length_codes(self, field: str) -> Array:
        """The length of the field in each document, in Whoosh's one-byte code; 0 where it has none."""
        return self._column(f"_{field}_len", np.dtype(np.uint8), 0)

    def numbers(self, field: str) -> Array:
        """The number of each document in this field."""
        kind = self._reader.schema[field].column_type
        return self._column(field, np.dtype(">u4"), kind.default_value()).astype(np.uint32)

    def _column(self, name: str, kind: np.dtype[Any], missing: int) -> Array:
        """A column of numbers: those of the first documents, the rest has the number that is not written."""
        column = np.full(self.count, missing, kind)
        path = self.folder / W3Codec.column_filename(self._segment, name)
        if path.exists():
            written = np.fromfile(path, kind)
            column[: len(written)] = written
        return column

    def term_counts(self) -> Iterator[tuple[str, bytes, int]]:
        """All terms in order, with field and number of documents."""
        return read_counts(self.folder / self._segment.make_filename(W3Codec.TERMS_EXT))

    def rows(self) -> Iterator[NamedRows]:
        """All terms in order, many at once, with field and postings; to be read while the files are there."""
        ends = W3Codec.TERMS_EXT, W3Codec.POSTS_EXT
        return read_rows(*(self.folder / self._segment.make_filename(end) for end in ends))

    def documents(self, field: str, term: str) -> ScoredIds:
        """The documents with a term and the term's weight in each."""
        blocks = self._blocks(field, term)
        return ScoredIds(ids_of(blocks), weights_of(blocks)) if blocks else ScoredIds.none()

    def places(self, field: str, term: str) -> Postings:
        """The documents with a term and the positions of the term in them."""
        blocks = self._blocks(field, term)
        if not blocks:
            return Postings.none()
        return Postings(ids_of(blocks), counts_of(blocks), positions_of(blocks))

    def _blocks(self, field: str, term: str) -> list[Block]:
        """The blocks of a term's postings, in order.

        Read at once and not mapped: what was read once would count as this process's memory for good.
        """
        terms = self._reader._terms  # noqa: SLF001
        with self._turn:
            info = terms._tindex.get(terms._keycoder(field, term.encode()))  # noqa: SLF001
        if info is None:
            return []
        start, length = extent_of(info)
        return read_blocks(os.pread(terms._postfile.fileno(), length, start))  # noqa: SLF001


_COMMIT_FILE = re.compile(r"_MAIN_(\d+)\.toc")


def last_commit(folder: Path) -> int:
    """The number of the last commit in a folder, -1 without one. Raises FileNotFoundError."""
    names = (_COMMIT_FILE.fullmatch(name) for name in os.listdir(folder))  # noqa: PTH208  (asked at each search)
    return max((int(name[1]) for name in names if name), default=-1)


def open_segments(folder: Path, known: Mapping[str, SegmentFiles]) -> list[tuple[SegmentFiles, Array]]:
    """The segments of the last commit with their deleted documents; those known are not opened again.

    Raises IndexFilesError where a writer took files away meanwhile: then there is a newer commit.
    """
    try:
        index = FileStorage(str(folder)).open_index()
        return [
            (
                known.get(segment.segment_id()) or SegmentFiles(index.storage, index.schema, segment),
                np.sort(np.fromiter(segment.deleted_docs(), np.int32)),
            )
            for segment in index._segments()  # noqa: SLF001
        ]
    except UNREADABLE as exc:
        raise IndexFilesError(str(exc)) from exc


class IndexFilesError(Exception):
    """Files of the index are missing or cannot be read."""


# What Whoosh raises where a file is missing or half written.
UNREADABLE = (OSError, TypeError, whoosh_index.EmptyIndexError)


def try_lock(folder: Path) -> Any:
    """The lock of the folder, or None where another process has it; the system drops that of a dead one."""
    lock = FileStorage(str(folder)).lock("WRITE")
    return lock if lock.acquire() else None
