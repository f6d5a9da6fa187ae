"""What editors should look at: speakers not found, dates worked out, attributions that are not sure."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from app.dates import DateBasis
from app.store.articles import ArticleCard, read_cards
from app.store.corrections import Kind
from app.store.models import Article, Correction, Quote, QuoteSpeaker
from app.store.quotes import SHOWN, QuoteRecord, quotes_of_ids
from app.store.withdrawals import PRESENT, in_force

_SURE = 0.6  # below this pages call a confidence low


class Doubt(StrEnum):
    """Why an editor should look."""

    SPEAKERS = "speakers"
    CONFIDENCE = "confidence"
    DATES = "dates"


def count_unsure(session: Session) -> dict[Doubt, int]:
    """How much there is to look at; reported speech is left out."""
    tables = {Doubt.SPEAKERS: Quote, Doubt.CONFIDENCE: Quote, Doubt.DATES: Article}
    return {
        doubt: session.exec(select(func.count()).select_from(table).where(*_conditions(doubt))).one()
        for doubt, table in tables.items()
    }


def unsure_quotes(session: Session, doubt: Doubt, *, offset: int, limit: int) -> list[QuoteRecord]:
    """Quotations to look at: the least sure first, or those found last."""
    order = (col(Quote.confidence),) if doubt is Doubt.CONFIDENCE else ()
    query = select(Quote.id).where(*_conditions(doubt)).order_by(*order, col(Quote.id).desc())
    ids = [one for one in session.exec(query.offset(offset).limit(limit)) if one is not None]
    records = quotes_of_ids(session, ids)
    return [records[one] for one in ids if one in records]


def unsure_dates(session: Session, *, offset: int, limit: int) -> list[ArticleCard]:
    """Articles without a date or with an inferred one, those that came last first."""
    query = select(Article.id).where(*_conditions(Doubt.DATES)).order_by(col(Article.id).desc())
    ids = [one for one in session.exec(query.offset(offset).limit(limit)) if one is not None]
    cards = read_cards(session, ids)
    return [cards[one] for one in ids if one in cards]


def _conditions(doubt: Doubt) -> list[ColumnElement[bool]]:
    if doubt is Doubt.DATES:
        settled = select(Correction.article_id).where(Correction.kind == Kind.DATE, in_force(Correction))
        is_open = or_(col(Article.published).is_(None), col(Article.date_basis) == DateBasis.INFERRED)
        return [PRESENT, is_open, col(Article.id).not_in(settled)]
    kinds = (Kind.ATTRIBUTION, Kind.CONFIRMATION)
    checked = select(Correction.quote_id).where(
        col(Correction.kind).in_(kinds), col(Correction.quote_id).is_not(None), in_force(Correction)
    )
    found = [SHOWN, col(Quote.kind) != "indirect", col(Quote.id).not_in(checked)]
    if doubt is Doubt.CONFIDENCE:
        return [*found, col(Quote.confidence) < _SURE]
    speakers = select(QuoteSpeaker.quote_id)
    unlinked = speakers.where(QuoteSpeaker.kind == "person", col(QuoteSpeaker.person_id).is_(None))
    return [*found, or_(col(Quote.id).not_in(speakers), col(Quote.id).in_(unlinked))]
