"""Who came first, as far as dates of differing exactness can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.dates import PartialDate


@dataclass(frozen=True, slots=True)
class First:
    """Which of some dated things may have been the first, by their places; ``undated`` are not among them.

    One place: that one was first of the dated. Several: the dates do not say which of these. None: no date.
    """

    places: tuple[int, ...]
    undated: int


def first_of(days: Sequence[PartialDate | None]) -> First:
    """Which of these may have been first.

    >>> first_of([PartialDate(2025, 3, 17), PartialDate(2025, 3), None])
    First(places=(0, 1), undated=1)
    >>> first_of([PartialDate(2025, 3, 17), PartialDate(2025, 3, 18)])
    First(places=(0,), undated=0)
    """
    dated = [(place, day) for place, day in enumerate(days) if day is not None]
    earliest_end = min((day.last_day() for _, day in dated), default=None)
    places = tuple(place for place, day in dated if earliest_end and day.first_day() <= earliest_end)
    return First(places, len(days) - len(dated))
