"""Writing articles into Whoosh's files: by one process, or with the help of others."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, wait
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import numpy as np
from whoosh import index as whoosh_index
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.writing import SegmentWriter

from app.fulltext.arrays import Array
from app.fulltext.document_facts import days_of, label_term
from app.fulltext.document_terms import document_terms
from app.fulltext.posting_pool import PostingPool
from app.fulltext.search_index import IndexDocument
from app.fulltext.tree import Zone
from app.fulltext.whoosh_files import (
    BREAKS,
    END,
    LABELS,
    LENGTH_OF_CODE,
    NUMBERS,
    PARAGRAPH,
    SENTENCE,
    LongBlockCodec,
    SegmentFiles,
)

_MOST_ALIKE = 8  # segments of one size
# Of the work on a document, so much is done when all have been added.
_SHARE_OF_WRITING = 0.1

OnSegment = Callable[[SegmentFiles], None]


class DocumentWriter:
    """A writer of articles; ``on_segment`` is called for each new segment before anybody can see it."""

    def __init__(self, folder: Path, memory_mb: int, on_segment: OnSegment) -> None:
        begin = partial(_Writer, folder, memory_mb, on_segment)
        self._writer = begin()
        self._elsewhere = _Elsewhere(begin)

    def add(self, document: IndexDocument) -> None:
        """Add an article that the index does not have."""
        self._writer.add_document(document)

    def put(self, document: IndexDocument) -> None:
        """Add an article, in the place of an older form of it."""
        self.delete(document.article_id)
        self.add(document)

    def put_meanwhile(self, documents: Sequence[IndexDocument], helper: Executor) -> None:
        """As ``put`` for each, by the helper; what it has not begun with at the commit is done there."""
        for document in documents:
            self.delete(document.article_id)
        self._elsewhere.hand_over(documents, helper)

    def delete(self, article_id: int) -> None:
        """Take an article out; one that is not there is no error."""
        self._writer.delete_number(article_id)

    def commit(self) -> None:
        """Make all changes visible at one stroke; where that fails, none."""
        try:
            for document in self._elsewhere.taken_back():
                self.add(document)
            self._writer.commit(self._elsewhere.segments())
        except BaseException:
            self.cancel()
            raise

    def cancel(self) -> None:
        """Forget all changes. Files of a segment that nobody is told of go with the next commit."""
        self._elsewhere.cancel()
        self._writer.cancel()


_Worker = tuple[int, int]  # process and thread
_Act = Callable[[str], tuple[_Worker, Any]]  # of a worker, for a commit


class _Elsewhere:
    """Documents handed over to other processes: each that takes some writes a segment with all it took."""

    def __init__(self, begin: Callable[[], _Writer]) -> None:
        self._begin = begin
        self._commit = uuid4().hex
        self._helper: Executor | None = None
        self._waiting: list[tuple[Sequence[IndexDocument], Future[_Worker]]] = []
        self._taken: list[Future[_Worker]] = []
        self._asked: list[Future[tuple[_Worker, Any]]] = []

    def hand_over(self, documents: Sequence[IndexDocument], helper: Executor) -> None:
        """Let the helper add documents to a segment."""
        self._helper = helper
        future = helper.submit(_add_there, self._commit, self._begin, documents)
        self._waiting.append((documents, future))

    def taken_back(self) -> Iterator[IndexDocument]:
        """The documents that are better added here: those handed over last, and what nobody begins with."""
        workers = {future.result() for _, future in self._waiting if future.done()}
        count = len(workers) or 1
        begun = sum(len(documents) for documents, future in self._waiting if _is_begun(future))
        left = sum(len(documents) for documents, _ in self._waiting) - begun
        fair = (left + _SHARE_OF_WRITING * begun) / (count + 1)
        ours: list[IndexDocument] = []
        while len(ours) < fair and (documents := self._taken_back()):
            ours += documents
        # Who has added the rest writes it down. Who is still at what it took first is asked later.
        self._ask(_segment_there, count)
        yield from ours
        while documents := self._taken_back():
            yield from documents

    def _taken_back(self) -> Sequence[IndexDocument]:
        """Documents that nobody has begun with; none where all are begun with."""
        while self._waiting:
            documents, future = self._waiting.pop()
            if future.cancel():
                return documents
            self._taken.append(future)
        return ()

    def segments(self) -> Iterator[Any]:
        """The segments, as they are written."""
        workers = {future.result() for future in self._taken}
        found = self._of_each(_segment_there, workers)
        yield from (segment for segment in found if segment is not None)

    def cancel(self) -> None:
        """Let everybody who has begun forget what was added."""
        while self._taken_back():
            pass
        wait(self._taken)
        wait(self._asked)
        self._asked = []
        with suppress(BrokenExecutor):  # where one was killed, all are gone
            list(self._of_each(_drop_there, {one.result() for one in self._taken if not one.exception()}))

    def _of_each(self, act: _Act, workers: set[_Worker]) -> Iterator[Any]:
        """What comes of it for each of the workers; some may have been asked already."""
        while workers:
            for future in self._asked:
                worker, found = future.result()
                workers.discard(worker)
                yield found
            self._asked = []
            # One may have answered twice while another one was still at work.
            self._ask(act, len(workers))

    def _ask(self, act: _Act, count: int) -> None:
        if self._helper is not None:
            self._asked += [self._helper.submit(act, self._commit) for _ in range(count)]


def _is_begun(future: Future[_Worker]) -> bool:
    return future.running() or future.done()


class _Own(threading.local):
    """Where one helps: the writer of what was added so far, by the commit that it is for."""

    def __init__(self) -> None:
        self.writers: dict[str, _Writer] = {}


_own = _Own()


def _add_there(commit: str, begin: Callable[[], _Writer], documents: Sequence[IndexDocument]) -> _Worker:
    """In a process that helps: add documents to its segment of a commit."""
    if commit not in _own.writers:
        _own.writers[commit] = begin()
    try:
        for document in documents:
            _own.writers[commit].add_document(document)
    except BaseException:
        _drop_there(commit)
        raise
    return _worker()


def _segment_there(commit: str) -> tuple[_Worker, Any]:
    """In a process that helps: its segment of a commit, which no commit tells of yet; None if it has none."""
    writer = _own.writers.get(commit)
    if writer is None:
        return _worker(), None
    try:
        segment = writer.written_segment()
    except BaseException:
        _drop_there(commit)
        raise
    del _own.writers[commit]
    return _worker(), segment


def _drop_there(commit: str) -> tuple[_Worker, None]:
    """In a process that helps: forget what was added for a commit."""
    writer = _own.writers.pop(commit, None)
    if writer is not None:
        writer.abandon()
    return _worker(), None


def _worker() -> _Worker:
    return os.getpid(), threading.get_ident()


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
        for name, rows in self.pool.rows():
            self.fieldwriter.add_all(name, rows)
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
        new = np.full(files.count, -1, np.int64)
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
        renumbered = ((name, rows.renumbered(new)) for name, rows in files.rows())
        self.pool.add_run((name, rows) for name, rows in renumbered if rows.terms)
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
