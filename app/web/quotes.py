"""One quotation with its reasons."""

from __future__ import annotations

from textwrap import shorten
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.store import articles, quotes
from app.web.citation import cite_quote
from app.web.deps import SessionDep
from app.web.exports import file_links
from app.web.marking import in_context
from app.web.printings import printings_of
from app.web.structured import quotation
from app.web.templating import absolute, render

router = APIRouter()

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
    context = None if quote.is_removed else in_context(text, quote)
    cue = quote.cue_span
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
        before=context.before if context else "",
        after=context.after if context else "",
        cue_text=text[cue[0] : cue[1]] if context and cue else None,
        printings=None if quote.is_removed else printings_of(session, quote),
        citation=cite_quote(quote, absolute(request, quote.path)),
        files=file_links(quote.path),
    )
