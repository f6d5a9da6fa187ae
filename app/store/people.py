"""People: the register's and those first met in a text; listed, found by slug or by a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, delete, select

from app.errors import NotFoundError
from app.folding import fold
from app.store.models import NameForm, Office, Person, Quote, QuoteSpeaker
from app.store.quotes import SHOWN, PersonRef


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as lists show them; ``role`` is their latest office, or how an article describes them."""

    ref: PersonRef
    sort_name: str
    role: str | None
    quote_count: int


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office; ``title`` says it by itself; dates are ISO 8601, as exact as they are known."""

    title: str
    role: str
    organisation: str | None
    start: str | None
    end: str | None
    seen_on: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person read whole. ``is_from_text`` marks one that no register vouches for."""

    id: int
    card: PersonCard
    is_from_text: bool
    offices: tuple[OfficeRow, ...]
    names_printed: tuple[str, ...]
    also_quoted: tuple[PersonCard, ...]


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """A register's entry for a person, as save_person takes it."""

    slug: str
    name: str
    sort_name: str
    side: str | None
    origin: str
    forms: tuple[tuple[str, str], ...]  # (form, folded form)
    offices: tuple[OfficeRow, ...]
    identifiers: tuple[dict[str, str], ...]


def find_person(session: Session, slug: str) -> Person | None:
    """The person with this slug, if the archive has them."""
    return session.exec(select(Person).where(Person.slug == slug)).first()


def save_person(session: Session, entry: PersonEntry) -> Person:
    """Make the person of ``entry.slug`` what the entry says; nothing is written if they are that already."""
    person = find_person(session, entry.slug)
    if person is not None and _entry_of(session, person) == entry:
        return person
    person = person or Person(slug=entry.slug, name="", sort_name="", origin="")
    person.name, person.sort_name, person.side = entry.name, entry.sort_name, entry.side
    person.origin, person.identifiers = entry.origin, [dict(pair) for pair in entry.identifiers]
    session.add(person)
    session.flush()
    assert person.id is not None
    session.exec(delete(NameForm).where(col(NameForm.person_id) == person.id))
    session.exec(delete(Office).where(col(Office.person_id) == person.id))
    session.add_all(NameForm(person_id=person.id, form=form, folded=folded) for form, folded in entry.forms)
    session.add_all(
        Office(person_id=person.id, position=position, **asdict(office))
        for position, office in enumerate(entry.offices)
    )
    return person


def read_person(session: Session, slug: str) -> PersonRecord:
    """One person, whole. Raises NotFoundError."""
    person = find_person(session, slug)
    if person is None or person.id is None:
        raise NotFoundError("person", slug)
    printed = session.exec(
        select(QuoteSpeaker.printed)
        .join(Quote)
        .where(QuoteSpeaker.person_id == person.id, SHOWN)
        .group_by(col(QuoteSpeaker.printed))
        .order_by(func.min(QuoteSpeaker.quote_id))
    )
    (card,) = _select_cards(session, [person.id], quoted_only=False)
    return PersonRecord(
        id=person.id,
        card=card,
        is_from_text=person.origin == "text",
        offices=_offices_of(session, person.id),
        names_printed=tuple(name for name in printed if _is_of_name(name, person.name)),
        also_quoted=tuple(_also_quoted(session, person.id)),
    )


def list_people(session: Session) -> list[PersonCard]:
    """Everybody who is quoted, by sort name."""
    return _select_cards(session, None)


def most_quoted(session: Session, limit: int) -> list[PersonCard]:
    """Those with the most quotations, most first."""
    cards = _select_cards(session, None)
    return sorted(cards, key=lambda card: -card.quote_count)[:limit]


def people_named(
    session: Session, words: Sequence[str], limit: int | None = None, *, is_last_begun: bool = False
) -> list[PersonCard]:
    """People who have a name form with all of these folded words, in any order; the most quoted first.

    With ``is_last_begun`` the last word may be the beginning of one.
    """
    if not words:
        return []
    name = func.replace(func.replace(func.replace(col(NameForm.folded), "-", " "), ".", " "), "’", "'")
    wanted = [f" {word} " for word in words]
    if is_last_begun:
        wanted[-1] = wanted[-1].rstrip()
    has_all = [func.instr(" " + name + " ", word) > 0 for word in wanted]
    ids = session.exec(select(NameForm.person_id).where(*has_all).distinct()).all()
    cards = _select_cards(session, ids, quoted_only=False)
    return sorted(cards, key=lambda card: -card.quote_count)[:limit]


