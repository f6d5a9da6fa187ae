"""Saved web pages: the report without the page around it, and what the page states about it."""

from __future__ import annotations

from collections.abc import Iterator

from app.dates import DateBasis, PartialDate
from app.importers.bounded import run_bounded
from app.importers.draft import ArticleDraft, Found, SourceFile, StatedDate


class WebPageImporter:
    """Reads saved web pages (HTML), one article each.

    The text is found by trafilatura (see ``page_body``); title, byline, outlet, address, date, language
    and licence are the page's own statements in JSON-LD, meta tags and marked-up times (see
    ``page_metadata``). Work happens in a child process with limits; scripts are never run.
    """

    name = "web page"
    version = "1"
    suffixes = (".html", ".htm", ".xhtml")

    def read(self, source: SourceFile) -> Iterator[Found]:
        """The one article of the page."""
        page = run_bounded("web page", source)
        text, _ = source.cleaned(page["text"])
        if not text:
            raise source.not_an_article("no article was found on the page", "copy its text into a .txt file")
        yield ArticleDraft(
            text=text,
            title=page["title"],
            outlet=page["outlet"],
            author=page["author"],
            url=page["url"],
            published=_stated_date(page["published"]),
            language=page["language"],
            licence=page["licence"],
        )


def _stated_date(found: list[str] | None) -> StatedDate | None:
    if found is None:
        return None
    date, basis, evidence = found
    return StatedDate(PartialDate.parse(date), DateBasis(basis), evidence)
