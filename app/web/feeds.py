"""Atom feeds: of any search, of a person, a programme, an outlet, and of all articles."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.archive import Archive
from app.errors import NotFoundError
from app.export import FEED_ROWS, citable_rows, feed_rows, person_feed_rows
from app.exporting.atom import Entry, Feed, write_atom, write_entries
from app.fulltext.search_index import Facet, Order
from app.results import Filter, ResultKind, SearchRequest
from app.store import articles, corrections, people, programmes
from app.web.deps import ArchiveDep, SessionDep
from app.web.search_params import SearchRequestDep, of_person, params_of
from app.web.templating import SITE_NAME, absolute
from app.web.throttling import Allowance, counted
from app.web.turns import InTurn

router = APIRouter(route_class=InTurn)


@router.get("/search.atom", dependencies=[counted(Allowance.SEARCH)])
def search_feed(request: Request, archive: ArchiveDep, asked: SearchRequestDep) -> Response:
    """The first rows of a search, in the order asked for; articles unless quotations are asked for."""
    if asked.kind is not ResultKind.QUOTATIONS:
        asked = replace(asked, kind=ResultKind.ARTICLES)
    return _feed(request, archive, asked, "/search", asked.typed.strip() or "Search", params_of(asked))


@router.get("/articles.atom", dependencies=[counted(Allowance.SEARCH)])
def articles_feed(request: Request, archive: ArchiveDep, session: SessionDep) -> Response:
    """The newest articles of all."""
    ids = [card.id for card in articles.list_articles(session, offset=0, limit=FEED_ROWS)]
    rows = citable_rows(archive, absolute(request, ""), ResultKind.ARTICLES, ids)
    feed = Feed(
        f"Articles – {SITE_NAME}", absolute(request, "/articles.atom"), absolute(request, "/articles")
    )
    return _answer(write_atom(feed, rows))


@router.get("/corrections.atom", dependencies=[counted(Allowance.SEARCH)])
def corrections_feed(request: Request, session: SessionDep) -> Response:
    """The newest corrections."""
    entries = [
        Entry(
            id=absolute(request, one.log_path),
            title=one.title,
            address=absolute(request, one.log_path),
            updated=one.made_at,
            summary=one.summary,
            authors=(one.editor,),
        )
        for one in corrections.list_corrections(session, offset=0, limit=FEED_ROWS)
    ]
    feed = Feed(
        f"Corrections – {SITE_NAME}",
        absolute(request, "/corrections.atom"),
        absolute(request, "/corrections"),
    )
    return _answer(write_entries(feed, entries))


@router.get("/people/{slug}.atom", dependencies=[counted(Allowance.SEARCH)])
def person_feed(
    request: Request, archive: ArchiveDep, session: SessionDep, asked: SearchRequestDep, slug: str
) -> Response:
    """A person's newest quotations, with the filters of the person's page."""
    person = people.person_at(session, slug)
    params = tuple((one.facet.value, one.value) for one in asked.filters)
    return _feed(request, archive, of_person(slug, asked), f"/people/{slug}", person.name, params)


@router.get("/programmes/{slug}.atom", dependencies=[counted(Allowance.SEARCH)])
def programme_feed(
    request: Request, archive: ArchiveDep, session: SessionDep, asked: SearchRequestDep, slug: str
) -> Response:
    """The newest articles that name a programme."""
    card = programmes.read_programme_card(session, slug)
    if card is None:
        raise NotFoundError("programme", slug)
    wanted = _newest_articles(asked, Filter(Facet.PROGRAMME, slug))
    return _feed(request, archive, wanted, f"/programmes/{slug}", card.name)


@router.get("/outlets/{slug}.atom", dependencies=[counted(Allowance.SEARCH)])
def outlet_feed(
    request: Request, archive: ArchiveDep, session: SessionDep, asked: SearchRequestDep, slug: str
) -> Response:
    """The newest articles of an outlet."""
    name = dict(articles.list_outlets(session)).get(slug)
    if name is None:
        raise NotFoundError("outlet", slug)
    wanted = _newest_articles(asked, Filter(Facet.OUTLET, slug))
    return _feed(request, archive, wanted, f"/outlets/{slug}", name)


def _newest_articles(asked: SearchRequest, chosen: Filter) -> SearchRequest:
    return replace(asked, typed="", kind=ResultKind.ARTICLES, order=Order.NEWEST, filters=(chosen,))


def _feed(
    request: Request,
    archive: Archive,
    asked: SearchRequest,
    path: str,
    title: str,
    params: tuple[tuple[str, str], ...] = (),
) -> Response:
    query = f"?{urlencode(params)}" if params else ""
    read = person_feed_rows if path.startswith("/people/") else feed_rows
    rows = read(archive, absolute(request, ""), asked)
    feed = Feed(
        f"{title} – {SITE_NAME}", absolute(request, f"{path}.atom{query}"), absolute(request, path + query)
    )
    return _answer(write_atom(feed, rows))


def _answer(content: bytes) -> Response:
    return Response(content, media_type="application/atom+xml")
