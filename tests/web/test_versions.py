"""Versions of an article, and how much of it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from app import correct
from app.archive import Archive
from app.curate import show_article, show_outlet
from app.display import DisplayMode
from app.errors import NotFoundError
from app.ingest import IngestReport
from app.store.corrections import By
from app.web.main import create_app
from tests.web.test_pages import text_of

TakeIn = Callable[[dict[str, str | bytes]], IngestReport]

OPENING = "Ministers met in London on Monday. " + "They weighed a pact at length. " * 12
REPORT = (
    "Title: The pact <waits>\nDate: 2025-03-11\nOutlet: The Example\n\n"
    f"{OPENING}\n“We need more time,” said Jane Example, the minister for pacts.\n"
)


@pytest.fixture
def browser(archive: Archive) -> TestClient:
    return TestClient(create_app(archive))


def test_the_page_of_versions_shows_what_changed_word_by_word(browser: TestClient, take_in: TakeIn) -> None:
    take_in({"a.txt": REPORT})
    assert "versions" not in text_of(browser.get("/articles/1").text)
    take_in({"a.txt": REPORT.replace("more time", "less time").replace("2025-03-11", "2025-03-12")})
    assert "2 versions" in text_of(browser.get("/articles/1").text)
    html = browser.get("/articles/1/versions").text
    assert "We need <del>more</del><ins>less</ins> time" in html
    assert "<del>2025-03-11</del> <ins>2025-03-12</ins>" in html
    assert "weighed" not in html
    assert "<waits>" not in html


def test_an_article_without_older_versions_says_so(browser: TestClient, take_in: TakeIn) -> None:
    take_in({"a.txt": REPORT})
    assert "it was given one" in text_of(browser.get("/articles/1/versions").text)


ADDRESSES = (
    "/",
    "/articles",
    "/articles/1",
    "/articles/1?q=length",
    "/articles/1/audit",
    "/articles/1/versions",
    "/search?q=pact",
    "/search?q=length",
)


def words_shown(browser: TestClient) -> str:
    """All that a reader gets to see of the archive."""
    pages = [browser.get(address) for address in (*ADDRESSES, "/people/jane-example", "/quotes/1")]
    return " ".join(text_of(page.text) for page in pages)


def test_an_article_shown_by_its_metadata_has_no_word_of_its_text_on_any_page(
    archive: Archive, browser: TestClient, take_in: TakeIn
) -> None:
    take_in({"a.txt": REPORT})
    assert "weighed" in words_shown(browser)
    assert show_outlet(archive, "the-example", DisplayMode.METADATA) == 1
    shown = words_shown(browser)
    assert "weighed" not in shown
    assert "more time" not in shown
    assert "The pact" in shown
    assert "may not be shown" in shown
    assert browser.get("/quotes/1").status_code == 404


def test_an_excerpt_is_the_first_words_and_the_quotations(
    archive: Archive, browser: TestClient, take_in: TakeIn
) -> None:
    take_in({"a.txt": REPORT})
    show_article(archive, 1, DisplayMode.EXCERPT)
    page = text_of(browser.get("/articles/1").text)
    assert len(re.findall("weighed a pact", page)) < 12
    assert "[…]" in page
    assert "Jane Example: “We need more time,”" in page
    for address in ("/articles/1/audit", "/articles/1/versions"):
        assert "weighed" not in text_of(browser.get(address).text)


def test_of_an_excerpt_no_page_shows_more_around_a_quotation(
    archive: Archive, browser: TestClient, take_in: TakeIn
) -> None:
    """Neither the sentences beside the words nor one that tells a date of SAFE."""
    told = (
        "“We need more time on SAFE,” said Jane Example. A SAFE loan was signed on 3 March 2025, unnoticed."
    )
    take_in({"a.txt": REPORT.replace("“We need more time,”", told + "\n“We need more time,”")})
    addresses = (
        "/quotes/1",
        "/people/jane-example",
        "/people/jane-example/on/safe",
        "/programmes/safe",
        "/timeline",
    )
    assert all("unnoticed" in text_of(browser.get(address).text) for address in addresses)
    show_article(archive, 1, DisplayMode.EXCERPT)
    pages = {address: text_of(browser.get(address).text) for address in addresses}
    assert all("unnoticed" not in page for page in pages.values())
    assert all("We need more time on SAFE" in pages[address] for address in addresses[:-1])


def test_a_withheld_article_without_a_title_is_not_named_by_its_words(
    archive: Archive, browser: TestClient, take_in: TakeIn
) -> None:
    take_in({"a.txt": REPORT.replace("Title: The pact <waits>\n", "")})
    assert "Untitled: Ministers met in London" in words_shown(browser)
    correct.correct_date(archive, 1, "2025-03", By("somebody", "the day is not certain"))
    show_article(archive, 1, DisplayMode.METADATA)
    shown = words_shown(browser) + text_of(browser.get("/corrections").text)
    assert "Untitled" in shown
    assert "Ministers met in London" not in shown


def test_neither_address_nor_date_of_a_withheld_article_has_words_of_it(
    archive: Archive, browser: TestClient, take_in: TakeIn
) -> None:
    take_in({"a.txt": "Ministers said so on 2 May 2025. Talks will open on 8 May 2025.\n"})
    addresses = (
        "/",
        "/articles",
        "/articles/1",
        "/api/articles/1",
        "/articles/1.ris",
        "/sitemap-articles-1.xml",
    )
    before = [browser.get(address).text for address in addresses]
    assert "2 May 2025" in "".join(before)
    show_article(archive, 1, DisplayMode.METADATA)
    for address in addresses:
        told = browser.get(address).text
        assert "2 May 2025" not in told, address
        assert "inisters" not in told, address


def test_what_an_editor_says_outlives_what_the_source_says(
    archive: Archive, browser: TestClient, take_in: TakeIn
) -> None:
    """Editor before source before outlet; a new version and new articles of the outlet keep to it."""
    stated = REPORT.replace("\n\n", "\nDisplay: metadata\n\n", 1)
    take_in({"a.txt": stated})
    assert "weighed" not in words_shown(browser)
    show_article(archive, 1, DisplayMode.FULL)
    take_in({"a.txt": stated.replace("more time", "less time")})
    assert "weighed" in words_shown(browser)
    show_outlet(archive, "the-example", DisplayMode.METADATA)
    take_in({"b.txt": REPORT.replace("Ministers", "Officials")})
    assert "weighed" not in text_of(browser.get("/articles/2").text)


def test_what_is_not_there_cannot_be_set(archive: Archive) -> None:
    with pytest.raises(NotFoundError):
        show_outlet(archive, "nobody", DisplayMode.FULL)
    with pytest.raises(NotFoundError):
        show_article(archive, 99, DisplayMode.FULL)


def test_a_display_mode_that_is_none_is_refused(take_in: TakeIn) -> None:
    report = take_in({"a.txt": REPORT.replace("\n\n", "\nDisplay: some\n\n", 1)})
    assert "full, excerpt, metadata" in report.files[0].advice
