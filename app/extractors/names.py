"""The people one article names: full names, surnames, sex and how often each is met.

A mention is read as a person only where this article (or an honorific) makes it one; an article's own
fullest form stands for every shorter one. A surname that two people of the article share is resolved by
title, or by one of them being named far more often, else left open.
"""

# ruff: noqa: PLR2004 - the numbers are lengths of names in words and letters, each where it is used

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from app.extractors.lexicon import (
    COUNTRIES,
    FEMALE_NAMES,
    FUNCTION_NAMES,
    GIVEN_NAMES,
    HONORIFIC_SEX,
    MALE_NAMES,
    NOT_NAMES,
    ORGANISATION_NOUNS,
    PARTICLES,
    ROLE_NOUNS,
    TIME_WORDS,
    TITLE_WORDS,
)
from app.extractors.marks import Marked
from app.folding import fold

_UPPER = "".join(chr(c) for c in range(0x41, 0x250) if chr(c).isupper())
# What follows the first letter of "Mr.", "Mrs.", "Ms.", "Dr.", "Sen.", "St.", "Rep.", "Rev." and so on.
_TITLE = (
    r"(?:(?<=M)(?:rs?|s)|(?<=D)r|(?<=S)(?:en|t)|(?<=R)e[pv]|(?<=G)(?:ov|en)|(?<=L)t|(?<=C)(?:ol|llr)|(?<=P)rof)"
    r"\.(?=[ \xa0])"
)
_AFTER_CAPITAL = rf"(?:{_TITLE}|\.(?:[{_UPPER}]\.)*|[\w’'\-]*)"
_PARTICLE = rf"(?:{'|'.join(sorted(PARTICLES))})(?=[ \xa0][{_UPPER}a-z])"
# The capital comes first, because the search can then skip to the next of them.
_RUN = re.compile(
    rf"[{_UPPER}](?<!\w.){_AFTER_CAPITAL}(?:[ \xa0](?:[{_UPPER}]{_AFTER_CAPITAL}|{_PARTICLE}))*"
)
_BEARERS = 20
_CACHED = 60
_LONGEST = 24
_COMPOUND = re.compile(r"-[a-z]{3,}$")  # "London-based", "Oscar-winner"
_POSSESSIVE = re.compile(r"[’']s?$")


@lru_cache(maxsize=16384)
def name_key(name: str) -> str:
    """A name for comparing: no case, no diacritics, one apostrophe.

    >>> name_key("Šefčovič"), name_key("O’Neill")
    ('sefcovic', "o'neill")
    """
    return fold(name).replace("’", "'")


def sex_of_given_name(name: str) -> str | None:
    """The sex that a first name tells: "m", "f" or None."""
    low = name.lower()
    if low in MALE_NAMES:
        return None if low in FEMALE_NAMES else "m"
    return "f" if low in FEMALE_NAMES else None


class Place(NamedTuple):
    """Where a full name stands: code points from ``start`` to ``end``."""

    start: int
    end: int


@dataclass(slots=True)
class Person:
    """One person of the article under the fullest name it gives."""

    name: str
    first_at: int
    sex: str | None = None
    count: int = 1
    is_certain: bool = False
    mentions: list[Place] = field(default_factory=list)


class NameForm(NamedTuple):
    """Capitalised words that stand together, ``offset`` letters of titles before ``words`` cut off.

    ``is_lone``: one word that is a name by itself, by its title or as a first name.
    """

    offset: int
    words: tuple[str, ...]
    key: str
    surname_key: str
    sex: str | None
    has_title: bool
    has_office: bool
    is_full: bool
    is_lone: bool


class Mention(NamedTuple):
    """A place where a person is named."""

    start: int
    person: Person
    in_quote: bool


