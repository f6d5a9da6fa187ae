"""What browsers, crawlers and feed readers look for at fixed addresses."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import PlainTextResponse, Response

from app.errors import NotFoundError
from app.exporting.sitemap import MOST_ADDRESSES, write_opensearch, write_sitemap, write_sitemap_index
from app.store import articles, people
from app.store.article_facts import addresses_of_articles
from app.web.deps import SessionDep
from app.web.templating import absolute
from app.web.turns import InTurn

router = APIRouter(route_class=InTurn)

_XML = "application/xml"
_PAGES = (
    "/",
    "/articles",
    "/people",
    "/programmes",
    "/outlets",
    "/coverage",
    "/corrections",
    "/about",
    "/help/search",
)
# A search has endless addresses, and every row of it has a page of its own.
_ROBOTS = """User-agent: *
Disallow: /search
Disallow: /api/
Disallow: /edit
Disallow: /login

Sitemap: {sitemap}
"""


@router.get("/robots.txt")
def robots(request: Request) -> Response:
    """Where crawlers may go: everywhere but where they would never come to an end."""
    return PlainTextResponse(_ROBOTS.format(sitemap=absolute(request, "/sitemap.xml")))


@router.get("/opensearch.xml")
def opensearch(request: Request) -> Response:
    """How a browser's address bar searches this archive."""
    return Response(
        write_opensearch(absolute(request, "")), media_type="application/opensearchdescription+xml"
    )


@router.get("/sitemap.xml")
def sitemap_index(request: Request, session: SessionDep) -> Response:
    """The list of the sitemaps."""
    count = -(-articles.count_articles(session) // MOST_ADDRESSES)
    paths = ["/sitemap-pages.xml", *(f"/sitemap-articles-{number}.xml" for number in range(1, count + 1))]
    return Response(write_sitemap_index(absolute(request, path) for path in paths), media_type=_XML)


@router.get("/sitemap-pages.xml")
def sitemap_of_pages(request: Request, session: SessionDep) -> Response:
    """Everything but articles."""
    paths = [*_PAGES, *(card.ref.path for card in people.list_people(session))]
    return Response(write_sitemap((absolute(request, path), None) for path in paths), media_type=_XML)


@router.get("/sitemap-articles-{number}.xml")
def sitemap_of_articles(
    request: Request, session: SessionDep, number: Annotated[int, Path(ge=1, le=100_000)]
) -> Response:
    """Some thousands of articles, the oldest entry first, so that the full ones do not change."""
    found = addresses_of_articles(session, offset=(number - 1) * MOST_ADDRESSES, limit=MOST_ADDRESSES)
    if not found:
        raise NotFoundError("sitemap", str(number))
    return Response(
        write_sitemap((absolute(request, path), changed) for path, changed in found), media_type=_XML
    )
