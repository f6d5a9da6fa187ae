"""Files for spreadsheets, programs and reference managers, beside the pages whose rows they hold."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request
from starlette.responses import Response, StreamingResponse

from app.archive import Archive
from app.deadline import extend_deadline
from app.errors import NotFoundError
from app.export import (
    Export,
    evidence_pack,
    export_article,
    export_people,
    export_person,
    export_quote,
    export_search,
    write,
)
from app.exporting.formats import FORMATS, Format
from app.web.deps import ArchiveDep
from app.web.search_params import SearchRequestDep, of_person
from app.web.templating import absolute
from app.web.throttling import Allowance, counted
from app.web.turns import InTurn, each_in_turn, turns_of
from app.web.views import FileLink

router = APIRouter(route_class=InTurn)

_ARTICLE_NAME = re.compile(r"([0-9]{1,18})(?:-[\w-]*)?")
_TOKENS = 0.1  # of an export of many rows
_BLOCK_BYTES = 512 * 1024  # some thousand rows, a quarter of a second of work
_NAME_CHARACTERS = 100
_FILE_NAME = re.compile(r"[^a-z0-9-]+")


@router.get("/search.zip", dependencies=[counted(Allowance.EXPORT)])
def evidence_file(request: Request, archive: ArchiveDep, asked: SearchRequestDep) -> Response:
    """A search with all that supports it, in one file."""
    name = export_search(archive, absolute(request, ""), asked).name
    pack = evidence_pack(archive, absolute(request, ""), asked)
    return send_file(request, pack, f"{name}-evidence.zip", "application/zip")


@router.get("/search.{ending}", dependencies=[counted(Allowance.EXPORT)])
def search_file(request: Request, archive: ArchiveDep, asked: SearchRequestDep, ending: str) -> Response:
    """All rows of a search."""
    form = format_of(ending)
    return send(request, export_search(archive, absolute(request, ""), asked), form)


@router.get("/people/{slug}.{ending}", dependencies=[counted(Allowance.EXPORT)])
def person_file(
    request: Request, archive: ArchiveDep, asked: SearchRequestDep, slug: str, ending: str
) -> Response:
    """The quotations that a person's page shows with the same parameters; as JSON, the person in Popolo."""
    form = format_of(ending)
    return send(request, export_person(archive, absolute(request, ""), slug, of_person(slug, asked)), form)


@router.get("/articles/{name}.{ending}", dependencies=[counted(Allowance.EXPORT, _TOKENS)])
def article_file(request: Request, archive: ArchiveDep, name: str, ending: str) -> Response:
    """An article as a reference, or its quotations as a table."""
    match = _ARTICLE_NAME.fullmatch(name)
    if match is None:
        raise NotFoundError("article", name)
    return send(request, export_article(archive, absolute(request, ""), int(match[1])), format_of(ending))


@router.get("/quotes/{quote_id}.{ending}", dependencies=[counted(Allowance.EXPORT, _TOKENS)])
def quote_file(
    request: Request, archive: ArchiveDep, quote_id: Annotated[int, Path(ge=0, le=2**62)], ending: str
) -> Response:
    """A quotation, as a reference or as data."""
    return send(request, export_quote(archive, absolute(request, ""), quote_id), format_of(ending))


@router.get("/people.{ending}", dependencies=[counted(Allowance.EXPORT)])
def people_file(request: Request, archive: ArchiveDep, ending: str) -> Response:
    """Everybody who is quoted."""
    return send(request, export_people(archive, absolute(request, "")), format_of(ending))


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


def send(request: Request, export: Export, form: Format) -> Response:
    """The export as a file that a browser saves; how many rows it has is told in a header, too."""
    name = f"{export.name}.{form.file_ending}"
    response = send_file(request, write(export, form), name, form.media_type)
    if not (form.is_citation and export.is_cited_whole):
        response.headers["X-Rows"] = f"{export.count} of {export.total}"
    return response


def send_file(request: Request, pieces: Iterable[bytes], name: str, media_type: str) -> Response:
    """The pieces as a file. A large one is sent while it is made; what takes too long is broken off then."""
    archive: Archive = request.app.state.archive
    seconds = archive.settings.export_seconds
    extend_deadline(seconds)
    stem, _, ending = f"eu-uk-defence-archive-{name}".lower().partition(".")
    safe = _FILE_NAME.sub("-", stem).strip("-")[:_NAME_CHARACTERS]
    headers = {"Content-Disposition": f'attachment; filename="{safe}.{ending}"'}
    blocks = _in_blocks(pieces)
    first = next(blocks, b"")
    if len(first) < _BLOCK_BYTES:
        return Response(first, media_type=media_type, headers=headers)
    rest = each_in_turn(blocks, turns_of(request), seconds)
    return StreamingResponse(_with(first, rest), media_type=media_type, headers=headers)


async def _with(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for block in rest:
        yield block


def _in_blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in larger pieces: each waits for its turn, and is compressed for itself.

    All but the last have _BLOCK_BYTES or more.
    """
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= _BLOCK_BYTES:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