class Names:
    """The people of one article and their mentions, in order."""

    def __init__(self, text: str, marked: Sequence[Marked], body: int = 0) -> None:
        """``body`` is where the headline ends: its capitals make no names."""
        starts = [m.span.start for m in marked]
        ends = [m.span.end for m in marked]
        self.people: dict[str, Person] = {}
        self._by_surname: dict[str, list[Person]] = {}
        self._by_first_name: dict[str, list[Person]] = {}
        self._by_shortened: dict[str, set[str]] | None = None
        self.mentions: list[Mention] = []
        found: list[tuple[int, bool, NameForm]] = []
        for match in _RUN.finditer(text):
            run = match[0]
            forms = _read_known(run) if len(run) < _CACHED else _read_run(run)
            if not forms:
                continue  # "The", "But": most capitals of a text
            start = match.start()
            at = bisect_right(starts, start) - 1
            in_quote = at >= 0 and start < ends[at]
            found += [(start + form.offset, in_quote, form) for form in forms]
        full = [one for one in found if one[2].is_full and one[0] >= body]
        outside: set[str] = set()
        if any(in_quote for _, in_quote, _ in full):
            outside = {word for _, in_quote, form in found if not in_quote for word in form.words}
        for start, in_quote, form in full:
            if not in_quote or form.words[-1] in outside:
                self._add_full_name(start, form)
        for start, in_quote, form in found:
            if form.is_lone or form.surname_key in self._by_surname or form.key in self._by_first_name:
                self._add_mention(start, form, in_quote=in_quote)

    def _add_full_name(self, start: int, form: NameForm) -> None:
        words = _without_nickname(form.words)
        name = " ".join(words)
        start += len(" ".join(form.words)) - len(name)
        key = name_key(name)
        sex = form.sex or sex_of_given_name(words[0])
        person = self.people.get(key) or self._same_without_initials(words)
        if person is None:
            person = self.people[key] = Person(name, start, sex)
            for surname in _surname_keys(words):
                person.is_certain |= surname in self._by_surname  # a relative of somebody
                _add(self._by_surname, surname, person)
            _add(self._by_first_name, name_key(words[0]), person)
        else:
            self.people[key] = person
            person.count += 1
            person.sex = person.sex or sex
            if len(name) > len(person.name):
                person.name = name
        person.is_certain |= form.has_title or words[0].lower() in GIVEN_NAMES or person.count > 1
        person.mentions.append(Place(start, start + len(name)))

    def _same_without_initials(self, words: Sequence[str]) -> Person | None:
        """The person already met as "Jane Doe" for "Jane E. Doe", or the other way round."""
        for person in self._by_surname.get(name_key(words[-1].rstrip(".")), ()):
            other = person.name.split()
            if (
                len(other) > 1
                and name_key(other[0]) == name_key(words[0])
                and name_key(other[-1]) == name_key(words[-1])
            ):
                return person
        return None

    def _add_mention(self, start: int, form: NameForm, *, in_quote: bool) -> None:
        person = self._find(form.words, form.key, form.surname_key, form.sex, start)
        if person is None and form.is_lone and not in_quote:
            person = self._lone_name(start, form)
        if person is not None:
            if form.sex and person.sex is None:
                person.sex = form.sex
            if len(form.words) == 1:
                person.is_certain = True
            self.mentions.append(Mention(start, person, in_quote))

    def _lone_name(self, start: int, form: NameForm) -> Person:
        sex = form.sex or sex_of_given_name(form.words[0])
        person = Person(form.words[0], start, sex, is_certain=form.has_office)
        self.people.setdefault(f"{form.key} {sex}" if form.sex else form.key, person)
        _add(self._by_surname, form.key, person)
        return person

    def find(self, words: Sequence[str], sex: str | None = None, at: int | None = None) -> Person | None:
        """The person whom these words name, or None if none or more than one fits.

        ``at`` is where the words stand: people named before it come first.
        """
        return self._find(words, name_key(" ".join(words)), name_key(words[-1].rstrip(".")), sex, at)

    def _find(
        self, words: Sequence[str], key: str, surname_key: str, sex: str | None, at: int | None
    ) -> Person | None:
        exact = self.people.get(key)
        if exact is not None and (len(words) > 1 or exact.sex in (sex, None)):
            return exact
        candidates = self._by_surname.get(surname_key, [])
        if not candidates and len(words) == 1:
            candidates = self._by_first_name.get(key, [])
            return candidates[0] if len(candidates) == 1 else None
        if len(words) > 1 and not _is_surname_alone(words):
            candidates = [p for p in candidates if _first_names_agree(words, p.name.split())]
        return _best(candidates, sex, at)

    def is_shared(self, surname: str) -> bool:
        """Whether people of this article bear the surname, so that it is no name of its own."""
        return name_key(surname) in self._by_surname

    def find_misspelt(self, word: str) -> Person | None:
        """The only person whose surname is one edit away from ``word``, a surname nobody else bears."""
        key = name_key(word)
        if not 5 <= len(key) <= _LONGEST or key in self._by_surname:
            return None
        if self._by_shortened is None:
            self._by_shortened = {}
            for surname in self._by_surname:
                for short in _shortened(surname):
                    self._by_shortened.setdefault(short, set()).add(surname)
        near = {surname for short in _shortened(key) for surname in self._by_shortened.get(short, ())}
        close = {
            id(p): p
            for surname in near
            if _one_edit(key, surname)
            for p in self._by_surname[surname]
            if " " in p.name
        }
        return next(iter(close.values())) if len(close) == 1 else None


def _add(index: dict[str, list[Person]], key: str, person: Person) -> None:
    """Enter a person under a key; a name borne by very many is nobody's, and would cost time."""
    bearers = index.setdefault(key, [])
    if len(bearers) < _BEARERS:
        bearers.append(person)


def _shortened(word: str) -> set[str]:
    """A word and its forms with one letter left out: words one edit apart share one of them."""
    if len(word) > _LONGEST:
        return set()
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}


def _best(candidates: list[Person], sex: str | None, at: int | None) -> Person | None:
    fitting = [p for p in candidates if sex is None or p.sex in (sex, None)]
    if at is not None and len(fitting) > 1:
        fitting = [p for p in fitting if p.first_at <= at] or fitting
    if not fitting:
        return None
    ranked = sorted(fitting, key=lambda p: (p.is_certain, p.count, -p.first_at), reverse=True)
    if len(ranked) > 1 and ranked[1].is_certain and ranked[0].count < 2 * ranked[1].count:
        return None
    return ranked[0]


