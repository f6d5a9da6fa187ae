"""Suggestions while typing, as JSON for the script of the search box."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from app.suggesting import suggest
from app.web.deps import ArchiveDep

router = APIRouter()

_KEPT_SECONDS = 300


@router.get("/search/suggest")
def suggestions(
    archive: ArchiveDep, q: Annotated[str, Query(description="What is in the search box so far.")] = ""
) -> JSONResponse:
    """Ways to go on: each has a ``kind``, a ``label``, a ``detail`` and the whole ``query`` that it makes."""
    found = [
        {"kind": one.kind.value, "label": one.label, "detail": one.detail, "query": one.query}
        for one in suggest(archive, q)
    ]
    return JSONResponse({"suggestions": found}, headers={"Cache-Control": f"public, max-age={_KEPT_SECONDS}"})
