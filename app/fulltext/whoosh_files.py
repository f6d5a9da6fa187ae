"""How articles lie in Whoosh's files: the schema, the writer, and a segment read block by block.

Settings by measurement: segments are not packed into one file (a reader of a packed segment copies it whole),
nothing is stored that the database has, postings come in long blocks and positions as plain numbers, so that
NumPy reads a block without a loop in Python.
"""

from __future__ import annotations

import math
import os
import re
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from pickle import loads
from typing import Any, NamedTuple

import numpy as np
from whoosh import index as whoosh_index
from whoosh.codec.whoosh3 import W3Codec, W3TermsReader
from whoosh.fields import NUMERIC, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Existence, Positions
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.util.numeric import byte_to_length
from whoosh.writing import SegmentWriter

from app.fulltext.arrays import Array, Postings, ScoredIds
from app.fulltext.document_terms import document_terms
from app.fulltext.posting_pool import PostingPool, TermPostings
from app.fulltext.search_index import IndexDocument
from app.fulltext.term_files import TermFiles, read_counts, read_terms
from app.fulltext.tree import Label, Zone

LABELS = "labels"
BREAKS = "breaks"
SENTENCE, PARAGRAPH = "s", "p"
NUMBERS = ("number", "first", "last", "added")
LENGTH_OF_CODE = np.array([byte_to_length(code) for code in range(256)], np.float64)
_BLOCK_POSTINGS = 1024
_MOST_ALIKE = 8  # segments of one size
_POSITION = np.dtype("<u4")
# Fields of Whoosh's posting blocks (codec/whoosh3.py): ids as differences, weights, values.
_IDS, _WEIGHTS, _VALUES = range(3)


class PackedPositions(Positions):  # type: ignore[misc]
    """Positions as little-endian 32-bit numbers one after another."""

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """The positions of a posting, in order."""
        positions: list[int] = np.frombuffer(valuestring, _POSITION).tolist()
        return positions

    def decode_frequency(self, valuestring: bytes) -> int:
        """How often the term stands in the document."""
        return len(valuestring) // _POSITION.itemsize


class PlacesField(FieldType):  # type: ignore[misc]
    """Terms with positions, which are found and written elsewhere."""

    def __init__(self, *, scorable: bool) -> None:
        super().__init__(PackedPositions(), None, scorable=scorable)


class ValuesField(FieldType):  # type: ignore[misc]
    """Fixed values that a document carries or not."""

    def __init__(self) -> None:
        super().__init__(Existence(), None, scorable=False)


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


def label_term(label: Label, value: str) -> str:
    """The term under which articles with this value are listed."""
    return f"{label.value}:{value}"


def _numbers(document: IndexDocument) -> dict[str, int]:
    published = document.published
    return {
        "number": document.article_id,
        "first": _day(published.first_day() if published else None),
        "last": _day(published.last_day() if published else None),
        "added": _day(document.added),
    }


def _day(day: date | None) -> int:
    """The day's number in the calendar, 0 for no day."""
    return day.toordinal() if day else 0


class DocumentWriter:
    """A writer of articles; ``on_segment`` is called for each new segment before anybody can see it."""

    def __init__(self, folder: Path, memory_mb: int, on_segment: Callable[[SegmentFiles], None]) -> None:
        self._writer = _Writer(whoosh_index.open_dir(str(folder)), memory_mb, on_segment)

    def add(self, document: IndexDocument) -> None:
        """Add an article that the index does not have."""
        self._writer.add_document(document)

    def put(self, document: IndexDocument) -> None:
        """Add an article, in the place of an older form of it."""
        self.delete(document.article_id)
        self.add(document)

    def delete(self, article_id: int) -> None:
        """Take an article out; one that is not there is no error."""
        self._writer.delete_number(article_id)

    def commit(self) -> None:
        """Make all changes visible at one stroke."""
        self._writer.commit()

    def cancel(self) -> None:
        """Forget all changes."""
        self._writer.cancel()


