"""The search index on disk. The only module that knows Whoosh.

Whoosh is given query objects and never what a person typed. Settings by measurement: segments are not
packed into one file (a reader of a packed segment copies it whole), one field holds title and text,
nothing is stored that the database has. A Whoosh searcher gives wrong answers when threads share it, so
each thread has its own, opened anew when the index has changed.

The folder holds one sub-folder for each time the index was built; the file ``current`` names the one in
use and the version of its schema. A rebuild writes a new sub-folder and then replaces that file, which
is atomic: a reader has the old index or the new one, never half of one.
"""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index
from whoosh import query as whoosh_query
from whoosh.analysis import Filter, RegexTokenizer
from whoosh.fields import ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.query.spans import SpanNear2
from whoosh.searching import Searcher
from whoosh.sorting import FieldFacet

from app.errors import IndexLockedError, IndexUnavailableError
from app.folding import fold
from app.fulltext.analysis import PLACE_GAP, ArchiveAnalyzer, PlaceAnalyzer, terms
from app.fulltext.search_index import IndexDocument, Order, SearchPage
from app.fulltext.snippets import SENTENCE
from app.fulltext.tree import (
    And,
    Dated,
    Label,
    Labelled,
    Moment,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    Undated,
    Unit,
    Words,
    Zone,
)

# To be raised with every change of the schema or of the analysis: an index of another version is rebuilt.
_VERSION = 3
_REBUILD = 'run "defence-archive reindex"'
_WRITER_MEMORY_MB = 128
_OPEN_TRIES = 10
_PARAGRAPH = re.compile(r"[^\n]+")
# Whoosh writes one such file at each commit, and takes away what it replaces after that.
_COMMIT_FILE = re.compile(r"_MAIN_(\d+)\.toc")


