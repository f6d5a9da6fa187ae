"""What the archive is and how it works, for those who must decide whether to trust it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.store import articles, people, quotes
from app.web.deps import ArchiveDep, SessionDep
from app.web.templating import render
from app.web.turns import InTurn

router = APIRouter(route_class=InTurn)


@router.get("/about")
def about_page(request: Request, archive: ArchiveDep, session: SessionDep) -> Response:
    """What the archive holds, how quotations are found, how to report an error."""
    return render(
        request,
        "about.html",
        page_title="About this archive",
        section="about",
        path="/about",
        counts={
            "articles": articles.count_articles(session),
            "quotations": quotes.count_quotes(session),
            "people": people.count_people(session),
        },
        extractor=f"{archive.extractor.name} {archive.extractor.version}",
    )