class _Writer(SegmentWriter):  # type: ignore[misc]
    def __init__(self, index: Any, memory_mb: int, on_segment: Callable[[SegmentFiles], None]) -> None:
        super().__init__(index, limitmb=memory_mb, compound=False, codec=LongBlockCodec())
        self.pool = PostingPool(memory_mb)
        self._known = {segment.segment_id() for segment in self.segments}
        self._on_segment = on_segment
        self._places: list[_Places] | None = None

    def delete_number(self, number: int) -> None:
        """Delete the documents with this number that are committed. Whoosh would search for each."""
        if self._places is None:
            self._places = [_Places.of(self.storage, self.schema, segment) for segment in self.segments]
        for segment, places in zip(self.segments, self._places, strict=True):
            for document in places.having(number):
                segment.delete_document(document)

    def add_document(self, document: IndexDocument) -> None:
        """Add a document. Whoosh's own way takes each posting through Python three times."""
        self.perdocwriter.start_doc(self.docnum)
        found = document_terms(document.title, document.text, document.quotes)
        for zone, places in found.zones.items():
            weights = found.title_weights() if zone is Zone.TEXT else None
            self._add(zone.value, places.terms, places.positions, weights)
        for mark, starts in ((SENTENCE, found.sentence_starts), (PARAGRAPH, found.paragraph_starts)):
            self._add(BREAKS, [mark] * len(starts), starts)
        self._add(LABELS, sorted({label_term(*label).encode() for label in document.labels}))
        for name, number in _numbers(document).items():
            kind = self.schema[name]
            self._add(name, [kind.to_bytes(number)])
            self.perdocwriter.add_column_value(name, kind.column_type, kind.to_column_value(number))
        self.perdocwriter.finish_doc()
        self._added = True
        self.docnum += 1

    def _add(
        self,
        name: str,
        terms: Sequence[str] | Sequence[bytes],
        positions: Sequence[int] = (),
        weights: Mapping[str, float] | None = None,
    ) -> None:
        kind = self.schema[name]
        self.pool.add_all(name, self.docnum, terms, positions, weights)
        self.perdocwriter.add_field(name, kind, None, len(terms) if kind.scorable else 0)

    def _flush_segment(self) -> None:
        """Whoosh's last step but one: the gathered postings go to the new segment's files."""
        self.perdocwriter.close()
        has_values = {name: kind.format.fixed_value_size() != 0 for name, kind in self.schema.items()}
        for name, term, postings in self.pool.terms():
            self.fieldwriter.add(name, term, postings, has_values=has_values[name])
        self.fieldwriter.close()

    def _merge_segments(self, *_wanted: object) -> list[Any]:
        """Take over segments wherever there are many of one size; those that stay.

        So their number grows with the logarithm of the index, and an article is written anew as seldom.
        """
        by_size: dict[int, list[Any]] = {}
        for segment in self.segments:
            by_size.setdefault(_size_class(segment), []).append(segment)
        merged = [one for alike in by_size.values() if len(alike) >= _MOST_ALIKE for one in alike]
        for segment in merged:
            self._take_over(SegmentFiles(self.storage, self.schema, segment), segment)
        return [segment for segment in self.segments if segment not in merged]

    def _take_over(self, files: SegmentFiles, segment: Any) -> None:
        """Add what is not deleted of a segment, as it is."""
        lengths = {zone.value: LENGTH_OF_CODE[files.length_codes(zone.value)] for zone in Zone}
        numbers = {name: files.numbers(name) for name in NUMBERS}
        new: dict[int, int] = {}
        for document in sorted(set(range(files.count)) - set(segment.deleted_docs())):
            new[document] = self.docnum
            self.perdocwriter.start_doc(self.docnum)
            for name, found in lengths.items():
                self.perdocwriter.add_field(name, self.schema[name], None, int(found[document]))
            for name, found in numbers.items():
                column = self.schema[name].column_type
                self.perdocwriter.add_column_value(name, column, int(found[document]))
            self.perdocwriter.finish_doc()
            self.docnum += 1
        self._added = self._added or bool(new)
        for name, term, postings in files.all_terms():
            live = [place for place, document in enumerate(postings.ids) if document in new]
            if live:
                kept = postings if len(live) == len(postings.ids) else postings.only(live)
                self.pool.add_term(name, term, [new[document] for document in kept.ids], kept)
        files.close()

    def _commit_toc(self, segments: Sequence[Any]) -> None:
        """Whoosh's last step, which shows the new segments to readers."""
        for segment in segments:
            if segment.segment_id() not in self._known:
                files = SegmentFiles(self.storage, self.schema, segment)
                self._on_segment(files)
                files.close()
        super()._commit_toc(segments)


