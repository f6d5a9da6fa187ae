"""Files for spreadsheets, programs and reference managers, beside the pages whose rows they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request
from starlette.responses import Response, StreamingResponse

from app.errors import NotFoundError
from app.export import Export, export_article, export_people, export_quote, write
from app.exporting.formats import FORMATS, Format
from app.web.deps import ArchiveDep
from app.web.templating import absolute
from app.web.views import FileLink

router = APIRouter()

_ARTICLE_NAME = re.compile(r"(\d{1,18})(?:-[\w-]*)?")
_BLOCK_BYTES = 32 * 1024
_NAME_CHARACTERS = 100
_FILE_NAME = re.compile(r"[^a-z0-9-]+")


@router.get("/articles/{name}.{ending}")
def article_file(request: Request, archive: ArchiveDep, name: str, ending: str) -> Response:
    """An article as a reference, or its quotations as a table."""
    match = _ARTICLE_NAME.fullmatch(name)
    if match is None:
        raise NotFoundError("article", name)
    return send(export_article(archive, absolute(request, ""), int(match[1])), format_of(ending))


@router.get("/quotes/{quote_id}.{ending}")
def quote_file(
    request: Request, archive: ArchiveDep, quote_id: Annotated[int, Path(ge=0, le=2**62)], ending: str
) -> Response:
    """A quotation, as a reference or as data."""
    return send(export_quote(archive, absolute(request, ""), quote_id), format_of(ending))


@router.get("/people.{ending}")
def people_file(request: Request, archive: ArchiveDep, ending: str) -> Response:
    """Everybody who is quoted."""
    return send(export_people(archive, absolute(request, "")), format_of(ending))


def file_links(
    path: str, params: tuple[tuple[str, str], ...] = (), *, can_be_cited: bool = True
) -> list[FileLink]:
    """The files beside the page at ``path``; with ``params`` they hold what the page shows with them."""
    query = f"?{urlencode(params)}" if params else ""
    return [
        FileLink(form.label, f"{path}.{form.ending}{query}")
        for form in FORMATS.values()
        if can_be_cited or not form.is_citation
    ]


def format_of(ending: str) -> Format:
    """The format of an address; NotFoundError where there is none."""
    if ending not in FORMATS:
        raise NotFoundError("file of the kind", ending)
    return FORMATS[ending]


def send(export: Export, form: Format) -> Response:
    """The export as a file that a browser saves; how many rows it has is told in a header, too."""
    name = _FILE_NAME.sub("-", f"eu-uk-defence-archive-{export.name}".lower()).strip("-")[:_NAME_CHARACTERS]
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{form.file_ending}"',
        "X-Content-Type-Options": "nosniff",
    }
    if not (form.is_citation and export.is_cited_whole):
        headers["X-Rows"] = f"{export.count} of {export.total}"
    return StreamingResponse(_in_blocks(write(export, form)), media_type=form.media_type, headers=headers)


def _in_blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in larger pieces: each piece is a step through the server, and compressed for itself."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= _BLOCK_BYTES:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
