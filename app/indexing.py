"""Keeping the search indexes in step with the database, which is the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor

from sqlmodel import Session

from app.archive import Archive
from app.fulltext.search_index import IndexDocument, IndexWriter, Order
from app.fulltext.tree import Label, Labelled
from app.index_documents import article_documents, quote_documents
from app.store import articles, changes
from app.store.database import write_session

_BATCH = 500  # articles that are read at once
# Each commit makes a segment: few large ones are written and searched faster than many small ones.
_MOST_IN_A_COMMIT = 5000
_ALL = 1_000_000  # more quotations than a batch of articles can have
# A helper writes the larger part: this process makes the documents and tells the index of quotations, too.
_SHARE_OF_HELPER = 0.6
_FEWEST_FOR_HELPER = 300


Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


def no_progress(_done: int, _total: int) -> None:
    """Tell nobody."""


def update_index(archive: Archive, helper: Executor | None = None) -> int:
    """Tell the indexes what has changed since they were last told; how many articles that were.

    What is told is forgotten only after both have it: a crash in between tells it twice, which
    changes nothing. A missing index, or one of another version, is built anew. A ``helper`` does a part.
    """
    if not _is_indexed(archive):
        if helper is None:
            return rebuild_index(archive)
        _begin_anew(archive)
    told = 0
    while articles_told := _tell_once(archive, helper):
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


def _tell_once(archive: Archive, helper: Executor | None) -> int:
    """Tell the indexes of the oldest changes, in one commit of each; of how many articles they are."""
    with Session(archive.engine) as session:
        ids, last = changes.pending_changes(session, _MOST_IN_A_COMMIT)
        if not ids:
            return 0
        # The index of articles is committed last: until then a helper has time for its part.
        with archive.index.writer() as writer, archive.quote_index.writer() as quote_writer:
            handed_over = 0
            if helper is not None and len(ids) >= _FEWEST_FOR_HELPER:
                handed_over = int(len(ids) * _SHARE_OF_HELPER)
                _hand_over(archive, session, ids[:handed_over], writer, helper)
            for some in _batches(session, ids[handed_over:], lambda _: None):
                _tell_of_articles(archive, session, some, writer)
            for some in _batches(session, ids, lambda _: None):
                _tell_of_quotes(archive, session, some, quote_writer)
    with write_session(archive.engine) as session:
        changes.forget_changes(session, last)
    return len(ids)


def rebuild_index(archive: Archive, progress: Progress = no_progress) -> int:
    """Build the indexes anew from the database; how many articles they have. Readers go on meanwhile."""
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
    with write_session(archive.engine) as session:
        changes.forget_changes(session, last)
    return len(ids)


def _hand_over(
    archive: Archive, session: Session, ids: Sequence[int], writer: IndexWriter, helper: Executor
) -> None:
    documents: list[IndexDocument] = []
    for some in _batches(session, ids, lambda _: None):
        found = article_documents(archive, session, some)
        documents += found.values()
        for article_id in set(some) - set(found):
            writer.delete(article_id)
    writer.put_meanwhile(documents, helper)


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
    session: Session, ids: Sequence[int], progress: Callable[[int], None]
) -> Iterator[Sequence[int]]:
    for at in range(0, len(ids), _BATCH):
        yield ids[at : at + _BATCH]
        session.expunge_all()
        progress(min(at + _BATCH, len(ids)))