def _size_class(segment: Any) -> int:
    """Segments of one class differ in size by less than the number of them that is merged."""
    live = max(1, segment.doc_count_all() - segment.deleted_count())
    return int(math.log(live, _MOST_ALIKE))


class _Places(NamedTuple):
    """Which documents of a segment have which numbers: the numbers ascending, and whose they are."""

    numbers: Array
    documents: Array

    @classmethod
    def of(cls, storage: FileStorage, schema: Schema, segment: Any) -> _Places:
        files = SegmentFiles(storage, schema, segment)
        numbers = files.numbers("number")
        files.close()
        order = np.argsort(numbers, kind="stable")
        return cls(numbers[order], order)

    def having(self, number: int) -> list[int]:
        """The documents with this number."""
        first, past = np.searchsorted(self.numbers, [number, number + 1])
        found: list[int] = self.documents[first:past].tolist()
        return found


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

    def all_terms(self) -> Iterator[tuple[str, bytes, TermPostings]]:
        """All terms in order, with field and postings."""
        return read_terms(
            *(
                self.folder / self._segment.make_filename(end)
                for end in (W3Codec.TERMS_EXT, W3Codec.POSTS_EXT)
            )
        )

    def documents(self, field: str, term: str) -> ScoredIds:
        """The documents with a term and the term's weight in each."""
        blocks = [(_ids_of(data), _weights_of(data)) for data in self._blocks(field, term)]
        if not blocks:
            return ScoredIds.none()
        return ScoredIds(
            np.concatenate([ids for ids, _ in blocks]), np.concatenate([weights for _, weights in blocks])
        )

    def places(self, field: str, term: str) -> Postings:
        """The documents with a term and the positions of the term in them."""
        ids, counts, positions = [], [], []
        for data in self._blocks(field, term):
            values = data[_VALUES]
            ids.append(_ids_of(data))
            counts.append(np.fromiter(map(len, values), np.int32, len(values)) // _POSITION.itemsize)
            positions.append(np.frombuffer(b"".join(values), _POSITION))
        if not ids:
            return Postings.none()
        return Postings(np.concatenate(ids), np.concatenate(counts), np.concatenate(positions))

    def _blocks(self, field: str, term: str) -> Iterator[tuple[Any, Any, Any]]:
        """The blocks of a term's postings, in order."""
        packed = []
        with self._turn:
            try:
                matcher = self._reader._terms.matcher(field, term.encode(), self._format_of(field))  # noqa: SLF001
            except TermNotFound:
                return
            while matcher.is_active():
                length = matcher._nextoffset - matcher._dataoffset  # noqa: SLF001
                block = bytes(matcher._postfile.get(matcher._dataoffset, length))  # noqa: SLF001
                packed.append((block, matcher._compression))  # noqa: SLF001
                matcher._next_block()  # noqa: SLF001
        for block, level in packed:
            yield loads(zlib.decompress(block) if level else block)  # noqa: S301  (our own file)

    def _format_of(self, field: str) -> Any:
        return self._reader.schema[field].format


def _ids_of(block: tuple[Any, Any, Any]) -> Array:
    """The documents of a block; its first number is no difference."""
    return np.cumsum(np.array(block[_IDS], np.int32), dtype=np.int32)


def _weights_of(block: tuple[Any, Any, Any]) -> Array:
    weights = block[_WEIGHTS]
    if weights is None or isinstance(weights, float):
        return np.full(len(block[_IDS]), 1.0 if weights is None else weights, np.float32)
    return np.array(weights, np.float32)


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
