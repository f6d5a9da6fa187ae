"""Quotations in order of time with the silences between them: told, and never closed up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.dates import PartialDate
from app.web.views import QuoteInContext

_MONTHS_IN_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Step:
    """A quotation, and what to say of the time since the one before; "" for nothing."""

    gap: str
    quote: QuoteInContext


def with_gaps(quotes: Iterable[QuoteInContext]) -> Iterator[Step]:
    """Quotations from the oldest to the newest, the undated ones behind them."""
    before: PartialDate | None = None
    is_first = True
    for quote in quotes:
        date = quote.record.article.published.date
        gap = ""
        if date is None and (before is not None or is_first):
            gap = "Undated: when these were said is not known"
        elif date is not None and before is not None:
            gap = gap_between(before, date)
        yield Step(gap, quote)
        before, is_first = date, False


def gap_between(before: PartialDate, after: PartialDate) -> str:
    """How long nothing was said, as far as both dates tell; "" for less than a month and for not known.

    >>> gap_between(PartialDate(2025, 3, 11), PartialDate(2025, 6, 2))
    '2 months without a quotation'
    >>> gap_between(PartialDate(2025, 3), PartialDate(2027, 5))
    '2 years and 1 month without a quotation'
    >>> gap_between(PartialDate(2025), PartialDate(2025, 6))
    ''
    """
    first, last = before.last_day(), after.first_day()
    months = (last.year - first.year) * _MONTHS_IN_A_YEAR + last.month - first.month - (last.day < first.day)
    if months < 1:
        return ""
    years, rest = divmod(months, _MONTHS_IN_A_YEAR)
    told = [_counted(years, "year")] if years else []
    told += [_counted(rest, "month")] if rest else []
    return f"{' and '.join(told)} without a quotation"


def longest_gap(months: Iterable[str]) -> tuple[str, str, str] | None:
    """The longest time between two of these months, each ``YYYY-MM``: how long, from when, to when.

    None where no whole month is missing.

    >>> longest_gap(["2024-12", "2025-03", "2025-04"])
    ('2 months', 'December 2024', 'March 2025')
    """
    dates = sorted(PartialDate.parse(month) for month in months)
    silent = [(_months_between(*pair) - 1, *pair) for pair in pairwise(dates)]
    count, before, after = max(silent, key=lambda one: one[0], default=(0, None, None))
    if count < 1 or before is None or after is None:
        return None
    return _counted(count, "month"), before.text(), after.text()


def _months_between(before: PartialDate, after: PartialDate) -> int:
    return (after.year - before.year) * _MONTHS_IN_A_YEAR + (after.month or 1) - (before.month or 1)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
