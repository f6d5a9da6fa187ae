"""Outlets, and what the archive says of itself: what it covers and what it lacks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from app.archive import Archive
from app.ingest import IngestReport
from app.web.main import create_app
from tests.web.test_pages import text_of

SAID = "“We need more time,” said Jane Example, the minister."


@pytest.fixture
def held(archive: Archive, take_in: Callable[..., IngestReport]) -> TestClient:
    """Four reports: of two outlets and of none; dated to the day, the month and not at all."""
    take_in(
        {
            "a.txt": f"Title: A\nDate: 2024-11-02\nOutlet: Post\nLicence: CC0\n\n{SAID}",
            "b.txt": f"Title: B\nDate: 2025-02\nOutlet: Post\n\n{SAID}",
            "c.txt": "Title: C\nOutlet: Gazette\n\nThe two sides met about the pact on Monday.",
            "d.txt": "Ministers met about the pact and about everything else that day.",
        }
    )
    return TestClient(create_app(archive))


def figures(client: TestClient) -> dict[str, str]:
    """The rows of the tables of two columns."""
    html = client.get("/coverage").text
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th><td>([^<]+)</td></tr>', html)
    return dict(rows)


def test_outlets_are_listed_with_what_they_published(held: TestClient) -> None:
    text = text_of(held.get("/outlets").text)
    assert re.search(r"Post 2&nbsp;articles 2 November 2024 to February 2025; 2&nbsp;quotations", text)
    assert re.search(r"Gazette 1&nbsp;article undated; 0&nbsp;quotations", text)
    assert "1&nbsp;article states no outlet" in text


def test_an_outlets_page_has_its_articles_and_whom_they_quote(held: TestClient) -> None:
    html = held.get("/outlets/post").text
    assert re.findall(r'<h2><a href="/articles/(\d+)-', html) == ["2", "1"]
    assert '/people/jane-example?outlet=post"' in html
    assert held.get("/outlets/none-such").status_code == 404


def test_an_article_leads_to_its_outlet(held: TestClient) -> None:
    assert 'href="/outlets/post"' in held.get("/articles/1").text


def test_coverage_counts_what_is_there_and_what_is_not(held: TestClient) -> None:
    told = figures(held)
    assert (told["To the day"], told["To the month"], told["To the year"], told["Undated"]) == (
        "1",
        "1",
        "0",
        "2",
    )
    assert (told["No title"], told["No outlet"], told["No licence"]) == ("1", "1", "3")
    assert told["Nobody quoted in marks"] == "2"
    assert told["With a person"] == "2"
    assert "2 months without an article between November 2024 and February 2025" in text_of(
        held.get("/coverage").text
    )


def test_an_empty_archive_has_these_pages_too(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in({})
    client = TestClient(create_app(archive))
    for address in (
        "/outlets",
        "/coverage",
        "/articles.atom",
        "/sitemap.xml",
        "/api/articles",
        "/people.csv",
    ):
        assert client.get(address).status_code == 200, address


def test_the_figures_of_the_seeds_add_up(client: TestClient) -> None:
    told = {name: int(count) for name, count in figures(client).items()}
    dated = told["To the day"] + told["To the month"] + told["To the year"]
    assert dated + told["Undated"] == 18
    total = client.get("/api/quotations").json()["total"]
    names = (
        "With a person",
        "With a speaker without a page",
        "Speaker not settled",
        "Reported without marks",
    )
    assert sum(told[name] for name in names) == total
