"""The JSON API: rows, cursors, errors, and its own description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.archive import Archive
from app.fulltext.query import MAX_ASTERISKS
from app.ingest import IngestReport
from app.web.main import create_app
from tests.fulltext.hostile_queries import HOSTILE

LISTS = ["/api/articles", "/api/quotations", "/api/people", "/api/search?q=defence"]


def all_rows(client: TestClient, address: str, limit: int) -> list[dict[str, Any]]:
    """The rows of a list, cursor by cursor."""
    rows: list[dict[str, Any]] = []
    following: str | None = f"{address}{'&' if '?' in address else '?'}limit={limit}"
    while following:
        answer = client.get(following).json()
        assert 0 < len(answer["rows"]) <= limit
        rows += answer["rows"]
        following = answer["next"]
    return rows


def test_the_index_leads_to_every_list(client: TestClient) -> None:
    for address in client.get("/api/").json().values():
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_the_same_however_it_is_paged(client: TestClient, address: str) -> None:
    rows = all_rows(client, address, 7)
    assert rows == all_rows(client, address, 100)
    assert len(rows) == client.get(address).json()["total"]
    keys = [row.get("id", row.get("slug")) for row in rows]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("address", LISTS)
def test_a_cursor_goes_on_behind_its_row_when_others_come_in(
    archive: Archive, take_in: Callable[..., IngestReport], address: str
) -> None:
    """What came in between two calls is not sent twice and pushes nothing out."""
    texts = {
        f"{name}.txt": f"Title: {name} defence\n\n“We need defence {name},” said Jane {name}, the minister."
        for name in ("Bright", "Carter", "Dunmore", "Elwood")
    }
    take_in(texts)
    client = TestClient(create_app(archive))
    before = all_rows(client, address, 100)
    limited = f"{address}{'&' if '?' in address else '?'}limit=2"
    first = client.get(limited).json()
    take_in({"f.txt": "Title: Anders defence\n\n“We need defence,” said Jane Anders, the minister."})
    second = client.get(first["next"]).json()
    key = "slug" if "people" in address else "id"
    seen = [row[key] for row in [*first["rows"], *second["rows"]]]
    assert len(seen) == len(set(seen))
    assert [key_ for key_ in seen if key_ in {row[key] for row in before}] == [row[key] for row in before][:4]


def test_one_thing_of_each_kind(client: TestClient) -> None:
    article = client.get("/api/articles/18").json()
    assert article["article"]["title"] == "What stands between the UK and the Safe fund"
    assert article["quotations"] == client.get("/articles/18.json").json()["quotations"]
    quotation = client.get("/api/quotations/3").json()
    assert [quotation] == client.get("/quotes/3.json").json()["quotations"]
    person = client.get("/api/people/keir-starmer").json()
    assert person["memberships"][0]["role"] == "Prime Minister"
    assert client.get("/api/programmes/safe").json()["acronym"] == "SAFE"
    assert len(client.get("/api/programmes").json()["rows"]) > 10


def test_a_search_says_how_it_was_read_and_what_else_there_is(client: TestClient) -> None:
    answer = client.get("/api/search?q=SAFE&show=quotations&limit=1").json()
    assert answer["read_as"] == "naming the programme Security Action for Europe"
    assert answer["counts"]["articles"] == 3
    (year,) = [one for one in answer["facets"]["year"] if one["value"] == "2026"]
    assert client.get("/api/search?q=SAFE&show=quotations&year=2026").json()["total"] == year["count"]


def test_what_is_in_hand_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/api/search?q=defence")
    again = client.get("/api/search?q=defence", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/api/search?q=defence").headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/api/nowhere", 404, "Not Found"),
        ("/api/articles/999", 404, "no article"),
        ("/api/quotations/999999", 404, "no quotation"),
        ("/api/people/nobody", 404, "no person"),
        ("/api/programmes/none", 404, "no programme"),
        ("/api/articles/x", 400, "article_id"),
        ("/api/articles/99999999999999999999", 400, "article_id"),
        ("/api/search?limit=0", 400, "limit"),
        ("/api/search?limit=101", 400, "limit"),
        ("/api/search?sort=best", 400, "sort"),
        ("/api/search?q=pact&cursor=x", 400, "cursor"),
        ("/api/articles?cursor=WyI", 400, "cursor"),
        ("/api/articles?cursor=%C3%A9", 400, "cursor"),
        ("/api/people?cursor=W10", 400, "cursor"),
    ],
)
def test_an_error_is_json_that_says_what_is_wrong(
    client: TestClient, address: str, status: int, words: str
) -> None:
    response = client.get(address)
    assert response.status_code == status
    error = response.json()["error"]
    assert error["status"] == status
    assert words in error["message"]


def test_a_cursor_of_one_list_is_none_of_another(client: TestClient) -> None:
    cursor = client.get("/api/search?q=defence&limit=1").json()["next"].rpartition("cursor=")[2]
    assert client.get(f"/api/search?q=defence&limit=5&cursor={cursor}").status_code == 200
    for address in ("/api/search?q=pact", "/api/search?q=defence&sort=newest", "/api/articles?limit=1"):
        assert client.get(f"{address}&cursor={cursor}").status_code == 400


def test_only_reading_is_allowed(client: TestClient) -> None:
    response = client.post("/api/search")
    assert response.status_code == 405
    assert response.json()["error"]["status"] == 405


def test_a_failure_tells_nothing_of_its_inside(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("app.store.people.list_people", fail)
    response = TestClient(create_app(archive), raise_server_exceptions=False).get("/api/people")
    assert response.status_code == 500
    assert "secret" not in response.text


def test_a_missing_index_is_said(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in({"a.txt": "Ministers met about the pact."})
    (archive.settings.index_folder / "current").unlink()
    client = TestClient(create_app(archive), raise_server_exceptions=False)
    assert client.get("/api/search?q=pact").status_code == 503
    assert client.get("/api/articles").json()["total"] == 1


@pytest.mark.parametrize("query", HOSTILE.values())
def test_any_query_gets_an_answer(client: TestClient, query: str) -> None:
    typed = query.encode("utf-8", "replace").decode()
    expected = 400 if typed.count("*") > MAX_ASTERISKS else 200
    assert client.get("/api/search", params={"q": typed, "show": "quotations"}).status_code == expected
    for ending in ("atom", "zip"):  # in the zip are the tables and the references
        assert client.get(f"/search.{ending}", params={"q": typed}).status_code == expected


def test_the_description_describes_everything(client: TestClient) -> None:
    """Each path has a summary and a text, each field and parameter a description."""
    told = client.get("/api/openapi.json").json()
    assert told["servers"] == [{"url": "/api"}]
    for path, methods in told["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            assert all(
                one.get("description") or one["in"] == "path" for one in operation.get("parameters", [])
            )
    for name, schema in told["components"]["schemas"].items():
        for field, about in schema.get("properties", {}).items():
            assert about.get("description") or field in ("rows", "error", "article", "quotations"), (
                name,
                field,
            )


def test_the_examples_of_the_description_work(client: TestClient) -> None:
    told = client.get("/api/openapi.json").json()
    (q,) = [one for one in told["paths"]["/search"]["get"]["parameters"] if one["name"] == "q"]
    for example in q["schema"]["examples"]:
        assert client.get("/api/search", params={"q": example}).json()["total"] > 0


@pytest.mark.parametrize("address", ["/api/programmes/a%0Ab", "/api/%0A", "/api/people/%0D%0A/x"])
def test_an_address_with_a_line_break_is_an_error_like_any_other(client: TestClient, address: str) -> None:
    """Found by ``make fuzz``: such a path reached the pages, which answered with one of theirs."""
    response = client.get(address)
    assert response.status_code == 404
    assert response.json()["error"]["status"] == 404
