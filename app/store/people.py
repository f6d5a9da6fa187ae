"""People: the register's and those first met in a text; listed, found by slug or by a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, null, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, select

from app.errors import MovedError, NotFoundError
from app.folding import fold
from app.store.models import NameForm, Office, Person, Quote, QuoteSpeaker
from app.store.quotes import MARKED, SHOWN, PersonRef


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
    """A person read whole. ``is_from_text`` marks one that no register vouches for.

    ``names_merged`` are the names of those whom editors found to be the same person.
    """

    id: int
    card: PersonCard
    is_from_text: bool
    offices: tuple[OfficeRow, ...]
    names_printed: tuple[str, ...]
    names_merged: tuple[str, ...]
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


_COUNTS_AS = func.coalesce(Person.merged_into_id, Person.id)
# Somebody known from a text alone is nobody once no text quotes them, as when it is withdrawn.
_IS_KNOWN = or_(
    col(Person.origin) == "register",
    select(Quote.id)
    .join(QuoteSpeaker)
    .where(QuoteSpeaker.person_id == _COUNTS_AS, col(Quote.removed_at).is_(None))
    .correlate(Person)
    .exists(),
)


def find_person(session: Session, slug: str) -> Person | None:
    """The person with this slug, if the archive has them; whoever they are merged into."""
    person = row_of(session, slug)
    return present_person(session, person) if person is not None else None


def present_person(session: Session, person: Person) -> Person:
    """The person whom this one counts as: themselves unless they are merged into another."""
    return session.get_one(Person, person.merged_into_id) if person.merged_into_id else person


def person_at(session: Session, slug: str) -> Person:
    """The person whose address has this slug. Raises NotFoundError, and MovedError for one who was merged."""
    person = find_person(session, slug)
    if person is None:
        raise NotFoundError("person", slug)
    if person.slug != slug:
        raise MovedError("person", slug, person.slug)
    return person


def add_person(session: Session, entry: PersonEntry) -> Person:
    """A new person, under ``entry.slug`` or, where that is taken, the first that is free with a number."""
    slug, number = entry.slug, 1
    while row_of(session, slug) is not None:
        number += 1
        slug = f"{entry.slug}-{number}"
    return save_person(session, replace(entry, slug=slug))


def settle_mergers(session: Session, moves: Mapping[int, int]) -> set[int]:
    """Let everybody count as whom ``moves`` leads to in the end; the ids of those for whom that is new."""
    merged = select(Person).where(col(Person.merged_into_id).is_not(None) | col(Person.id).in_(moves))
    changed = set()
    for person in session.exec(merged):
        assert person.id is not None
        end = _end_of(person.id, moves)
        now = end if end != person.id else None
        if person.merged_into_id != now:
            person.merged_into_id = now
            session.add(person)
            changed.add(person.id)
    session.flush()
    return changed


def moved_slugs(session: Session) -> dict[str, str]:
    """The slugs of people who are merged, each with that of whom they count as."""
    other = aliased(Person)
    query = select(Person.slug, other.slug).join(other, col(other.id) == Person.merged_into_id)
    return dict(session.exec(query).all())


def merged_names(session: Session, person_id: int) -> list[str]:
    """The names of those who are merged into this person."""
    query = select(Person.name).where(Person.merged_into_id == person_id)
    return list(session.exec(query.order_by(Person.name)))


def row_of(session: Session, slug: str) -> Person | None:
    """The person with this slug, merged or not."""
    return session.exec(select(Person).where(Person.slug == slug)).first()


def _end_of(person_id: int, moves: Mapping[int, int]) -> int:
    """Where the moves lead to in the end.

    >>> _end_of(1, {1: 2, 2: 5})
    5
    """
    seen = {person_id}
    while person_id in moves and moves[person_id] not in seen:
        person_id = moves[person_id]
        seen.add(person_id)
    return person_id


def save_person(session: Session, entry: PersonEntry) -> Person:
    """Make the person of ``entry.slug`` what the entry says; nothing is written if they are that already."""
    person = row_of(session, entry.slug)
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
    """One person, whole. Raises NotFoundError, and MovedError for one who was merged into another."""
    person = person_at(session, slug)
    assert person.id is not None
    printed = session.exec(
        select(QuoteSpeaker.printed)
        .join(Quote)
        .where(QuoteSpeaker.person_id == person.id, SHOWN)
        .group_by(col(QuoteSpeaker.printed))
        .order_by(func.min(QuoteSpeaker.quote_id), col(QuoteSpeaker.printed))
    )
    merged = merged_names(session, person.id)
    names = (person.name, *merged)
    (card,) = _select_cards(session, [person.id], quoted_only=False)
    return PersonRecord(
        id=person.id,
        card=card,
        is_from_text=person.origin != "register",
        offices=_offices_of(session, person.id),
        names_printed=tuple(name for name in printed if any(_is_of_name(name, one) for one in names)),
        names_merged=tuple(merged),
        also_quoted=tuple(_also_quoted(session, person.id)),
    )


def list_people(session: Session) -> list[PersonCard]:
    """Everybody who is quoted, by sort name."""
    return _select_cards(session, None)


def count_people(session: Session) -> int:
    """How many people are quoted."""
    said = select(QuoteSpeaker.quote_id).join(Quote).where(QuoteSpeaker.person_id == Person.id, SHOWN, MARKED)
    return session.exec(select(func.count()).select_from(Person).where(said.correlate(Person).exists())).one()


def people_counted(session: Session, counts: Mapping[str, int]) -> list[PersonCard]:
    """The people with these slugs, of whom it is known how often they are quoted; by sort name."""
    ids = _ids_of_slugs(session, list(counts))
    cards = _select_cards(session, ids, quoted_only=False, counts_quotes=False)
    return [replace(card, quote_count=counts[card.ref.slug]) for card in cards]


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
    has_all = [(" " + name + " ").contains(word, autoescape=True) for word in wanted]
    named = select(_COUNTS_AS).join(NameForm, col(NameForm.person_id) == Person.id)
    ids = session.exec(named.where(*has_all, _IS_KNOWN).distinct()).all()
    cards = _select_cards(session, ids, quoted_only=False)
    return sorted(cards, key=lambda card: -card.quote_count)[:limit]


def people_of_slugs(session: Session, slugs: Sequence[str]) -> list[PersonCard]:
    """The people with these slugs, by sort name."""
    return _select_cards(session, _ids_of_slugs(session, slugs), quoted_only=False)


def _ids_of_slugs(session: Session, slugs: Sequence[str]) -> list[int]:
    ids = session.exec(select(Person.id).where(col(Person.slug).in_(slugs))) if slugs else ()
    return [key for key in ids if key is not None]


def names_of_slugs(session: Session, slugs: Sequence[str]) -> dict[str, str]:
    """The names of the people with these slugs."""
    return {row.slug: row.name for row in session.execute(_NAMES, {"slugs": slugs})}


_NAMES = select_columns(col(Person.slug), col(Person.name)).where(
    col(Person.slug).in_(bindparam("slugs", expanding=True))
)


def identifiers_of(session: Session, slug: str) -> list[dict[str, str]]:
    """How others number this person, each with its ``scheme``; nothing for somebody known from texts only."""
    person = find_person(session, slug)
    return [dict(pair) for pair in person.identifiers] if person else []


def name_forms(session: Session) -> Sequence[str]:
    """Every way a person's name is written, once."""
    query = select(NameForm.form).join(Person, col(Person.id) == NameForm.person_id).where(_IS_KNOWN)
    return session.exec(query.distinct().order_by(NameForm.form)).all()


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


