"""What readers see of corrections: the log and its feed, notes on pages, addresses that moved or are gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from app import correct
from app.archive import Archive
from app.ingest import IngestReport
from app.store.corrections import By
from app.web.main import create_app
from tests.web.test_feeds import check_rfc_4287
from tests.web.test_pages import text_of

BY = By("anna", "the paper <b>said</b> so")
ONE = (
    "Title: The pact waits\nDate: 2025-03-11\nOutlet: Post\n\nMinisters met about SAFE. "
    "“We need more time,” said Jane Example, the minister for pacts. “The pact is good,” said John Other."
)
TWO = "Title: Fish\nOutlet: Echo\n\n“Fish is another matter entirely,” said Jane Exempel, a minister."


@pytest.fixture
def browser(archive: Archive, take_in: Callable[..., IngestReport]) -> TestClient:
    take_in({"a.txt": ONE, "b.txt": TWO})
    return TestClient(create_app(archive), follow_redirects=False)


def test_a_withdrawn_article_is_gone_from_every_address(archive: Archive, browser: TestClient) -> None:
    """Its pages and files, and those of its quotations, say why; no list, search, feed or sitemap has it."""
    listed = (
        "/ /articles /people /search?q=pact /search?q=pact&show=quotations /search.csv?q=pact /articles.atom "
        "/search.atom?q=pact /people.csv /people/jane-example /outlets /coverage /timeline /programmes/safe "
        "/sitemap-articles-1.xml /sitemap-pages.xml /api/articles /api/quotations /api/search?q=pact "
        "/search.zip?q=pact /search/suggest?q=jane+example"
    ).split()
    assert "pact" in browser.get("/articles").text
    made = correct.withdraw_article(archive, 1, BY)
    gone = (
        "/articles/1 /articles/1-the-pact-waits /articles/1-the-pact-waits/audit /articles/1/versions "
        "/articles/1.bib /articles/1.csv /quotes/1 /quotes/2.ris /api/articles/1 /api/quotations/1"
    ).split()
    for address in gone:
        answer = browser.get(address)
        assert answer.status_code == 410, address
        assert "said" in answer.text
        assert "waits" not in answer.text
        assert "etag" not in answer.headers
    page = browser.get("/articles/1").text
    assert "the paper &lt;b&gt;said&lt;/b&gt; so" in page
    assert f"/corrections/{made.correction_id}" in page
    for address in listed:
        text = browser.get(address).text
        assert "waits" not in text, address
        assert "more time" not in text, address
        assert "/articles/1-" not in text, address
    assert "Article 1" in browser.get("/corrections").text
    correct.restore_article(archive, 1, BY)
    assert "The pact waits" in text_of(browser.get("/articles/1-the-pact-waits").text)


def test_the_old_addresses_of_a_merged_person_lead_on(archive: Archive, browser: TestClient) -> None:
    """Pages, files, feeds and the API; both names stand on the page; undone, the old address is its own."""
    made = correct.merge_people(archive, "jane-exempel", "jane-example", BY)
    for ending in ("", ".atom", ".csv", "?year=2025&sort=oldest", "/on/safe"):
        answer = browser.get(f"/people/jane-exempel{ending}")
        assert answer.status_code == 301
        assert answer.headers["location"] == f"/people/jane-example{ending}"
        assert answer.headers["cache-control"] == "no-cache"
    assert browser.get("/api/people/jane-exempel").headers["location"] == "/api/people/jane-example"
    page = text_of(browser.get("/people/jane-example").text)
    assert browser.get("/people/jane-example").text.count("<blockquote>") == 2
    assert "Also named Jane Exempel" in page
    assert "Corrected on" in page
    correct.undo(archive, made.correction_id, BY)
    assert browser.get("/people/jane-exempel").text.count("<blockquote>") == 1
    assert "Corrected" not in text_of(browser.get("/people/jane-example").text).replace("Corrections", "")


def test_pages_and_the_log_tell_what_was_corrected(archive: Archive, browser: TestClient) -> None:
    tag = browser.get("/articles/1-the-pact-waits").headers["etag"]
    assert browser.get("/corrections").text.count("Nothing has been corrected yet") == 1
    correct.attribute_to_unnamed(archive, 1, "one <tired> diplomat", BY)
    correct.confirm_quote(archive, 2, BY)
    title = correct.correct_title(archive, 1, "Signed & sealed", BY)
    article = browser.get("/articles/1-signed-sealed")
    assert article.headers["etag"] != tag
    assert text_of(article.text).count("Corrected on") == 4  # three notes, and the link to them
    assert "2 checked by an editor" in text_of(article.text)
    quote = text_of(browser.get("/quotes/1").text)
    assert "one &lt;tired&gt; diplomat" in quote
    assert "checked by an editor on" in quote
    log = browser.get("/corrections").text
    assert "Signed &amp; sealed" in log
    assert "<b>said</b>" not in log
    for name in ("1-the-pact-waits", "1"):
        moved = browser.get(f"/articles/{name}")
        assert (moved.status_code, moved.headers["cache-control"]) == (308, "no-cache")
    correct.undo(archive, title.correction_id, By("ben", "it was right"))
    entry = text_of(browser.get(f"/corrections/{title.correction_id}").text)
    assert "Undone by Entry 4" in entry
    feed = browser.get("/corrections.atom")
    root = check_rfc_4287(feed.content)
    assert len(root.findall("{*}entry")) == 4
    assert root.findtext("{*}entry/{*}summary") == "Signed & sealed → The pact waits: it was right"
    assert browser.get("/corrections/99").status_code == 404
    rows = browser.get("/articles/1.csv").text.splitlines()
    assert "checked_on" in rows[0]


def test_a_filter_with_a_merged_slug_finds_who_it_is_now(archive: Archive, browser: TestClient) -> None:
    correct.merge_people(archive, "jane-exempel", "jane-example", BY)
    page = text_of(browser.get("/search?q=&show=quotations&speaker=jane-exempel").text)
    assert "Fish is another matter" in page
