"""A query as a tree: what every search index is asked, whatever it was typed as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Zone(StrEnum):
    """A part of an article that words can be asked of. TEXT is the title and the text."""

    TEXT = "text"
    TITLE = "title"
    QUOTE = "quote"  # inside quotation marks, as the archive found them
    EXACT = "exact"  # the text without stemming, folding of diacritics or of case


class Label(StrEnum):
    """What an article carries besides its words; values are slugs or other fixed forms, never free text."""

    PROGRAMME = "programme"
    SPEAKER = "speaker"  # slugs of people quoted
    MENTIONS = "mentions"  # slugs of people named in the text
    OUTLET = "outlet"
    SIDE = "side"  # "uk", "eu", "other", "unnamed": sides of those quoted
    KIND = "kind"  # kinds of quotation it has
    AUTHOR = "author"  # folded name
    ORG = "org"  # slugs of organisations that speak, are spoken for, or of a speaker's office
    VIA = "via"  # outlet slugs it credits
    LANGUAGE = "lang"
    ROLE = "role"  # folded words of roles of those quoted
    HAS = "has"  # "quotes", "date", "outlet", "title", "url", "author"
    ID = "id"
    YEAR = "year"  # "2025", as far as the date is known
    MONTH = "month"  # "2025-03"; of a date that is known to the year only: "2025"
    TOLD = "told"  # days that its text tells of: "2025-03-01..2025-03-31", as far as they are known


class Unit(StrEnum):
    """What two near things must share or how far apart they may be."""

    WORDS = "words"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"


class Moment(StrEnum):
    """Which date of an article; it may tell of several."""

    PUBLISHED = "date"
    ADDED = "added"
    TOLD = "event"


@dataclass(frozen=True, slots=True)
class Words:
    """One word as typed, or several that must stand in this order ("UK-EU" is two side by side).

    ``slop`` is how many other words may stand among those of a phrase. In the zone EXACT the letters
    must be the same; elsewhere spelling, case, diacritics and endings do not matter.
    """

    typed: str
    zone: Zone = Zone.TEXT
    is_phrase: bool = False
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin so; three or more letters, folded, without the asterisk."""

    start: str
    zone: Zone = Zone.TEXT


@dataclass(frozen=True, slots=True)
class Near:
    """Two things near each other, in either order; ``distance`` counts words and is 0 for the other units."""

    left: Words | Prefix
    right: Words | Prefix
    unit: Unit
    distance: int = 0


@dataclass(frozen=True, slots=True)
class Labelled:
    """Articles that carry one of these values."""

    label: Label
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """Articles whose date may lie between two days, both included; None: open on that side.

    An article dated to a month or a year counts where any day it can mean does; an undated one never.
    """

    first: date | None
    last: date | None
    moment: Moment = Moment.PUBLISHED


@dataclass(frozen=True, slots=True)
class Undated:
    """Articles without a date."""


@dataclass(frozen=True, slots=True)
class Not:
    """Articles without this."""

    child: Node


@dataclass(frozen=True, slots=True)
class And:
    """Articles with all of these; of none: every article."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Articles with any of these; of none: no article."""

    children: tuple[Node, ...]


Node = Words | Prefix | Near | Labelled | Dated | Undated | Not | And | Or
