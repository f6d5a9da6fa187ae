"""Articles: browsed, and read one by one with their quotations marked."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.errors import NotFoundError
from app.store import articles, programmes, quotes
from app.web.citation import cite_article
from app.web.deps import ArchiveDep, PageNumber, SessionDep
from app.web.marking import paragraphs_of, speakers_of
from app.web.templating import absolute, render
from app.web.views import Pager, page_count

router = APIRouter()

_NAME = re.compile(r"(?P<id>\d{1,18})(?:-[\w-]*)?")


@router.get("/articles")
def articles_page(
    request: Request, archive: ArchiveDep, session: SessionDep, page: PageNumber = 1
) -> Response:
    """All articles, newest first."""
    size = archive.settings.page_size
    total = articles.count_articles(session)
    return render(
        request,
        "articles.html",
        page_title="Articles",
        section="articles",
        path="/articles",
        articles=articles.list_articles(session, offset=(page - 1) * size, limit=size),
        total=total,
        pager=Pager("/articles", (), page, page_count(total, size)),
    )


@router.get("/articles/{name}")
def article_page(request: Request, session: SessionDep, name: str) -> Response:
    """One article. ``name`` is its id with its title behind it; any other title leads to the right one."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise NotFoundError("article", name)
    article = articles.read_article(session, int(match["id"]))
    if request.url.path != article.card.path:
        return RedirectResponse(article.card.path, status_code=308)
    records = quotes.quotes_of_articles(session, [article.card.id]).get(article.card.id, [])
    return render(
        request,
        "article.html",
        page_title=article.card.title,
        section="articles",
        path=article.card.path,
        description=article.text[:200].replace("\n", " "),
        article=article,
        paragraphs=paragraphs_of(article.text, records),
        speakers=speakers_of(records),
        programmes=programmes.programmes_of_articles(session, [article.card.id]).get(article.card.id, []),
        citation=cite_article(article, absolute(request, article.card.path)),
        quotes_count=len(records),
    )
