"""Keeping the search index in step with the database, which is the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlmodel import Session

from app.archive import Archive
from app.authority.mentions import persons_mentioned
from app.authority.names import slugify
from app.folding import fold
from app.fulltext.search_index import IndexDocument
from app.store import articles, changes, programmes, quotes
from app.store.articles import ArticleCard
from app.store.models import Article
from app.store.quotes import QuoteRecord

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
            documents = _documents(archive, session, ids)
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
        archive.index.rebuild(_all_documents(archive, session, ids, progress))
        changes.forget_changes(session, last)
        session.commit()
    return len(ids)


def _all_documents(
    archive: Archive, session: Session, ids: Sequence[int], progress: Progress
) -> Iterator[IndexDocument]:
    for at in range(0, len(ids), _BATCH):
        yield from _documents(archive, session, ids[at : at + _BATCH]).values()
        session.expunge_all()
        progress(min(at + _BATCH, len(ids)), len(ids))


def _documents(archive: Archive, session: Session, ids: Sequence[int]) -> dict[int, IndexDocument]:
    """These articles as the index sees them; those the database does not have are left out."""
    cards = articles.read_cards(session, ids)
    texts = articles.texts_of(session, ids)
    said = quotes.quotes_of_articles(session, ids)
    tags = programmes.programmes_of_articles(session, ids)
    return {
        article_id: IndexDocument(
            article_id=article_id,
            title="" if card.is_untitled else card.title,
            text=texts[article_id],
            published=card.published.date,
            programmes=tuple(programme.slug for programme in tags.get(article_id, ())),
            quoted="\n".join(
                segment.text
                for record in said.get(article_id, ())
                if record.is_marked
                for segment in record.segments
            ),
            labels=(
                *_labels(card, said.get(article_id, []), session.get_one(Article, article_id)),
                *(f"mentions:{one.slug}" for one in persons_mentioned(texts[article_id], archive.people)),
            ),
            added=session.get_one(Article, article_id).added_at.date(),
        )
        for article_id, card in sorted(cards.items())
    }


def _labels(card: ArticleCard, records: list[QuoteRecord], article: Article) -> tuple[str, ...]:
    speakers = [speaker for record in records for speaker in record.speakers]
    linked = [speaker.person for speaker in speakers if speaker.person]
    has = {
        "quotes": bool(records),
        "date": card.published.date is not None,
        "outlet": card.outlet is not None,
        "title": not card.is_untitled,
        "url": article.url is not None,
        "author": article.author is not None,
    }
    return tuple(
        dict.fromkeys(
            [
                *(f"speaker:{person.slug}" for person in linked),
                *(f"side:{person.side or 'other'}" for person in linked),
                *("side:unnamed" for speaker in speakers if speaker.kind == "unnamed"),
                *(f"kind:{record.kind}" for record in records),
                *(f"role:{word}" for speaker in speakers for word in fold(speaker.office or "").split()),
                *(f"has:{what}" for what, there in has.items() if there),
                *([f"outlet:{card.outlet_slug}"] if card.outlet_slug else []),
                *([f"lang:{article.language}"] if article.language else []),
                *(f"via:{slugify(name)}" for name in article.based_on),
                *([f"author:{fold(article.author)}"] if article.author else []),
            ]
        )
    )
