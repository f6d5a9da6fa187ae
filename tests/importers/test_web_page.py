"""Saved web pages: encodings, dates, titles, what is refused, and that nothing runs for long."""

from __future__ import annotations

import json
import resource
import time
from pathlib import Path

import pytest

from app.dates import DateBasis
from app.errors import NoArticleError, RejectedInputError
from app.importers.bounded import BoundedChild, BoundExceededError, RefusedByChildError
from app.importers.draft import ArticleDraft, SourceFile
from app.importers.web_page import WebPageImporter

SENTENCES = (
    "Ministers of two governments met on Monday to weigh a pact on harbours, and agreed to meet again soon.",
    "“We will share what we can,” said Andrius Kubilius, who had come with a draft of nineteen pages.",
    "The draft names three harbours, Šiauliai’s among them, and leaves open who would pay for deeper quays.",
)
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def page(head: str = "", body: str = BODY) -> str:
    return f"<html lang=en><head>{head}</head><body><article>{body}</article></body></html>"


def read(content: str | bytes, *, url: str | None = None, charset: str | None = None) -> ArticleDraft:
    data = content.encode() if isinstance(content, str) else content
    source = SourceFile(Path("page.html"), data, url=url, charset=charset)
    (draft,) = WebPageImporter().read(source)
    assert isinstance(draft, ArticleDraft)
    return draft


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8", '<meta charset="utf-8">'),
        ("utf-8", '<meta charset="iso-8859-1">'),
        ("utf-8-sig", '<meta charset="windows-1252">'),
        ("utf-16", ""),
        ("windows-1257", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1257">'),
    ],
    ids=["undeclared", "declared", "wrongly declared", "byte-order mark", "utf-16", "windows-1257"],
)
def test_the_text_is_the_same_in_whatever_encoding(encoding: str, head: str) -> None:
    assert read(page(head).encode(encoding)).text == "\n".join(SENTENCES)


def test_the_encoding_that_a_server_named_is_used() -> None:
    assert "Šiauliai’s" in read(page().encode("windows-1257"), charset="windows-1257").text


def test_text_that_was_decoded_wrongly_before_is_put_right() -> None:
    twice = page().encode().decode("latin-1").encode()
    assert read(twice).text == "\n".join(SENTENCES)


@pytest.mark.parametrize(
    ("head", "body", "date", "basis"),
    [
        ('<meta name="dc.date" content="2025-03-17">', "", "2025-03-17", DateBasis.METADATA),
        ('<meta property="article:published_time" content="20250317T10:00Z">', "", "2025-03-17", "metadata"),
        ("", '<time datetime="2025-03-17T23:59:00-08:00">today</time>', "2025-03-17", DateBasis.METADATA),
        (
            "",
            '<time datetime="2024-01-01">a</time><time itemprop=datePublished datetime="2025-03-17">b</time>',
            "2025-03-17",
            DateBasis.METADATA,
        ),
        ('<link rel=canonical href="https://e.example/2025/03/17/pact">', "", "2025-03-17", DateBasis.URL),
        ('<meta name="dc.date" content="2025-02-31">', "", None, None),
        ('<link rel=canonical href="https://e.example/2025/pact">', "", None, None),
        ("", '<time datetime="2024-01-01">a</time><time datetime="2025-03-17">b</time>', None, None),
        ("", "<p class=date>Published: 17 March 2025</p>", "2025-03-17", DateBasis.INFERRED),
    ],
)
def test_a_date_is_what_the_page_states_or_none(
    head: str, body: str, date: str | None, basis: str | None
) -> None:
    """The day is the one written, not shifted between zones; of two equal claims none is taken."""
    published = read(page(head, BODY + body)).published
    assert (published and published.date.iso(), published and published.basis) == (date, basis)


