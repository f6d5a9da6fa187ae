"""One query, one list: the pages of results hold the rows of the query function."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from app.archive import Archive
from app.fulltext.search_index import Facet, Order
from app.results import ArticleHit, Filter, Hit, PersonHit, ProgrammeHit, QuoteHit, ResultKind, SearchRequest
from app.search import rows
from app.web.search_params import params_of
from tests.queries import random_queries

_ROW = re.compile(r'<li class="hit.*?</li>\n', re.DOTALL)
_LINKS = {
    ResultKind.ARTICLES: re.compile(r'<h2><a href="/articles/(\d+)-'),
    ResultKind.QUOTATIONS: re.compile(r'href="/quotes/(\d+)"'),
    ResultKind.PEOPLE: re.compile(r'<h2><a href="/people/([^"]+)"'),
    ResultKind.PROGRAMMES: re.compile(r'<h2><a href="/programmes/([^"]+)"'),
}
_FILTERS = (Filter(Facet.SIDE, "eu"), Filter(Facet.MONTH, "2025-03"), Filter(Facet.SPEAKER, "kaja-kallas"))


def name(hit: Hit) -> str:
    """What the page's link to a row has."""
    match hit:
        case ArticleHit(card):
            return str(card.id)
        case QuoteHit(record):
            return str(record.id)
        case PersonHit(card):
            return card.ref.slug
        case ProgrammeHit(card):
            return card.slug


def random_requests(kind: ResultKind, count: int) -> list[SearchRequest]:
    rng = random.Random(f"{kind} 2")
    today = datetime.now(UTC).date()
    return [
        SearchRequest(
            typed, today, kind, rng.choice(list(Order)), tuple(rng.sample(_FILTERS, rng.choice((0, 0, 1))))
        )
        for typed in random_queries(rng, count)
    ]


@pytest.mark.parametrize("kind", ResultKind)
def test_the_pages_have_the_rows_of_the_query_function(
    client: TestClient, seeded: Archive, kind: ResultKind
) -> None:
    """For random queries, orders and filters: all pages of the site, one after another."""
    for request in random_requests(kind, 25):
        shown: list[str] = []
        address: str | None = f"/search?{urlencode(params_of(request))}"
        while address:
            html = client.get(address).text
            shown += [_LINKS[kind].search(row)[1] for row in _ROW.findall(html)]  # type: ignore[index]
            following = re.search(r'<a href="([^"]+)" rel="next">', html)
            address = following[1].replace("&amp;", "&") if following else None
        assert shown == [name(hit) for hit in rows(seeded, request)], request
