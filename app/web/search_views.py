"""What the page of results shows beside the results: tabs, facets, filters, all of them links."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote_plus, urlencode

from app.fulltext.search_index import UNDATED, Facet, Order
from app.results import FacetValue, Filter, ResultKind, SearchRequest, SearchResults
from app.web.charts import BarChart, bar_chart
from app.web.search_params import search_address

AddressOf = Callable[[SearchRequest], str]
_SHOWN_VALUES = 8  # of a facet; the others fold
_HISTOGRAM_WIDTH = 248.0
_LISTS = (
    (Facet.SIDE, "Side quoted"),
    (Facet.SPEAKER, "Person quoted"),
    (Facet.PROGRAMME, "Programme"),
    (Facet.OUTLET, "Outlet"),
    (Facet.KIND, "Kind of quotation"),
)
_HEADINGS = dict(_LISTS) | {Facet.YEAR: "Year", Facet.MONTH: "Month"}
_NOUNS = {
    ResultKind.ARTICLES: ("article", "articles"),
    ResultKind.QUOTATIONS: ("quotation", "quotations"),
    ResultKind.PEOPLE: ("person", "people"),
    ResultKind.PROGRAMMES: ("programme", "programmes"),
}
REPORTED_FILTER = Filter(Facet.KIND, "indirect")
_SAID = (ResultKind.QUOTATIONS, ResultKind.PEOPLE)
_ORDERS = ((Order.RELEVANCE, "Most relevant"), (Order.NEWEST, "Newest"), (Order.OLDEST, "Oldest"))


@dataclass(frozen=True, slots=True)
class Choice:
    """A link to the same search in another form; ``count`` is how many rows it has, where that is told."""

    name: str
    address: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class FacetList:
    """The values of a facet: those that are seen at once, and the rest."""

    heading: str
    shown: tuple[Choice, ...]
    folded: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """When the results are from: years, newest first, and months, with a chart of those that are known.

    ``months`` end with the years of dates that are known to the year only.
    """

    chart: BarChart | None
    years: FacetList
    months: tuple[Choice, ...]
    undated: tuple[Choice, ...]


def noun_of(kind: ResultKind, count: int) -> str:
    """What rows of a kind are called."""
    one, many = _NOUNS[kind]
    return one if count == 1 else many


def counted_noun(kind: ResultKind) -> str:
    """What the facets of a kind's page count."""
    return "Quotations" if kind in _SAID else "Articles"


def tabs(results: SearchResults) -> list[Choice]:
    """The kinds of results with their totals."""
    request = replace(_as_read(results), order=results.order)
    return [
        Choice(
            kind.value.capitalize(),
            search_address(replace(request, kind=kind)),
            kind is results.kind,
            results.counts.get(kind, 0),
        )
        for kind in ResultKind
    ]


def orders(results: SearchResults) -> list[Choice]:
    """The same results in each order; an order that is typed in the query gives way."""
    request = _as_read(results)
    return [
        Choice(name, search_address(replace(request, order=order)), order is results.order)
        for order, name in _ORDERS
    ]


def filter_links(results: SearchResults, address_of: AddressOf = search_address) -> list[Choice]:
    """The filters in force, each as the link that takes it off."""
    return [
        Choice(
            f"{_HEADINGS[one.filter.facet]}: {one.name}",
            _toggled(results.request, one.filter, address_of),
            is_current=True,
        )
        for one in results.filters
    ]


def facet_lists(
    results: SearchResults, address_of: AddressOf = search_address, *, without: Container[Facet] = ()
) -> list[FacetList]:
    """The facets that are lists of values."""
    lists = (
        _folded(heading, _links(results, facet, results.facets.get(facet, ()), address_of))
        for facet, heading in _LISTS
        if facet not in without
    )
    return [one for one in lists if one.shown]


def _folded(heading: str, links: Iterable[Choice]) -> FacetList:
    """The chosen values and the first of the others; the rest folded."""
    every = tuple(links)
    chosen = tuple(link for link in every if link.is_current)
    others = tuple(link for link in every if not link.is_current)
    shown = max(0, _SHOWN_VALUES - len(chosen))
    return FacetList(heading, (*chosen, *others[:shown]), others[shown:])


def timeline(results: SearchResults, address_of: AddressOf = search_address) -> Timeline | None:
    """When the results are from; None where there are none."""
    years, months = (results.facets.get(facet, ()) for facet in (Facet.YEAR, Facet.MONTH))
    if not years:
        return None
    known = [one for one in months if _is_month(one.value)]
    only_years = [one for one in months if not _is_month(one.value) and one.value != UNDATED]
    undated = [one for one in years if one.value == UNDATED]
    return Timeline(
        chart=bar_chart(month_counts(known), counted_noun(results.kind), _HISTOGRAM_WIDTH),
        years=_folded(
            "Year",
            _links(
                results,
                Facet.YEAR,
                [one for one in reversed(years) if one.value != UNDATED],
                address_of,
            ),
        ),
        months=tuple(_links(results, Facet.MONTH, [*known, *only_years], address_of)),
        undated=tuple(_links(results, Facet.YEAR, undated, address_of)),
    )


def month_counts(values: Iterable[FacetValue]) -> dict[str, int]:
    """The counts of the months that are known, for a chart."""
    return {one.value: one.count for one in values if _is_month(one.value)}


def marks_param(results: SearchResults) -> str:
    """What an article's address has behind it, so that the article shows what matched."""
    return f"?{urlencode({'q': results.query.typed})}" if results.query.tree is not None else ""


def quotations_by(results: SearchResults, slug: str) -> str:
    """The address of the quotations found that one person said."""
    request = replace(_as_read(results), kind=ResultKind.QUOTATIONS)
    return search_address(replace(request, filters=_with(request, Filter(Facet.SPEAKER, slug))))


def articles_naming(results: SearchResults, slug: str) -> str:
    """The address of the articles found that name one programme."""
    request = replace(_as_read(results), kind=ResultKind.ARTICLES)
    return search_address(replace(request, filters=_with(request, Filter(Facet.PROGRAMME, slug))))


def _as_read(results: SearchResults) -> SearchRequest:
    """The request without an order or grouping typed in its query, so that a link can have its own."""
    query = results.query
    typed = replace(query, sort=None, group=None).canonical() if query.sort or query.group else query.typed
    return replace(results.request, typed=typed, offset=0)


def _links(
    results: SearchResults, facet: Facet, values: Iterable[FacetValue], address_of: AddressOf
) -> Iterator[Choice]:
    """The values as links that put them on or, where they are on, take them off.

    There may be hundreds of months: an address with one more filter is the present one with its parameter.
    """
    present = address_of(replace(results.request, offset=0))
    mark = "&" if "?" in present else "?"
    for one in values:
        if one.is_chosen:
            address = _toggled(results.request, Filter(facet, one.value), address_of)
        else:
            address = f"{present}{mark}{facet.value}={quote_plus(one.value)}"
        yield Choice(one.name, address, one.is_chosen, one.count)


def _toggled(request: SearchRequest, chosen: Filter, address_of: AddressOf) -> str:
    """The address with a filter put on, or taken off where it is on."""
    kept = tuple(one for one in request.filters if one != chosen)
    filters = kept if chosen in request.filters else (*request.filters, chosen)
    return address_of(replace(request, filters=filters, offset=0))


def _with(request: SearchRequest, chosen: Filter) -> tuple[Filter, ...]:
    return tuple(dict.fromkeys((*request.filters, chosen)))


def _is_month(value: str) -> bool:
    return value != UNDATED and len(value) == len("2025-03")
