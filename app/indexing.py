"""Keeping the search indexes in step with the database, which is the truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor

from sqlmodel import Session

from app.archive import Archive
from app.collecting import collecting_seldom
from app.errors import IndexLockedError
from app.fulltext.search_index import IndexWriter, Order
from app.fulltext.tree import Label, Labelled
from app.index_documents import article_documents, quote_documents
from app.store import articles, changes
from app.store.database import Task, Turn, turn, write_session

_BATCH = 500  # articles that are read at once
# Each commit makes a segment: few large ones are written and searched faster than many small ones.
_MOST_IN_A_COMMIT = 5000
_ALL = 1_000_000  # more quotations than a batch of articles can have
_FEWEST_FOR_HELPER = 300
# Few, so that none waits for another's last ones, and not so few that handing them over costs more.
_HANDED_OVER_AT_ONCE = 15
_READ_FOR_HELPER = 60  # articles: a helper has nothing to do until the first are read


# So long a process that tells the indexes may not get on; it is asked so often.
_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.2
_OTHER_TELLS = "another process is telling the search index what has changed: wait until it has finished"


Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


def no_progress(_done: int, _total: int) -> None:
    """Tell nobody."""


def update_index(
    archive: Archive, helper: Executor | None = None, *, patience_seconds: float = _PATIENCE_SECONDS
) -> int:
    """Tell the indexes what has changed since they were last told; how many articles that were.

    What is told is forgotten only after both have it: a crash in between tells it twice, which
    changes nothing. A missing index, or one of another version, is built anew. A ``helper`` does a part.
    Another process that tells them is waited for while it gets on; raises IndexLockedError if it does not.
    """
    waiting = _Waiting(patience_seconds)
    while True:
        with turn(archive.engine, Task.INDEXING) as ours:
            if ours is not None:
                return _update(archive, helper, ours)
        with Session(archive.engine) as session:
            oldest = changes.first_change(session)
        if not oldest:
            return 0
        waiting.wait(oldest)


def tell_what_waits(archive: Archive) -> int:
    """Tell indexes that are there what nobody else tells them; how many articles that were.

    While somebody takes articles in, it is left to them: they tell all at their end.
    """
    with turn(archive.engine, Task.INGESTING) as ours:
        is_left_to_us = ours is not None
    return update_index(archive, patience_seconds=0) if is_left_to_us and _is_indexed(archive) else 0


class _Waiting:
    """For a process that tells the indexes: as long as it gets on, what waits longest is something else."""

    def __init__(self, patience_seconds: float) -> None:
        self._patience_seconds = patience_seconds
        self._oldest = 0
        self._since = time.monotonic()

    def wait(self, oldest: int) -> None:
        """Wait a little. Raises IndexLockedError where the same change has waited for too long."""
        if oldest != self._oldest:
            self._oldest, self._since = oldest, time.monotonic()
        if time.monotonic() - self._since >= self._patience_seconds:
            raise IndexLockedError(_OTHER_TELLS)
        time.sleep(_LOOK_SECONDS)


def _update(archive: Archive, helper: Executor | None, ours: Turn) -> int:
    if not _is_indexed(archive):
        if helper is None:
            return _rebuild(archive, ours, no_progress)
        _begin_anew(archive)
    told = 0
    while articles_told := _tell_once(archive, helper, ours):
        told += articles_told
    return told


def build_missing_index(archive: Archive, progress: Progress = no_progress) -> bool:
    """Build the indexes if one is missing or of another version; whether that was so."""
    if _is_indexed(archive):
        return False
    rebuild_index(archive, progress)
    return True


def _is_indexed(archive: Archive) -> bool:
    """Whether there are both indexes, of this program's version."""
    return archive.index.exists() and archive.quote_index.exists()


def _begin_anew(archive: Archive) -> None:
    """Empty indexes that have still to be told of every article."""
    with write_session(archive.engine) as session:
        changes.note_all(session)
    archive.index.rebuild(())
    archive.quote_index.rebuild(())