def people_of_slugs(session: Session, slugs: Sequence[str]) -> list[PersonCard]:
    """The people with these slugs, by sort name."""
    ids = session.exec(select(Person.id).where(col(Person.slug).in_(slugs))).all()
    return _select_cards(session, [key for key in ids if key is not None], quoted_only=False)


def names_of_slugs(session: Session, slugs: Sequence[str]) -> dict[str, str]:
    """The names of the people with these slugs."""
    return dict(session.exec(select(Person.slug, Person.name).where(col(Person.slug).in_(slugs))).all())


def identifiers_of(session: Session, slug: str) -> list[dict[str, str]]:
    """How others number this person, each with its ``scheme``; nothing for somebody known from texts only."""
    person = find_person(session, slug)
    return [dict(pair) for pair in person.identifiers] if person else []


def name_forms(session: Session) -> Sequence[str]:
    """Every way a person's name is written, once."""
    return session.exec(select(NameForm.form).distinct().order_by(NameForm.form)).all()


def _is_of_name(printed: str, name: str) -> bool:
    """Whether printed words have a word of the name; a pronoun has none."""
    return not set(fold(printed).split()).isdisjoint(fold(name).split())


def _entry_of(session: Session, person: Person) -> PersonEntry:
    """What the archive holds of a person, as an entry."""
    assert person.id is not None
    forms = session.exec(
        select(NameForm.form, NameForm.folded)
        .where(NameForm.person_id == person.id)
        .order_by(col(NameForm.id))
    )
    return PersonEntry(
        slug=person.slug,
        name=person.name,
        sort_name=person.sort_name,
        side=person.side,
        origin=person.origin,
        forms=tuple((form, folded) for form, folded in forms),
        offices=_offices_of(session, person.id),
        identifiers=tuple(person.identifiers),
    )


def _offices_of(session: Session, person_id: int) -> tuple[OfficeRow, ...]:
    rows = session.exec(select(Office).where(Office.person_id == person_id).order_by(col(Office.position)))
    return tuple(
        OfficeRow(o.title, o.role, o.organisation, o.start, o.end, o.seen_on, o.source) for o in rows
    )


def _also_quoted(session: Session, person_id: int) -> list[PersonCard]:
    speaking = select(Quote.article_id).join(QuoteSpeaker).where(SHOWN)
    ids = session.exec(
        select(QuoteSpeaker.person_id)
        .join(Quote)
        .where(
            col(Quote.article_id).in_(speaking.where(QuoteSpeaker.person_id == person_id)),
            col(QuoteSpeaker.person_id).is_not(None),
            QuoteSpeaker.person_id != person_id,
            SHOWN,
        )
        .distinct()
    ).all()
    return _select_cards(session, [key for key in ids if key is not None])


def _among(column: int | None, ids: Sequence[int] | None) -> list[ColumnElement[bool]]:
    """The condition that a column has one of these ids; none if all are meant."""
    return [] if ids is None else [col(column).in_(ids)]


def _select_cards(
    session: Session, ids: Sequence[int] | None, *, quoted_only: bool = True
) -> list[PersonCard]:
    counted = (
        select(
            col(QuoteSpeaker.person_id),
            func.count().label("quotes"),
            func.max(QuoteSpeaker.role).label("role"),
        )
        .join(Quote)
        .where(SHOWN, Quote.kind != "indirect", *_among(QuoteSpeaker.person_id, ids))
        .group_by(col(QuoteSpeaker.person_id))
        .subquery()
    )
    latest_office = (
        select(Office.title)
        .where(Office.person_id == Person.id)
        .order_by(func.coalesce(Office.start, Office.seen_on).desc(), col(Office.position))
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    query = (
        select(Person, counted.c.quotes, func.coalesce(latest_office, counted.c.role))
        .join(counted, counted.c.person_id == Person.id, isouter=not quoted_only)
        .order_by(col(Person.sort_name), col(Person.slug))
    )
    query = query.where(*_among(Person.id, ids))
    return [
        PersonCard(PersonRef(person.slug, person.name, person.side), person.sort_name, role, count or 0)
        for person, count, role in session.exec(query)
    ]
