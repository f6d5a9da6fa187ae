"""The public log of what editors corrected."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.store import corrections
from app.web.deps import ArchiveDep, PageNumber, SessionDep
from app.web.templating import render
from app.web.turns import InTurn
from app.web.views import Pager, page_count

router = APIRouter(route_class=InTurn)


@router.get("/corrections")
def corrections_page(
    request: Request, archive: ArchiveDep, session: SessionDep, page: PageNumber = 1
) -> Response:
    """All corrections, the newest first."""
    size = archive.settings.page_size
    total = corrections.count_corrections(session)
    return render(
        request,
        "corrections.html",
        page_title="Corrections",
        description="What editors of this archive corrected, and why.",
        path="/corrections",
        feed="/corrections.atom",
        entries=corrections.list_corrections(session, offset=(page - 1) * size, limit=size),
        pager=Pager("/corrections", (), page, page_count(total, size)),
    )


@router.get("/corrections/{correction_id}")
def correction_page(
    request: Request, session: SessionDep, correction_id: Annotated[int, Path(ge=0, le=2**62)]
) -> Response:
    """One correction."""
    entry = corrections.read_correction(session, correction_id)
    return render(
        request,
        "correction.html",
        page_title=entry.title,
        noindex=True,
        path=entry.log_path,
        entry=entry,
    )