class WhooshIndex:
    """A ``SearchIndex`` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._local = threading.local()

    def exists(self) -> bool:
        """Whether there is an index of this program's version."""
        try:
            self._current()
        except IndexUnavailableError:
            return False
        return True

    def search(self, tree: Node, *, order: Order, offset: int, limit: int) -> SearchPage:
        """The hits of ``tree`` from ``offset`` on, at most ``limit``."""
        newest = FieldFacet("published", reverse=order is Order.NEWEST)
        results = self._searcher().search(
            _whoosh_query(tree), limit=offset + limit, sortedby=None if order is Order.RELEVANCE else newest
        )
        ids = tuple(int(hit["id"]) for hit in results[offset : offset + limit])
        return SearchPage(ids, len(results))

    def article_ids(self) -> Sequence[int]:
        """The ids of all articles in the index, in order."""
        return sorted(int(fields["id"]) for _, fields in self._searcher().reader().iter_docs())

    @contextmanager
    def writer(self) -> Iterator[_Writer]:
        """A writer whose changes become visible together at the end of the ``with`` block."""
        with self._lock():
            if not self._pointer.exists():
                self._create_in(self._next_folder(), ())
            index = whoosh_index.open_dir(str(self._current()))
            writer = index.writer(limitmb=_WRITER_MEMORY_MB, compound=False)
            try:
                yield _Writer(writer)
            except BaseException:
                writer.cancel()
                raise
            writer.commit()

    def rebuild(self, documents: Iterable[IndexDocument]) -> None:
        """Build the index anew and put it in the old one's place at one stroke."""
        with self._lock():
            built = self._next_folder()
            self._create_in(built, documents)
            for old in self._folder.iterdir():
                if old.is_dir() and old != built:
                    # A reader on it keeps its open files; the next search opens the new folder.
                    shutil.rmtree(old, ignore_errors=True)

    @property
    def _pointer(self) -> Path:
        return self._folder / "current"

    def _current(self) -> Path:
        """The sub-folder in use; IndexUnavailableError where there is none that this program can read."""
        try:
            pointer = json.loads(self._pointer.read_text(encoding="utf-8"))
        except FileNotFoundError as exc:
            raise IndexUnavailableError(f"there is no search index yet: {_REBUILD}") from exc
        except (OSError, ValueError) as exc:
            raise IndexUnavailableError(
                f"the search index in {self._folder} cannot be read: {_REBUILD}"
            ) from exc
        if pointer.get("version") != _VERSION:
            raise IndexUnavailableError(
                f"the search index is of another version than this program: {_REBUILD}"
            )
        return self._folder / str(pointer["folder"])

    def _next_folder(self) -> Path:
        """A sub-folder that is not there yet; what an interrupted rebuild left is removed first."""
        in_use = self._current() if self.exists() else None
        numbers = [int(path.name) for path in self._folder.iterdir() if path.is_dir() and path.name.isdigit()]
        for number in numbers:
            if in_use is not None and number > int(in_use.name):
                shutil.rmtree(self._folder / str(number))
        return self._folder / str(max(numbers, default=0) + 1)

    def _create_in(self, folder: Path, documents: Iterable[IndexDocument]) -> None:
        folder.mkdir()
        index = whoosh_index.create_in(str(folder), _schema())
        writer = index.writer(limitmb=_WRITER_MEMORY_MB, compound=False)
        adapter = _Writer(writer)
        for document in documents:
            adapter.add(document)
        writer.commit()
        new = self._pointer.with_suffix(".new")
        new.write_text(json.dumps({"version": _VERSION, "folder": folder.name}), encoding="utf-8")
        new.replace(self._pointer)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """One writer at a time, over all processes; the system drops the lock of one that dies."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise IndexUnavailableError(
                f"the folder {self._folder} cannot be made ({exc.strerror}): "
                "set ARCHIVE_FOLDER to a folder you can write to"
            ) from exc
        lock = FileStorage(str(self._folder)).lock("WRITE")
        if not lock.acquire():
            raise IndexLockedError(
                "another process is writing to the search index: wait until it has finished"
            )
        try:
            yield
        finally:
            lock.release()

    def _searcher(self) -> Searcher:
        """This thread's searcher on the present index.

        A writer takes away old files only after it has put down what the new ones are. So if nothing new
        is there once all files are open, none was missing; otherwise it opens the new ones.
        """
        held: _HeldSearcher | None = getattr(self._local, "held", None)
        state = self._state()
        for _ in range(_OPEN_TRIES):
            if held is not None and held.state == state:
                return held.searcher
            failure: Exception | None = None
            try:
                held = self._local.held = _HeldSearcher(state, _open_searcher(self._folder / state[0]))
            except (OSError, TypeError, whoosh_index.EmptyIndexError) as exc:
                held, failure = None, exc
            before, state = state, self._state()
            if failure is not None and state == before:
                break
        raise IndexUnavailableError(
            f"the search index in {self._folder} cannot be read: {_REBUILD}"
        ) from failure

    def _state(self) -> tuple[str, int]:
        """What is new whenever the index is: the sub-folder in use and the number of its last commit."""
        for _ in range(_OPEN_TRIES):
            folder = self._current()
            with suppress(FileNotFoundError):  # a rebuild has just taken this folder away
                names = (_COMMIT_FILE.fullmatch(path.name) for path in folder.iterdir())
                return folder.name, max((int(name[1]) for name in names if name), default=-1)
        raise IndexUnavailableError(f"the search index in {self._folder} cannot be read: {_REBUILD}")


def _open_searcher(folder: Path) -> Searcher:
    """A searcher with all its files open: Whoosh opens some at their first use, when they may be gone."""
    searcher = FileStorage(str(folder)).open_index().searcher()
    for reader, _ in searcher.reader().leaf_readers():
        if reader.doc_count_all():
            reader.stored_fields(0)
            reader.doc_field_length(0, "text")
            reader.doc_field_length(0, "labels")
            reader.column_reader("published")
    return searcher


class _HeldSearcher:
    """A thread's searcher with what it was opened on; its files are closed when nobody holds it."""

    def __init__(self, state: tuple[str, int], searcher: Searcher) -> None:
        self.state = state
        self.searcher = searcher

    def __del__(self) -> None:
        self.searcher.close()


