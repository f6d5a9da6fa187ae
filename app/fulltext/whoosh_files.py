"""How articles lie in Whoosh's files: the schema, the writer, and a segment read block by block.

Settings by measurement: segments are not packed into one file (a reader of a packed segment copies it whole),
nothing is stored that the database has, postings come in long blocks of rows of numbers, so that NumPy reads
a block without a loop in Python.
"""

from __future__ import annotations

import math
import os
import re
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import ExitStack, closing
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from whoosh import index as whoosh_index
from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3TermsReader
from whoosh.fields import NUMERIC, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Existence, Positions
from whoosh.reading import SegmentReader
from whoosh.util.numeric import byte_to_length
from whoosh.writing import SegmentWriter

from app.fulltext.arrays import Array, Postings, ScoredIds
from app.fulltext.document_facts import Days, days_of, label_term
from app.fulltext.document_terms import document_terms
from app.fulltext.posting_pool import PostingPool, TermPostings
from app.fulltext.search_index import IndexDocument
from app.fulltext.term_files import (
    Block,
    TermFiles,
    counts_of,
    extent_of,
    ids_of,
    positions_of,
    read_blocks,
    read_counts,
    read_terms,
    weights_of,
)
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


OnSegment = Callable[["SegmentFiles"], None]


class DocumentWriter:
    """A writer of articles; ``on_segment`` is called for each new segment before anybody can see it."""

    def __init__(self, folder: Path, memory_mb: int, on_segment: OnSegment) -> None:
        self._folder, self._memory_mb, self._on_segment = folder, memory_mb, on_segment
        self._writer = _Writer(folder, memory_mb, on_segment)
        self._elsewhere: list[Future[Any]] = []

    def add(self, document: IndexDocument) -> None:
        """Add an article that the index does not have."""
        self._writer.add_document(document)

    def put(self, document: IndexDocument) -> None:
        """Add an article, in the place of an older form of it."""
        self.delete(document.article_id)
        self.add(document)

    def put_meanwhile(self, documents: Sequence[IndexDocument], helper: Executor) -> None:
        """As ``put`` for each; the helper writes them as a segment of their own."""
        for document in documents:
            self.delete(document.article_id)
        given = self._folder, self._memory_mb, self._on_segment, documents
        self._elsewhere.append(helper.submit(_write_segment, *given))

    def delete(self, article_id: int) -> None:
        """Take an article out; one that is not there is no error."""
        self._writer.delete_number(article_id)

    def commit(self) -> None:
        """Make all changes visible at one stroke; where that fails, none."""
        try:
            self._writer.commit(segment.result() for segment in self._elsewhere)
        except BaseException:
            self.cancel()
            raise

    def cancel(self) -> None:
        """Forget all changes. Files of a segment that nobody is told of go with the next commit."""
        wait(self._elsewhere)
        self._writer.cancel()


def _write_segment(
    folder: Path, memory_mb: int, on_segment: OnSegment, documents: Sequence[IndexDocument]
) -> Any:
    """In a process that helps: a segment with these documents, which no commit tells of yet."""
    writer = _Writer(folder, memory_mb, on_segment)
    try:
        for document in documents:
            writer.add_document(document)
        return writer.written_segment()
    except BaseException:
        writer.abandon()
        raise


class _Writer(SegmentWriter):  # type: ignore[misc]
    def __init__(self, folder: Path, memory_mb: int, on_segment: OnSegment) -> None:
        index = whoosh_index.open_dir(str(folder))
        # Not locked: who commits has the lock of the whole index, and who helps does not commit.
        super().__init__(index, limitmb=memory_mb, compound=False, codec=LongBlockCodec(), _lk=False)
        self.pool = PostingPool(memory_mb)
        self._known = {segment.segment_id() for segment in self.segments}
        self._on_segment = on_segment
        self._places: list[_Places] | None = None
        self._from_elsewhere: Iterable[Any] = ()

    def commit(self, from_elsewhere: Iterable[Any] = ()) -> None:
        """Write down what was added, and show it together with segments that others have written."""
        self._from_elsewhere = from_elsewhere
        super().commit()

    def abandon(self) -> None:
        """Close the files of what was added; ``cancel`` would take away those of other writers, too."""
        self._close_segment()

    def written_segment(self) -> Any:
        """The segment with what was added, for a commit of somebody else."""
        segment = self._finalize_segment()
        self._tell_of(segment)
        return segment

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
        for zone, words in found.zones.items():
            weights = found.title_weights() if zone is Zone.TEXT else None
            self._add(zone.value, words.terms, words.positions, weights)
        for mark, places in (
            (SENTENCE, found.sentence_starts),
            (PARAGRAPH, found.paragraph_starts),
            (END, [found.end]),
        ):
            self._add(BREAKS, [mark] * len(places), places)
        self._add(LABELS, sorted({label_term(*label).encode() for label in document.labels}))
        numbers = {"number": document.article_id, **days_of(document)._asdict()}
        for name, number in numbers.items():
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
        for name, term, postings in self.pool.terms():
            self.fieldwriter.add(name, term, postings)
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
        new = array("q", [-1]) * files.count
        live = sorted(set(range(files.count)) - set(segment.deleted_docs()))
        for document in live:
            new[document] = self.docnum
            self.perdocwriter.start_doc(self.docnum)
            for name, found in lengths.items():
                self.perdocwriter.add_field(name, self.schema[name], None, int(found[document]))
            for name, found in numbers.items():
                column = self.schema[name].column_type
                self.perdocwriter.add_column_value(name, column, int(found[document]))
            self.perdocwriter.finish_doc()
            self.docnum += 1
        self._added = self._added or bool(live)
        for name, term, postings in files.all_terms():
            kept = postings.renumbered(new)
            if kept.ids:
                self.pool.add_term(name, term, kept)
        files.close()

    def _commit_toc(self, segments: Sequence[Any]) -> None:
        """Whoosh's last step, which shows the new segments to readers."""
        for segment in segments:
            if segment.segment_id() not in self._known:
                self._tell_of(segment)
        super()._commit_toc([*segments, *self._from_elsewhere])

    def _tell_of(self, segment: Any) -> None:
        files = SegmentFiles(self.storage, self.schema, segment)
        self._on_segment(files)
        files.close()


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
