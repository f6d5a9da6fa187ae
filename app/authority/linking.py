"""From a speaker as printed to a person: by the register, the article and the date, and never by guess."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.authority.names import PersonName, is_name_like, name_tokens, parse_name, same_name
from app.authority.offices import carries_office
from app.authority.register import PersonRecord, Register
from app.dates import PartialDate

_KNIGHTLY = frozenset({"sir", "dame"})  # they stand before a forename: "Sir Keir"


@dataclass(frozen=True, slots=True)
class Mention:
    """A speaker as an article gives them.

    ``printed`` is the mention beside the quotation ("He", "Prime Minister Starmer"), ``name`` the fullest
    name the article gives for it, or None. ``role`` is what the article says of that person elsewhere
    ("the EU’s trade commissioner"), if it says anything.
    """

    printed: str
    name: str | None
    is_person: bool
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Whom a mention means, or that this stays open; ``reason`` tells a reader why, in one sentence.

    ``record`` is a person of the register; ``new_name`` is the full name of somebody the register does
    not have. Never both; neither when unresolved. ``rule`` names the rule that decided.
    """

    record: PersonRecord | None
    new_name: str | None
    rule: str
    reason: str

    def __post_init__(self) -> None:
        if self.record is not None and self.new_name is not None:
            raise ValueError("a link has a register person or a new name, not both")

    @property
    def is_resolved(self) -> bool:
        """Somebody was found."""
        return self.record is not None or self.new_name is not None


@dataclass(frozen=True, slots=True)
class ArticleNames:
    """The full names of people that an article gives, each once, in the order given."""

    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, names: Iterable[str]) -> ArticleNames:
        """Keep what is a full name of a person; a second form of the same name is left out.

        >>> ArticleNames.of(["Keir Starmer", "Sir Keir Starmer", "Starmer", "a source"]).names
        ('Keir Starmer',)
        """
        kept: dict[tuple[str, ...], str] = {}
        for name in names:
            parsed = parse_name(name)
            if is_name_like(parsed) and (parsed.is_full or _has_place(parsed)):
                kept.setdefault(parsed.tokens, name)
        return cls(tuple(kept.values()))

    def meant_by(self, mention: PersonName) -> tuple[str, ...]:
        """The names that a shorter one ("Starmer", "Sir Keir", "K. Starmer") can stand for."""
        return tuple(name for name in self.names if _can_mean(mention, parse_name(name)))


@dataclass(frozen=True, slots=True)
class _Case:
    """One mention with all that may decide it."""

    mention: Mention
    name: PersonName
    article: ArticleNames
    day: PartialDate | None
    register: Register

    @property
    def shown(self) -> str:
        """The name as a reason prints it."""
        return (self.mention.name or self.mention.printed).strip()

    @property
    def office_words(self) -> tuple[str, ...]:
        """The words printed around the name, where an office may stand."""
        own = set(self.name.tokens)
        words = self.mention.printed.split()
        return (*self.name.office, *(word for word in words if not own.intersection(name_tokens([word]))))

    def holds_office(self, person: PersonRecord) -> bool:
        """The mention gives an office, and the person may hold it on the article's date."""
        if self.day is None:
            return False
        ways = (self.office_words, tuple((self.mention.role or "").split()))
        return any(carries_office(words) and person.has_office(words, self.day) for words in ways)


def link_speaker(
    mention: Mention, article_names: ArticleNames, on: PartialDate | None, register: Register
) -> Link:
    """Find the person a mention means. ``on`` is the article's date, None where it has none.

    The rules, first that decides: not a person; a full name or curated form of the register; a full
    name nobody has (a new person); the one full name in the article with this surname; a surname with
    an office held on the date; a surname of several words that one person has. Else unresolved.
    """
    if not mention.is_person:
        return _open("not-a-person", f"“{mention.printed}” does not name a person.")
    name = parse_name(mention.name or mention.printed)
    if not is_name_like(name):
        return _open("no-name", f"The article gives no name for “{mention.printed}”.")
    case = _Case(mention, name, article_names, on, register)
    return next((link for rule in _RULES if (link := rule(case)) is not None), _surname_alone(case))


def _by_register_form(case: _Case) -> Link | None:
    people = case.register.by_form(case.shown) or _same_names(case)
    if not people:
        return None
    if len(people) == 1:
        return _linked(
            people[0], "full-name", f"“{case.shown}” names one person of the register, {people[0].name}."
        )
    fitting = [person for person in people if case.holds_office(person)]
    if len(fitting) == 1:
        reason = f"Of the {len(people)} people with this name, one held the office that the article gives."
        return _linked(fitting[0], "full-name-and-office", reason)
    return _open("shared-name", f"The register has {len(people)} people whom “{case.shown}” can name.")