def _first_names_agree(words: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a shorter form can stand for a longer one: equal first names or a shared initial."""
    mine, theirs = name_key(words[0]), name_key(other[0])
    return (
        mine == theirs
        or (mine[0] == theirs[0] and (len(mine) <= 2 or mine[:3] == theirs[:3]))
        or (mine in [name_key(w) for w in other])
    )


def _surname_keys(words: Sequence[str]) -> set[str]:
    """What a person may be called by: the last word, and the last words with their particles."""
    last = len(words) - 1
    if last > 1 and words[last].rstrip(".").lower() in ("jr", "sr", "ii", "iii"):
        last -= 1
    keys = {name_key(words[last].rstrip("."))}
    first = last
    while first > 1 and words[first - 1].islower():
        first -= 1
    keys.add(name_key(" ".join(words[first : last + 1])))
    return keys


def _is_surname_alone(words: Sequence[str]) -> bool:
    """Whether a surname begins with its particle: "Von der Leyen" at the head of a sentence, "De Croo"."""
    first = words[0].lower()
    return first in PARTICLES and first not in GIVEN_NAMES


def _one_edit(a: str, b: str) -> bool:
    """Whether one letter added, dropped, changed or swapped makes ``a`` into ``b``."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    if len(a) != len(b):
        longer, shorter = (a, b) if len(a) > len(b) else (b, a)
        return longer[start + 1 :] == shorter[start:]
    swapped = a[start : start + 2] == b[start : start + 2][::-1] and a[start + 2 :] == b[start + 2 :]
    return a[start + 1 :] == b[start + 1 :] or swapped


def _read_run(run: str) -> tuple[NameForm, ...]:
    """The names in capitalised words that stand together, from 0 on; a possessive parts them."""
    found: list[NameForm] = []
    words: list[str] = []
    at = begin = 0
    for word in run.replace("\xa0", " ").split(" "):
        if not words:
            begin = at
        bare = _POSSESSIVE.sub("", word)
        words.append(bare)
        at += len(word) + 1
        if bare != word:
            found += _cut_titles(words, begin)
            words = []
    if words:
        found += _cut_titles(words, begin)
    return tuple(found)


_read_known = lru_cache(maxsize=16384)(_read_run)  # the names of an article come again


def _cut_titles(words: list[str], start: int) -> Iterator[NameForm]:
    """The name in ``words`` without what is no part of it, or nothing."""
    first, sex, has_title, has_office = 0, None, False, False
    for index, word in enumerate(words):
        low = word.lower().rstrip(".")
        is_title = (low in TITLE_WORDS and low not in GIVEN_NAMES) or bool(_COMPOUND.search(word))
        if is_title and index + 1 < len(words):
            first, has_title = index + 1, True
            has_office = low in ROLE_NOUNS or low in HONORIFIC_SEX or word.endswith(".")
            sex = HONORIFIC_SEX.get(low) or sex
        elif index == first and (low in NOT_NAMES or word.islower()):
            first = index + 1
    kept = words[first:]
    while kept and kept[-1].islower():
        kept.pop()
    if kept:
        offset = sum(len(word) + 1 for word in words[:first])
        is_full = _is_full_name(kept, has_title=has_title)
        key, surname_key = name_key(" ".join(kept)), name_key(kept[-1].rstrip("."))
        is_known_to_be = has_office or (sex or sex_of_given_name(kept[0])) is not None
        is_lone = len(kept) == 1 and is_known_to_be and not _is_no_name(kept[0], has_title=has_title)
        yield NameForm(
            start + offset, tuple(kept), key, surname_key, sex, has_title, has_office, is_full, is_lone
        )


def _is_no_name(word: str, *, has_title: bool) -> bool:
    low = word.lower()
    is_other = low in ORGANISATION_NOUNS or low in COUNTRIES or low in TIME_WORDS
    return is_other or (low in FUNCTION_NAMES and not has_title)


def _is_full_name(words: Sequence[str], *, has_title: bool) -> bool:
    capitals = [w for w in words if not w.islower()]
    if not 2 <= len(capitals) <= 4 or len(words) > 6 or len(words[-1].rstrip(".")) < 2:
        return False
    lows = [w.lower().rstrip(".") for w in capitals]
    if _is_surname_alone(words) or any(low in TIME_WORDS and low not in GIVEN_NAMES for low in lows[:-1]):
        return False
    if lows[0] in GIVEN_NAMES:
        return lows[-1] not in ORGANISATION_NOUNS and not all(w.isupper() and len(w) > 2 for w in words)
    if any(low in ORGANISATION_NOUNS or low in COUNTRIES or low in ROLE_NOUNS for low in lows):
        return False
    return not words[0].isupper() or (len(words[0]) < 3 and has_title) or words[0][1:2] == "."


def _without_nickname(words: tuple[str, ...]) -> tuple[str, ...]:
    """The name without a foreign word before it: a known first name begins it."""
    if len(words) > 2 and words[0].lower() not in GIVEN_NAMES and words[1].lower() in GIVEN_NAMES:
        return words[1:] if "." not in words[0] else words
    return words
