"""What is known of articles besides what lists show and what they say, for many articles at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from app.store.models import Article, Source


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """An article's statements on itself, and its source. ``changed_at`` is when its entry last changed."""

    author: str | None
    url: str | None
    language: str | None
    licence: str | None
    source_sha256: str
    retrieved_at: datetime
    changed_at: datetime


def facts_of_articles(session: Session, ids: Sequence[int]) -> dict[int, ArticleFacts]:
    """The facts of these articles by id; ids the archive does not have are left out."""
    columns = (
        Article.id, Article.author, Article.url, Article.language, Article.licence, Article.added_at,
        Article.changed_at, Source.sha256, Source.retrieved_at,
    )  # fmt: skip
    query = select(*columns).join(Source).where(col(Article.id).in_(ids))  # type: ignore[call-overload]
    return {
        row.id: ArticleFacts(
            author=row.author,
            url=row.url,
            language=row.language,
            licence=row.licence,
            source_sha256=row.sha256,
            retrieved_at=_utc(row.retrieved_at),
            changed_at=_utc(row.changed_at or row.added_at),
        )
        for row in session.exec(query)
    }


def _utc(moment: datetime) -> datetime:
    """SQLite keeps no zone; all its times are UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
