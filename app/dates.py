"""Dates as sources give them: a year, a month or a day, and nothing more than that."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache, total_ordering

# Python's own table makes each name anew, in the language of the machine.
_MONTH_NAMES = (
    "", "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ISO_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class DateBasis(StrEnum):
    """Where a date comes from: in words, a page's metadata or its address, worked out, or an editor."""

    STATED = "stated"
    METADATA = "metadata"
    URL = "url"
    INFERRED = "inferred"
    CORRECTED = "corrected"


@total_ordering
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A calendar date whose month or day may be unknown (ISO 8601 reduced precision).

    Ordered by the first day it can mean, the more exact date last.

    >>> PartialDate.parse("2025-03").text()
    'March 2025'
    >>> PartialDate.parse("2025-03-17").iso()
    '2025-03-17'
    >>> PartialDate.parse("2025") < PartialDate.parse("2025-03")
    True
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise ValueError("a day needs a month")
        month, day = (1 if part is None else part for part in (self.month, self.day))
        date(self.year, month, day)  # raises ValueError for a date that no calendar has

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; ValueError for anything else."""
        return _parsed(text.strip())

    @property
    def precision(self) -> Precision:
        """The smallest unit that is known."""
        if self.day is not None:
            return Precision.DAY
        return Precision.MONTH if self.month is not None else Precision.YEAR

    def first_day(self) -> date:
        """The earliest day this date can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    def last_day(self) -> date:
        """The latest day this date can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def iso(self) -> str:
        """The date in ISO 8601, no longer than what is known."""
        return self.first_day().isoformat()[
            : {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[self.precision]
        ]

    def text(self) -> str:
        """The date in British running text: ``17 March 2025``, ``March 2025``, ``2025``."""
        month = "" if self.month is None else f"{_MONTH_NAMES[self.month]} "
        day = "" if self.day is None else f"{self.day} "
        return f"{day}{month}{self.year}"

    def __lt__(self, other: PartialDate) -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[int, int, int]:
        return self.year, self.month or 0, self.day or 0


@lru_cache(maxsize=20_000)  # an archive has few days, and each page hundreds of dates
def _parsed(text: str) -> PartialDate:
    match = _ISO_PARTIAL.fullmatch(text)
    if match is None:
        raise ValueError(f"not a date of the form YYYY, YYYY-MM or YYYY-MM-DD: {text!r}")
    year, month, day = match.groups()
    return PartialDate(int(year), int(month) if month else None, int(day) if day else None)
