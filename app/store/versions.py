"""What articles were before their sources changed. The newest version is the article itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.store.models import Article, ArticleVersion, Outlet, Source, as_utc

# What a version keeps of its article, by the names of the columns.
_KEPT = (
    "place",
    "title",
    "text",
    "author",
    "url",
    "language",
    "licence",
    "attribution",
    "based_on",
    "published",
    "date_basis",
    "date_evidence",
    "is_summary",
    "source_id",
)


@dataclass(frozen=True, slots=True)
class Version:
    """An article as one of its sources had it; ``number`` counts from 1, the oldest."""

    number: int
    title: str | None
    text: str
    outlet: str | None
    author: str | None
    published: str | None
    licence: str | None
    source_sha256: str
    source_name: str
    taken_in: datetime


def as_stated(article: Article, name: str) -> Any:
    """A column of an article as its source has it, whatever an editor corrected."""
    return article.stated.get(name, getattr(article, name))


def keep_version(session: Session, article: Article) -> None:
    """Put down what the article is now, before it is made something else."""
    assert article.id is not None
    outlet_id = as_stated(article, "outlet_id")
    outlet = session.get(Outlet, outlet_id) if outlet_id else None
    session.add(
        ArticleVersion(
            article_id=article.id,
            number=count_versions(session, article.id),
            outlet=outlet.name if outlet else None,
            taken_in_at=article.changed_at or article.added_at,
            **{name: as_stated(article, name) for name in _KEPT},
        )
    )
    session.flush()


def count_versions(session: Session, article_id: int) -> int:
    """How many versions the article has; one that never changed has one."""
    query = select(func.count()).select_from(ArticleVersion).where(ArticleVersion.article_id == article_id)
    return session.exec(query).one() + 1


def versions_of(session: Session, article_id: int) -> list[Version]:
    """All versions of an article as its sources had it, the oldest first, the present one last."""
    older = session.exec(
        select(ArticleVersion, Source)
        .join(Source)
        .where(ArticleVersion.article_id == article_id)
        .order_by(col(ArticleVersion.number))
    ).all()
    article, source = session.exec(select(Article, Source).join(Source).where(Article.id == article_id)).one()
    found = [_version(row, row.number, row.outlet, source, row.taken_in_at) for row, source in older]
    outlet_id = as_stated(article, "outlet_id")
    outlet = session.get(Outlet, outlet_id) if outlet_id else None
    present = _version(
        article,
        len(found) + 1,
        outlet.name if outlet else None,
        source,
        article.changed_at or article.added_at,
    )
    return [
        *found,
        replace(present, title=as_stated(article, "title"), published=as_stated(article, "published")),
    ]


def is_superseded_here(session: Session, source: Source, location: str) -> bool:
    """Whether an article that came from this source now comes from another one that lay at ``location``.

    Then bytes found there again mean that the file was changed back.
    """
    query = (
        select(ArticleVersion.id)
        .join(Article, col(Article.id) == ArticleVersion.article_id)
        .join(Source, col(Source.id) == Article.source_id)
        .where(ArticleVersion.source_id == source.id, Source.location == location)
        .where(Article.source_id != source.id)
    )
    return session.exec(query.limit(1)).first() is not None


def _version(
    row: Article | ArticleVersion, number: int, outlet: str | None, source: Source, taken_in: datetime
) -> Version:
    return Version(
        number=number,
        title=row.title,
        text=row.text,
        outlet=outlet,
        author=row.author,
        published=row.published,
        licence=row.licence,
        source_sha256=source.sha256,
        source_name=source.location.rpartition("/")[2],
        taken_in=as_utc(taken_in),
    )
