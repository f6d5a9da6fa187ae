"""The web application: pages put together, nothing more."""

from __future__ import annotations

from fastapi import FastAPI

from app import __version__
from app.archive import Archive, open_archive
from app.resources import resource_folder
from app.settings import read_settings
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
from app.web.api import create_api
from app.web.delivery import KeptForEver, add_delivery
from app.web.errors import add_error_pages
from app.web.failed_logins import FailedLogins
from app.web.templating import SITE_NAME, make_templates


def create_app(archive: Archive | None = None) -> FastAPI:
    """The application on ``archive``; without one, on the archive that the settings name.

    Raises DatabaseError where there is no archive of this program's shape.
    """
    app = FastAPI(title=SITE_NAME, version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.archive = archive or open_archive(read_settings())
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
    ):
        app.include_router(page.router)
    app.mount("/api", create_api(app.state.archive))
    add_error_pages(app)
    add_delivery(app)
    return app
