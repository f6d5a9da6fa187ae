"""Quotations that print the same words of the same people: marks by which they are found, and clusters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import func, insert
from sqlmodel import Session, col, delete, select

from app.dates import PartialDate
from app.store.models import (
    Article,
    Outlet,
    Person,
    Quote,
    QuoteCluster,
    QuoteFingerprint,
    QuoteSegment,
    QuoteSpeaker,
)


@dataclass(frozen=True, slots=True)
class Printing:
    """A quotation as it is compared: its words, the slugs of its speakers, and what it is ordered by.

    ``speakers`` is empty unless every speaker is linked to a person.
    """

    quote_id: int
    speakers: frozenset[str]
    segments: tuple[str, ...]
    published: PartialDate | None
    article_key: str
    number: int

    def order(self) -> tuple[bool, str, str, int]:
        """The earliest comes first, undated ones last; among equals any order that never changes."""
        day = self.published.last_day().isoformat() if self.published else ""
        return self.published is None, day, self.article_key, self.number


def printings_of_article(session: Session, article_id: int) -> list[int]:
    """The quotations of an article's present text that stand in quotation marks."""
    query = select(Quote.id).where(
        Quote.article_id == article_id, col(Quote.removed_at).is_(None), Quote.kind != "indirect"
    )
    return [quote_id for quote_id in session.exec(query) if quote_id is not None]


def read_printings(session: Session, ids: Iterable[int]) -> list[Printing]:
    """These quotations as they are compared, in the order of their ids."""
    wanted = list(ids)
    segments: dict[int, list[str]] = {}
    query = select(QuoteSegment.quote_id, QuoteSegment.text).where(col(QuoteSegment.quote_id).in_(wanted))
    for quote_id, text in session.exec(query.order_by(col(QuoteSegment.position))):
        segments.setdefault(quote_id, []).append(text)
    speakers: dict[int, set[str | None]] = {}
    linked = select(QuoteSpeaker.quote_id, Person.slug).join(Person, isouter=True)
    for quote_id, slug in session.exec(linked.where(col(QuoteSpeaker.quote_id).in_(wanted))):
        speakers.setdefault(quote_id, set()).add(slug)
    without_texts = select(Quote.id, Quote.number, Article.published, Article.key).join(Article)
    rows = session.exec(without_texts.where(col(Quote.id).in_(wanted)).order_by(col(Quote.id)))
    return [
        Printing(
            quote_id=quote_id,
            speakers=_all_linked(speakers.get(quote_id, set())),
            segments=tuple(segments.get(quote_id, ())),
            published=PartialDate.parse(published) if published else None,
            article_key=key,
            number=number,
        )
        for quote_id, number, published, key in rows
        if quote_id is not None
    ]


def replace_fingerprints(
    session: Session, article_id: int, fingerprints: Mapping[int, Iterable[int]]
) -> None:
    """Put down the marks of an article's quotations in the place of older ones."""
    own = select(Quote.id).where(Quote.article_id == article_id)
    session.exec(delete(QuoteFingerprint).where(col(QuoteFingerprint.quote_id).in_(own)))
    rows = [
        {"quote_id": quote_id, "value": value}
        for quote_id, values in fingerprints.items()
        for value in values
    ]
    if rows:
        session.execute(insert(QuoteFingerprint), rows)


def sharing_marks(session: Session, ids: Iterable[int]) -> list[list[int]]:
    """The quotations that share a mark with one of these, a list for each mark, these included."""
    values = select(QuoteFingerprint.value).where(col(QuoteFingerprint.quote_id).in_(list(ids)))
    query = select(QuoteFingerprint.value, QuoteFingerprint.quote_id).where(
        col(QuoteFingerprint.value).in_(values)
    )
    rows = session.exec(query.order_by(col(QuoteFingerprint.value), col(QuoteFingerprint.quote_id)))
    return [[quote_id for _, quote_id in group] for _, group in groupby(rows, key=lambda row: row[0])]


def members_of(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """Every quotation of the clusters that these are in, with its cluster's lead."""
    leads = select(QuoteCluster.lead_id).where(col(QuoteCluster.quote_id).in_(list(ids)))
    query = select(QuoteCluster.quote_id, QuoteCluster.lead_id)
    return dict(session.exec(query.where(col(QuoteCluster.lead_id).in_(leads))).all())


def replace_clusters(session: Session, ids: Iterable[int], leads: Mapping[int, int]) -> None:
    """Take these quotations out of their clusters, and put those of ``leads`` under their leads."""
    gone = [*ids, *leads]
    if not gone:
        return
    session.exec(delete(QuoteCluster).where(col(QuoteCluster.quote_id).in_(gone)))
    if leads:
        rows = [{"quote_id": one, "lead_id": lead} for one, lead in leads.items()]
        session.execute(insert(QuoteCluster), rows)


def cluster_of(session: Session, quote_id: int) -> list[int]:
    """All printings of a quotation's words, its own included; it alone where there are no others."""
    return sorted(members_of(session, [quote_id])) or [quote_id]


def outlets_printing(session: Session, leads: Sequence[int]) -> dict[int, list[str | None]]:
    """Which outlets printed the words of these clusters, an entry for each article; None: not stated."""
    query = (
        select(QuoteCluster.lead_id, func.min(Article.published), Article.id, Outlet.name)
        .join(Quote, col(Quote.id) == QuoteCluster.quote_id)
        .join(Article, col(Article.id) == Quote.article_id)
        .join(Outlet, isouter=True)
        .where(col(QuoteCluster.lead_id).in_(leads))
        .group_by(col(QuoteCluster.lead_id), col(Article.id))
        .order_by(func.min(Article.published).nulls_last(), col(Article.id))
    )
    found: dict[int, list[str | None]] = {}
    for lead, _, _, outlet in session.exec(query):
        found.setdefault(lead, []).append(outlet)
    return found


def _all_linked(slugs: set[str | None]) -> frozenset[str]:
    linked = frozenset(slug for slug in slugs if slug is not None)
    return linked if len(linked) == len(slugs) else frozenset()