def _tell_once(archive: Archive, helper: Executor | None, ours: Turn) -> int:
    """Tell the indexes of the oldest changes, in one commit of each; of how many articles they are."""
    with Session(archive.engine) as session:
        ids, last = changes.pending_changes(session, _MOST_IN_A_COMMIT)
        if not ids:
            return 0
        with archive.index.writer() as writer:
            if len(ids) < _FEWEST_FOR_HELPER:
                helper = None
            if helper is not None:
                _hand_over(archive, session, ids, writer, helper)
            with archive.quote_index.writer() as quote_writer:
                for some in _batches(session, ids):
                    _tell_of_quotes(archive, session, some, quote_writer)
            if helper is None:
                for some in _batches(session, ids):
                    _tell_of_articles(archive, session, some, writer)
    _forget(archive, ids, last, ours)
    return len(ids)


def _forget(archive: Archive, ids: Sequence[int], last: int, ours: Turn) -> None:
    """Forget what the indexes were told of these articles.

    Who has lost its turn meanwhile may have told them what is older than what another one told: then they are
    to be told once more. Raises IndexLockedError.
    """
    with write_session(archive.engine) as session:
        is_ours = ours.is_kept()
        if is_ours:
            changes.forget_changes(session, last)
        else:
            for article_id in ids:
                changes.note_change(session, article_id)
    if not is_ours:
        raise IndexLockedError(_OTHER_TELLS)


def rebuild_index(archive: Archive, progress: Progress = no_progress) -> int:
    """Build the indexes anew from the database; how many articles they have. Readers go on meanwhile.

    Raises IndexLockedError where another process tells them.
    """
    with collecting_seldom(), turn(archive.engine, Task.INDEXING) as ours:
        if ours is None:
            raise IndexLockedError(_OTHER_TELLS)
        return _rebuild(archive, ours, progress)


def _rebuild(archive: Archive, ours: Turn, progress: Progress) -> int:
    with Session(archive.engine) as session:
        last = changes.last_change(session)
        ids = articles.all_article_ids(session)
        steps = 2 * len(ids)
        archive.index.rebuild(
            document
            for batch in _batches(session, ids, lambda done: progress(done, steps))
            for document in article_documents(archive, session, batch).values()
        )
        archive.quote_index.rebuild(
            document
            for batch in _batches(session, ids, lambda done: progress(len(ids) + done, steps))
            for document in quote_documents(archive, session, batch)
        )
    _forget(archive, ids, last, ours)
    return len(ids)


def _hand_over(
    archive: Archive, session: Session, ids: Sequence[int], writer: IndexWriter, helper: Executor
) -> None:
    for some in _batches(session, ids, size=_READ_FOR_HELPER):
        found = article_documents(archive, session, some)
        for article_id in set(some) - set(found):
            writer.delete(article_id)
        documents = [*found.values()]
        for at in range(0, len(documents), _HANDED_OVER_AT_ONCE):
            writer.put_meanwhile(documents[at : at + _HANDED_OVER_AT_ONCE], helper)


def _tell_of_articles(archive: Archive, session: Session, ids: Sequence[int], writer: IndexWriter) -> None:
    documents = article_documents(archive, session, ids)
    for article_id in ids:
        if article_id in documents:
            writer.put(documents[article_id])
        else:
            writer.delete(article_id)


def _tell_of_quotes(archive: Archive, session: Session, ids: Sequence[int], writer: IndexWriter) -> None:
    documents = {one.article_id: one for one in quote_documents(archive, session, ids)}
    of_these = Labelled(Label.ID, tuple(str(article_id) for article_id in ids))
    known = archive.quote_index.search(of_these, order=Order.RELEVANCE, offset=0, limit=_ALL).article_ids
    for quote_id in known:
        if quote_id not in documents:
            writer.delete(quote_id)
    for document in documents.values():
        writer.put(document)


def _batches(
    session: Session, ids: Sequence[int], progress: Callable[[int], None] = lambda _: None, size: int = _BATCH
) -> Iterator[Sequence[int]]:
    for at in range(0, len(ids), size):
        yield ids[at : at + size]
        session.expunge_all()
        progress(min(at + size, len(ids)))
