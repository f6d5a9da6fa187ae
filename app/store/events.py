"""Times that articles tell: put down with their sentences, counted and listed for the timeline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, delete, select

from app.dates import PartialDate
from app.display import DisplayMode
from app.store.articles import ArticleCard, read_cards
from app.store.bulk import insert_rows, next_id
from app.store.models import Article, Event, EventPerson, EventProgramme, Person, Programme, QuoteSpeaker
from app.store.quotes import PersonRef


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A time in an article's text, to be stored; offsets are those of the text."""

    start: int
    end: int
    sentence: tuple[int, int]
    day: PartialDate | None
    until: PartialDate | None
    basis: str
    rule: str
    programme_ids: frozenset[int]
    person_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class EventRecord:
    """A time that an article tells; ``text[start:end]`` of its text are the words."""

    article: ArticleCard
    start: int
    end: int
    sentence: tuple[int, int]
    day: PartialDate
    until: PartialDate | None
    is_counted: bool
    rule: str

    def when(self) -> str:
        """The time in running text."""
        return f"{self.day.text()} to {self.until.text()}" if self.until else self.day.text()


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events, of articles whose sentences may be shown; None: any.

    ``period`` is a year or month (ISO 8601); sentences name ``programme``, and name or quote ``person``.
    """

    period: str | None = None
    programme: str | None = None
    person: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What an event must be."""
        withheld = select(Article.id).where(Article.display != DisplayMode.FULL)
        found: list[ColumnElement[bool]] = [col(Event.article_id).not_in(withheld)]
        if self.period is not None:
            found.append(col(Event.day).startswith(self.period))
        if self.programme is not None:
            named = select(EventProgramme.event_id).join(Programme).where(Programme.slug == self.programme)
            found.append(col(Event.id).in_(named))
        if self.person is not None:
            there = select(EventPerson.event_id).join(Person).where(Person.slug == self.person)
            found.append(col(Event.id).in_(there))
        return found


@dataclass(frozen=True, slots=True)
class EventCounts:
    """How many times are told: by month, known to a year only, and not to be resolved.

    ``undated`` are those not resolved because their article has no date, in ``undated_articles``.
    """

    by_month: dict[str, int] = field(default_factory=dict)
    in_year_only: int = 0
    undated: int = 0
    undated_articles: int = 0
    unclear: int = 0

    @property
    def total(self) -> int:
        """How many are resolved."""
        return sum(self.by_month.values()) + self.in_year_only


def replace_events(session: Session, found: Mapping[int, Iterable[NewEvent]], old: Collection[int]) -> None:
    """Put down the times that articles' present texts tell; those in ``old`` may have older ones."""
    if old:
        session.exec(delete(Event).where(col(Event.article_id).in_(old)))
    first = next_id(session, Event)
    new = [(article_id, one) for article_id, events in found.items() for one in events]
    insert_rows(
        session,
        Event,
        [{"id": key, **_row(article_id, one)} for key, (article_id, one) in enumerate(new, start=first)],
    )
    named = [(key, one) for key, (_, one) in enumerate(new, start=first)]
    programmes = [
        {"event_id": key, "programme_id": which} for key, one in named for which in sorted(one.programme_ids)
    ]
    people = [{"event_id": key, "person_id": who} for key, one in named for who in sorted(one.person_ids)]
    insert_rows(session, EventProgramme, programmes)
    insert_rows(session, EventPerson, people)


def list_events(session: Session, wanted: EventFilter, *, offset: int, limit: int) -> list[EventRecord]:
    """The resolved times, the latest first; of one time in the order of articles and their texts."""
    query = (
        select(Event)
        .where(col(Event.day).is_not(None), *wanted.conditions())
        .order_by(col(Event.day).desc(), col(Event.article_id), col(Event.start))
        .offset(offset)
        .limit(limit)
    )
    rows = session.exec(query).all()
    cards = read_cards(session, sorted({row.article_id for row in rows}))
    return [
        EventRecord(
            article=cards[row.article_id],
            start=row.start,
            end=row.end,
            sentence=(row.sentence_start, row.sentence_end),
            day=PartialDate.parse(row.day or ""),
            until=PartialDate.parse(row.until) if row.until else None,
            is_counted=row.basis == "counted",
            rule=row.rule,
        )
        for row in rows
    ]


def count_events(session: Session, wanted: EventFilter) -> EventCounts:
    """How many times of this kind are told."""
    month = func.substr(Event.day, 1, 7)
    query = select(month, func.count()).where(*wanted.conditions()).group_by(month)
    counts = dict(session.exec(query).all())
    unresolved = counts.pop(None, 0)
    by_month = {when: count for when, count in sorted(counts.items()) if len(when) == len("2025-03")}
    undated, in_articles = _undated(session, wanted)
    return EventCounts(
        by_month, sum(counts.values()) - sum(by_month.values()), undated, in_articles, unresolved - undated
    )


def programmes_told(session: Session) -> list[tuple[str, str]]:
    """The slug and the name of every programme that a sentence with a resolved time names."""
    query = select(Programme.slug, Programme.name).join(EventProgramme).join(Event)
    return list(
        session.exec(query.where(col(Event.day).is_not(None)).distinct().order_by(Programme.name)).all()
    )


def people_told(session: Session) -> list[PersonRef]:
    """Everybody in a sentence with a resolved time, by name."""
    told = select(EventPerson.person_id).join(Event).where(col(Event.day).is_not(None))
    query = select(Person).where(col(Person.id).in_(told)).order_by(col(Person.sort_name), col(Person.slug))
    return [PersonRef(one.slug, one.name, one.side) for one in session.exec(query)]


def person_ids(session: Session, slugs: Sequence[str]) -> dict[str, int]:
    """The ids of these people by slug; of one who is merged, that of whom they count as."""
    counts_as = func.coalesce(Person.merged_into_id, Person.id)
    rows = session.exec(select(Person.slug, counts_as).where(col(Person.slug).in_(slugs))).all()
    return {slug: person_id for slug, person_id in rows if person_id is not None}


def speakers_by_quote(session: Session, quote_ids: Iterable[int]) -> dict[int, set[int]]:
    """The people who are linked as speakers of these quotations."""
    query = select(QuoteSpeaker.quote_id, QuoteSpeaker.person_id).where(
        col(QuoteSpeaker.quote_id).in_(list(quote_ids)), col(QuoteSpeaker.person_id).is_not(None)
    )
    found: dict[int, set[int]] = {}
    for quote_id, person_id in session.exec(query):
        if person_id is not None:
            found.setdefault(quote_id, set()).add(person_id)
    return found


def _row(article_id: int, new: NewEvent) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "start": new.start,
        "end": new.end,
        "sentence_start": new.sentence[0],
        "sentence_end": new.sentence[1],
        "day": new.day.iso() if new.day else None,
        "until": new.until.iso() if new.until else None,
        "basis": new.basis,
        "rule": new.rule,
    }


def _undated(session: Session, wanted: EventFilter) -> tuple[int, int]:
    if wanted.period is not None:
        return 0, 0
    undated = select(Article.id).where(
        col(Article.published).is_(None)
    )  # an index has them: no article is read
    query = select(func.count(), func.count(func.distinct(Event.article_id))).select_from(Event)
    query = query.where(col(Event.day).is_(None), col(Event.article_id).in_(undated), *wanted.conditions())
    return session.exec(query).one()
