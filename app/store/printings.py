"""Quotations that print the same words of the same people: marks by which they are found, and clusters."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import func
from sqlalchemy import text as sql
from sqlmodel import Session, col, delete, select, update

from app.dates import PartialDate
from app.store.bulk import insert_rows, some_at_once
from app.store.models import (
    Article,
    Outlet,
    Person,
    Quote,
    QuoteCluster,
    QuoteSegment,
    QuoteSpeaker,
    QuoteWording,
    WordingFingerprint,
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


def printings_of_articles(session: Session, ids: Collection[int]) -> list[int]:
    """The quotations of the present texts of these articles that stand in quotation marks."""
    query = select(col(Quote.id)).where(
        col(Quote.article_id).in_(ids), col(Quote.removed_at).is_(None), Quote.kind != "indirect"
    )
    return list(session.exec(query.order_by(col(Quote.id))))  # type: ignore[arg-type]


def read_printings(session: Session, ids: Iterable[int]) -> list[Printing]:
    """These quotations as they are compared, in the order of their ids."""
    return [one for part in some_at_once(sorted(ids)) for one in _read_printings(session, part)]


def _read_printings(session: Session, wanted: Collection[int]) -> list[Printing]:
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


# Of many printings the first is found without reading the others.
_WANTED = {
    "sqlite": "SELECT value FROM json_each(:wordings)",
    "postgresql": "SELECT value::bigint FROM json_array_elements_text(CAST(:wordings AS json)) AS value",
}
_FIRST_WITH = {
    name: sql(
        "SELECT wanted.value, (SELECT min(quote_id) FROM quote_wording WHERE wording = wanted.value)"  # noqa: S608
        f" FROM ({wanted}) AS wanted"
    )
    for name, wanted in _WANTED.items()
}


def first_with_wordings(session: Session, wordings: Iterable[int]) -> dict[int, int]:
    """A quotation with each of these wordings, where there is one: the first."""
    connection = session.connection()
    query = _FIRST_WITH[connection.dialect.name]
    found = connection.execute(query, {"wordings": json.dumps(sorted(wordings))})
    return {wording: quote_id for wording, quote_id in found if quote_id is not None}


def add_wordings(
    session: Session, wordings: Mapping[int, int], fingerprints: Mapping[int, Iterable[int]]
) -> None:
    """Put down the wordings of quotations, and the fingerprints of wordings."""
    insert_rows(
        session,
        QuoteWording,
        [{"quote_id": quote_id, "wording": wording} for quote_id, wording in sorted(wordings.items())],
    )
    rows = [
        {"value": value, "wording": wording}
        for wording, values in sorted(fingerprints.items())
        for value in sorted(values)
    ]
    insert_rows(session, WordingFingerprint, rows, known_may_come=True)


def wordings_sharing(session: Session, fingerprints: Iterable[int]) -> list[list[int]]:
    """The wordings that have each of these fingerprints."""
    found: list[list[int]] = []
    for part in some_at_once(fingerprints):
        query = select(WordingFingerprint.value, WordingFingerprint.wording).where(
            col(WordingFingerprint.value).in_(part)
        )
        rows = session.exec(query.order_by(col(WordingFingerprint.value), col(WordingFingerprint.wording)))
        found += [[wording for _, wording in group] for _, group in groupby(rows, key=lambda row: row[0])]
    return found


def forget_printings(session: Session, ids: Collection[int], members: Collection[int]) -> None:
    """Take quotations off the list of wordings, and ``members`` out of their clusters.

    What was a fingerprint of their wordings alone stays, and leads to no quotation.
    """
    for part in some_at_once(ids):
        session.exec(delete(QuoteWording).where(col(QuoteWording.quote_id).in_(part)))
    for part in some_at_once(members):
        session.exec(delete(QuoteCluster).where(col(QuoteCluster.quote_id).in_(part)))


def members_of(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """Every quotation of the clusters that these are in, with its cluster's lead."""
    leads = set(leads_of(session, ids).values())
    query = select(QuoteCluster.quote_id, QuoteCluster.lead_id)
    return dict(session.exec(query.where(col(QuoteCluster.lead_id).in_(leads))).all())


def leads_of(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """The leads of those of these quotations that are in a cluster."""
    query = select(QuoteCluster.quote_id, QuoteCluster.lead_id)
    return {
        quote_id: lead
        for part in some_at_once(ids)
        for quote_id, lead in session.exec(query.where(col(QuoteCluster.quote_id).in_(part)))
    }


def join_clusters(session: Session, leads: Mapping[int, int], new: Mapping[int, int]) -> None:
    """Give clusters another lead, by the one they had, and put quotations that are in none under theirs."""
    for old, lead in leads.items():
        session.exec(update(QuoteCluster).where(col(QuoteCluster.lead_id) == old).values(lead_id=lead))
    insert_rows(
        session, QuoteCluster, [{"quote_id": one, "lead_id": lead} for one, lead in sorted(new.items())]
    )


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
        .group_by(col(QuoteCluster.lead_id), col(Article.id), col(Outlet.name))
        .order_by(func.min(Article.published).nulls_last(), col(Article.id))
    )
    found: dict[int, list[str | None]] = {}
    for lead, _, _, outlet in session.exec(query):
        found.setdefault(lead, []).append(outlet)
    return found


def _all_linked(slugs: set[str | None]) -> frozenset[str]:
    linked = frozenset(slug for slug in slugs if slug is not None)
    return linked if len(linked) == len(slugs) else frozenset()
