"""How answers travel: tags, HEAD, compression."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from app.archive import Archive
from app.ingest import IngestReport
from app.web.main import create_app


@pytest.mark.parametrize(
    "address", ["/", "/articles/1", "/people/keir-starmer", "/search?q=pact", "/quotes/1"]
)
def test_a_page_that_a_reader_has_is_not_sent_again(client: TestClient, address: str) -> None:
    first = client.get(address)
    tag = first.headers["etag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "content-type" not in again.headers
    other = client.get(address, headers={"If-None-Match": 'W/"another"'})
    assert other.content == first.content


def test_any_of_several_tags_will_do(client: TestClient) -> None:
    tag = client.get("/about").headers["etag"]
    for sent in (f'"x", {tag}', tag.removeprefix("W/"), "*"):
        assert client.get("/about", headers={"If-None-Match": sent}).status_code == 304


def test_a_changed_page_has_another_tag(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in({"a.txt": "Ministers met about the pact."})
    client = TestClient(create_app(archive))
    tag = client.get("/articles").headers["etag"]
    take_in({"b.txt": "Ministers met again about the pact."})
    assert client.get("/articles", headers={"If-None-Match": tag}).status_code == 200


def test_errors_have_no_tag(client: TestClient) -> None:
    assert "etag" not in client.get("/nowhere").headers


@pytest.mark.parametrize("address", ["/", "/articles/1", "/articles/1.csv", "/search?q=pact", "/nowhere"])
def test_head_is_answered_as_get_without_the_body(client: TestClient, address: str) -> None:
    head, get = client.head(address), client.get(address)
    assert head.content == b""
    assert head.status_code == get.status_code
    assert head.headers == get.headers


def test_pages_and_files_travel_compressed(client: TestClient) -> None:
    for address in ("/articles/1", "/articles/1.csv"):
        response = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert response.headers["content-encoding"] == "gzip"
        assert "accept-encoding" in response.headers["vary"].lower()
        plain = client.get(address, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == response.content
