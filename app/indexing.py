"""Keeping the search index in step with the database, which is the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlmodel import Session

from app.archive import Archive
from app.authority.mentions import persons_mentioned
from app.authority.names import slugify
from app.folding import fold
from app.fulltext.search_index import IndexDocument
from app.fulltext.tree import Label
from app.store import articles, changes, index_labels
from app.store.index_labels import Facts

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
    facts = index_labels.read_facts(session, ids)
    return {
        article_id: IndexDocument(
            article_id=article_id,
            title="" if card.is_untitled else card.title,
            text=texts[article_id],
            published=card.published.date,
            labels=(*_labels(article_id, facts[article_id]), *_named(archive, texts[article_id])),
            quotes=tuple(facts[article_id].quoted),
            added=facts[article_id].added,
        )
        for article_id, card in sorted(cards.items())
    }


def _labels(article_id: int, facts: Facts) -> Iterator[tuple[Label, str]]:
    """What the index lists an article under; free text by its folded words."""
    yield Label.ID, str(article_id)
    for label, value in ((Label.OUTLET, facts.outlet), (Label.LANGUAGE, facts.language)):
        if value:
            yield label, value
    if facts.author:
        yield Label.AUTHOR, fold(facts.author)
    several = (
        (Label.PROGRAMME, facts.programmes),
        (Label.SPEAKER, facts.speakers),
        (Label.SIDE, facts.sides),
        (Label.KIND, facts.kinds),
        (Label.VIA, {slugify(name) for name in facts.via}),
        (Label.ROLE, {word for role in facts.roles for word in fold(role).split()}),
        (Label.HAS, _present(facts)),
    )
    for label, values in several:
        yield from ((label, value) for value in sorted(values) if value)


def _named(archive: Archive, text: str) -> Iterator[tuple[Label, str]]:
    """The people of the register whom a text names, quoted or not."""
    slugs = {mention.slug for mention in persons_mentioned(text, archive.people)}
    return ((Label.MENTIONS, slug) for slug in sorted(slugs))


def _present(facts: Facts) -> set[str]:
    """The values of ``has:``."""
    present = {
        "quotes": bool(facts.kinds),
        "date": facts.is_dated,
        "outlet": facts.outlet is not None,
        "title": facts.has_title,
        "url": facts.has_url,
        "author": facts.author is not None,
    }
    return {name for name, is_present in present.items() if is_present}
