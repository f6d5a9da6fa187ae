"""Atom feeds as a feed reader reads them, checked against what RFC 4287 demands."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import feedparser
import pytest
from fastapi.testclient import TestClient
from lxml import etree

from app.archive import Archive
from app.ingest import IngestReport
from app.web.main import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = [
    "/articles.atom",
    "/search.atom?q=defence",
    "/search.atom?q=SAFE&show=quotations&sort=newest",
    "/search.atom?q=nothingofthekind",
    "/search.atom",
    "/people/ursula-von-der-leyen.atom",
    "/programmes/safe.atom",
    "/outlets/eu-uk-defence-archive-briefing.atom",
]


def check_rfc_4287(content: bytes) -> Any:
    """Raise where a document is no valid Atom feed: the MUSTs of sections 3 and 4 that we come across."""
    feed = etree.fromstring(content)
    assert feed.tag == f"{ATOM}feed"
    for element in [feed, *feed.findall(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1, name
        assert re.match(r"https?://", element.findtext(f"{ATOM}id"))
        alternates = [(one.get("type"), one.get("hreflang")) for one in _links(element, "alternate")]
        assert len(alternates) == len(set(alternates)) > 0
        assert all(one.get("href") for one in element.findall(f"{ATOM}link"))
        for name in ("updated", "published"):
            for moment in element.findall(ATOM + name):
                assert moment.text is not None
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment.text)
                datetime.fromisoformat(moment.text)
        assert all(one.findtext(f"{ATOM}name") for one in element.findall(f"{ATOM}author"))
    assert len(_links(feed, "self")) == 1
    assert feed.findall(f"{ATOM}author")
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    return feed


def _links(element: Any, relation: str) -> list[Any]:
    return [one for one in element.findall(f"{ATOM}link") if one.get("rel") == relation]


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_is_valid_and_a_reader_takes_it(client: TestClient, address: str) -> None:
    response = client.get(address)
    assert response.headers["content-type"] == "application/atom+xml"
    check_rfc_4287(response.content)
    read = feedparser.parse(response.content)
    assert not read.bozo
    assert read.version == "atom10"
    assert len(read.entries) == response.text.count("<entry>")
    assert all(client.get(entry.link).status_code == 200 for entry in read.entries)
    (own,) = [link.href for link in read.feed.links if link.rel == "self"]
    assert client.get(own).content == response.content
    (page,) = [link.href for link in read.feed.links if link.rel == "alternate"]
    assert page.startswith("http://testserver/")


@pytest.mark.parametrize("page", ["/articles", "/people/keir-starmer", "/search?q=pact"])
def test_a_page_names_its_feed(client: TestClient, page: str) -> None:
    found = re.search(
        r'<link rel="alternate" type="application/atom\+xml"[^>]* href="([^"]+)"', client.get(page).text
    )
    assert found is not None
    check_rfc_4287(client.get(found[1].replace("&amp;", "&")).content)


@pytest.mark.parametrize("address", ["/people/nobody.atom", "/programmes/none.atom", "/outlets/none.atom"])
def test_there_is_no_feed_of_what_is_not_there(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_date_that_is_not_known_to_the_day_is_told_in_words_only(client: TestClient) -> None:
    read = feedparser.parse(client.get("/search.atom?q=SAFE").content)
    of_2026 = [entry for entry in read.entries if entry.summary.split("; ")[1] == "2026"]
    assert of_2026
    assert not any("published" in entry for entry in of_2026)


def test_hostile_words_stay_words(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in({"a.txt": "Title: </title><entry>]]>\n\n“<b>&amp;”,” said Jane Example, the minister."})
    client = TestClient(create_app(archive))
    for address in ("/articles.atom", "/search.atom?q=entry&show=quotations", "/search.atom?q=%00%1b%ff<x"):
        check_rfc_4287(client.get(address).content)
    (entry,) = feedparser.parse(client.get("/articles.atom").content, sanitize_html=False).entries
    assert entry.title == "</title><entry>]]>"


def test_an_entry_keeps_its_id_when_its_title_is_corrected(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": "Title: One\n\nMinisters met about the pact."})
    client = TestClient(create_app(archive))
    before = feedparser.parse(client.get("/articles.atom").content).entries[0]
    take_in({"a.txt": "Title: Another\n\nMinisters met about the pact."})
    after = feedparser.parse(client.get("/articles.atom").content).entries[0]
    assert before.id == after.id
    assert before.title != after.title
