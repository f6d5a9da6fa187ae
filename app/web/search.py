"""The search page."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.fulltext.query import exactly
from app.fulltext.search_index import Order
from app.results import ResultKind, SearchRequest
from app.search import MAX_ROWS, search
from app.suggesting import common_names
from app.web import search_views as views
from app.web.deps import ArchiveDep
from app.web.exports import file_links
from app.web.search_params import SearchRequestDep, params_of, search_address
from app.web.templating import render
from app.web.throttling import Allowance, counted
from app.web.turns import InTurn
from app.web.views import Pager, page_count

router = APIRouter(route_class=InTurn)


@router.get("/search", dependencies=[counted(Allowance.SEARCH)])
def search_page(request: Request, archive: ArchiveDep, asked: SearchRequestDep) -> Response:
    """What answers a query, with what matched; without a query, how to search."""
    results = search(archive, asked)
    typed = results.query.typed
    asked = replace(asked, typed=typed)
    results = replace(results, request=asked)
    page = asked.offset // asked.limit + 1
    pages = page_count(min(results.total, MAX_ROWS), asked.limit)
    return render(
        request,
        "search.html",
        page_title=f"{typed} – search" if typed.strip() else "Search",
        section="search",
        noindex=True,
        query=typed,
        names=[] if results.counts else common_names(archive),
        kept=[pair for pair in params_of(asked) if pair[0] != "q"],
        results=results,
        noun=views.noun_of(results.kind, results.total),
        counted_noun=views.counted_noun(results.kind),
        tabs=views.tabs(results),
        orders=views.orders(results) if results.kind in _ORDERED else [],
        filters=views.filter_links(results),
        facets=views.facet_lists(results),
        timeline=views.timeline(results),
        marks=views.marks_param(results),
        quotations_by=lambda slug: views.quotations_by(results, slug),
        articles_naming=lambda slug: views.articles_naming(results, slug),
        exact=exactly(results.query),
        pager=Pager("/search", params_of(asked), page, pages),
        files=file_links("/search", params_of(asked), can_be_cited=results.kind in _ORDERED),
        pack_address=search_address(replace(asked, offset=0), "/search.zip"),
        feed=search_address(replace(asked, order=Order.NEWEST, offset=0), "/search.atom")
        if results.kind in _ORDERED and results.total
        else None,
        is_cut=results.total > MAX_ROWS,
        max_rows=MAX_ROWS,
        unfiltered_address=search_address(replace(asked, filters=(), offset=0)),
        reported_address=search_address(
            replace(asked, filters=(*asked.filters, views.REPORTED_FILTER), offset=0)
        ),
        anew=lambda query: search_address(SearchRequest(query, asked.today)),
        address_of=lambda query: search_address(replace(asked, typed=query, offset=0)),
    )


_ORDERED = (ResultKind.ARTICLES, ResultKind.QUOTATIONS)
