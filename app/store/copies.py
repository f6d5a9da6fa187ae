"""Articles that copy one another: their signatures, and the clusters that follow from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from app.store.bulk import insert_rows, some_at_once
from app.store.models import ArticleBand, ArticleCluster, ArticleSignature


@dataclass(frozen=True, slots=True)
class StoredSignature:
    """A signature as it is stored; ``bands`` are not read back."""

    article_id: int
    count: int
    minima: bytes


def read_signatures(session: Session, ids: Iterable[int]) -> list[StoredSignature]:
    """The signatures of these articles, by id."""
    columns = select(ArticleSignature.article_id, ArticleSignature.shingle_count, ArticleSignature.minima)
    return [
        StoredSignature(*row)
        for part in some_at_once(sorted(ids))
        for row in session.exec(
            columns.where(col(ArticleSignature.article_id).in_(part)).order_by(
                col(ArticleSignature.article_id)
            )
        )
    ]


def replace_signatures(
    session: Session,
    signatures: Sequence[StoredSignature],
    *,
    bands: Mapping[int, Collection[int]],
    old_bands: Mapping[int, Collection[int]],
) -> None:
    """Put down articles' signatures, and their bands in the place of ``old_bands``, both by article."""
    for article_id, values in old_bands.items():
        session.exec(
            delete(ArticleBand).where(
                col(ArticleBand.value).in_(values), col(ArticleBand.article_id) == article_id
            )
        )
        session.exec(delete(ArticleSignature).where(col(ArticleSignature.article_id) == article_id))
    insert_rows(
        session,
        ArticleSignature,
        [
            {"article_id": one.article_id, "shingle_count": one.count, "minima": one.minima}
            for one in signatures
        ],
    )
    rows = [
        {"value": value, "article_id": article_id}
        for article_id, values in bands.items()
        for value in set(values)
    ]
    insert_rows(session, ArticleBand, rows)


def sharing_bands(session: Session, bands: Iterable[int]) -> dict[int, list[int]]:
    """The articles that have each of these bands."""
    found: dict[int, list[int]] = {}
    for part in some_at_once(bands):
        query = select(ArticleBand.value, ArticleBand.article_id).where(col(ArticleBand.value).in_(part))
        for value, article_id in session.exec(
            query.order_by(col(ArticleBand.value), col(ArticleBand.article_id))
        ):
            found.setdefault(value, []).append(article_id)
    return found


def clusters_with(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """Every article of the clusters that these are in, with its cluster's lead."""
    leads: set[int] = set()
    for part in some_at_once(ids):
        query = select(ArticleCluster.lead_id).where(col(ArticleCluster.article_id).in_(part))
        leads.update(session.exec(query.distinct()))
    if not leads:
        return {}
    members = select(ArticleCluster.article_id, ArticleCluster.lead_id)
    return dict(session.exec(members.where(col(ArticleCluster.lead_id).in_(leads))).all())


def move(session: Session, leads: Mapping[int, int | None]) -> None:
    """Put these articles under their leads; None: out of any cluster. What is so already is not touched."""
    known = clusters_with(session, leads)
    moved = {article_id: lead for article_id, lead in leads.items() if known.get(article_id) != lead}
    for part in some_at_once(moved.keys() & known.keys()):
        session.exec(delete(ArticleCluster).where(col(ArticleCluster.article_id).in_(part)))
    insert_rows(
        session,
        ArticleCluster,
        [{"article_id": one, "lead_id": lead} for one, lead in sorted(moved.items()) if lead is not None],
    )


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
