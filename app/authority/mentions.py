"""Where a text names people of the register: full names, and the surnames that follow them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from app.authority.names import parse_name
from app.authority.register import PersonRecord, Register
from app.authority.word_lists import read_pairs, read_words
from app.folding import fold

_BEFORE = re.compile(r"([^\W\d_][\w'’\-]{0,40})\.?\s{1,3}\Z")
_AFTER = re.compile(r"\s([^\W\d_]\w{0,40})")
_LOOK_BACK = 48  # characters: more than any word before a surname


@dataclass(frozen=True, slots=True)
class PersonMention:
    """A place where a text names a person: ``form == text[start:end]``, in code points."""

    slug: str
    start: int
    end: int
    form: str


def persons_mentioned(text: str, register: Register) -> tuple[PersonMention, ...]:
    """The people of the register that ``text`` names, in order, no two overlapping; linear in the text.

    A full name that one register person has counts; so does a surname after it, as long as the text
    has given no other person that surname; so does a surname of several words that only one person has.
    A surname behind another forename ("Ellie Reeves") counts for nobody, and from there on not alone.
    """
    reading = _Reading(text, register)
    found: list[PersonMention] = []
    end = 0
    for match in register.mention_pattern.finditer(text):
        start, stop = match.span(1)
        if start < end:
            continue
        person = reading.meant_at(start, stop)
        if person is not None:
            found.append(PersonMention(person.slug, start, stop, text[start:stop]))
            end = stop
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Form:
    """A form as the register knows it, looked up once for a text that may repeat it often."""

    surname: str
    people: tuple[PersonRecord, ...]
    only_bearer: PersonRecord | None  # of a surname of several words


class _Reading:
    """One text, read from its start: which person each surname has come to mean."""

    def __init__(self, text: str, register: Register) -> None:
        self.text = text
        self.register = register
        self._forms: dict[str, _Form] = {}
        self._known: dict[str, PersonRecord | None] = {}  # by folded surname; None: no longer clear

    def meant_at(self, start: int, end: int) -> PersonRecord | None:
        """The person that the form at ``start..end`` means here, if that is certain."""
        written = self.text[start:end]
        if written not in self._forms:
            self._forms[written] = _look_up(written, self.register)
        form = self._forms[written]
        if form.people:
            return self._full_name(written, form)
        if _is_part_of_a_name(self.text, end):
            return None
        if _follows_a_forename(self.text, start):
            self._known[form.surname] = None
            return None
        return self._known.get(form.surname, form.only_bearer)

    def _full_name(self, written: str, form: _Form) -> PersonRecord | None:
        person = form.people[0] if len(form.people) == 1 else None
        for name in (written,) if person is None else person.forms:
            surname = _surname_key(name)
            self._known[surname] = person if self._known.get(surname, person) is person else None
        return person


def _look_up(written: str, register: Register) -> _Form:
    people = register.by_form(written)
    bearers = register.by_surname(written)
    is_long = len(parse_name(written).tokens) > 1
    only_bearer = bearers[0] if len(bearers) == 1 and is_long else None
    return _Form(_surname_key(written), people, only_bearer)


@lru_cache(maxsize=4096)
def _surname_key(name: str) -> str:
    return fold(" ".join(parse_name(name).surname))


def _follows_a_forename(text: str, start: int) -> bool:
    """A capitalised word stands before, which is no title, office or small word at a sentence's start."""
    before = _BEFORE.search(text, max(0, start - _LOOK_BACK), start)
    if before is None or not before[1][0].isupper():
        return False
    word = fold(before[1])
    known = ("titles", "office-nouns", "not-names", "not-forenames")
    return not any(word in read_words(name) for name in known) and word not in read_pairs("office-words")


def _is_part_of_a_name(text: str, stop: int) -> bool:
    """A capitalised word follows: "Costa Rica", "Eagle Systems"."""
    after = _AFTER.match(text, stop)
    return after is not None and after[1][0].isupper()
