"""What is known of articles besides what lists show and what they say, for many articles at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.store.models import Article, Correction, Source, as_utc
from app.store.withdrawals import PRESENT


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """An article's statements on itself, and its source. ``changed_at`` is when its entry last changed."""

    author: str | None
    url: str | None
    language: str | None
    licence: str | None
    is_summary: bool
    source_sha256: str
    retrieved_at: datetime
    changed_at: datetime


def facts_of_articles(session: Session, ids: Sequence[int]) -> dict[int, ArticleFacts]:
    """The facts of these articles by id; ids the archive does not have are left out."""
    return {
        row.id: ArticleFacts(
            author=row.author,
            url=row.url,
            language=row.language,
            licence=row.licence,
            is_summary=row.is_summary,
            source_sha256=row.sha256,
            retrieved_at=as_utc(row.retrieved_at),
            changed_at=max(as_utc(row.changed_at or row.added_at), as_utc(row.corrected or row.added_at)),
        )
        for row in session.execute(_FACTS_OF_IDS, {"ids": ids})
    }


def addresses_of_articles(session: Session, *, offset: int, limit: int) -> list[tuple[str, datetime]]:
    """The addresses of articles in the order of their ids, each with its last change."""
    changed_at = func.coalesce(Article.changed_at, Article.added_at)
    query = select(Article.id, Article.slug, changed_at, _last_correction())
    return [
        (f"/articles/{article_id}-{slug}", max(as_utc(changed), as_utc(corrected or changed)))
        for article_id, slug, changed, corrected in session.exec(
            query.where(PRESENT).order_by(col(Article.id)).offset(offset).limit(limit)
        )
    ]


def article_ids_before(session: Session, before: int | None, limit: int) -> Sequence[int]:
    """The ids of articles below ``before``, or of all, the highest first."""
    query = select(Article.id).where(PRESENT).order_by(col(Article.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(Article.id) < before)
    return [article_id for article_id in session.exec(query) if article_id is not None]


def _last_correction() -> ScalarSelect[datetime]:
    """When something of the article was last corrected."""
    made_at = select(func.max(Correction.made_at)).where(Correction.article_id == Article.id)
    return made_at.correlate(Article).scalar_subquery()


_FACTS: tuple[Any, ...] = (
    Article.id,
    Article.author,
    Article.url,
    Article.language,
    Article.licence,
    Article.is_summary,
    Article.added_at,
    Article.changed_at,
    Source.sha256,
    Source.retrieved_at,
    _last_correction().label("corrected"),
)
_FACTS_OF_IDS = (
    select_columns(*_FACTS)
    .join_from(Article, Source)
    .where(col(Article.id).in_(bindparam("ids", expanding=True)))
)
