"""Offices: who held which post when, as far as it is known, and whether a printed title fits one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.authority.names import name_tokens
from app.authority.word_lists import read_pairs, read_words
from app.dates import PartialDate

_POSSESSIVE = re.compile(r"['’]s?(?!\w)")
_SPELLINGS = {"defense": "defence", "organization": "organisation", "program": "programme"}
_LINKING_WORDS = frozenset({"the", "of", "for", "and", "to", "a", "in"})


class Holding(StrEnum):
    """Whether an office was held on a date."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Office:
    """A post with what is known of its time.

    ``start`` and ``end`` are None where they are not known: an ``end`` of None does not say that the
    office is still held. ``seen_on`` is a date on which ``source`` shows the person in it.
    """

    role: str
    organisation: str
    start: PartialDate | None = None
    end: PartialDate | None = None
    source: str | None = None
    seen_on: PartialDate | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.end.last_day() < self.start.first_day():
            raise ValueError(f"{self.role}: ends {self.end.iso()}, before it starts {self.start.iso()}")

    @property
    def title(self) -> str:
        """The office in a line, with its organisation where the role does not name it.

        >>> Office("President", "European Council").title, Office("Home Secretary", "Home Office").title
        ('President, European Council', 'Home Secretary')
        """
        if _content([self.role]) & _content([self.organisation]):
            return self.role
        return f"{self.role}, {self.organisation}"

    def held_on(self, day: PartialDate) -> Holding:
        """Whether the office was held on ``day``; the first and the last day count as held.

        CERTAIN: every day that ``day`` can mean lies between two dates on which it was held for sure.
        NO: every such day lies before the start or after the end. POSSIBLE: anything else, as after
        the start of an office whose end nobody wrote down.
        """
        if self.start and day.last_day() < self.start.first_day():
            return Holding.NO
        if self.end and day.first_day() > self.end.last_day():
            return Holding.NO
        since = self.start.last_day() if self.start else self.seen_on and self.seen_on.last_day()
        until = self.end.first_day() if self.end else self.seen_on and self.seen_on.first_day()
        if since and until and since <= day.first_day() and day.last_day() <= until:
            return Holding.CERTAIN
        return Holding.POSSIBLE


def carries_office(words: Iterable[str]) -> bool:
    """Whether printed words name an office at all ("Commissioner", but not "Mr" or "British")."""
    return bool(_content(words) & read_words("office-nouns"))


def office_fits(words: Iterable[str], office: Office, side: str) -> bool:
    """Whether printed words before a name describe this office: each is found in what is known of it.

    >>> trade = Office("Commissioner for Trade and Economic Security", "European Commission")
    >>> office_fits(["EU", "trade", "commissioner"], trade, "eu")
    True
    >>> office_fits(["former", "commissioner"], trade, "eu")
    False
    """
    known = set(_content([office.role, office.organisation])) | {side}
    alternatives = read_pairs("office-words")
    content = _content(words)
    return carries_office(content) and all(
        word in known or not known.isdisjoint(alternatives.get(word, ())) for word in content
    )


def _content(words: Iterable[str]) -> frozenset[str]:
    plain = _POSSESSIVE.sub("", " ".join(words))
    tokens = (_SPELLINGS.get(token, token) for token in name_tokens(plain.split()))
    return frozenset(tokens) - _LINKING_WORDS