def _select_cards(
    session: Session, ids: Sequence[int] | None, *, quoted_only: bool = True, counts_quotes: bool = True
) -> list[PersonCard]:
    """The cards of these people, or of all, by sort name."""
    if ids is not None and not ids:
        return []
    query = _cards(of_some=ids is not None, quoted_only=quoted_only, counts_quotes=counts_quotes)
    return [
        PersonCard(PersonRef(row.slug, row.name, row.side), row.sort_name, row.role, row.quotes or 0)
        for row in session.execute(query, {"ids": ids})
    ]


@lru_cache  # making it takes longer than asking it
def _cards(*, of_some: bool, quoted_only: bool, counts_quotes: bool) -> Select[Any]:
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    counted = (
        select(col(QuoteSpeaker.person_id), func.count().label("quotes"))
        .join(Quote)
        .where(SHOWN, MARKED, *([col(QuoteSpeaker.person_id).in_(ids)] if of_some else []))
        .group_by(col(QuoteSpeaker.person_id))
        .subquery()
    )
    described = (  # looked up only for those without an office
        select(func.max(QuoteSpeaker.role))
        .join(Quote)
        .where(QuoteSpeaker.person_id == Person.id, SHOWN, MARKED)
        .correlate(Person)
        .scalar_subquery()
    )
    latest_office = (
        select(Office.title)
        .where(Office.person_id == Person.id)
        .order_by(func.coalesce(Office.start, Office.seen_on).desc().nulls_last(), col(Office.position))
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (Person.slug, Person.name, Person.side, Person.sort_name)
    quotes = counted.c.quotes if counts_quotes else null().label("quotes")
    query = select_columns(*columns, quotes, func.coalesce(latest_office, described).label("role"))
    query = query.select_from(Person)
    if counts_quotes:
        query = query.join(counted, counted.c.person_id == Person.id, isouter=not quoted_only)
    if of_some:
        query = query.where(col(Person.id).in_(ids))
    return query.order_by(col(Person.sort_name), col(Person.slug))
