"""Quotation marks: a text becomes the stretches between its outermost marks.

A stretch never crosses a line break, because a paragraph is the largest unit a mark is trusted for: a lost
closing mark must not turn the rest of the article inside out. Every pass looks at each mark once, so the
time is linear in the text whatever the marks are.
"""

# ruff: noqa: PLR2004 - the numbers are a pair of marks, each where it is used

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from app.extractors.quotation import Span


class Marked(NamedTuple):
    """Words between marks, marks and outer space excluded; not ``is_closed`` if the paragraph ended first."""

    span: Span
    is_closed: bool


# The set of signs comes first, because the search can then skip to the next of them.
_DOUBLE = re.compile(r"[“”„«»\"'`](?:(?<=')'|(?<=`)`|(?<!['`]))")
_SINGLE = re.compile(r"[‘’'‚‹›]")
_ELISION = re.compile(
    r"['’](?:em|til|tis|twas|cause|n|round|bout|s|t|d|ll|re|ve|m|\d0s|\d\ds?)\b", re.IGNORECASE
)
_ANY_MARK = re.compile(r"[“”„«»\"`‘’'‚‹›]")
_HAS_WORD = re.compile(r"[^\W_]")
# What closes a stretch, by the mark that opened it; English marks close each other when they are mixed.
_CLOSERS = {"“": '”"', "„": '“”"', "«": "»", "»": "«", '"': '"”', "”": '”"'}
_DOUBLED = {"''": '"', "``": "“"}
_POSSESSIVE_REACH = 300
_CLOSERS_TRIED = 6
_MARKS_READ = 40_000  # of one paragraph; what has more is no prose


def find_marked(text: str) -> tuple[Marked, ...]:
    """The outermost marked stretches of ``text`` that hold a word, in order.

    >>> [m.span.of('He said: “No ‘pact’ yet.”') for m in find_marked('He said: “No ‘pact’ yet.”')]
    ['No ‘pact’ yet.']
    """
    found: list[Marked] = []
    start = 0
    for line in text.split("\n"):
        if _ANY_MARK.search(line):
            found += _in_paragraph(text, start, start + len(line))
        start += len(line) + 1
    return tuple(found)


def _in_paragraph(text: str, start: int, end: int) -> list[Marked]:
    doubles = [
        m
        for first, last, closed in _double_stretches(text, start, end)
        if (m := _trimmed(text, first, last, closed=closed))
    ]
    singles = [
        m
        for first, last in _single_stretches(text, start, end, doubles)
        if (m := _trimmed(text, first, last, closed=True))
    ]
    if not singles:
        return doubles
    return _outermost(sorted(doubles + singles, key=lambda m: (m.span.start, -m.span.end)))


def _outermost(marked: list[Marked]) -> list[Marked]:
    kept: list[Marked] = []
    for item in marked:
        if not kept or item.span.start >= kept[-1].span.end:
            kept.append(item)
    return kept


def _trimmed(text: str, start: int, end: int, *, closed: bool) -> Marked | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end or not _HAS_WORD.search(text, start, end):
        return None
    return Marked(Span(start, end), is_closed=closed)


def _double_stretches(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Stretches between double marks as (start, end, closed); doubled apostrophes count as straight marks."""
    marks = list(islice(_DOUBLE.finditer(text, start, end), _MARKS_READ))
    straight_left = sum(m[0] in ('"', "''") for m in marks)
    unbalanced = sum((m[0] == "”") - (m[0] == "“") for m in marks)
    open_at, opener, depth = -1, "", 0
    for match in marks:
        mark = _DOUBLED.get(match[0], match[0])
        at, after = match.span()
        next_char = text[after] if after < end else " "
        straight_left -= mark == '"'
        unbalanced -= (mark == "”") - (mark == "“")  # closing less opening curly marks still to come
        if open_at < 0:
            if _opens(mark, text[at - 1] if at > start else " ", next_char, straight_left):
                open_at, opener, depth = after, mark, 0
            continue
        reopens = straight_left % 2 and mark == opener == '"' and _opens_word(text, at, start, next_char)
        closes = mark in _CLOSERS[opener] and not reopens
        if reopens or ((closes or mark == opener) and not depth and not text[open_at:at].strip()):
            open_at = after  # the mark before was never closed, or holds nothing
        elif closes and not depth:
            yield open_at, at, True
            open_at = -1
        elif closes:
            depth -= 1
        elif mark == opener == "“" and unbalanced >= depth + 2:
            depth += 1
    if open_at >= 0:
        yield open_at, end, False


def _opens_word(text: str, at: int, start: int, next_char: str) -> bool:
    return next_char.isalnum() and (at == start or text[at - 1].isspace() or text[at - 1] in "([—–")


def _opens(mark: str, previous: str, following: str, straight_left: int) -> bool:
    if mark in "“„«":
        return True
    if mark in "”»":
        return following.isalnum() and previous.isspace()
    if previous.isdigit() and not following.isalnum() and not straight_left:
        return False  # inches
    return not following.isspace() or previous.isspace()


def _single_stretches(text: str, start: int, end: int, doubles: list[Marked]) -> Iterator[tuple[int, int]]:
    """Stretches between single marks outside double ones, told from apostrophes by their neighbours.

    A closing mark is looked for among the next marks of the paragraph; a plural possessive ("the workers’
    pay") is passed over when another mark that could close stands within a few hundred characters.
    """
    marks = [m.start() for m in islice(_SINGLE.finditer(text, start, end), _MARKS_READ)]
    if len(marks) < 2:
        return
    starts = [m.span.start for m in doubles]
    outside = [at for at in marks if not _is_inside(doubles, bisect_right(starts, at) - 1, at)]
    closers = [at for at in outside if _closes_single(text, at, end)]
    free_from, close = start, 0
    for at in outside:
        if at < free_from or not _opens_single(text, at, start, end):
            continue
        while close < len(closers) and closers[close] <= at + 1:
            close += 1
        border = bisect_right(starts, at)
        limit = starts[border] if border < len(starts) else end
        closer = _closing_mark(text, closers, close, limit, may_hold_doubles=text[at] == "‘")
        if closer is not None:
            yield at + 1, closer
            free_from = closer + 1


def _is_inside(doubles: list[Marked], index: int, at: int) -> bool:
    return index >= 0 and at < doubles[index].span.end


def _opens_single(text: str, at: int, start: int, end: int) -> bool:
    if at > start and text[at - 1] not in ' \xa0([—–-:"“':
        return False
    if at + 1 >= end or not (text[at + 1].isalnum() or text[at + 1] in "$£€[…"):
        return False
    return text[at] == "‘" or not _ELISION.match(text, at)


def _closes_single(text: str, at: int, end: int) -> bool:
    return text[at] in "’'" and not text[at - 1].isspace() and (at + 1 >= end or not text[at + 1].isalnum())


def _closing_mark(
    text: str, closers: list[int], first: int, limit: int, *, may_hold_doubles: bool
) -> int | None:
    """The mark that closes a single one: the first before ``limit``, where double marks begin.

    A British quotation with double marks inside it closes after them, on a sign of punctuation.
    """
    for index in range(first, min(first + _CLOSERS_TRIED, len(closers))):
        at = closers[index]
        if at >= limit:
            if may_hold_doubles and text[at - 1] in ",.!?…":
                return at
            continue
        possessive = text[at - 1] in "sS" and text[at + 1 : at + 2] == " " and text[at + 2 : at + 3].islower()
        later = closers[index + 1] if index + 1 < len(closers) else limit
        if possessive and later < min(limit, at + _POSSESSIVE_REACH):
            continue
        return at
    return None
