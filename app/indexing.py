"""Keeping the search indexes in step with the database, which is the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlmodel import Session

from app.archive import Archive
from app.fulltext.search_index import IndexWriter, Order
from app.fulltext.tree import Label, Labelled
from app.index_documents import article_documents, quote_documents
from app.store import articles, changes
from app.store.database import write_session

_BATCH = 500  # articles that are read at once
# Each commit makes a segment: few large ones are written and searched faster than many small ones.
_MOST_IN_A_COMMIT = 5000
_ALL = 1_000_000  # more quotations than a batch of articles can have


Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


def no_progress(_done: int, _total: int) -> None:
    """Tell nobody."""


def update_index(archive: Archive) -> int:
    """Tell the indexes what has changed since they were last told; how many articles that were.

    What is told is forgotten only after both have it: a crash in between tells it twice, which
    changes nothing. A missing index, or one of another version, is built anew.
    """
    if not _is_indexed(archive):
        return rebuild_index(archive)
    told = 0
    while articles_told := _tell_once(archive):
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


def tell_some(archive: Archive) -> None:
    """Tell the indexes of the changes there are by now, and of no later ones."""
    if not build_missing_index(archive):
        _tell_once(archive)


def _tell_once(archive: Archive) -> int:
    """Tell the indexes of the oldest changes, in one commit of each; of how many articles they are."""
    with Session(archive.engine) as session:
        ids, last = changes.pending_changes(session, _MOST_IN_A_COMMIT)
        if not ids:
            return 0
        with archive.index.writer() as writer:
            for some in _batches(session, ids, lambda _: None):
                _tell_of_articles(archive, session, some, writer)
        with archive.quote_index.writer() as writer:
            for some in _batches(session, ids, lambda _: None):
                _tell_of_quotes(archive, session, some, writer)
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
