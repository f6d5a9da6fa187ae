"""The home page: what the archive holds, and the newest of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app import holdings
from app.store import articles, people, programmes, quotes
from app.web.charts import mirror_chart
from app.web.deps import ArchiveDep, SessionDep
from app.web.templating import render
from app.web.turns import InTurn

router = APIRouter(route_class=InTurn)

_SHOWN = 6


@router.get("/")
def home(request: Request, archive: ArchiveDep, session: SessionDep) -> Response:
    """What the archive holds, the newest quotations and articles, the most quoted people."""
    return render(
        request,
        "home.html",
        page_title="Who said what about EU–UK defence",
        path="/",
        counts={
            "articles": articles.count_articles(session),
            "quotations": holdings.count_in_marks(archive),
            "people": people.count_people(session),
        },
        period=articles.period_covered(session),
        latest=quotes.latest_quotes(session, _SHOWN),
        most_quoted=holdings.most_quoted(archive, session, _SHOWN),
        programmes=[card for card in programmes.list_programmes(session) if card.article_count][:_SHOWN],
        articles=articles.list_articles(session, offset=0, limit=_SHOWN),
        chart=mirror_chart(*(holdings.quotations_by_month(archive, side) for side in ("eu", "uk"))),
    )
