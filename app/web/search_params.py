"""The address of a search: read from its parameters, and written anew for every link to a neighbour of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from app.fulltext.query import require_bounds
from app.fulltext.search_index import Facet, Order
from app.results import MAX_FILTERS, Filter, ResultKind, SearchRequest
from app.web.deps import ArchiveDep, PageNumber

_FACET_NAMES = {facet.value: facet for facet in Facet}

Params = tuple[tuple[str, str], ...]


async def search_request_of(
    request: Request,
    archive: ArchiveDep,
    q: Annotated[str, Query(description="What is searched for; /help/search has the operators.")] = "",
    s: Annotated[str, Query(description="The same as q, as other sites call it.")] = "",
    show: Annotated[ResultKind, Query(description="What the rows are.")] = ResultKind.ARTICLES,
    sort: Annotated[Order, Query(description="Order of articles and quotations.")] = Order.RELEVANCE,
    page: PageNumber = 1,
) -> SearchRequest:
    """The request that an address makes; a parameter with the name of a facet is a filter.

    Such a parameter may come several times: then all of its values must hold. Raises QueryError.
    """
    size = archive.settings.page_size
    return SearchRequest(
        typed=require_bounds(q or s),
        today=datetime.now(UTC).date(),
        kind=show,
        order=sort,
        filters=tuple(_filters(request)),
        offset=(page - 1) * size,
        limit=size,
    )


def params_of(request: SearchRequest) -> Params:
    """The parameters of a request, its page apart; what is as usual is left out."""
    params = [("q", request.typed)]
    params += [("show", request.kind.value)] if request.kind is not ResultKind.ARTICLES else []
    params += [("sort", request.order.value)] if request.order is not Order.RELEVANCE else []
    params += [(one.facet.value, one.value) for one in request.filters]
    return tuple(params)


def search_address(request: SearchRequest, path: str = "/search") -> str:
    """The address of the first page of a request."""
    return f"{path}?{urlencode(params_of(request))}"


def of_person(slug: str, asked: SearchRequest) -> SearchRequest:
    """A person's quotations, filtered as ``asked``: what the person's page shows, newest first."""
    order = asked.order if asked.order is not Order.RELEVANCE else Order.NEWEST
    filters = (Filter(Facet.SPEAKER, slug), *asked.filters)
    return replace(asked, typed="", kind=ResultKind.QUOTATIONS, order=order, filters=filters)


def person_params(request: SearchRequest) -> Params:
    """The parameters of a person's page that shows this request: all but what ``of_person`` puts there."""
    return tuple(
        pair
        for pair in params_of(request)
        if pair[0] not in ("q", "show", Facet.SPEAKER.value) and pair != ("sort", Order.NEWEST.value)
    )


def person_address(path: str, request: SearchRequest) -> str:
    """The address of a person's page that shows this request."""
    params = person_params(request)
    return f"{path}?{urlencode(params)}" if params else path


def _filters(request: Request) -> Iterator[Filter]:
    found = dict.fromkeys(
        Filter(_FACET_NAMES[name], value)
        for name, value in request.query_params.multi_items()
        if name in _FACET_NAMES and value
    )
    yield from list(found)[:MAX_FILTERS]


SearchRequestDep = Annotated[SearchRequest, Depends(search_request_of)]
