"""What stands beside the results: which values are seen, where their links lead."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, urlsplit

from app.fulltext.query import parse
from app.fulltext.search_index import UNDATED, Facet, Order
from app.results import ChosenFilter, FacetValue, Filter, ResultKind, SearchRequest, SearchResults
from app.web import search_views as views

EU = Filter(Facet.SIDE, "eu")
PERIODS = {
    Facet.YEAR: [*(str(year) for year in range(2010, 2026)), UNDATED],
    Facet.MONTH: ["2010-05", "2025", "2025-03", UNDATED],
}


def results_of(typed: str, kind: ResultKind = ResultKind.ARTICLES, *filters: Filter) -> SearchResults:
    """An answer with many years and sides, of which the filters are chosen."""
    sides = ["uk", "other", "eu"]
    values = {**PERIODS, Facet.SIDE: sides, Facet.SPEAKER: [f"person-{number}" for number in range(12)]}
    return SearchResults(
        request=SearchRequest(typed, date(2026, 1, 1), kind, filters=filters, offset=40),
        query=parse(typed),
        kind=kind,
        order=Order.RELEVANCE,
        total=7,
        counts={ResultKind.ARTICLES: 7, ResultKind.QUOTATIONS: 3},
        facets={
            facet: tuple(FacetValue(one, one.upper(), 1, Filter(facet, one) in filters) for one in names)
            for facet, names in values.items()
        },
        filters=tuple(ChosenFilter(one, one.value.upper()) for one in filters),
    )


def params(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query)


def test_years_are_seen_newest_first_and_the_others_fold() -> None:
    timeline = views.timeline(results_of("pact"))
    assert timeline is not None
    assert [one.name for one in timeline.years.shown] == [str(year) for year in range(2025, 2017, -1)]
    assert [one.name for one in timeline.years.folded] == [str(year) for year in range(2017, 2009, -1)]
    assert [one.name for one in timeline.undated] == ["UNDATED"]
    assert [one.name for one in timeline.months] == ["2010-05", "2025-03", "2025"]
    assert timeline.chart is not None
    assert [label for label, _ in timeline.chart.rows] == ["May 2010", "March 2025"]


def test_a_chosen_value_stands_first_and_its_link_takes_it_off() -> None:
    sides, people = views.facet_lists(results_of("pact", ResultKind.ARTICLES, EU))
    assert [(one.name, one.is_current) for one in sides.shown] == [
        ("EU", True),
        ("UK", False),
        ("OTHER", False),
    ]
    assert params(sides.shown[0].address) == [("q", "pact")]
    assert params(sides.shown[1].address) == [("q", "pact"), ("side", "eu"), ("side", "uk")]
    assert (len(people.shown), len(people.folded)) == (8, 4)


def test_tabs_keep_the_query_and_the_filters_and_begin_at_the_first_page() -> None:
    articles, quotations, *_ = views.tabs(results_of("pact", ResultKind.QUOTATIONS, EU))
    assert (articles.count, articles.is_current) == (7, False)
    assert params(articles.address) == [("q", "pact"), ("side", "eu")]
    assert quotations.is_current
    assert params(quotations.address) == [("q", "pact"), ("show", "quotations"), ("side", "eu")]


def test_an_order_or_grouping_typed_in_the_query_gives_way_to_a_link() -> None:
    results = results_of("pact sort:newest group:person", ResultKind.PEOPLE)
    articles, *_ = views.tabs(results)
    assert params(articles.address) == [("q", "pact")]
    assert [params(one.address) for one in views.orders(results)] == [
        [("q", "pact"), ("show", "people")],
        [("q", "pact"), ("show", "people"), ("sort", "newest")],
        [("q", "pact"), ("show", "people"), ("sort", "oldest")],
    ]


def test_a_filter_in_force_is_named_and_can_be_taken_off() -> None:
    (link,) = views.filter_links(results_of("pact", ResultKind.ARTICLES, EU))
    assert link.name == "Side quoted: EU"
    assert params(link.address) == [("q", "pact")]


def test_who_says_it_leads_to_what_they_said() -> None:
    results = results_of("pact", ResultKind.PEOPLE, EU)
    assert params(views.quotations_by(results, "kaja-kallas")) == [
        ("q", "pact"),
        ("show", "quotations"),
        ("side", "eu"),
        ("speaker", "kaja-kallas"),
    ]
