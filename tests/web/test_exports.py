"""Files beside the pages: the same rows, at addresses that stay, safe to save."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
import rispy
from fastapi.testclient import TestClient
from pybtex.database import parse_string

from app.archive import Archive
from app.ingest import IngestReport
from app.web.main import create_app

TABLES = ("csv", "json", "jsonl")
CITATIONS = ("ris", "bib", "csl")


def rows_of(client: TestClient, address: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("page", ["/articles/1", "/quotes/1", "/people"])
def test_a_page_links_its_files_and_each_can_be_had(client: TestClient, page: str) -> None:
    html = client.get(page).text
    links = re.findall(r'href="([^"]+)" rel="nofollow" download', html)
    assert len(links) == (3 if page == "/people" else 6)
    for link in links:
        response = client.get(link)
        assert response.status_code == 200
        assert re.fullmatch(
            r'attachment; filename="[a-z0-9-]+\.[a-z.]+"', response.headers["content-disposition"]
        )
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.content


def test_an_articles_table_has_the_quotations_of_its_page_in_their_order(client: TestClient) -> None:
    html = client.get("/articles/18").text
    shown = [int(number) for number in re.findall(r'id="q(\d+)"', html)]
    assert [int(row["number"]) for row in rows_of(client, "/articles/18.csv")] == shown
    assert [row["number"] for row in client.get("/articles/18.json").json()["quotations"]] == shown


def test_the_three_tables_hold_the_same_rows(client: TestClient) -> None:
    document = client.get("/articles/1.json").json()
    lines = [json.loads(line) for line in client.get("/articles/1.jsonl").text.splitlines()]
    assert document["quotations"] == lines
    assert [str(line["id"]) for line in lines] == [row["id"] for row in rows_of(client, "/articles/1.csv")]
    assert document["total"] == len(lines)
    assert not document["is_cut"]


def test_a_reference_has_the_articles_own_facts_and_no_others(client: TestClient) -> None:
    (record,) = rispy.loads(client.get("/articles/16-any-title.ris").text)
    assert record["type_of_reference"] == "NEWS"
    assert record["title"] == "London is ready to negotiate a security pact, assembly hears"
    assert record["date"] == "2025/03/17/"
    assert record["urls"][0].startswith("http://testserver/articles/16-")
    (entry,) = parse_string(client.get("/articles/16.bib").text, "bibtex").entries.values()
    assert entry.fields["year"] == "2025"


def test_a_quotations_reference_leads_to_its_own_page_with_its_words(client: TestClient) -> None:
    (item,) = client.get("/quotes/3.csl").json()
    assert item["URL"] == "http://testserver/quotes/3"
    assert "Our support for Ukraine is not just a moral imperative," in item["note"]
    assert "Virginijus Sinkevičius" in item["note"]


def test_a_quotation_has_the_sentences_around_it(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in(
        {"a.txt": "Talks began late. “We need more time,” said Jane Example, the minister. Then they rose."}
    )
    (row,) = rows_of(TestClient(create_app(archive)), "/quotes/1.csv")
    assert row["sentence_before"] == "Talks began late."
    assert row["sentence"] == "“We need more time,” said Jane Example, the minister."
    assert row["sentence_after"] == "Then they rose."
    assert (row["published"], row["date_precision"], row["date_basis"]) == ("", "", "undated")


def test_a_title_that_is_a_formula_is_text_in_the_table(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": "Title: =1+1\n\n“We need more time,” said Jane Example, the minister."})
    (row,) = rows_of(TestClient(create_app(archive)), "/quotes/1.csv")
    assert row["article_title"] == "'=1+1"


def test_everybody_who_is_quoted_is_in_the_table_of_people(client: TestClient) -> None:
    shown = re.findall(r'class="entry">\s*<a href="/people/([^"]+)"', client.get("/people").text)
    assert sorted(row["slug"] for row in rows_of(client, "/people.csv")) == sorted(shown)


@pytest.mark.parametrize(
    "address",
    [
        "/articles/999.csv",
        "/articles/x.csv",
        "/articles/1.doc",
        "/quotes/99999.ris",
        "/people.ris",
        "/quotes/1.x",
    ],
)
def test_a_file_that_cannot_be_had_is_a_friendly_404(client: TestClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "<h1>" in response.text


def test_a_public_address_stands_in_the_files(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in({"a.txt": "“We need more time,” said Jane Example, the minister."})
    settings = archive.settings.model_copy(update={"public_url": "https://archive.example/"})
    object.__setattr__(archive, "settings", settings)
    (row,) = rows_of(TestClient(create_app(archive)), "/quotes/1.csv")
    assert row["permalink"] == "https://archive.example/quotes/1"
