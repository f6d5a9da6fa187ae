"""The dates of a query: ``2025-03``, ``2025-01..2025-06``, ``..2025``, ``>=2025-03``, ``P3M``."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from app.dates import PartialDate

Span = tuple[date | None, date | None]
"""The first and the last day, both included; None: open on that side. Never open on both."""

_DAY = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?|[0-9]{4})?"
_BETWEEN = re.compile(rf"({_DAY})?(?:\.\.|/)({_DAY})?")
_BARE = re.compile(rf"{_DAY}\.\.{_DAY}")
_COMPARED = re.compile(rf"([<>]=?)({_DAY})")
_LAST = re.compile(r"P([0-9]{1,4})([DWMY])", re.IGNORECASE)


def read_span(text: str, today: date | None = None) -> Span | None:
    """The days that a value of ``date:`` means; None for what is no date.

    ``P3M`` is the last three months up to ``today``; without a today it is no date. A range that is given
    backwards is turned round.

    >>> read_span("2025-01..2025-06", date(2026, 1, 31))
    (datetime.date(2025, 1, 1), datetime.date(2025, 6, 30))
    >>> read_span("P2M", date(2026, 4, 30))
    (datetime.date(2026, 2, 28), datetime.date(2026, 4, 30))
    """
    try:
        return _read(text, today)
    except ValueError:  # a day that no calendar has
        return None


def is_bare_range(text: str) -> bool:
    """Whether a word is a range of dates although no field says so, as ``20250101..20250131``."""
    return _BARE.fullmatch(text) is not None and read_span(text) is not None


def _read(text: str, today: date | None) -> Span | None:
    if between := _BETWEEN.fullmatch(text):
        return _between(between[1], between[2])
    if compared := _COMPARED.fullmatch(text):
        return _compared(compared[1], _partial(compared[2]))
    if (last := _LAST.fullmatch(text)) and today is not None:
        return _before(today, int(last[1]), last[2].upper()), today
    partial = _partial(text)
    return partial.first_day(), partial.last_day()


def _partial(text: str) -> PartialDate:
    """A date as exact as it is given; YYYYMMDD is one too."""
    is_compact = len(text) == len("YYYYMMDD") and text.isdigit()
    return PartialDate.parse(f"{text[:4]}-{text[4:6]}-{text[6:]}" if is_compact else text)


def _between(first: str | None, last: str | None) -> Span | None:
    if first is None and last is None:
        return None
    one = _partial(first) if first else None
    other = _partial(last) if last else None
    if one and other and other.first_day() < one.first_day():
        one, other = other, one
    return one.first_day() if one else None, other.last_day() if other else None


def _compared(sign: str, day: PartialDate) -> Span | None:
    try:
        if sign[0] == ">":
            return day.first_day() if sign == ">=" else day.last_day() + timedelta(days=1), None
        return None, day.last_day() if sign == "<=" else day.first_day() - timedelta(days=1)
    except OverflowError:  # before the first day of all or after the last
        return None


def _before(today: date, count: int, unit: str) -> date:
    """The day so many units before ``today``; where its month is shorter, that month's last day."""
    try:
        if unit in "DW":
            return today - timedelta(days=count * (7 if unit == "W" else 1))
    except OverflowError:
        return date.min
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "Y" else 1)
    year, month = divmod(months, 12)
    if year < date.min.year:
        return date.min
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
