"""What the search index is told of articles besides their text: fixed values, and where quotations stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select

from app.dates import PartialDate
from app.store.models import (
    Article,
    Credit,
    Event,
    Mention,
    Outlet,
    Person,
    Programme,
    Quote,
    QuoteSegment,
    QuoteSpeaker,
)

_UNNAMED = "unnamed"
_INDIRECT = "indirect"


@dataclass(slots=True)
class Facts:
    """What is known of an article: slugs, kinds and folded names as they stand in the tables.

    ``quoted`` are the stretches of the text in quotation marks, apart and in order; ``told`` the times that
    the text tells of, each from its first to its last possible day. ``roles`` and ``author`` are as printed.
    """

    outlet: str | None = None
    author: str | None = None
    language: str | None = None
    has_url: bool = False
    has_title: bool = False
    is_dated: bool = False
    added: date | None = None
    via: set[str] = field(default_factory=set)
    speakers: set[str] = field(default_factory=set)
    sides: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    programmes: set[str] = field(default_factory=set)
    told: set[tuple[date, date]] = field(default_factory=set)
    quoted: list[tuple[int, int]] = field(default_factory=list)


def read_facts(session: Session, ids: Sequence[int]) -> dict[int, Facts]:
    """The facts of these articles by id; ids the archive does not have are left out."""
    facts = {
        article.id: _facts_of(article, outlet)
        for article, outlet in session.exec(
            select(Article, Outlet).join(Outlet, isouter=True).where(col(Article.id).in_(ids))
        )
        if article.id is not None
    }
    for article_id, name in session.exec(
        select(Credit.article_id, Credit.name).where(col(Credit.article_id).in_(facts))
    ):
        facts[article_id].via.add(name)
    _add_programmes(session, facts)
    _add_told(session, facts)
    _add_quotes(session, facts)
    _add_speakers(session, facts)
    return facts


def _facts_of(article: Article, outlet: Outlet | None) -> Facts:
    return Facts(
        outlet=outlet.slug if outlet else None,
        author=article.author,
        language=article.language,
        has_url=article.url is not None,
        has_title=article.title is not None,
        is_dated=article.published is not None,
        added=article.added_at.date(),
        via=set(article.based_on),
    )


def _add_programmes(session: Session, facts: dict[int, Facts]) -> None:
    query = select(Mention.article_id, Programme.slug).join(Programme)
    for article_id, slug in session.exec(query.where(col(Mention.article_id).in_(facts)).distinct()):
        facts[article_id].programmes.add(slug)


def _add_told(session: Session, facts: dict[int, Facts]) -> None:
    query = select(Event.article_id, Event.day, Event.until).where(
        col(Event.article_id).in_(facts), col(Event.day).is_not(None)
    )
    for article_id, day, until in session.exec(query.distinct()):
        first, last = PartialDate.parse(day or ""), PartialDate.parse(until or day or "")
        facts[article_id].told.add((first.first_day(), last.last_day()))


def _add_quotes(session: Session, facts: dict[int, Facts]) -> None:
    query = (
        select(Quote.article_id, Quote.kind, QuoteSegment.start, QuoteSegment.end)
        .join(QuoteSegment)
        .where(col(Quote.article_id).in_(facts), col(Quote.removed_at).is_(None))
        .order_by(col(Quote.article_id), col(QuoteSegment.start))
    )
    for article_id, kind, start, end in session.exec(query):
        known = facts[article_id]
        known.kinds.add(kind)
        if kind != _INDIRECT:
            known.quoted = list(_joined([*known.quoted, (start, end)]))


def _joined(stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches in order, those that overlap made one."""
    last: tuple[int, int] | None = None
    for start, end in sorted(stretches):
        if last is not None and start < last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last is not None:
            yield last
        last = (start, end)
    if last is not None:
        yield last


def _add_speakers(session: Session, facts: dict[int, Facts]) -> None:
    query = (
        select(Quote.article_id, QuoteSpeaker, Person)
        .join(QuoteSpeaker, col(QuoteSpeaker.quote_id) == Quote.id)
        .join(Person, isouter=True)
        .where(col(Quote.article_id).in_(facts), col(Quote.removed_at).is_(None))
    )
    for article_id, speaker, person in session.exec(query):
        known = facts[article_id]
        known.sides.add(_UNNAMED if person is None else person.side or "other")
        known.roles.update(role for role in (speaker.office_then, speaker.role) if role)
        if person is not None:
            known.speakers.add(person.slug)
