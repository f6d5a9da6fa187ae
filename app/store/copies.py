"""Articles that copy one another: their signatures, and the clusters that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert
from sqlmodel import Session, col, delete, select

from app.store.models import ArticleBand, ArticleCluster, ArticleSignature

_AT_ONCE = 10_000  # fewer than SQLite's limit of values in one statement


@dataclass(frozen=True, slots=True)
class StoredSignature:
    """A signature as it is stored; ``bands`` are not read back."""

    article_id: int
    count: int
    minima: bytes


def read_signatures(session: Session, ids: Iterable[int]) -> list[StoredSignature]:
    """The signatures of these articles, by id."""
    wanted = sorted(ids)
    found: list[ArticleSignature] = []
    for at in range(0, len(wanted), _AT_ONCE):
        query = select(ArticleSignature).where(
            col(ArticleSignature.article_id).in_(wanted[at : at + _AT_ONCE])
        )
        found += session.exec(query.order_by(col(ArticleSignature.article_id))).all()
    return [StoredSignature(row.article_id, row.shingle_count, row.minima) for row in found]


def replace_signature(
    session: Session, signature: StoredSignature, *, bands: Sequence[int], old_bands: Sequence[int]
) -> None:
    """Put down an article's signature, and its bands in the place of ``old_bands``."""
    if old_bands:
        session.exec(
            delete(ArticleBand).where(
                col(ArticleBand.value).in_(old_bands), col(ArticleBand.article_id) == signature.article_id
            )
        )
    row = session.get(ArticleSignature, signature.article_id) or ArticleSignature(
        article_id=signature.article_id, shingle_count=0, minima=b""
    )
    row.shingle_count, row.minima = signature.count, signature.minima
    session.add(row)
    session.flush()
    if bands:
        rows = [{"value": value, "article_id": signature.article_id} for value in set(bands)]
        session.execute(insert(ArticleBand), rows)


def sharing_bands(session: Session, bands: Sequence[int]) -> set[int]:
    """The articles that have one of these bands."""
    query = select(ArticleBand.article_id).where(col(ArticleBand.value).in_(bands))
    return set(session.exec(query.distinct()))


def clusters_with(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """Every article of the clusters that these are in, with its cluster's lead."""
    wanted = sorted(ids)
    leads: set[int] = set()
    for at in range(0, len(wanted), _AT_ONCE):
        query = select(ArticleCluster.lead_id).where(
            col(ArticleCluster.article_id).in_(wanted[at : at + _AT_ONCE])
        )
        leads.update(session.exec(query.distinct()))
    members = select(ArticleCluster.article_id, ArticleCluster.lead_id)
    return dict(session.exec(members.where(col(ArticleCluster.lead_id).in_(leads))).all())


def move(session: Session, leads: Mapping[int, int | None]) -> None:
    """Put these articles under their leads; None: out of any cluster. What is so already is not touched."""
    known = clusters_with(session, leads)
    for article_id, lead in leads.items():
        if known.get(article_id) == lead:
            continue
        row = session.get(ArticleCluster, article_id)
        if lead is None and row is not None:
            session.delete(row)
        elif lead is not None:
            row = row or ArticleCluster(article_id=article_id, lead_id=lead)
            row.lead_id = lead
            session.add(row)
    session.flush()


def copies_of(session: Session, article_id: int) -> list[int]:
    """The other articles of an article's cluster."""
    return sorted(set(clusters_with(session, [article_id])) - {article_id})


def report_counts(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """How many reports the cluster of each of these articles has; those without copies are left out."""
    leads = dict(
        session.exec(
            select(ArticleCluster.article_id, ArticleCluster.lead_id).where(
                col(ArticleCluster.article_id).in_(ids)
            )
        ).all()
    )
    query = select(ArticleCluster.lead_id, func.count()).where(
        col(ArticleCluster.lead_id).in_(set(leads.values()))
    )
    counts = dict(session.exec(query.group_by(col(ArticleCluster.lead_id))).all())
    return {article_id: counts[lead] for article_id, lead in leads.items()}
