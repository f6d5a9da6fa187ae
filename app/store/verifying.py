"""What is stored, read for verifying it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select, text

from app.store.models import Mention, Quote, QuoteSegment, QuoteSpeaker, Source
from app.store.quotes import SHOWN


@dataclass(frozen=True, slots=True)
class StoredStretch:
    """A stretch of an article's text as it was put down, and what it is."""

    article_id: int
    start: int
    end: int
    text: str
    what: str


def database_faults(session: Session) -> Iterator[str]:
    """What SQLite itself finds wrong with its file and with references between rows.

    A PostgreSQL server answers for its own files and lets no reference lead to nothing.
    """
    if session.connection().dialect.name != "sqlite":
        return
    for (line,) in session.execute(text("PRAGMA integrity_check")):
        if line != "ok":
            yield str(line)
    for table, row, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
        yield f"row {row} of {table} belongs to a row of {parent} that is not there"


def source_ids(session: Session) -> list[int]:
    """The ids of all sources, in order."""
    return [key for key in session.exec(select(Source.id).order_by(col(Source.id))) if key is not None]


def contents_of(session: Session, ids: Sequence[int]) -> Iterator[tuple[str, str, bytes]]:
    """Where each source lay, its fingerprint and its compressed bytes; one is in memory at a time."""
    for source_id in ids:
        yield session.exec(
            select(Source.location, Source.sha256, Source.content).where(Source.id == source_id)
        ).one()


def stretches_of(session: Session, article_ids: Sequence[int]) -> Iterator[StoredStretch]:
    """Segments and speakers of the quotations that these articles have now, and programmes they name."""
    present = (col(Quote.article_id).in_(article_ids), col(Quote.removed_at).is_(None))
    segments = select(Quote.article_id, QuoteSegment.start, QuoteSegment.end, QuoteSegment.text)
    speakers = select(Quote.article_id, QuoteSpeaker.start, QuoteSpeaker.end, QuoteSpeaker.printed)
    named = select(Mention.article_id, Mention.start, Mention.end, Mention.form)
    for what, query in (
        ("the quotation", segments.join(QuoteSegment).where(*present)),
        ("the speaker", speakers.join(QuoteSpeaker).where(*present)),
        ("the programme", named.where(col(Mention.article_id).in_(article_ids))),
    ):
        for article_id, start, end, words in session.exec(query):
            yield StoredStretch(article_id, start, end, words, what)


def shown_quotes(session: Session) -> dict[int, int]:
    """The quotations that readers are shown, each with its article."""
    rows = session.exec(select(Quote.id, Quote.article_id).where(SHOWN))
    return {key: article_id for key, article_id in rows if key is not None}


def articles_of_quotes(session: Session, quote_ids: Collection[int]) -> set[int]:
    """The articles that these quotations are of."""
    ids = list(quote_ids)
    found: set[int] = set()
    for at in range(0, len(ids), 500):
        query = select(Quote.article_id).where(col(Quote.id).in_(ids[at : at + 500]))
        found.update(session.exec(query))
    return found


def known_quotes(session: Session, quote_ids: Collection[int]) -> set[int]:
    """Which of these quotations the archive has or had."""
    ids = list(quote_ids)
    found: set[int] = set()
    for at in range(0, len(ids), 500):
        rows = session.exec(select(Quote.id).where(col(Quote.id).in_(ids[at : at + 500])))
        found.update(key for key in rows if key is not None)
    return found
