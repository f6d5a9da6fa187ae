"""Feeds: what XML may be, and what must not come in through it."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest

from app.errors import NoArticleError, RejectedInputError
from app.importers.draft import ArticleDraft, SourceFile
from app.importers.feed import FeedImporter

ITEM = "<item><title>The pact</title><description>{}</description><pubDate>{}</pubDate></item>"
FEED = '<?xml version="1.0"{}?><rss version="2.0"><channel><title>The Example</title>{}</channel></rss>'


def read(content: str | bytes, charset: str | None = None) -> ArticleDraft:
    data = content.encode() if isinstance(content, str) else content
    (draft,) = FeedImporter().read(SourceFile(Path("feed.xml"), data, charset=charset))
    assert isinstance(draft, ArticleDraft)
    return draft


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("Mon, 17 Mar 2025 23:59:00 -0800", "2025-03-17"),
        ("2025-03-17T23:59:00-08:00", "2025-03-17"),
        ("17 March", None),
        ("", None),
    ],
)
def test_the_day_is_the_one_that_the_feed_writes(written: str, date: str | None) -> None:
    published = read(FEED.format("", ITEM.format("The pact waits.", written))).published
    assert (published and published.date.iso()) == date


@pytest.mark.parametrize(
    ("encoding", "declared", "charset"),
    [
        ("utf-8", "", None),
        ("windows-1257", ' encoding="windows-1257"', None),
        ("windows-1257", "", "windows-1257"),
        ("utf-16", ' encoding="utf-16"', None),
    ],
)
def test_feeds_in_other_encodings_are_read(encoding: str, declared: str, charset: str | None) -> None:
    content = FEED.format(declared, ITEM.format("Šefčovič met them.", "")).encode(encoding)
    assert read(content, charset).text == "Šefčovič met them."


LAUGHS = '<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>'
OUTSIDE = '<!DOCTYPE r [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declared", [LAUGHS, OUTSIDE])
def test_entities_are_refused(declared: str) -> None:
    content = FEED.format("", ITEM.format("&b;", "")).replace("?><rss", f"?>{declared}<rss")
    with pytest.raises(RejectedInputError, match="declares XML entities"):
        read(content)


@pytest.mark.parametrize("content", ["<note>No feed.</note>", FEED.format("", ""), "no XML"])
def test_what_is_no_feed_is_no_article(content: str) -> None:
    with pytest.raises(NoArticleError):
        read(content)


def test_an_address_in_the_place_of_a_feed_is_not_fetched() -> None:
    """Feedparser would open an address or a file's name that it is handed as a text."""
    for content in ("http://127.0.0.1:9/feed", "/etc/hostname"):
        with pytest.raises(NoArticleError):
            read(content)


def test_markup_in_an_entry_is_read_as_a_page_would_show_it() -> None:
    markup = "<p>One &amp; <b>two</b>.</p><script>x()</script><p>Three.</p>"
    assert read(FEED.format("", ITEM.format(escape(markup), ""))).text == "One & two.\nThree."
