"""The web application: pages put together, nothing more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from app import __version__
from app.archive import Archive, open_archive
from app.index_keeping import kept_in_step
from app.resources import resource_folder
from app.settings import Settings, read_settings
from app.web import (
    about,
    articles,
    corrections,
    discovery,
    editing,
    exports,
    feeds,
    home,
    login,
    operation,
    outlets,
    people,
    programmes,
    quotes,
    runs,
    search,
    search_help,
    suggestions,
    timeline,
)
from app.web.api import create_api, tell_error
from app.web.bounds import Bounded
from app.web.delivery import KeptForEver, add_delivery
from app.web.errors import add_error_pages
from app.web.failed_logins import FailedLogins
from app.web.headers import SecureHeaders
from app.web.observing import Metrics, Observed
from app.web.templating import SITE_NAME, make_templates
from app.web.throttling import make_throttles
from app.web.turns import Turns

_MOST_BODY_BYTES = 100_000


class Application(FastAPI):
    """FastAPI with what stands outside everything, its own page for a crash included."""

    def build_middleware_stack(self) -> ASGIApp:
        """The application in all its layers."""
        settings: Settings = self.state.archive.settings
        bounded = Bounded(super().build_middleware_stack(), settings)
        return Observed(SecureHeaders(bounded), self.state.metrics)


@asynccontextmanager
async def _let_go(app: FastAPI) -> AsyncIterator[None]:
    """When the server has answered its last request, SQLite folds its log into the database.

    Meanwhile, where several machines share an archive, the server sees to it that the indexes are told.
    """
    archive: Archive = app.state.archive
    with kept_in_step(archive):
        yield
    archive.close()


def create_app(archive: Archive | None = None, turns: Turns | None = None) -> Application:
    """The application on ``archive``; without one, on the archive that the settings name.

    Raises DatabaseError where there is no archive of this program's shape.
    """
    app = Application(
        title=SITE_NAME,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=_MOST_BODY_BYTES,
        lifespan=_let_go,
    )
    app.state.archive = archive or open_archive(read_settings())
    app.state.metrics = Metrics()
    app.state.throttles = make_throttles(app.state.archive.settings)
    app.state.turns = turns or Turns()
    app.state.templates = make_templates()
    app.state.failed_logins = FailedLogins()
    app.mount("/static", KeptForEver(directory=resource_folder("static")), name="static")
    for page in (
        feeds,
        exports,
        discovery,
        home,
        search,
        articles,
        quotes,
        people,
        programmes,
        outlets,
        timeline,
        about,
        search_help,
        suggestions,
        runs,
        corrections,
        login,
        editing,
        operation,
    ):
        app.include_router(page.router)
    app.mount("/api", create_api(app.state.archive, app.state.throttles, app.state.turns))
    add_error_pages(app, tell_error)
    add_delivery(app)
    return app
