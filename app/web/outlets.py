"""Outlets: all of them, and one with its articles and whom it quotes; and what the archive covers."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import Response

from app import holdings
from app.fulltext.search_index import Facet, Order
from app.results import ArticleHit, Filter, ResultKind
from app.search import MAX_ROWS, search
from app.store import articles, coverage
from app.web.charts import bar_chart
from app.web.deps import ArchiveDep, SessionDep
from app.web.exports import file_links
from app.web.gaps import longest_gap
from app.web.search_params import SearchRequestDep, params_of, search_address
from app.web.search_views import month_counts
from app.web.templating import render
from app.web.turns import InTurn
from app.web.views import Pager, page_count

router = APIRouter(route_class=InTurn)

_SHOWN_VALUES = 10


@router.get("/outlets")
def outlets_page(request: Request, archive: ArchiveDep, session: SessionDep) -> Response:
    """Who published the articles, the outlet with the most articles first."""
    cards = holdings.list_outlets(archive, session)
    return render(
        request,
        "outlets.html",
        page_title="Outlets",
        path="/outlets",
        description="Who published the articles of this archive, from when to when.",
        outlets=[card for card in cards if card.slug],
        unstated=next((card for card in cards if not card.slug), None),
    )


@router.get("/outlets/{slug}")
def outlet_page(
    request: Request, archive: ArchiveDep, session: SessionDep, asked: SearchRequestDep, slug: str
) -> Response:
    """The articles of one outlet, newest first, with when they are from and whom they quote."""
    card, path = holdings.outlet_at(archive, session, slug), f"/outlets/{slug}"
    asked = replace(
        asked,
        typed="",
        kind=ResultKind.ARTICLES,
        order=Order.NEWEST,
        filters=(Filter(Facet.OUTLET, slug),),
    )
    results = search(archive, asked)
    pages = page_count(min(results.total, MAX_ROWS), asked.limit)
    return render(
        request,
        "outlet.html",
        page_title=card.name or slug,
        path=path,
        feed=f"{path}.atom",
        description=f"The articles of {card.name} in the archive, and whom they quote.",
        outlet=card,
        articles=[hit.card for hit in results.hits if isinstance(hit, ArticleHit)],
        chart=bar_chart(month_counts(results.facets.get(Facet.MONTH, ())), "Articles"),
        quoted=results.facets.get(Facet.SPEAKER, ())[:_SHOWN_VALUES],
        programmes=results.facets.get(Facet.PROGRAMME, ())[:_SHOWN_VALUES],
        files=file_links("/search", params_of(asked)),
        search_address=search_address(replace(asked, offset=0)),
        pager=Pager(path, (), asked.offset // asked.limit + 1, pages),
    )


@router.get("/coverage")
def coverage_page(request: Request, archive: ArchiveDep, session: SessionDep) -> Response:
    """What the archive holds, and what it lacks."""
    dates = coverage.dates_known(session)
    return render(
        request,
        "coverage.html",
        page_title="What the archive covers",
        path="/coverage",
        description="What this archive holds, from when to when, and what it does not know.",
        total=articles.count_articles(session),
        period=articles.period_covered(session),
        outlets=holdings.list_outlets(archive, session),
        dates=dates,
        lacks=holdings.count_lacks(archive, session),
        quotations=holdings.count_quotations(archive),
        chart=bar_chart(dates.by_month, "Articles"),
        gap=longest_gap(dates.by_month),
    )
