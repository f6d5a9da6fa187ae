"""The JSON API: an application of its own under /api/, with the rows that pages, files and feeds have."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from app import __version__
from app.archive import Archive
from app.errors import (
    ArchiveError,
    DatabaseUnavailableError,
    IndexUnavailableError,
    MovedError,
    NotFoundError,
    QueryError,
    TooBusyError,
    TookTooLongError,
    TooManyRequestsError,
    WithdrawnError,
)
from app.export import articles_of, person_row, popolo_of, programme_row, quotations_of, rows_of
from app.exporting.references import ARCHIVE_NAME
from app.exporting.rows import ArticleRow, PersonRow, ProgrammeRow, QuotationRow
from app.fulltext.query import MAX_QUERY_CHARACTERS
from app.fulltext.search_index import Facet, Order
from app.results import ResultKind, SearchRequest
from app.search import row_keys, search
from app.store import articles, people, programmes, quotes
from app.store.article_facts import article_ids_before
from app.store.quotes import quote_ids_before
from app.store.withdrawals import require_present
from app.web.cursors import Cursor, position_after, read_cursor
from app.web.deps import ArchiveDep, SessionDep
from app.web.errors import moved
from app.web.search_params import search_request_of
from app.web.templating import absolute
from app.web.throttling import Allowance, Throttles, counted
from app.web.turns import InTurn, Turns

logger = logging.getLogger(__name__)
router = APIRouter(route_class=InTurn)

_MOST_ON_A_PAGE = 100
_BAD_REQUEST, _NOT_FOUND, _GONE, _TOO_MANY, _FAILED, _UNAVAILABLE = 400, 404, 410, 429, 500, 503
_BUSY_SECONDS = 10

Limit = Annotated[int, Query(ge=1, le=_MOST_ON_A_PAGE, description="Rows of an answer.")]
Id = Annotated[int, Path(ge=0, le=2**62)]
CursorText = Annotated[
    str, Query(description="Where to go on: the one in “next” of the answer before.", max_length=200)
]


class ErrorDetail(BaseModel):
    """What went wrong."""

    status: int = Field(description="The HTTP status.", examples=[404])
    message: str = Field(description="What went wrong.", examples=["the archive has no article '999'"])


class ErrorAnswer(BaseModel):
    """The answer to every request that cannot be answered."""

    error: ErrorDetail


class Answer(BaseModel):
    """Rows of a list. ``next`` is the address of the rows that follow, if there are more."""

    total: int = Field(description="Rows of the whole list.", examples=[3])
    next: str | None = Field(description="Address of the next rows; none: these are the last.")


class Articles(Answer):
    """Articles."""

    rows: list[ArticleRow]


class Quotations(Answer):
    """Quotations."""

    rows: list[QuotationRow]


class People(Answer):
    """People."""

    rows: list[PersonRow]


class Programmes(Answer):
    """Programmes."""

    rows: list[ProgrammeRow]


class WholeArticle(BaseModel):
    """An article with its quotations in the order of its text."""

    article: ArticleRow
    quotations: list[QuotationRow]


class FacetCount(BaseModel):
    """A value that a search can be filtered by."""

    value: str = Field(description="What to give the parameter of the facet’s name.", examples=["2025"])
    name: str = Field(description="The value for readers.", examples=["2025"])
    count: int = Field(description="Rows that have it.", examples=[16])


class Found(Answer):
    """The answer to a search."""

    query: str = Field(description="The query as it came.", examples=["SAFE speaker:starmer"])
    read_as: str = Field(description="How it was read.", examples=["SAFE AND said by Keir Starmer"])
    notes: list[str] = Field(description="What could not be read as it was typed.")
    show: ResultKind = Field(description="What the rows are.")
    sort: Order = Field(description="The order of articles and quotations.")
    counts: dict[ResultKind, int] = Field(description="How many rows of each kind there are.")
    facets: dict[Facet, list[FacetCount]] = Field(description="The values that the rows have.")
    rows: list[ArticleRow] | list[QuotationRow] | list[PersonRow] | list[ProgrammeRow]


def create_api(archive: Archive, throttles: Throttles, turns: Turns) -> FastAPI:
    """The application that is mounted at /api."""
    api = FastAPI(
        title=f"{ARCHIVE_NAME} API",
        version=__version__,
        description="What the pages show, as JSON: the same query grammar, the same rows in the same order. "
        "Every answer has an entity tag; errors are JSON, too.",
        docs_url=None,
        redoc_url=None,
        responses={"4XX": {"model": ErrorAnswer}, _UNAVAILABLE: {"model": ErrorAnswer}},
    )
    api.state.archive = archive
    api.state.throttles = throttles
    api.state.turns = turns
    api.include_router(router, dependencies=[counted(Allowance.SEARCH)])
    for error in (ArchiveError, RequestValidationError, HTTPException, PoolTimeoutError, Exception):
        api.add_exception_handler(error, tell_error)
    return api


@router.get("/", summary="Where everything is")
def index(request: Request) -> dict[str, str]:
    """The addresses of the lists, and of their description."""
    names = ("search", "articles", "quotations", "people", "programmes", "openapi.json")
    return {name: absolute(request, f"/api/{name}") for name in names}


async def _asked(
    request: Request,
    archive: ArchiveDep,
    q: Annotated[
        str,
        Query(
            description="What is searched for; /help/search has the operators.",
            examples=["SAFE speaker:starmer", "date:2025-03 “security and defence partnership”"],
            json_schema_extra={"maxLength": MAX_QUERY_CHARACTERS},  # told here, refused with its reason below
        ),
    ] = "",
    show: Annotated[ResultKind, Query(description="What the rows are.")] = ResultKind.ARTICLES,
    sort: Annotated[Order, Query(description="Order of articles and quotations.")] = Order.RELEVANCE,
) -> SearchRequest:
    asked = await search_request_of(request, archive, q=q, show=show, sort=sort)
    return replace(asked, offset=0, limit=0)


AskedDep = Annotated[SearchRequest, Depends(_asked)]
_FACET_PARAMETERS = [
    {
        "name": facet.value,
        "in": "query",
        "required": False,
        "description": f"Only rows with this {facet.value}; may come several times.",
        "schema": {"type": "array", "items": {"type": "string"}},
    }
    for facet in Facet
]


@router.get("/search", summary="Search", openapi_extra={"parameters": _FACET_PARAMETERS})
def search_rows(
    request: Request, archive: ArchiveDep, asked: AskedDep, limit: Limit = 20, cursor: CursorText = ""
) -> Found:
    """Articles, quotations, people or programmes, as the search page has them. Any text is a query."""
    results = search(archive, asked)
    found = row_keys(archive, asked)
    of_list = repr((asked.typed, results.kind, results.order, asked.filters))
    keys = [key for key, _ in found]
    start = position_after(read_cursor(cursor, of_list), keys)
    end = min(start + limit, len(keys))
    return Found(
        query=asked.typed,
        read_as=results.reading,
        notes=list(results.notes),
        show=results.kind,
        sort=results.order,
        total=results.total,
        counts=dict(results.counts),
        facets={
            facet: [FacetCount(value=one.value, name=one.name, count=one.count) for one in values]
            for facet, values in results.facets.items()
        },
        rows=list(rows_of(archive, absolute(request, ""), results.kind, found[start:end])),  # type: ignore[arg-type]  # all are of one kind
        next=_next(request, Cursor(end, keys[end - 1]).text(of_list)) if end < len(keys) else None,
    )


@router.get("/articles", summary="All articles")
def articles_list(
    request: Request, archive: ArchiveDep, session: SessionDep, limit: Limit = 20, cursor: CursorText = ""
) -> Articles:
    """The one that came into the archive last comes first."""
    before = _id_of(read_cursor(cursor, "articles"))
    ids = article_ids_before(session, before, limit + 1)
    rows = rows_of(archive, absolute(request, ""), ResultKind.ARTICLES, [(one, None) for one in ids[:limit]])
    return Articles(
        rows=list(rows),  # type: ignore[arg-type]  # articles they are
        total=articles.count_articles(session),
        next=_after(request, "articles", ids, limit),
    )


@router.get("/articles/{article_id}", summary="One article")
def one_article(request: Request, session: SessionDep, article_id: Id) -> WholeArticle:
    """An article with all its quotations. Its text is on its page."""
    site = absolute(request, "")
    require_present(session, article_id)
    found = articles_of(session, site, [article_id])
    if not found:
        raise NotFoundError("article", str(article_id))
    records = quotes.quotes_of_articles(session, [article_id]).get(article_id, [])
    return WholeArticle(article=found[0], quotations=quotations_of(session, site, records))


@router.get("/quotations", summary="All quotations")
def quotations_list(
    request: Request, archive: ArchiveDep, session: SessionDep, limit: Limit = 20, cursor: CursorText = ""
) -> Quotations:
    """The one that was found last comes first; reported speech is among them, as the kind “indirect”."""
    before = _id_of(read_cursor(cursor, "quotations"))
    ids = quote_ids_before(session, before, limit + 1)
    rows = rows_of(
        archive, absolute(request, ""), ResultKind.QUOTATIONS, [(one, None) for one in ids[:limit]]
    )
    return Quotations(
        rows=list(rows),  # type: ignore[arg-type]  # quotations they are
        total=quotes.count_quotes(session, with_indirect=True),
        next=_after(request, "quotations", ids, limit),
    )


@router.get("/quotations/{quotation_id}", summary="One quotation")
def one_quotation(request: Request, session: SessionDep, quotation_id: Id) -> QuotationRow:
    """A quotation, whether or not its article still has it."""
    return quotations_of(session, absolute(request, ""), [quotes.read_quote(session, quotation_id)])[0]


@router.get("/people", summary="Everybody who is quoted")
def people_list(request: Request, session: SessionDep, limit: Limit = 20, cursor: CursorText = "") -> People:
    """From A to Z."""
    cards = people.list_people(session)
    keys = [card.ref.slug for card in cards]
    start = position_after(read_cursor(cursor, "people"), keys)
    end = min(start + limit, len(keys))
    return People(
        rows=[person_row(absolute(request, ""), card) for card in cards[start:end]],
        total=len(cards),
        next=_next(request, Cursor(end, keys[end - 1]).text("people")) if end < len(keys) else None,
    )


@router.get("/people/{slug}", summary="One person")
def one_person(request: Request, archive: ArchiveDep, slug: str) -> dict[str, Any]:
    """A person in the form of Popolo; their quotations are at /api/search?show=quotations&speaker=SLUG."""
    return popolo_of(archive, absolute(request, ""), slug)


@router.get("/programmes", summary="All programmes")
def programmes_list(request: Request, session: SessionDep) -> Programmes:
    """The register of programmes, the ones that most articles name first."""
    cards = programmes.list_programmes(session)
    rows = [programme_row(absolute(request, ""), card) for card in cards]
    return Programmes(rows=rows, total=len(rows), next=None)


@router.get("/programmes/{slug}", summary="One programme")
def one_programme(request: Request, session: SessionDep, slug: str) -> ProgrammeRow:
    """A programme of the register; its articles are at /api/search?programme=SLUG."""
    card = programmes.read_programme_card(session, slug)
    if card is None:
        raise NotFoundError("programme", slug)
    return programme_row(absolute(request, ""), card)


def _id_of(cursor: Cursor) -> int | None:
    return cursor.key if isinstance(cursor.key, int) else None


def _after(request: Request, of_list: str, ids: Sequence[int], limit: int) -> str | None:
    """The address of what follows the first ``limit`` of these ids, which are one more if there is more."""
    return _next(request, Cursor(limit, ids[limit - 1]).text(of_list)) if len(ids) > limit else None


def _next(request: Request, cursor: str) -> str:
    """The address of this request with another cursor."""
    params = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return absolute(request, f"{request.url.path}?{urlencode([*params, ('cursor', cursor)])}")


def tell_error(request: Request, exc: Exception) -> Response:
    """Any error as JSON; what is not the caller's fault is logged, and its inside is not told."""
    headers = {}
    match exc:
        case MovedError():
            return moved(request, exc)
        case WithdrawnError():
            status, message = _GONE, str(exc)
        case NotFoundError() | QueryError():
            status, message = _STATUSES[type(exc)], str(exc)
        case RequestValidationError():
            first = exc.errors()[0]
            status, message = _BAD_REQUEST, f"the parameter {first['loc'][-1]} cannot be used: {first['msg']}"
        case HTTPException():
            status, message, headers = exc.status_code, str(exc.detail), dict(exc.headers or {})
        case IndexUnavailableError() | DatabaseUnavailableError():
            logger.error("an API request cannot be answered now: %s", exc)
            status, message = _UNAVAILABLE, f"{_absence(exc)}: try again in a few minutes"
        case TooManyRequestsError():
            status, message, headers = _TOO_MANY, str(exc), {"Retry-After": f"{exc.wait_seconds}"}
        case TookTooLongError() | PoolTimeoutError() | TooBusyError():
            told = exc if isinstance(exc, TooBusyError) else TookTooLongError()
            status, message = _UNAVAILABLE, str(told)
            headers = {"Retry-After": f"{_BUSY_SECONDS}"}
        case _:
            if isinstance(exc, ArchiveError):  # any other is told where it goes on to, in ``observing``
                logger.error("an API request failed", exc_info=exc)
            status, message = _FAILED, "something went wrong on our side; it has been written down"
    answer = ErrorAnswer(error=ErrorDetail(status=status, message=message))
    return JSONResponse(answer.model_dump(), status, headers)


def _absence(exc: IndexUnavailableError | DatabaseUnavailableError) -> str:
    is_search = isinstance(exc, IndexUnavailableError)
    return "search is being prepared, or does not answer" if is_search else "the database does not answer"


_STATUSES: dict[type[Exception], int] = {NotFoundError: _NOT_FOUND, QueryError: _BAD_REQUEST}