def _same_names(case: _Case) -> tuple[PersonRecord, ...]:
    """Register people whose name differs in the order or a middle initial only."""
    if not case.name.is_full:
        return ()
    namesakes = case.register.by_surname(" ".join(case.name.surname))
    return tuple(
        person for person in namesakes if any(same_name(case.name.text, form) for form in person.forms)
    )


def _as_new_person(case: _Case) -> Link | None:
    # Only a name that the article gives is taken: the words beside a quotation may be anything.
    if case.mention.name is None or not (case.name.is_full or _has_place(case.name)):
        return None
    new_name = case.mention.name.strip() if _has_place(case.name) else case.name.text
    return Link(
        None, new_name, "new-full-name", f"The article names {new_name}, whom the register does not have."
    )


def _by_article(case: _Case) -> Link | None:
    meant = case.article.meant_by(case.name)
    if len(meant) != 1:
        return None
    full = Mention(printed=case.mention.printed, name=meant[0], is_person=True, role=case.mention.role)
    link = link_speaker(full, ArticleNames(), case.day, case.register)
    if not link.is_resolved:
        return link
    others = [person for person in _bearers_in_office(case) if person != link.record]
    if others:
        reason = (
            f"The article names {meant[0]} in full, but gives “{case.shown}” the office of {others[0].name}."
        )
        return _open("office-of-another", reason)
    reason = f"The only person named in full whom “{case.shown}” can mean is {parse_name(meant[0]).text}."
    return Link(link.record, link.new_name, "article-name", reason)


def _by_office(case: _Case) -> Link | None:
    fitting = _bearers_in_office(case)
    if len(fitting) != 1:
        return None
    meant = case.article.meant_by(case.name)
    if meant and not any(fitting[0] in case.register.by_form(name) for name in meant):
        return None  # the article names others of this surname, and not the one with the office
    reason = (
        f"Of the register, only {fitting[0].name} has this surname and the office that the article gives."
    )
    return _linked(fitting[0], "surname-and-office", reason)


def _bearers_in_office(case: _Case) -> list[PersonRecord]:
    """Register people with this surname and the office that the mention gives."""
    if case.name.is_peer:
        return []
    people = case.register.by_surname(" ".join(case.name.surname))
    return [person for person in people if not case.name.given and case.holds_office(person)]


def _by_long_surname(case: _Case) -> Link | None:
    people = case.register.by_surname(case.name.text)
    if len(people) != 1 or len(case.name.tokens) < 2 or case.article.meant_by(case.name):  # noqa: PLR2004
        return None
    return _linked(
        people[0], "long-surname", f"Only {people[0].name} in the register is called “{case.name.text}”."
    )


def _surname_alone(case: _Case) -> Link:
    short = case.shown
    meant = case.article.meant_by(case.name)
    if meant:
        return _open("shared-surname", f"“{short}” can be any of {', '.join(meant)}.")
    if case.name.is_peer:
        return _open("peer", f"Several peers may be called “{short}”.")
    people = case.register.by_surname(" ".join(case.name.surname))
    if not people:
        return _open("surname-alone", f"The article gives only “{short}”, which the register does not have.")
    names = " or ".join(person.name for person in people)
    if carries_office((*case.office_words, *(case.mention.role or "").split())):
        why = (
            "has no date to check the office by"
            if case.day is None
            else "gives an office that does not settle it"
        )
        return _open("office-unsettled", f"“{short}” may be {names}, but the article {why}.")
    return _open("surname-alone", f"“{short}” may be {names}, but the article gives only a surname.")


_RULES: tuple[Callable[[_Case], Link | None], ...] = (
    _by_register_form,
    _as_new_person,
    _by_article,
    _by_office,
    _by_long_surname,
)


def _can_mean(short: PersonName, full: PersonName) -> bool:
    tokens = short.tokens
    if _KNIGHTLY & set(short.titles) and len(tokens) == 1:
        return name_tokens(full.given)[:1] == tokens
    if short.is_peer and not full.is_peer:
        return False  # "Baroness Smith" need not be the Jane Smith of the same article
    if short.given:
        return same_name(short.text, full.text)
    return tokens in (name_tokens(full.surname), name_tokens(full.surname[-1:]))


def _has_place(name: PersonName) -> bool:
    """A peer named with a place ("Baroness Smith of Basildon") is named in full."""
    return name.is_peer and "of" in name.words[1:-1]


def _linked(person: PersonRecord, rule: str, reason: str) -> Link:
    return Link(person, None, rule, reason)


def _open(rule: str, reason: str) -> Link:
    return Link(None, None, rule, reason)
