"""The page of a programme: what it is and from where, its articles, quotations by official, its dates."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from app.archive import Archive
from app.ingest import IngestReport
from app.store import programmes, quotes
from app.web.main import create_app
from tests.web.test_pages import text_of

ARTICLE = """Title: Loans on offer
Date: 2025-06-03

“SAFE is open to partners,” said Maroš Šefčovič, the trade commissioner. “We are waiting,” he added.

“The weather is fine,” said Kaja Kallas, the EU’s foreign policy chief.

The two had talked about SAFE for an hour. “It was a good hour,” said Kallas.
"""


def test_a_quotation_belongs_to_the_programmes_of_its_words_and_paragraph(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    """Words first, the paragraph else; a paragraph that names nothing gives nothing."""
    take_in({"a.txt": ARTICLE})
    with Session(archive.engine) as session:
        records = quotes.quotes_on_programme(session, "safe", offset=0, limit=10)
        said = [record.segments[0].text for record in records]
        in_words = quotes.ids_naming_in_words(session, "safe", [record.id for record in records])
        speakers = [(ref.slug, count) for ref, count in programmes.speakers_on(session, "safe")]
    assert said == ["SAFE is open to partners,", "We are waiting,", "It was a good hour,"]
    assert in_words == {records[0].id}
    assert speakers == [("maros-sefcovic", 2), ("kaja-kallas", 1)]


def test_the_page_says_what_a_programme_is_and_from_where(client: TestClient) -> None:
    text = text_of(client.get("/programmes/safe").text)
    assert "Security Action for Europe (SAFE)" in text
    assert "Source: Council Regulation (EU) 2025/1106" in text
    assert "Adopted 27 May 2025" in text
    assert "UK talks ended 28 November 2025" in text
    assert "“Safe” inside a sentence, or beside a telling word" in text


def test_the_page_counts_what_its_chart_leaves_out(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    """Undated articles and those dated to a year are said, not drawn and not dropped."""
    take_in(
        {
            "a.txt": ARTICLE,
            "b.txt": "Date: 2025\n\nPoland asked for SAFE loans.",
            "c.txt": "Spain asked for SAFE loans.",
        }
    )
    text = text_of(TestClient(create_app(archive)).get("/programmes/safe").text)
    assert (
        "Articles by month, June 2025: 1 in all"
        in TestClient(create_app(archive)).get("/programmes/safe").text
    )
    assert "Not in the chart: 1 dated to a year only, 1 undated." in text


def test_quotations_can_be_read_by_official(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in({"a.txt": ARTICLE})
    client = TestClient(create_app(archive))
    text = text_of(client.get("/programmes/safe?person=kaja-kallas").text)
    assert "“It was a good hour,”" in text
    assert "“SAFE is open to partners,”" not in text.split("Dates in the register")[0]


@pytest.mark.parametrize("address", ["/programmes/nothing", "/programmes/%00"])
def test_a_programme_that_is_not_there(client: TestClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "no programme" in text_of(response.text)


def test_every_programme_has_a_page(client: TestClient, seeded: Archive) -> None:
    assert {client.get(f"/programmes/{one.slug}").status_code for one in seeded.programmes} == {200}
