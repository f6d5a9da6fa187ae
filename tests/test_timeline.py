"""The timeline: what articles tell of times, resolved or counted as not, with a link to the sentence."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from app.archive import Archive
from app.ingest import IngestReport
from app.store.events import EventFilter, count_events, list_events
from app.web.main import create_app
from tests.web.test_pages import text_of

DATED = (
    "Title: A visit\nDate: 2025-03-14\n\nTalks on SAFE ended on Tuesday. "
    "The pact was signed in May of last year.\n\n"
    "Kaja Kallas will fly to London next week. Ministers may meet on Friday. The fund was set up in 2021."
)
UNDATED = "Talks resumed on Friday. They had begun on 2 March 2025."


@pytest.fixture
def client(archive: Archive, take_in: Callable[..., IngestReport]) -> TestClient:
    take_in({"a.txt": DATED, "b.txt": UNDATED})
    return TestClient(create_app(archive))


def test_times_are_stored_with_what_they_rest_on(archive: Archive, client: TestClient) -> None:
    with Session(archive.engine) as session:
        found = list_events(session, EventFilter(), offset=0, limit=10)
        counts = count_events(session, EventFilter())
    assert [(one.day.iso(), one.until and one.until.iso(), one.is_counted) for one in found] == [
        ("2025-03-17", "2025-03-23", True),
        ("2025-03-11", None, True),
        ("2025-03-02", None, False),
        ("2024-05", None, True),
        ("2021", None, False),
    ]
    assert (counts.total, counts.in_year_only, counts.unclear) == (5, 1, 1)
    assert (counts.undated, counts.undated_articles) == (1, 1)


def test_the_page_says_what_is_not_counted(client: TestClient) -> None:
    text = text_of(client.get("/timeline").text)
    assert "1&nbsp;time in 1&nbsp;undated article not counted" in text
    assert "1&nbsp;time with no certain reading not counted" in text
    assert "17 March 2025 to 23 March 2025" in text


def test_a_time_leads_to_its_sentence(client: TestClient) -> None:
    html = client.get("/timeline").text
    assert "#p2:~:text=Kaja%20Kallas%20will%20fly%20to%20London%20next%20week." in html
    assert "#p1:~:text=The%20pact%20was%20signed%20in%20May%20of%20last%20year." in html
    assert 'id="p2"' in client.get("/articles/1").text


@pytest.mark.parametrize(
    ("query", "told", "not_told"),
    [
        ("programme=safe", "Talks on SAFE ended", "The pact was signed"),
        ("person=kaja-kallas", "will fly to London", "Talks on SAFE ended"),
        ("period=2025-03", "Talks on SAFE ended", "The pact was signed"),
        ("period=2024", "The pact was signed", "Talks on SAFE ended"),
        ("period=2024&by=year", "The pact was signed", "The fund was set up"),
    ],
)
def test_the_timeline_can_be_narrowed(client: TestClient, query: str, told: str, not_told: str) -> None:
    text = unquote(text_of(client.get(f"/timeline?{query}").text))
    assert told in text
    assert not_told not in text


@pytest.mark.parametrize("query", ["period=banana", "period=%25", "programme=%00", "person=<b>", "page=99"])
def test_any_filter_gets_a_page(client: TestClient, query: str) -> None:
    response = client.get(f"/timeline?{query}")
    assert response.status_code == 200
    assert "<b>" not in response.text
    if query.startswith("period"):
        assert "is no year or month" in text_of(response.text)


def test_grouping_is_by_day_month_or_year(client: TestClient) -> None:
    for by, heading in (("day", "11 March 2025"), ("month", "March 2025"), ("year", "2025")):
        assert f">{heading}</h2>" in client.get(f"/timeline?by={by}").text
    assert client.get("/timeline?by=century").status_code == 400


def test_an_article_that_gets_a_date_tells_its_times(
    archive: Archive, client: TestClient, take_in: Callable[..., IngestReport]
) -> None:
    """The same text with a date of its own resolves what had none; what was told before is replaced."""
    take_in({"b.txt": f"Date: 2025-03-10\n\n{UNDATED}"})
    with Session(archive.engine) as session:
        counts = count_events(session, EventFilter())
    assert (counts.total, counts.undated) == (6, 0)
