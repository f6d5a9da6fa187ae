"""A tree written down as a query: the text that is read as this tree again."""

from __future__ import annotations

import re

from app.fulltext.date_ranges import is_bare_range
from app.fulltext.lexer import reads_as_word
from app.fulltext.tree import (
    And,
    Dated,
    Labelled,
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

_PLAIN_VALUE = re.compile(r"[^\W_][\w-]*")
_UNITS = {Unit.SENTENCE: "w/s", Unit.PARAGRAPH: "w/p"}


def canonical(tree: Node) -> str:
    """The query of a tree as the parser makes them.

    >>> canonical(And((Or((Words("loans"), Words("grants"))), Not(Words("joint debt", is_phrase=True)))))
    '(loans OR grants) -"joint debt"'
    """
    match tree:
        case And(children):
            return " ".join(_in_and(child) for child in children)
        case Or(children):
            return " OR ".join(canonical(child) for child in children)
        case Not(child):
            return f"-{_bracketed(child) if isinstance(child, And) else _in_and(child)}"
        case Near(left, right, unit, distance):
            return f"{canonical(left)} {_UNITS.get(unit, f'NEAR/{distance}')} {canonical(right)}"
        case Labelled(label, values):
            return " OR ".join(f"{label}:{_value(value)}" for value in values)
    return _leaf(tree)


def _leaf(tree: Words | Prefix | Dated | Undated) -> str:
    match tree:
        case Prefix(start, zone):
            return f"{_zone(zone)}{start}*"
        case Words(typed, zone, True, slop):
            return f'{_zone(zone)}"{typed}"{f"~{slop}" if slop else ""}'
        case Words(typed, zone):
            is_plain = reads_as_word(typed) and not is_bare_range(typed)
            return f"{_zone(zone) or ('' if is_plain else 'text:')}{typed}"
        case Dated(first, last, moment):
            is_day = first == last
            days = f"{first}" if is_day else f"{first or ''}..{last or ''}"
            return f"{moment}:{days}"
        case Undated():
            return "is:undated"


def _in_and(child: Node) -> str:
    """A part among others that must all hold: what is an OR gets brackets."""
    is_either = isinstance(child, Or) or (isinstance(child, Labelled) and len(child.values) > 1)
    return _bracketed(child) if is_either else canonical(child)


def _bracketed(tree: Node) -> str:
    return f"({canonical(tree)})"


def _zone(zone: Zone) -> str:
    return "" if zone is Zone.TEXT else f"{zone}:"


def _value(value: str) -> str:
    return value if _PLAIN_VALUE.fullmatch(value) else f'"{value}"'