class _Writer:
    """A Whoosh writer behind the room's own words."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def add(self, document: IndexDocument) -> None:
        """Add an article that the index does not have."""
        self._writer.add_document(**_fields(document))

    def put(self, document: IndexDocument) -> None:
        """Add an article, in the place of an older form of it."""
        self._writer.update_document(**_fields(document))

    def delete(self, article_id: int) -> None:
        """Take an article out; one that is not there is no error."""
        self._writer.delete_by_term("id", str(article_id))


def _schema() -> Schema:
    return Schema(
        id=ID(unique=True, stored=True),
        text=TEXT(analyzer=ArchiveAnalyzer(), phrase=True),
        title=TEXT(analyzer=ArchiveAnalyzer(), phrase=True),
        quote=TEXT(analyzer=ArchiveAnalyzer(), phrase=True),
        exact=TEXT(analyzer=RegexTokenizer(r"\w+"), phrase=True),
        folded=TEXT(analyzer=_folded(), phrase=False),
        sentence=TEXT(analyzer=PlaceAnalyzer(SENTENCE), phrase=True),
        paragraph=TEXT(analyzer=PlaceAnalyzer(_PARAGRAPH), phrase=True),
        labels=KEYWORD(commas=True),
        first=NUMERIC(int, bits=32),
        added=NUMERIC(int, bits=32),
        published=NUMERIC(int, bits=32, sortable=True, shift_step=0),
    )


def _fields(document: IndexDocument) -> dict[str, object]:
    return {
        "id": str(document.article_id),
        # The title stands twice: a word in it tells more than one in the text.
        "text": f"{document.title}\n{document.title}\n{document.text}",
        "title": document.title,
        "quote": document.quoted,
        "exact": f"{document.title}\n{document.text}",
        "folded": f"{document.title}\n{document.text}",
        "sentence": f"{document.title}\n{document.text}",
        "paragraph": f"{document.title}\n{document.text}",
        "labels": ",".join(
            (
                *(f"programme:{slug}" for slug in document.programmes),
                *document.labels,
                f"id:{document.article_id}",
            )
        ),
        "published": document.published.last_day().toordinal() if document.published else 0,
        "first": document.published.first_day().toordinal() if document.published else 0,
        "added": document.added.toordinal() if document.added else 0,
    }


def _folded() -> Any:
    return RegexTokenizer(r"\w+") | _FoldFilter()


class _FoldFilter(Filter):  # type: ignore[misc]
    """Words without case and diacritics."""

    def __call__(self, tokens: Iterable[Any]) -> Iterator[Any]:
        """Each token folded."""
        for token in tokens:
            token.text = fold(token.text)
            yield token


class _SpanNear(SpanNear2):  # type: ignore[misc]
    """Whoosh's own names a module there that it has not imported."""

    def _and_query(self) -> Any:
        return whoosh_query.And(self.qs)


def _whoosh_query(tree: Node) -> Any:
    match tree:
        case And(children):
            positive = [_whoosh_query(child) for child in children if not isinstance(child, Not)]
            negative = [
                whoosh_query.Not(_whoosh_query(child.child)) for child in children if isinstance(child, Not)
            ]
            return whoosh_query.And([*(positive or [whoosh_query.Every()]), *negative])
        case Or(children):
            return whoosh_query.Or([_whoosh_query(child) for child in children])
        case Not(child):
            return whoosh_query.And([whoosh_query.Every(), whoosh_query.Not(_whoosh_query(child))])
        case Near(left, right, unit, distance):
            sides = [_whoosh_query(left), _whoosh_query(right)]
            if unit is Unit.WORDS:
                return _SpanNear(sides, slop=distance, ordered=False)
            together = _SpanNear(
                [*_single_words(left, unit), *_single_words(right, unit)], slop=PLACE_GAP // 2, ordered=False
            )
            return whoosh_query.And([*sides, together])
    return _whoosh_leaf(tree)


def _single_words(node: Words | Prefix, unit: Unit) -> list[Any]:
    """The words of one side of a near, each asked of the field of sentences or of paragraphs."""
    if isinstance(node, Prefix):
        return [whoosh_query.Prefix(unit.value, node.start)]
    return [
        whoosh_query.Term(unit.value, text) for text in dict.fromkeys(term.text for term in terms(node.typed))
    ]


def _whoosh_leaf(tree: Words | Prefix | Labelled | Dated | Undated) -> Any:  # noqa: PLR0911
    match tree:
        case Words(typed, Zone.EXACT, _, slop):
            return _phrase("exact", re.findall(r"\w+", typed), slop)
        case Words(typed, zone, _, slop):
            by_position = {term.position: term.text for term in reversed(list(terms(typed)))}
            return _phrase(zone.value, [by_position[position] for position in sorted(by_position)], slop)
        case Prefix(start, zone):
            return whoosh_query.Prefix("folded" if zone is Zone.TEXT else zone.value, start)
        case Labelled(label, values):
            return whoosh_query.Or([whoosh_query.Term("labels", f"{label}:{value}") for value in values])
        case Dated(first, last, Moment.ADDED):
            return whoosh_query.NumericRange("added", _day(first, 1), _day(last, 2**30))
        case Dated(first, last):
            return whoosh_query.And(
                [
                    whoosh_query.NumericRange("published", _day(first, 1), None),
                    whoosh_query.NumericRange("first", 1, _day(last, 2**30)),
                ]
            )
        case Undated():
            return _whoosh_query(Not(Labelled(Label.HAS, ("date",))))


def _phrase(field: str, words: list[str], slop: int) -> Any:
    if len(words) == 1:
        return whoosh_query.Term(field, words[0])
    return whoosh_query.Phrase(field, words, slop=slop + 1)


def _day(day: date | None, otherwise: int) -> int:
    return day.toordinal() if day else otherwise
