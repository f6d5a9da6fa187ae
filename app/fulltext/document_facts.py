"""What an index is told of a document besides its words, in the form that every kind of index keeps it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from app.fulltext.search_index import UNDATED, Facet, IndexDocument
from app.fulltext.tree import Label

LABELS_OF_FACETS = {
    Facet.OUTLET: Label.OUTLET,
    Facet.SPEAKER: Label.SPEAKER,
    Facet.PROGRAMME: Label.PROGRAMME,
    Facet.KIND: Label.KIND,
    Facet.SIDE: Label.SIDE,
}
"""The facets whose values are those of a label; the others are periods."""


class Days(NamedTuple):
    """The first and the last day that a document's date may mean, and when it came in; 0 for no day."""

    first: int
    last: int
    added: int


def days_of(document: IndexDocument) -> Days:
    """The days of a document, as their numbers in the calendar."""
    published = document.published
    return Days(
        first=_day(published.first_day() if published else None),
        last=_day(published.last_day() if published else None),
        added=_day(document.added),
    )


def label_term(label: Label, value: str) -> str:
    """The term under which documents with this value are listed."""
    return f"{label.value}:{value}"


def period(facet: Facet, first: int, last: int) -> str:
    """The year or the month of a document with these days."""
    if not first:
        return UNDATED
    start, end = date.fromordinal(first), date.fromordinal(last)
    is_year = facet is Facet.YEAR or start.month != end.month
    return str(start.year) if is_year else f"{start.year}-{start.month:02}"


def _day(day: date | None) -> int:
    return day.toordinal() if day else 0
