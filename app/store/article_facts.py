"""What is known of articles besides what lists show and what they say, for many articles at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, func
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from app.store.models import Article, Correction, Source, as_utc
from app.store.withdrawals import PRESENT

# The large columns, which nobody asks for here.
_WITHOUT_TEXT = defer(Article.text)  # type: ignore[arg-type]
_WITHOUT_CONTENT = defer(Source.content)  # type: ignore[arg-type]


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
    query = select(Article, Source, _last_correction()).join(Source).where(col(Article.id).in_(ids))
    query = query.options(_WITHOUT_TEXT, _WITHOUT_CONTENT)
    return {
        article.id: ArticleFacts(
            author=article.author,
            url=article.url,
            language=article.language,
            licence=article.licence,
            is_summary=article.is_summary,
            source_sha256=source.sha256,
            retrieved_at=as_utc(source.retrieved_at),
            changed_at=max(
                as_utc(article.changed_at or article.added_at), as_utc(corrected or article.added_at)
            ),
        )
        for article, source, corrected in session.exec(query)
        if article.id is not None
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
