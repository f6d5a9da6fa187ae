"""How a query is read, in plain words and with brackets: "loans AND (quoting Keir Starmer OR …)"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from app.dates import PartialDate
from app.fulltext.meanings import NO_MEANINGS, Meanings
from app.fulltext.tree import (
    And,
    Dated,
    Label,
    Labelled,
    Moment,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    Undated,
    Unit,
    Words,
    Zone,
)

_MANY = 4  # names of one value that are told one by one

_LABELS: Mapping[Label, str] = {
    Label.PROGRAMME: "naming the programme {}",
    Label.SPEAKER: "quoting {}",
    Label.MENTIONS: "naming {}",
    Label.OUTLET: "published by {}",
    Label.AUTHOR: "written by {}",
    Label.ORG: "quoting somebody of {}",
    Label.VIA: "crediting {}",
    Label.LANGUAGE: "in the language “{}”",
    Label.ROLE: "quoting somebody described as {}",
    Label.ID: "article number {}",
    Label.SIDE: "quoting {}",
    Label.KIND: "with {}",
    Label.HAS: "with {}",
    Label.YEAR: "dated {}",
    Label.MONTH: "dated {}",
    Label.TOLD: "telling of {}",
}
_VALUES: Mapping[tuple[Label, str], str] = {
    (Label.SIDE, "uk"): "the UK side",
    (Label.SIDE, "eu"): "the EU side",
    (Label.SIDE, "other"): "people of neither side",
    (Label.SIDE, "unnamed"): "unnamed speakers",
    (Label.KIND, "direct"): "direct quotations",
    (Label.KIND, "mixed"): "mixed quotations",
    (Label.KIND, "fragment"): "quoted fragments",
    (Label.KIND, "indirect"): "reported speech",
    (Label.HAS, "quotes"): "quotations",
    (Label.HAS, "date"): "a date",
    (Label.HAS, "outlet"): "a known outlet",
    (Label.HAS, "title"): "a title",
    (Label.HAS, "url"): "an address on the web",
    (Label.HAS, "author"): "a named author",
}
_MOMENTS = {Moment.PUBLISHED: "published", Moment.ADDED: "added", Moment.TOLD: "telling of a time"}
_ZONES = {Zone.TEXT: "", Zone.TITLE: " in the title", Zone.QUOTE: " in a quotation", Zone.EXACT: ""}


def read_aloud(tree: Node, meanings: Meanings = NO_MEANINGS) -> str:
    """The reading of a tree; names are told as ``meanings`` has them, else as they were typed.

    >>> read_aloud(And((Words("loans"), Not(Words("joint debt", Zone.TITLE, is_phrase=True)))))
    'loans AND NOT “joint debt” in the title'
    """
    match tree:
        case And(children):
            return " AND ".join(_bracketed(child, meanings) for child in children)
        case Or(children):
            return " OR ".join(_bracketed(child, meanings) for child in children)
        case Not(child):
            return f"NOT {_bracketed(child, meanings)}"
    return _leaf(tree, meanings)


def _leaf(tree: Words | Prefix | Near | Labelled | Dated | Undated, meanings: Meanings) -> str:
    match tree:
        case Near(left, right, unit, distance):
            return f"{read_aloud(left)} {_nearness(unit, distance)} {read_aloud(right)}"
        case Labelled(label, values):
            return _LABELS[label].format(" or ".join(_named(label, value, meanings) for value in values))
        case Dated(first, last, moment):
            return f"{_MOMENTS[moment]} {_period(first, last)}"
        case Undated():
            return "without a date"
        case Prefix(start, zone):
            return f"a word that begins with “{start}”{_ZONES[zone]}"
        case Words():
            return _words(tree)


def _words(words: Words) -> str:
    typed = f"“{words.typed}”" if words.is_phrase or words.zone is Zone.EXACT else words.typed
    exactly = " in exactly this spelling" if words.zone is Zone.EXACT else ""
    between = f" with up to {_counted(words.slop, 'word')} between" if words.slop else ""
    return f"{typed}{exactly}{between}{_ZONES[words.zone]}"


def _bracketed(child: Node, meanings: Meanings) -> str:
    said = read_aloud(child, meanings)
    return f"({said})" if isinstance(child, And | Or) else said


def _nearness(unit: Unit, distance: int) -> str:
    if unit is Unit.WORDS:
        return f"within {_counted(distance, 'word')} of"
    return f"in the same {unit} as"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _named(label: Label, value: str, meanings: Meanings) -> str:
    if (label, value) in _VALUES:
        return _VALUES[label, value]
    names = list(dict.fromkeys(one.name for one in meanings.get((label, value), ()))) or [
        f"“{value}”" if " " in value else value
    ]
    more = [] if len(names) <= _MANY else [f"{len(names) - _MANY + 1} others"]
    shown = names if not more else names[: _MANY - 1]
    return " or ".join([*shown, *more])


def _period(first: date | None, last: date | None) -> str:
    """A stretch of days in words; whole months and years as such."""
    if first is None or last is None:
        if first is not None:
            return f"on or after {_day(first)}"
        return f"on or before {_day(last)}" if last is not None else "at any time"
    for whole in _units(first):
        if (whole.first_day(), whole.last_day()) == (first, last):
            return f"{'on' if whole.day else 'in'} {whole.text()}"
    return f"from {_beginning(first)} to {_end(last)}"


def _units(first: date) -> tuple[PartialDate, PartialDate, PartialDate]:
    return (
        PartialDate(first.year, first.month, first.day),
        PartialDate(first.year, first.month),
        PartialDate(first.year),
    )


def _beginning(day: date) -> str:
    return PartialDate(day.year, day.month).text() if day.day == 1 else _day(day)


def _end(day: date) -> str:
    is_last = day < date.max and (day + timedelta(days=1)).day == 1
    return PartialDate(day.year, day.month).text() if is_last else _day(day)


def _day(day: date) -> str:
    return PartialDate(day.year, day.month, day.day).text()
