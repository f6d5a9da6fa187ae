"""The web application: pages put together, nothing more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response

from app import __version__
from app.archive import Archive, open_archive
from app.resources import resource_folder
from app.settings import read_settings
from app.web import about, articles, home, people, programmes, quotes, search, search_help, timeline
from app.web.errors import add_error_pages
from app.web.templating import SITE_NAME, make_templates


def create_app(archive: Archive | None = None) -> FastAPI:
    """The application on ``archive``; without one, on the archive that the settings name.

    Raises DatabaseError where there is no archive of this program's shape.
    """
    app = FastAPI(title=SITE_NAME, version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.archive = archive or open_archive(read_settings())
    app.state.templates = make_templates()
    app.mount("/static", StaticFiles(directory=resource_folder("static")), name="static")
    for page in (home, search, articles, quotes, people, programmes, timeline, about, search_help):
        app.include_router(page.router)
    add_error_pages(app)
    app.middleware("http")(_keep_assets)
    return app


async def _keep_assets(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """A static file's address has its fingerprint, so a browser need never ask for it again."""
    response = await call_next(request)
    if request.url.path.startswith("/static/") and request.url.query:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
