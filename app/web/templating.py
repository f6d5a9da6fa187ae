"""Rendering: one Jinja environment that escapes everything and fails on a name that no page gave."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from app.archive import Archive
from app.dates import PartialDate
from app.exporting.coins import coins
from app.exporting.references import ARCHIVE_NAME
from app.resources import resource_folder
from app.store.articles import ArticleCard
from app.web.forms import Form
from app.web.sessions import editor_of, visit_of
from app.web.views import person_label, person_side, side_label, side_of, speaker_label

SITE_NAME = ARCHIVE_NAME
_HASH_CHARACTERS = 12


def make_templates() -> Jinja2Templates:
    """The environment of all pages."""
    environment = Environment(
        loader=FileSystemLoader(resource_folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # else each page asks the disk whether its templates have changed
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        asset=asset,
        coins_of=coins_of,
        person_label=person_label,
        speaker_label=speaker_label,
        site_name=SITE_NAME,
        side_of=side_of,
        side_label=side_label,
        person_side=person_side,
    )
    environment.filters |= {"in_words": in_words, "number": "{:,}".format}
    return Jinja2Templates(env=environment)


def in_words(date: str) -> str:
    """A date of ISO 8601, as exact as it is, in running text: "5 July 2024"."""
    return PartialDate.parse(date).text()


def asset(name: str) -> str:
    """The address of a static file; it changes with the file, so that browsers may keep it for ever."""
    return f"/static/{name}?v={_fingerprint(resource_folder('static') / name)}"


@lru_cache(maxsize=32)
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_HASH_CHARACTERS]


def render(
    request: Request,
    template: str,
    *,
    page_title: str,
    section: str = "",
    description: str = "What was reported on EU-UK defence, and who said exactly what.",
    noindex: bool = False,
    meta: Iterable[tuple[str, str]] = (),
    structured: dict[str, Any] | None = None,
    feed: str | None = None,
    path: str | None = None,
    status_code: int = 200,
    **context: Any,
) -> Response:
    """A page. ``path`` is its one true address within the site, if it has one.

    ``meta`` are names and contents for its head, ``structured`` is what it says as JSON-LD, ``feed`` the
    address of the feed that follows it.
    """
    templates: Jinja2Templates = request.app.state.templates
    editing = _editing(request)
    response = templates.TemplateResponse(
        request,
        template,
        {
            "page_title": page_title,
            "section": section,
            "description": description,
            "noindex": noindex,
            "canonical": absolute(request, path) if path else None,
            "opensearch": absolute(request, "/opensearch.xml"),
            "meta": list(meta),
            "structured": structured,
            "feed": feed,
            "editing": editing,
            "no_form": Form({}),
            **context,
        },
        status_code=status_code,
    )
    if editing is not None:
        response.headers["Cache-Control"] = "private, no-store"
    return response


@dataclass(frozen=True, slots=True)
class Editing:
    """What a page has for an editor who is logged in, and for nobody else; ``token`` makes one for a form."""

    name: str
    token: Callable[[], str]


def _editing(request: Request) -> Editing | None:
    name, visit = editor_of(request), visit_of(request)
    return Editing(name, visit.form_token) if name is not None and visit is not None else None


def coins_of(request: Request, card: ArticleCard) -> str:
    """What lets Zotero take an article from a list; a date that was worked out is left out."""
    date = None if card.published.is_inferred else card.published.date
    return coins(card.title, card.outlet, date, absolute(request, card.path))


def absolute(request: Request, path: str) -> str:
    """The full address of a path of this site, for citations and links from elsewhere."""
    archive: Archive = request.app.state.archive
    base = archive.settings.public_url or str(request.base_url)
    return base.rstrip("/") + path
