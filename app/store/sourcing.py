"""Whom articles credit with their news."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, delete, select

from app.store.models import Credit


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A credit as it is stored: "via" or "origin", whom, and which stretch says so by which rule."""

    role: str
    name: str
    start: int
    end: int
    rule: str


def replace_credits(session: Session, article_id: int, rows: Iterable[CreditRow]) -> None:
    """Put down the credits of an article's present text."""
    session.exec(delete(Credit).where(col(Credit.article_id) == article_id))
    session.add_all(
        Credit(
            article_id=article_id,
            position=position,
            role=row.role,
            name=row.name,
            start=row.start,
            end=row.end,
            rule=row.rule,
        )
        for position, row in enumerate(rows)
    )


def credits_of_article(session: Session, article_id: int) -> list[CreditRow]:
    """The credits of an article in the order of its text."""
    rows = session.exec(select(Credit).where(Credit.article_id == article_id).order_by(col(Credit.position)))
    return [CreditRow(row.role, row.name, row.start, row.end, row.rule) for row in rows]
