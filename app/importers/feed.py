"""RSS and Atom feeds: each entry is an article, or the summary of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.dates import DateBasis, PartialDate
from app.importers.bounded import run_bounded
from app.importers.cleaning import TextTooLongError, clean
from app.importers.draft import ArticleDraft, Found, PartRefused, SourceFile, StatedDate


class FeedImporter:
    """Reads RSS and Atom feeds by feedparser, an article for each entry.

    An entry without content is taken in as the summary that it is, and its page says so. The outlet is the
    one that the entry names as its source, else the feed. XML that is no feed is no article.
    """

    name = "feed"
    version = "1"
    suffixes = (".rss", ".atom", ".xml")

    def read(self, source: SourceFile) -> Iterator[Found]:
        """The entries in their order."""
        for entry in run_bounded("feed", source):
            try:
                text, _ = clean(entry["text"])
            except TextTooLongError as exc:
                yield PartRefused(entry["place"], exc.reason, exc.advice)
                continue
            if text:
                yield _draft(entry, text)
            else:
                yield PartRefused(
                    entry["place"],
                    "it has neither content nor a summary",
                    "take in the page that it links to",
                )


def _draft(entry: dict[str, Any], text: str) -> ArticleDraft:
    published = entry["published"]
    return ArticleDraft(
        text=text,
        title=entry["title"],
        outlet=entry["outlet"],
        author=entry["author"],
        url=entry["url"],
        published=StatedDate(PartialDate.parse(published[0]), DateBasis.METADATA, published[1])
        if published
        else None,
        language=entry["language"],
        licence=entry["licence"],
        based_on=tuple(entry["based_on"]),
        place=entry["place"],
        is_known_by_words=entry["is_nameless"],
        is_summary=entry["is_summary"],
    )
