"""Articles: browsed, and read one by one with their quotations marked."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from textwrap import shorten
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.asking import understand
from app.display import DisplayMode
from app.errors import NotFoundError
from app.export import articles_of, as_bibtex
from app.fulltext.query import require_bounds
from app.fulltext.tree import Or
from app.hits import spans_in_article, title_with_marks
from app.store import articles, corrections, programmes, quotes, versions
from app.web.auditing import evidence_of, raw_parts
from app.web.citation import cite_article
from app.web.copies import copies_of_article
from app.web.crediting import credits_shown
from app.web.delivery import lead_on
from app.web.deps import ArchiveDep, PageNumber, SessionDep
from app.web.exports import file_links
from app.web.marking import paragraphs_of, speakers_of
from app.web.structured import article_meta, news_article
from app.web.templating import absolute, render
from app.web.turns import InTurn
from app.web.versioning import steps_of
from app.web.views import Pager, page_count

router = APIRouter(route_class=InTurn)

_DESCRIPTION_CHARACTERS = 200
_MAX_PLACES = 500  # that are marked in one article
_NOTHING = Or(())
_NAME = re.compile(r"(?P<id>[0-9]{1,18})(?:-[\w-]*)?")


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
        feed="/articles.atom",
        articles=articles.list_articles(session, offset=(page - 1) * size, limit=size),
        total=total,
        pager=Pager("/articles", (), page, page_count(total, size)),
    )


@router.get("/articles/{name}")
def article_page(
    request: Request, archive: ArchiveDep, session: SessionDep, name: str, q: str = ""
) -> Response:
    """One article. ``name`` is its id with its title behind it; any other title leads to the right one.

    What the query ``q`` finds in it is marked.
    """
    article = articles.read_article(session, _id_of(name))
    if request.url.path != article.card.path:
        query = f"?{request.url.query}" if request.url.query else ""
        return lead_on(article.card.path + query, 308)
    records = quotes.quotes_of_articles(session, [article.card.id]).get(article.card.id, [])
    address = absolute(request, article.card.path)
    description = shorten(article.text, _DESCRIPTION_CHARACTERS)
    # An excerpt ends before most quotations: those behind its end are listed and not marked in place.
    placed = [record for record in records if record.segments[-1].end <= len(article.text)]
    is_whole = article.card.display is DisplayMode.FULL
    understood = understand(archive, session, require_bounds(q), datetime.now(UTC).date())
    tree = understood.tree or _NOTHING
    places = spans_in_article(archive, session, tree, article, placed)
    return render(
        request,
        "article.html",
        page_title=article.card.title,
        section="articles",
        path=article.card.path,
        description=description,
        meta=article_meta(article, address, description),
        structured=news_article(article, records, absolute(request, "")),
        article=article,
        title=title_with_marks(tree, article.card),
        paragraphs=paragraphs_of(article.text, placed, places[:_MAX_PLACES]),
        query=understood.query.typed if understood.tree is not None else "",
        search_address=f"/search?{urlencode({'q': understood.query.typed})}",
        places_count=len(places),
        marked_count=min(len(places), _MAX_PLACES),
        speakers=speakers_of(placed),
        is_whole=is_whole,
        further=[] if is_whole else [record for record in records if record not in placed],
        programmes=programmes.programmes_of_articles(session, [article.card.id]).get(article.card.id, []),
        copies=copies_of_article(session, article),
        credits=credits_shown(session, article),
        citation=cite_article(article, address),
        bibtex=as_bibtex(articles_of(session, absolute(request, ""), [article.card.id])),
        files=file_links(article.card.path),
        no_speaker=quotes.NO_SPEAKER,
        quotes_count=sum(record.is_marked for record in records),
        checked_count=sum(record.is_marked and record.checked_on is not None for record in records),
        corrected=corrections.corrections_of_article(session, article.card.id),
    )


@router.get("/articles/{name}/audit")
def audit_page(request: Request, session: SessionDep, name: str) -> Response:
    """How an article was read: what cleaning took, what each quotation rests on, what was rejected."""
    article = articles.read_article(session, _id_of(name))
    address = f"{article.card.path}/audit"
    if request.url.path != address:
        return lead_on(address, 308)
    is_whole = article.card.display is DisplayMode.FULL
    records = quotes.quotes_of_articles(session, [article.card.id]).get(article.card.id, [])
    rejections = quotes.rejections_of(session, article.card.id)
    raw = articles.raw_text_of(session, article.card.id)
    return render(
        request,
        "audit.html",
        page_title=f"How it was read: {article.card.title}",
        section="articles",
        noindex=True,
        path=address,
        article=article,
        is_whole=is_whole,
        raw_parts=raw_parts(raw, article.removals) if is_whole else (),
        evidence=[evidence_of(article.text, record) for record in records] if is_whole else [],
        rejections=rejections if is_whole else [],
        no_speaker=quotes.NO_SPEAKER,
    )


@router.get("/articles/{name}/versions")
def versions_page(request: Request, session: SessionDep, name: str) -> Response:
    """What an article was each time its source had changed, and what changed, word by word; newest first."""
    article = articles.read_article(session, _id_of(name))
    address = f"{article.card.path}/versions"
    if request.url.path != address:
        return lead_on(address, 308)
    return render(
        request,
        "versions.html",
        page_title=f"Versions of {article.card.title}",
        section="articles",
        noindex=True,
        path=address,
        article=article,
        is_whole=article.card.display is DisplayMode.FULL,
        steps=steps_of(versions.versions_of(session, article.card.id)),
    )


def _id_of(name: str) -> int:
    """The id at the head of an article's name in an address; NotFoundError where there is none."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise NotFoundError("article", name)
    return int(match["id"])
