"""What the search index has still to be told, written down in the transaction that made it so."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert
from sqlmodel import Session, col, delete, select

from app.store.models import Article, IndexChange


def note_change(session: Session, article_id: int) -> None:
    """Remember that the index has not seen this article in its present form."""
    session.add(IndexChange(article_id=article_id))


def note_all(session: Session) -> None:
    """Remember of every article that the index has not seen it."""
    session.exec(delete(IndexChange))
    session.connection().execute(
        insert(IndexChange).from_select(
            [col(IndexChange.article_id)], select(Article.id).order_by(col(Article.id))
        )
    )


def pending_changes(session: Session, limit: int) -> tuple[list[int], int]:
    """The articles of the oldest changes, each once, and the id of the last of these changes (0: none)."""
    query = select(col(IndexChange.id), IndexChange.article_id).order_by(col(IndexChange.id)).limit(limit)
    rows = session.exec(query).all()
    return sorted({article_id for _, article_id in rows}), max((row_id or 0 for row_id, _ in rows), default=0)


def forget_changes(session: Session, up_to: int) -> None:
    """Take off the list what the index has been told."""
    session.exec(delete(IndexChange).where(col(IndexChange.id) <= up_to))


def first_change(session: Session) -> int:
    """The id of the change that waits longest (0: none)."""
    return session.exec(select(IndexChange.id).order_by(col(IndexChange.id)).limit(1)).first() or 0


def last_change(session: Session) -> int:
    """The id of the newest change (0: none)."""
    newest: Sequence[int | None] = session.exec(
        select(IndexChange.id).order_by(col(IndexChange.id).desc()).limit(1)
    ).all()
    return (newest[0] or 0) if newest else 0
