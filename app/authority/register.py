"""The register of people: who is known, under which names, in which offices. Built once, never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from re import Pattern
from types import MappingProxyType

from app.authority.name_patterns import compile_forms, name_pattern
from app.authority.names import name_tokens, parse_name, surname_first
from app.authority.offices import Holding, Office, office_fits
from app.authority.seed_file import Entry, read_seed_file
from app.dates import PartialDate

__all__ = ["Holding", "Identifier", "Office", "PersonRecord", "Register"]

SIDES = ("uk", "eu", "other")

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identifier:
    """What another register calls a person; ``scheme`` names that register ("wikidata")."""

    scheme: str
    identifier: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person of the register. ``forms`` begin with ``name``; ``side`` is "uk", "eu" or "other"."""

    slug: str
    name: str
    sort_name: str
    side: str
    forms: tuple[str, ...]
    offices: tuple[Office, ...]
    identifiers: tuple[Identifier, ...]

    def __post_init__(self) -> None:
        if self.side not in SIDES:
            raise ValueError(f"side is {self.side!r}, not one of {', '.join(SIDES)}")
        if self.forms[:1] != (self.name,):
            raise ValueError("the name is not the first of the forms")

    def offices_on(self, day: PartialDate) -> tuple[tuple[Office, Holding], ...]:
        """The offices certainly or possibly held on ``day``: certain ones first, then the latest begun."""
        held = [(office, office.held_on(day)) for office in self.offices]
        held.sort(key=lambda pair: _first_known(pair[0]), reverse=True)
        held.sort(key=lambda pair: pair[1] is not Holding.CERTAIN)
        return tuple(pair for pair in held if pair[1] is not Holding.NO)

    def has_office(self, words: Iterable[str], day: PartialDate) -> bool:
        """Whether printed words ("EU trade commissioner") fit an office that may be held on ``day``."""
        printed = tuple(words)
        return any(office_fits(printed, office, self.side) for office, _ in self.offices_on(day))


@dataclass(frozen=True)
class Register:
    """All known people. Lookups answer with every person a name can mean, in the file's order."""

    persons: tuple[PersonRecord, ...]
    _by_slug: Mapping[str, PersonRecord] = field(init=False, repr=False, compare=False)
    _by_form: Mapping[Tokens, tuple[PersonRecord, ...]] = field(init=False, repr=False, compare=False)
    _by_surname: Mapping[Tokens, tuple[PersonRecord, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        slugs = {person.slug: person for person in self.persons}
        if len(slugs) < len(self.persons):
            raise ValueError("two persons have the same id")
        object.__setattr__(self, "_by_slug", MappingProxyType(slugs))
        object.__setattr__(self, "_by_form", _group(self.persons, _form_keys))
        object.__setattr__(self, "_by_surname", _group(self.persons, _surname_keys))

    @classmethod
    def load(cls, path: Path) -> Register:
        """Read ``people.json``. Raises RegisterError, which says what is wrong where and what to do."""
        root = read_seed_file(path)
        organisations = root.table("organizations")
        persons = tuple(_person(entry, organisations) for entry in root.entries("persons"))
        return root.checked(lambda: cls(persons), "persons")

    def __iter__(self) -> Iterator[PersonRecord]:
        return iter(self.persons)

    def __len__(self) -> int:
        return len(self.persons)

    def get(self, slug: str) -> PersonRecord | None:
        """The person of this slug."""
        return self._by_slug.get(slug)

    def by_form(self, name: str) -> tuple[PersonRecord, ...]:
        """Those who have this name among their forms: full names, titles aside, and curated short ones.

        Case, diacritics, hyphens and the order "Surname Forename" do not matter.
        """
        parsed = parse_name(name)
        titled = name_tokens((*parsed.titles, *parsed.words))
        return self._by_form.get(titled, ()) or self._by_form.get(parsed.tokens, ())

    def by_surname(self, surname: str) -> tuple[PersonRecord, ...]:
        """Those with this surname, given with or without its particles."""
        return self._by_surname.get(name_tokens(surname.split()), ())

    @cached_property
    def mention_pattern(self) -> Pattern[str]:
        """Finds every form and surname in a text; made once for each register."""
        forms = {form for person in self.persons for form in person.forms}
        surnames = {" ".join(parse_name(form).surname) for form in forms if parse_name(form).is_full}
        longest_first = sorted(forms | surnames, key=lambda form: (-len(form), form))
        return compile_forms(name_pattern(form) for form in longest_first)


def _first_known(office: Office) -> str:
    known = office.start or office.seen_on
    return known.iso() if known else ""


def _group(
    persons: Iterable[PersonRecord], keys: Callable[[str], Iterable[Tokens]]
) -> Mapping[Tokens, tuple[PersonRecord, ...]]:
    groups: dict[Tokens, list[PersonRecord]] = {}
    for person in persons:
        for key in {key for form in person.forms for key in keys(form) if key}:
            groups.setdefault(key, []).append(person)
    return MappingProxyType({key: tuple(group) for key, group in groups.items()})


def _form_keys(form: str) -> Iterable[Tokens]:
    parsed = parse_name(form)
    yield name_tokens((*parsed.titles, *parsed.words))
    if len(parsed.tokens) > 1:  # "Keir" of "Sir Keir" alone is nobody's form
        yield parsed.tokens
        if parsed.is_full:
            yield surname_first(parsed)


def _surname_keys(form: str) -> Iterable[Tokens]:
    parsed = parse_name(form)
    if parsed.is_full:
        yield name_tokens(parsed.surname)
        yield name_tokens(parsed.surname[-1:])


def _person(entry: Entry, organisations: Entry) -> PersonRecord:
    name = entry.text("name")
    others = (other.text("name") for other in entry.entries("other_names"))
    return entry.checked(
        lambda: PersonRecord(
            slug=entry.text("id"),
            name=name,
            sort_name=entry.text("sort_name"),
            side=entry.text("side"),
            forms=tuple(dict.fromkeys((name, *others))),
            offices=tuple(_office(held, organisations) for held in entry.entries("memberships")),
            identifiers=tuple(
                Identifier(one.text("scheme"), one.text("identifier")) for one in entry.entries("identifiers")
            ),
        ),
        "person",
    )


def _office(entry: Entry, organisations: Entry) -> Office:
    return entry.checked(
        lambda: Office(
            role=entry.text("role"),
            organisation=organisations.text(entry.text("organization")),
            start=entry.date("start_date"),
            end=entry.date("end_date"),
            source=entry.optional_text("source"),
            seen_on=entry.date("seen_on"),
        ),
        "membership",
    )
