"""The search page."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.fulltext.search_index import Order
from app.search import search
from app.web.deps import ArchiveDep, PageNumber
from app.web.templating import render
from app.web.views import Pager, page_count

router = APIRouter()


@router.get("/search")
def search_page(
    request: Request, archive: ArchiveDep, q: str = "", sort: Order = Order.RELEVANCE, page: PageNumber = 1
) -> Response:
    """Articles that match ``q``, with what matched; without ``q``, how to search."""
    size = archive.settings.page_size
    results = search(archive, q, order=sort, page=page, page_size=size)
    params = [("q", q)] if sort is Order.RELEVANCE else [("q", q), ("sort", sort.value)]
    return render(
        request,
        "search.html",
        page_title=f"{q} – search" if q.strip() else "Search",
        section="search",
        noindex=True,
        query=q,
        sort=sort.value,
        reading=results.reading,
        notes=list(results.notes),
        hits=results.hits,
        total=results.total,
        people=results.people,
        programme=results.programme,
        pager=Pager("/search", tuple(params), page, page_count(results.total, size)),
        sort_addresses={
            order.value: f"/search?{urlencode({'q': q, 'sort': order.value})}" for order in Order
        },
    )
