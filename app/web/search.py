"""The search page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.fulltext.query import Query, exactly
from app.fulltext.search_index import Order
from app.search import search
from app.web.deps import ArchiveDep, PageNumber
from app.web.templating import render
from app.web.views import Pager, page_count

router = APIRouter()


@router.get("/search")
def search_page(
    request: Request,
    archive: ArchiveDep,
    q: str = "",
    s: str = "",
    sort: Order = Order.RELEVANCE,
    page: PageNumber = 1,
) -> Response:
    """Articles that match ``q`` (or ``s``, as other sites call it), with what matched; without it, how to."""
    size = archive.settings.page_size
    results = search(archive, q or s, order=sort, page=page, page_size=size, today=datetime.now(UTC).date())
    typed = results.query.typed
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
        notes=list(results.notes),
        exact=exactly(results.query),
        hits=results.hits,
        total=results.total,
        people=results.people,
        programme=results.programme,
        respellings=results.respellings,
        fewer=results.fewer,
        pager=Pager("/search", _params(typed, sort), page, page_count(results.total, size)),
        sort_addresses=_sort_addresses(results.query),
        address_of=lambda query: f"/search?{urlencode(_params(query, sort))}",
    )


def _params(query: str, sort: Order) -> tuple[tuple[str, str], ...]:
    return (("q", query), *((("sort", sort.value),) if sort is not Order.RELEVANCE else ()))


def _sort_addresses(query: Query) -> dict[str, str]:
    """The same query in each order; an order that is typed in it gives way."""
    typed = replace(query, sort=None).canonical() if query.sort else query.typed
    return {order.value: f"/search?{urlencode({'q': typed, 'sort': order.value})}" for order in Order}
