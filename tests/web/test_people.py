"""A person's page: what they said, filtered, and on a programme in order of time."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from app.archive import Archive
from app.ingest import IngestReport
from app.web.main import create_app
from tests.web.test_pages import text_of

PAIR = "“SAFE must stay open to us, whatever {0},” said Keir Starmer, the prime minister, of the SAFE fund."


@pytest.fixture
def starmer(archive: Archive, take_in: Callable[..., IngestReport]) -> TestClient:
    """Six reports of two outlets, one of them undated; two print the same words."""
    report = "Title: T{0}\nDate: {1}\nOutlet: {2}\n\n" + PAIR
    take_in(
        {
            "1.txt": report.format("the tariff costs us in the end", "2024-12-01", "Post"),
            "2.txt": report.format("members think of it in Brussels", "2025-03-20", "Gazette"),
            "3.txt": report.format("the summit decides about loans", "2025-07", "Post"),
            "4.txt": report.format("the summit decides about loans", "2025-07-09", "Gazette"),
            "5.txt": "Title: Undated\n\n" + PAIR.format("anybody says of his own red lines"),
            "6.txt": "Title: Fish\nDate: 2025-05-01\nOutlet: Post\n\n“Fish is another matter entirely for us "
            "all,” said Keir Starmer, the prime minister.",
        }
    )
    return TestClient(create_app(archive))


def said(client: TestClient, address: str) -> list[str]:
    """The words that a page shows, in order."""
    html = client.get(address).text
    return [text_of(one) for one in re.findall(r"<blockquote>(.*?)</blockquote>", html, re.DOTALL)]


def test_the_same_words_stand_once(starmer: TestClient) -> None:
    words = said(starmer, "/people/keir-starmer")
    assert len(words) == len(set(words)) == 5
    assert "printed 6 times" in text_of(starmer.get("/people/keir-starmer").text)


@pytest.mark.parametrize(
    ("filters", "count"),
    [("year=2025", 3), ("outlet=post", 3), ("outlet=gazette", 2), ("programme=safe", 4), ("year=undated", 1),
     ("year=2025&outlet=gazette", 2), ("kind=direct", 5), ("year=1999", 0)],
)  # fmt: skip
def test_filters_leave_what_has_their_values(starmer: TestClient, filters: str, count: int) -> None:
    """A filter that leaves out the printing that stands for others shows another of them."""
    assert len(said(starmer, f"/people/keir-starmer?{filters}")) == count


def test_every_filter_is_a_link_and_can_be_taken_off(starmer: TestClient) -> None:
    html = starmer.get("/people/keir-starmer").text
    links = re.findall(r'href="(/people/keir-starmer\?[^"]+)"', html)
    assert {"/people/keir-starmer?outlet=post", "/people/keir-starmer?year=2025"} <= set(links)
    filtered = starmer.get("/people/keir-starmer?outlet=post").text
    assert re.search(r'class="tag on" href="/people/keir-starmer"', filtered)
    assert '<meta name="robots" content="noindex">' in filtered


def test_quotations_stand_under_their_years(starmer: TestClient) -> None:
    years = re.findall(r'<h3 class="year"[^>]*>([^<]+)<', starmer.get("/people/keir-starmer").text)
    assert years == ["2025", "2024", "Undated"]


def test_on_a_programme_time_runs_forward_and_silences_show(starmer: TestClient) -> None:
    address = "/people/keir-starmer/on/safe"
    words = said(starmer, address)
    assert [one.partition("whatever ")[2][:10] for one in words] == [
        "the tariff",
        "members th",
        "the summit",
        "anybody sa",
    ]
    text = text_of(starmer.get(address).text)
    assert text.index("3 months without a quotation") < text.index("members think")
    assert "Undated: when these were said is not known" in text
    assert "Fish" not in text
    assert "Nothing here judges" in text


def test_on_a_programme_never_spoken_of_the_page_says_so(starmer: TestClient) -> None:
    text = text_of(starmer.get("/people/keir-starmer/on/pesco").text)
    assert "No quotation where" in text


@pytest.mark.parametrize("address", ["/people/nobody/on/safe", "/people/keir-starmer/on/nothing"])
def test_who_or_what_is_not_there_is_not_found(starmer: TestClient, address: str) -> None:
    assert starmer.get(address).status_code == 404
