"""The home page: what the archive holds, and the newest of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.store import articles, people, programmes, quotes
from app.web.charts import mirror_chart
from app.web.deps import SessionDep
from app.web.templating import render

router = APIRouter()

_SHOWN = 6


@router.get("/")
def home(request: Request, session: SessionDep) -> Response:
    """What the archive holds, the newest quotations and articles, the most quoted people."""
    months = quotes.quotes_by_month(session)
    return render(
        request,
        "home.html",
        page_title="Who said what about EU–UK defence",
        path="/",
        counts={
            "articles": articles.count_articles(session),
            "quotations": quotes.count_quotes(session),
            "people": len(people.list_people(session)),
        },
        period=articles.period_covered(session),
        latest=quotes.latest_quotes(session, _SHOWN),
        most_quoted=people.most_quoted(session, _SHOWN),
        programmes=[card for card in programmes.list_programmes(session) if card.article_count][:_SHOWN],
        articles=articles.list_articles(session, offset=0, limit=_SHOWN),
        chart=mirror_chart(months.get("eu", {}), months.get("uk", {})),
    )
