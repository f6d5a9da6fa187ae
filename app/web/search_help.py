"""How to search: every operator and field, each with an example."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.web.templating import render
from app.web.turns import InTurn

router = APIRouter(route_class=InTurn)


@dataclass(frozen=True, slots=True)
class Example:
    """A query that finds something, and what it asks for."""

    typed: str
    finds: str


@dataclass(frozen=True, slots=True)
class Section:
    """Examples that belong together; ``anchor`` is their place on the page."""

    anchor: str
    heading: str
    examples: tuple[Example, ...]


SECTIONS = (
    Section(
        "words",
        "Words and phrases",
        (
            Example("defence industry", "articles with both words; defense, defence, defences alike"),
            Example("sefcovic", "Šefčovič: case and diacritics do not matter"),
            Example(
                "F-35 OR €150bn OR U.K.", "each of these is one thing, and so are UK-EU and Thomas-Symonds"
            ),
            Example('"security and defence partnership"', "these words side by side; “ ” „ « » ‘ ’ work too"),
            Example('"security partnership"~2', "these words in this order with up to two others among them"),
            Example("negotiat*", "words that begin so: three or more letters, then an asterisk"),
            Example('exact:"Safe"', "exactly this spelling: capitals, accents, British or American"),
        ),
    ),
    Section(
        "operators",
        "Operators, in capitals",
        (
            Example("loans AND ukraine", "both; a space says the same"),
            Example("loans OR grants", "either; AND binds tighter than OR"),
            Example("(loans OR grants) ukraine", "brackets keep together what belongs together"),
            Example("defence NOT trump", "the first without the second"),
            Example("defence -trump", "the same; the sign stands right before the word"),
            Example("defence !trump", "the same"),
            Example("Kallas NEAR/5 London", "at most five words apart, in either order"),
            Example("Kallas w/5 London", "the same"),
            Example("Kallas w/s London", "in the same sentence"),
            Example("loans w/p Ukraine", "in the same paragraph"),
        ),
    ),
    Section(
        "people",
        "People, programmes and outlets",
        (
            Example("SAFE", "in capitals the programme, under any of its names; safe finds the word"),
            Example("programme:safe", "the same; also program:, topic:"),
            Example("speaker:starmer", "articles that quote him; also by:, person:, said:"),
            Example('speaker:("von der leyen" OR kallas)', "articles that quote either"),
            Example("mentions:trump", "articles that name him, quoted or not"),
            Example("role:commissioner", "articles that quote somebody described so"),
            Example("side:uk", "articles that quote the UK side; also eu, other, unnamed"),
            Example("outlet:briefing", "published there; also source:, site:"),
            Example("via:europarl", "articles that say they are based on this source"),
            Example("defence -author:writer", "author: articles by this author; here without them"),
        ),
    ),
    Section(
        "dates",
        "Dates",
        (
            Example("date:2025-03", "published in March 2025; also a day or a year; also published:"),
            Example("date:2025-01..2025-06", "from January to June; date:2025-01/2025-06 says the same"),
            Example("date:..2025", "up to the end of 2025; date:2025-03.. from March on"),
            Example("date:>=2025-03", "from March 2025 on; also > < <="),
            Example("date:P10Y", "the last ten years; P3M three months, P2W two weeks, P10D ten days"),
            Example("20250101..20250331", "a range of days without a field"),
            Example("added:>=2025", "when the article came into this archive"),
        ),
    ),
    Section(
        "parts",
        "Parts and kinds of articles",
        (
            Example("title:pact", "in the title"),
            Example("quote:interest", "in a quotation"),
            Example("text:OR", "text: is where words are searched anyway; it makes an operator a word"),
            Example("title:(pact OR loans)", "brackets hold for every field"),
            Example("kind:mixed", "has quotations of this kind; also direct, fragment, reported"),
            Example("type:direct", "the same as kind:; what type an article is, its source does not say"),
            Example("has:quotes", "also date, outlet, title, url, author"),
            Example("defence -is:undated", "also dated, titled, untitled, quoted"),
            Example("lang:en", "in this language"),
            Example("id:1", "the article with this number"),
            Example(
                "event:2025-03-17",
                "articles whose text tells of that day; also a month, a year, a range as for date:",
            ),
            Example("org:commission", "quotes the organisation, or somebody of it"),
        ),
    ),
    Section(
        "order",
        "Order of results",
        (
            Example("defence sort:oldest", "also newest, relevance"),
            Example(
                "defence group:person",
                "who says this most: people, with the number and the dates of what they said",
            ),
        ),
    ),
)


@router.get("/help/search")
def help_page(request: Request) -> Response:
    """Every operator and field of a query."""
    return render(
        request,
        "help.html",
        page_title="How to search",
        section="search",
        path="/help/search",
        sections=SECTIONS,
    )
