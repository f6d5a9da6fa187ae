"""Errors as friendly pages, in one place, each saying what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from app.dates import PartialDate
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
from app.logs import REQUEST_ID
from app.web.delivery import lead_on
from app.web.forms import LoginNeededError
from app.web.templating import render

logger = logging.getLogger(__name__)

_BUSY_SECONDS = 10


TellError = Callable[[Request, Exception], Response]


def add_error_pages(app: FastAPI, tell_api_error: TellError) -> None:
    """Make every error of this application a page, those below /api/ apart.

    A path with a line break is handed to no mounted application, so that errors of the API come here, too.
    """

    def http_error(request: Request, exc: Exception) -> Response:
        is_of_api = request.scope["path"].startswith("/api/")
        return tell_api_error(request, exc) if is_of_api else _http_error(request, exc)

    app.add_exception_handler(NotFoundError, _not_found)
    app.add_exception_handler(WithdrawnError, _withdrawn)
    app.add_exception_handler(MovedError, moved)
    app.add_exception_handler(LoginNeededError, _login_needed)
    app.add_exception_handler(IndexUnavailableError, _no_index)
    app.add_exception_handler(QueryError, _bad_query)
    app.add_exception_handler(TooManyRequestsError, _too_many)
    app.add_exception_handler(TooBusyError, _too_busy)
    app.add_exception_handler(TookTooLongError, _too_long)
    app.add_exception_handler(PoolTimeoutError, _too_long)
    app.add_exception_handler(DatabaseUnavailableError, _no_database)
    app.add_exception_handler(ArchiveError, _failed)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(Exception, _failed)


def _page(request: Request, status: int, title: str, message: str, advice: str) -> Response:
    return render(
        request, "error.html", page_title=title, noindex=True, status_code=status,
        status=status, title=title, message=message, advice=advice,
    )  # fmt: skip


def _not_found(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, NotFoundError)
    message = f"The archive has no {exc.what} at this address."
    return _page(request, 404, "Page not found", message, "Search for it by a name, a programme or a phrase.")


def _withdrawn(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, WithdrawnError)
    since = PartialDate(exc.since.year, exc.since.month, exc.since.day)
    response = render(
        request,
        "withdrawn.html",
        page_title="Withdrawn",
        noindex=True,
        status_code=410,
        article_id=exc.article_id,
        since=since,
        reason=exc.reason,
        log_path=f"/corrections/{exc.correction_id}",
    )
    # Browsers may keep a 410, and would go on showing it when the article is back.
    response.headers.setdefault("Cache-Control", "no-cache")
    return response


def moved(request: Request, exc: Exception) -> Response:
    """Lead from an address of a person who was merged into another to the same page or file of that one."""
    assert isinstance(exc, MovedError)
    path = request.url.path.replace(f"/people/{exc.name}", f"/people/{exc.slug}", 1)
    query = f"?{request.url.query}" if request.url.query else ""
    return lead_on(path + query, 301)


def _login_needed(_request: Request, _exc: Exception) -> Response:
    return RedirectResponse("/login", status_code=303)


def _bad_request(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RequestValidationError)
    part = str(exc.errors()[0]["loc"][-1])
    message = f"The part “{part}” of this address has a value that cannot be used."
    return _page(
        request, 400, "Address not understood", message, "Take that part out of the address, or search anew."
    )


def _bad_query(request: Request, exc: Exception) -> Response:
    return _page(request, 400, "Search not understood", str(exc), "Search for less, or for fewer words.")


def _too_many(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, TooManyRequestsError)
    message = "More was asked for from your address within a minute than this archive answers."
    response = _page(request, 429, "Too many requests", message, f"Try again in {exc.wait_seconds} seconds.")
    response.headers["Retry-After"] = str(exc.wait_seconds)
    return response


def _too_long(request: Request, _exc: Exception) -> Response:
    logger.warning("an answer was given up: it took too long")
    message = "Finding this took too long, so the archive stopped looking."
    response = _page(
        request, 503, "This takes too long", message, "Ask for less, or try again in a few seconds."
    )
    response.headers["Retry-After"] = str(_BUSY_SECONDS)
    return response


def _too_busy(request: Request, _exc: Exception) -> Response:
    logger.warning("a request was given up: too many others were waiting")
    message = "More is asked of this archive than it can answer just now."
    response = _page(request, 503, "Too many readers at once", message, "Try again in a few seconds.")
    response.headers["Retry-After"] = str(_BUSY_SECONDS)
    return response


def _http_error(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    if exc.status_code == 404:  # noqa: PLR2004  (the HTTP status of that name)
        message = "There is no page at this address."
        return _page(
            request, 404, "Page not found", message, "Search for it by a name, a programme or a phrase."
        )
    advice = "Go back to the home page and start from there."
    response = _page(request, exc.status_code, "Request refused", exc.detail, advice)
    response.headers.update(exc.headers or {})  # which methods an address has, for one
    return response


def _no_index(request: Request, exc: Exception) -> Response:
    logger.error("search is unavailable: %s", exc)
    message = "Search is being prepared, or does not answer. Articles can be read meanwhile."
    return _page(request, 503, "Search is not available now", message, "Try again in a few minutes.")


def _no_database(request: Request, exc: Exception) -> Response:
    logger.error("the database does not answer: %s", exc)
    message = "The archive’s database does not answer. Nothing is lost."
    response = _page(request, 503, "The archive is not available now", message, "Try again in a few minutes.")
    response.headers["Retry-After"] = str(_BUSY_SECONDS)
    return response


def _failed(request: Request, exc: Exception) -> Response:
    if isinstance(exc, ArchiveError):  # any other is told where it goes on to, in ``observing``
        logger.error("a page failed", exc_info=exc)
    message = "Something went wrong on our side. It has been written down for those who run this archive."
    advice = f"Try again; if it fails again, tell those who run it the number {REQUEST_ID.get()}."
    return _page(request, 500, "This page failed", message, advice)
