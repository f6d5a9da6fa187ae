"""Keeping the search index in step with the database, which is the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlmodel import Session

from app.archive import Archive
from app.fulltext.search_index import IndexDocument
from app.store import articles, changes, programmes

_BATCH = 500


Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


def no_progress(_done: int, _total: int) -> None:
    """Tell nobody."""


def update_index(archive: Archive) -> int:
    """Tell the index what has changed since it was last told; how many articles that were.

    What is told is forgotten only after the index has it: a crash in between tells it twice, which
    changes nothing. A missing index, or one of another version, is built anew.
    """
    if not archive.index.exists():
        return rebuild_index(archive)
    told = 0
    while True:
        with Session(archive.engine) as session:
            ids, last = changes.pending_changes(session, _BATCH)
            if not ids:
                return told
            documents = _documents(session, ids)
            with archive.index.writer() as writer:
                for article_id in ids:
                    if article_id in documents:
                        writer.put(documents[article_id])
                    else:
                        writer.delete(article_id)
            changes.forget_changes(session, last)
            session.commit()
            told += len(ids)


def rebuild_index(archive: Archive, progress: Progress = no_progress) -> int:
    """Build the index anew from the database; how many articles it has. Readers go on meanwhile."""
    with Session(archive.engine) as session:
        last = changes.last_change(session)
        ids = articles.all_article_ids(session)
        archive.index.rebuild(_all_documents(session, ids, progress))
        changes.forget_changes(session, last)
        session.commit()
    return len(ids)


def _all_documents(session: Session, ids: Sequence[int], progress: Progress) -> Iterator[IndexDocument]:
    for at in range(0, len(ids), _BATCH):
        yield from _documents(session, ids[at : at + _BATCH]).values()
        session.expunge_all()
        progress(min(at + _BATCH, len(ids)), len(ids))


def _documents(session: Session, ids: Sequence[int]) -> dict[int, IndexDocument]:
    """These articles as the index sees them; those the database does not have are left out."""
    cards = articles.read_cards(session, ids)
    texts = articles.texts_of(session, ids)
    tags = programmes.programmes_of_articles(session, ids)
    return {
        article_id: IndexDocument(
            article_id=article_id,
            title="" if card.is_untitled else card.title,
            text=texts[article_id],
            published=card.published.date,
            programmes=tuple(programme.slug for programme in tags.get(article_id, ())),
        )
        for article_id, card in sorted(cards.items())
    }
