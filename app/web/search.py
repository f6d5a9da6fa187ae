"""The search page."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.fulltext.query import exactly
from app.fulltext.search_index import Order
from app.results import ArticleHit, SearchResults
from app.search import MAX_ROWS, search
from app.web.deps import ArchiveDep
from app.web.search_params import SearchRequestDep, params_of, search_address
from app.web.templating import render
from app.web.views import Pager, page_count

router = APIRouter()


@router.get("/search")
def search_page(request: Request, archive: ArchiveDep, asked: SearchRequestDep) -> Response:
    """What answers a query, with what matched; without a query, how to search."""
    results = search(archive, asked)
    typed = results.query.typed
    asked = replace(asked, typed=typed)
    page = asked.offset // asked.limit + 1
    pages = page_count(min(results.total, MAX_ROWS), asked.limit)
    return render(
        request,
        "search.html",
        page_title=f"{typed} – search" if typed.strip() else "Search",
        section="search",
        noindex=True,
        query=typed,
        sort=results.order.value,
        reading=results.reading,
        chips=results.chips,
        notes=results.notes,
        hits=[hit for hit in results.hits if isinstance(hit, ArticleHit)],
        total=results.total,
        people=results.people,
        programme=results.programme,
        respellings=results.respellings,
        fewer=results.fewer,
        exact=exactly(results.query),
        pager=Pager("/search", params_of(asked), page, pages),
        sort_addresses=_sort_addresses(results),
        address_of=lambda query: search_address(replace(asked, typed=query, offset=0)),
    )


def _sort_addresses(results: SearchResults) -> dict[str, str]:
    """The same request in each order; an order that is typed in it gives way."""
    typed = replace(results.query, sort=None).canonical() if results.query.sort else results.query.typed
    request = replace(results.request, typed=typed)
    return {order.value: search_address(replace(request, order=order)) for order in Order}
