"""Facets for readers: the values that results can be filtered by, under their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session

from app.archive import Archive
from app.dates import PartialDate
from app.fulltext.search_index import UNDATED, Facet, FacetCounts
from app.results import NOT_STATED, ChosenFilter, FacetValue, Filter
from app.store import articles, people

SHOWN_FACETS = tuple(Facet)
_MAX_VALUES = 30  # of a facet; years and months are shown all, as far as _MAX_PERIODS
_MAX_PERIODS = 1_200
_PERIODS = (Facet.YEAR, Facet.MONTH)
_NAMES = {
    (Facet.SIDE, "uk"): "UK",
    (Facet.SIDE, "eu"): "EU",
    (Facet.SIDE, "other"): "Other",
    (Facet.SIDE, "unnamed"): "Unnamed",
    (Facet.KIND, "direct"): "Direct quotations",
    (Facet.KIND, "mixed"): "Quoted within a sentence",
    (Facet.KIND, "fragment"): "Quoted fragments",
    (Facet.KIND, "indirect"): "Reported speech",
}


def facet_values(
    archive: Archive, session: Session, filters: Sequence[Filter], counts: FacetCounts, total: int
) -> dict[Facet, tuple[FacetValue, ...]]:
    """The values that the ``total`` rows have of each facet: the most frequent first, periods in order.

    Articles that state no outlet are counted as a value too.
    """
    found: dict[Facet, list[tuple[str, int]]] = {facet: list(pairs) for facet, pairs in counts.items()}
    if Facet.OUTLET in found and (unstated := total - sum(count for _, count in found[Facet.OUTLET])) > 0:
        found[Facet.OUTLET].append((NOT_STATED, unstated))
    shown = {facet: _shown(facet, pairs) for facet, pairs in found.items()}
    names = _names(archive, session, ((facet, value) for facet, pairs in shown.items() for value, _ in pairs))
    return {
        facet: tuple(
            FacetValue(value, names[facet, value], count, Filter(facet, value) in filters)
            for value, count in pairs
        )
        for facet, pairs in shown.items()
    }


def chosen_filters(archive: Archive, session: Session, filters: Sequence[Filter]) -> tuple[ChosenFilter, ...]:
    """The filters in force under their names."""
    names = _names(archive, session, ((one.facet, one.value) for one in filters))
    return tuple(ChosenFilter(one, names[one.facet, one.value]) for one in dict.fromkeys(filters))


def _shown(facet: Facet, pairs: list[tuple[str, int]]) -> list[tuple[str, int]]:
    if facet in _PERIODS:
        return sorted(pairs)[-_MAX_PERIODS:]
    return pairs[:_MAX_VALUES]


def _names(
    archive: Archive, session: Session, values: Iterable[tuple[Facet, str]]
) -> Mapping[tuple[Facet, str], str]:
    """The names of values; a value that nobody knows is its own name."""
    wanted = dict.fromkeys(values)
    names: dict[tuple[Facet, str], str] = {}
    slugs = [value for facet, value in wanted if facet is Facet.SPEAKER]
    for slug, name in people.names_of_slugs(session, slugs).items():
        names[Facet.SPEAKER, slug] = name
    outlets = [value for facet, value in wanted if facet is Facet.OUTLET]
    for slug, name in articles.names_of_outlets(session, outlets).items():
        names[Facet.OUTLET, slug] = name
    for facet, value in wanted:
        if (facet, value) not in names:
            names[facet, value] = _name(archive, facet, value)
    return names


def _name(archive: Archive, facet: Facet, value: str) -> str:
    if facet is Facet.PROGRAMME and (programme := archive.programmes.get(value)):
        return programme.acronym or programme.name
    if facet is Facet.OUTLET and value == NOT_STATED:
        return "Outlet not stated"
    if facet in _PERIODS:
        return _period(facet, value)
    return _NAMES.get((facet, value), value)


def _period(facet: Facet, value: str) -> str:
    if value == UNDATED:
        return "Undated"
    try:
        known = PartialDate.parse(value)
    except ValueError:
        return value
    return f"{value}, month not known" if facet is Facet.MONTH and known.month is None else known.text()
