"""Whom articles credit with their news."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass

from sqlmodel import Session, col, delete, select

from app.store.bulk import insert_rows
from app.store.models import Credit


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A credit as it is stored: "via" or "origin", whom, and which stretch says so by which rule."""

    role: str
    name: str
    start: int
    end: int
    rule: str


def replace_credits(session: Session, found: Mapping[int, Iterable[CreditRow]], old: Collection[int]) -> None:
    """Put down the credits of articles' present texts, in the place of older ones of those in ``old``."""
    if old:
        session.exec(delete(Credit).where(col(Credit.article_id).in_(old)))
    rows = [
        {"article_id": article_id, "position": position, **asdict(row)}
        for article_id, credited in found.items()
        for position, row in enumerate(credited)
    ]
    insert_rows(session, Credit, rows)


def credits_of_article(session: Session, article_id: int) -> list[CreditRow]:
    """The credits of an article in the order of its text."""
    rows = session.exec(select(Credit).where(Credit.article_id == article_id).order_by(col(Credit.position)))
    return [CreditRow(row.role, row.name, row.start, row.end, row.rule) for row in rows]
