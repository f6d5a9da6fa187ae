"""Articles that editors have withdrawn: in no list, count, search or file; their addresses say why.

What follows from an article (quotations, mentions, times, clusters) is taken away when it is withdrawn:
only queries of articles themselves need ``PRESENT``.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.errors import WithdrawnError
from app.store.models import Article, Correction, Quote, as_utc

WITHDRAWAL = "withdrawal"
_undoing = aliased(Correction)
_withdrawal = aliased(Correction)


def in_force(row: type[Correction]) -> ColumnElement[bool]:
    """Whether a correction holds: it is none that undoes another, and no other undoes it."""
    undone = select(_undoing.undoes_id).where(col(_undoing.undoes_id).is_not(None))
    return and_(col(row.undoes_id).is_(None), col(row.id).not_in(undone))


# The few ids of a table that is small: asked for once in a query, however many articles it looks at.
WITHDRAWN = select(_withdrawal.article_id).where(
    _withdrawal.kind == WITHDRAWAL, col(_withdrawal.article_id).is_not(None), in_force(_withdrawal)
)
PRESENT = col(Article.id).not_in(WITHDRAWN)


def is_withdrawn(session: Session, article_id: int) -> bool:
    """Whether the article is withdrawn now."""
    return _withdrawal_of(session, article_id) is not None


def require_present(session: Session, article_id: int) -> None:
    """Raise WithdrawnError, which says why and since when, for an article that is withdrawn."""
    row = _withdrawal_of(session, article_id)
    if row is not None:
        assert row.id is not None
        raise WithdrawnError(article_id, row.reason, as_utc(row.made_at).date(), row.id)


def require_present_quote(session: Session, quote_id: int) -> None:
    """The same for the article of a quotation."""
    article_id = session.exec(select(Quote.article_id).where(Quote.id == quote_id)).first()
    if article_id is not None:
        require_present(session, article_id)


def _withdrawal_of(session: Session, article_id: int) -> Correction | None:
    query = select(_withdrawal).where(_withdrawal.article_id == article_id, _withdrawal.kind == WITHDRAWAL)
    return session.exec(query.where(in_force(_withdrawal)).order_by(col(_withdrawal.id).desc())).first()
