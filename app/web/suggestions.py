"""Suggestions while typing, as JSON for the script of the search box."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from app.fulltext.query import MAX_QUERY_CHARACTERS
from app.suggesting import suggest
from app.web.deps import ArchiveDep
from app.web.throttling import Allowance, counted
from app.web.turns import InTurn

router = APIRouter(route_class=InTurn)

_KEPT_SECONDS = 300
_TOKENS = 0.1  # of a search: one comes with every few letters


@router.get("/search/suggest", dependencies=[counted(Allowance.SEARCH, _TOKENS)])
def suggestions(
    archive: ArchiveDep,
    q: Annotated[
        str, Query(max_length=MAX_QUERY_CHARACTERS, description="What is in the search box so far.")
    ] = "",
) -> JSONResponse:
    """Ways to go on: each has a ``kind``, a ``label``, a ``detail`` and the whole ``query`` that it makes."""
    found = [
        {"kind": one.kind.value, "label": one.label, "detail": one.detail, "query": one.query}
        for one in suggest(archive, q)
    ]
    return JSONResponse({"suggestions": found}, headers={"Cache-Control": f"public, max-age={_KEPT_SECONDS}"})