@pytest.mark.parametrize(
    ("headline", "shared", "printed", "title"),
    [
        ("The pact", "The pact", "Pact: the story", "The pact"),
        ("Pact, explained", "The pact", "The pact", "The pact"),
        ("The pact", "Pact!", "The pact", "The pact"),
        ("", "The pact | The Courier", "", "The pact"),
        ("A", "B pact", "C pact", "B pact"),
        ("", "", "The pact", "The pact"),
        ("", "", "", None),
    ],
)
def test_the_title_is_what_two_agree_on_else_what_is_shared(
    headline: str, shared: str, printed: str, title: str | None
) -> None:
    head = (
        f'<meta property="og:title" content="{shared}"><meta property="og:site_name" content="The Courier">'
    )
    head += (
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{headline}"}}</script>'
    )
    assert read(page(head, f"<h1>{printed}</h1>{BODY}")).title == title


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://e.example/pact", "https://e.example/pact"),
        ("/pact", "https://fetched.example/pact"),
        ("https://e.example/", "https://fetched.example/2025/pact?id=1"),
        ("javascript:alert(1)", "https://fetched.example/2025/pact?id=1"),
        ("http://[broken", "https://fetched.example/2025/pact?id=1"),
    ],
)
def test_the_address_is_the_canonical_one_if_it_can_be_an_articles(link: str, url: str) -> None:
    head = f'<link rel="canonical" href="{link}">'
    assert read(page(head), url="https://fetched.example/2025/pact?id=1").url == url


def test_scripts_are_neither_run_nor_read() -> None:
    draft = read(
        page("<script>document.write('<p>written</p>')</script>", BODY + "<p><script>x</script></p>")
    )
    assert draft.text == "\n".join(SENTENCES)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.4" + b"0" * 1000, "a PDF document"),
        (b"\x00" * 1000, "binary"),
        (b'<meta charset="x-user-defined"><p>' + bytes(range(128, 256)) * 10, "x-user-defined"),
        (b"<html><body>" + b"<p>word " * 1_000_000, "5 MB"),
        (b"<body><article>" + b"<a href=/x>link</a> " * 200_000, "200000 of them links"),
        (b"<p " + b" ".join(b"a%d=1" % i for i in range(200_000)) + b">" + b"word " * 300, "attributes"),
    ],
    ids=["pdf", "nul", "encoding", "size", "links", "attributes"],
)
def test_what_cannot_be_a_page_is_refused_at_once(content: bytes, reason: str) -> None:
    before = time.process_time() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(RejectedInputError, match=reason):
        read(content)
    assert time.process_time() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 2


@pytest.mark.parametrize("content", ["<html></html>", page(body="<nav><a href=/>Home</a></nav>")])
def test_a_page_without_an_article_is_none(content: str) -> None:
    with pytest.raises(NoArticleError, match="no article"):
        read(content)


def test_deep_nesting_is_survived() -> None:
    with pytest.raises(RejectedInputError):
        read("<html><body>" + "<div>" * 100_000)


def test_a_child_that_uses_its_time_up_is_ended_and_the_next_page_gets_a_new_one() -> None:
    child = BoundedChild(cpu_seconds=1)
    hard = "<html><body><article>" + "<p>Long words <a href=/x>link</a> and more of them.</p>" * 19_000
    with pytest.raises(BoundExceededError):
        child.run("web page", hard.encode(), {})
    assert child.run("web page", page().encode(), {})["text"] == "\n".join(SENTENCES)
    child.stop()


def test_a_child_that_needs_too_much_memory_refuses_or_is_ended() -> None:
    child = BoundedChild(memory_bytes=150_000_000)
    with pytest.raises((BoundExceededError, RefusedByChildError)):
        child.run("web page", ("<p>" + "word " * 900_000).encode(), {})
    child.stop()


@pytest.mark.parametrize("pages_before", [0, 1])
def test_what_ends_a_child_is_read_once_more_in_a_new_one(pages_before: int) -> None:
    """Neither the pages read before a page nor a machine's trouble at that moment are held against it."""
    child = BoundedChild()
    for _ in range(pages_before):
        child.run("web page", page().encode(), {})
    child._living_child().kill()
    assert child.run("web page", page().encode(), {})["text"] == "\n".join(SENTENCES)
    child.stop()


def test_a_motto_is_no_outlet() -> None:
    """Some sites give theirs as the publisher's name; the page has the same words as its description."""
    graph = [
        {"@type": "NewsArticle", "headline": "The pact", "publisher": {"@id": "#us"}},
        {"@type": "WebSite", "name": "The Harbour Post", "description": "News with a view"},
        {"@type": "Organization", "@id": "#us", "name": "News with a view"},
    ]
    linked = f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'
    assert (
        read(page(linked + '<meta property="og:site_name" content="The Harbour Post">')).outlet
        == "The Harbour Post"
    )
