"""Atom feeds as a feed reader reads them, validated by RFC 4287's own grammar and by what its text demands.

No validator of feeds is kept as a package (W3C's is a web service and a program for Python up to 3.12): lxml
validates by the grammar that ``find_atom_grammar`` fetches.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

import feedparser
import pytest
from fastapi.testclient import TestClient
from lxml import etree

from app.archive import Archive
from app.ingest import IngestReport
from app.web.main import create_app
from tests.web.find_atom_grammar import HELP, find_atom_grammar

ATOM = "{http://www.w3.org/2005/Atom}"
URL = re.compile(r"https?://[^\s<>]+")
FEEDS = [
    "/articles.atom",
    "/search.atom?q=defence",
    "/search.atom?q=SAFE&show=quotations&sort=newest",
    "/search.atom?q=nothingofthekind",
    "/search.atom",
    "/people/ursula-von-der-leyen.atom",
    "/programmes/safe.atom",
    "/people/ursula-von-der-leyen.atom?programme=safe",
    "/outlets/eu-uk-defence-archive-briefing.atom",
    "/corrections.atom",
]


@lru_cache(maxsize=1)
def grammar() -> Any:
    """RFC 4287's own grammar: what may stand where, and how often; dates, addresses, languages."""
    path = find_atom_grammar()
    if path is None:
        pytest.fail(HELP, pytrace=False)
    return etree.RelaxNG(file=str(path))


def check_rfc_4287(content: bytes) -> Any:
    """Raise where a document is no valid Atom feed.

    The grammar lets in what the RFC's text forbids all the same, and what feed readers stumble over: that is
    checked one by one. The numbers are the RFC's sections.
    """
    feed = etree.fromstring(content)
    grammar().assertValid(feed)
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    for element in [feed, *entries]:
        assert URL.fullmatch(element.findtext(f"{ATOM}id"))  # 4.2.6, an absolute IRI
        assert element.findtext(f"{ATOM}title").strip()
        links = [(one.get("rel"), one.get("type"), one.get("hreflang")) for one in _links(element)]
        alternates = [link for link in links if link[0] == "alternate"]
        assert len(alternates) == len(set(alternates)) > 0  # 4.1.1 and 4.1.2
        assert all(URL.fullmatch(one.get("href")) for one in _links(element) if one.get("rel") != "via")
        assert all(one.get("href").strip() for one in _links(element))  # 4.2.7.1
        for name in ("updated", "published"):
            for moment in element.findall(ATOM + name):
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment.text)  # 3.3
                datetime.fromisoformat(moment.text)
        assert all(one.findtext(f"{ATOM}name").strip() for one in element.findall(f"{ATOM}author"))  # 3.2.1
        for name in ("title", "subtitle", "summary"):  # 3.1.1.1: plain text, which needs no type
            assert all(
                not len(one) and one.get("type", "text") == "text" for one in element.findall(ATOM + name)
            )
    assert [one.get("href") for one in _links(feed, "self")]  # 4.1.1
    assert feed.findall(f"{ATOM}author") or all(one.findall(f"{ATOM}author") for one in entries)  # 4.1.1
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))  # 4.1.1, as no two of our entries are one at two moments
    assert feed.findtext(f"{ATOM}id") not in ids
    latest = max((entry.findtext(f"{ATOM}updated") for entry in entries), default=None)
    assert latest is None or feed.findtext(f"{ATOM}updated") == latest
    return feed


def _links(element: Any, relation: str | None = None) -> list[Any]:
    return [one for one in element.findall(f"{ATOM}link") if relation in (None, one.get("rel"))]


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("id", ""),
        ("updated", "<updated>yesterday</updated>"),
        ("title", "<title>One</title><title>Two</title>"),
        ("author", "<author><uri>https://example.org/</uri></author>"),
        ("link", "<link rel='self'/>"),
        ("id", "<id>https://example.org/</id><id>https://example.org/2</id>"),
    ],
)
def test_the_grammar_refuses_what_is_no_feed(client: TestClient, name: str, broken: str) -> None:
    """So that what passes has been looked at."""
    text = client.get("/articles.atom").text
    changed = re.sub(rf"<{name}\b(?:[^>]*/>|.*?</{name}>)", broken, text, count=1)
    assert changed != text
    assert grammar().validate(etree.fromstring(text.encode()))
    assert not grammar().validate(etree.fromstring(changed.encode()))


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
