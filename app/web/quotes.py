"""One quotation with its reasons."""

from __future__ import annotations

from textwrap import shorten
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.authority.sentences import Sentences
from app.display import DisplayMode
from app.export import as_bibtex, quotations_of
from app.store import articles, corrections, quotes
from app.store.article_facts import facts_of_articles
from app.store.quotes import QuoteRecord
from app.surroundings import Surroundings, surroundings_of
from app.web.citation import cite_quote
from app.web.deps import SessionDep
from app.web.exports import file_links
from app.web.marking import in_context
from app.web.printings import printings_of
from app.web.structured import quotation
from app.web.templating import absolute, render
from app.web.text_fragments import to_words
from app.web.turns import InTurn

router = APIRouter(route_class=InTurn)

_TITLE_CHARACTERS = 70
_DESCRIPTION_CHARACTERS = 200


@router.get("/quotes/{quote_id}")
def quote_page(
    request: Request, session: SessionDep, quote_id: Annotated[int, Path(ge=0, le=2**62)]
) -> Response:
    """The words, who said them, and why the archive reads it so."""
    quote = quotes.read_quote(session, quote_id)
    text = articles.texts_of(session, [quote.article.id])[quote.article.id]
    # A removed quotation's offsets are those of an older text.
    has_place = not quote.is_removed
    may_show = has_place and quote.article.display is DisplayMode.FULL
    context = in_context(text, quote) if may_show else None
    around = _around(text, quote) if may_show else None
    cue = quote.cue_span if may_show else None
    facts = facts_of_articles(session, [quote.article.id])[quote.article.id]
    return render(
        request,
        "quote.html",
        page_title=f"{quote.label}: “{shorten(quote.segments[0].text, _TITLE_CHARACTERS, placeholder=' …')}”",
        path=quote.path,
        description=shorten(
            f"{quote.label}, quoted in “{quote.article.title}”: {quote.words}", _DESCRIPTION_CHARACTERS
        ),
        structured=quotation(quote, absolute(request, "")),
        quote=quote,
        no_speaker=quotes.NO_SPEAKER,
        before=context.before or around.before if context and around else "",
        after=context.after or around.after if context and around else "",
        at_source=to_words(facts.url, quote.segments[0].text) if has_place else None,
        cue_text=text[slice(*cue)] if cue else None,
        printings=printings_of(session, quote) if has_place else None,
        citation=cite_quote(quote, absolute(request, quote.path)),
        bibtex=as_bibtex(quotations_of(session, absolute(request, ""), [quote])),
        files=file_links(quote.path),
        corrected=corrections.corrections_of_quote(session, quote.id),
    )


def _around(text: str, quote: QuoteRecord) -> Surroundings:
    return surroundings_of(Sentences(text), quote.segments[0].start, quote.segments[-1].end)
