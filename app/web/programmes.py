"""Programmes: what they are and how many articles name them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.store.programmes import list_programmes
from app.web.deps import SessionDep
from app.web.templating import render

router = APIRouter()


@router.get("/programmes")
def programmes_page(request: Request, session: SessionDep) -> Response:
    """The programmes of the register, the most reported first."""
    return render(
        request,
        "programmes.html",
        page_title="Programmes",
        section="programmes",
        path="/programmes",
        programmes=list_programmes(session),
    )
