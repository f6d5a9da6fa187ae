"""For those who run the archive: health, logs without readers in them, numbers, a graceful stop."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.archive import Archive
from app.ingest import ingest
from app.web.main import create_app
from tests.conftest import SEEDS, new_archive
from tests.databases import environment_of

_COMMAND = Path(sys.executable).with_name("defence-archive")


@pytest.mark.sqlite
def test_it_lives_whatever_state_the_archive_is_in(archive: Archive) -> None:
    archive.settings.database_path.write_bytes(b"")
    response = TestClient(create_app(archive)).get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")
    assert response.headers["cache-control"] == "no-store"


def test_it_is_ready_when_database_and_index_answer(client: TestClient) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "index": "ok"}


def test_it_is_not_ready_without_an_index(archive: Archive) -> None:
    response = TestClient(create_app(archive)).get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"database": "ok", "index": "not available"}


@pytest.mark.sqlite
def test_it_is_not_ready_without_a_database_of_its_shape(archive: Archive) -> None:
    client = TestClient(create_app(archive))
    archive.engine.dispose()
    for path in archive.settings.folder.glob("archive.db*"):
        path.unlink()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "not available"


def test_numbers_are_for_who_has_the_token(seeded: Archive) -> None:
    settings = seeded.settings.model_copy(update={"metrics_token": SecretStr("a-word-of-ours")})
    client = TestClient(create_app(replace(seeded, settings=settings)))
    for address in ("/articles/1", "/articles/2", "/api/people", "/nowhere", "/static/archive.js"):
        client.get(address)
    client.head("/people/keir-starmer")
    for wrong in ({}, {"Authorization": "Bearer another"}, {"Authorization": "Bearer "}):
        assert client.get("/metrics", headers=wrong).status_code == 404
    response = client.get("/metrics", headers={"Authorization": "Bearer a-word-of-ours"})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain")
    counted = dict(
        re.findall(r'archive_requests_total\{route="([^"]+)",status="(?:200|404)"\} (\S+)', response.text)
    )
    assert counted["/articles/{name}"] == "2.0"
    assert {"/api/people", "/people/{slug}", "/static", "none"} <= counted.keys()
    assert "archive_request_seconds_bucket" in response.text
    assert "keir-starmer" not in response.text


def test_without_a_token_there_are_no_numbers(client: TestClient) -> None:
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": ""}):
        assert client.get("/metrics", headers=headers).status_code == 404


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small archive."""
    archive = new_archive(tmp_path_factory.mktemp("small"))
    ingest(archive, sorted(SEEDS.glob("*.txt"))[:2])
    archive.engine.dispose()
    return archive.settings.folder


@pytest.fixture
def server(small: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The program's own server with its log as JSON, on a small archive."""
    environment = {
        **os.environ,
        **environment_of(small),
        "ARCHIVE_LOG_FORMAT": "json",
        "ARCHIVE_SEARCHES_PER_MINUTE": "3",
    }
    with subprocess.Popen(
        [str(_COMMAND), "serve", "--port", "0"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                    yield found[0], process
                    break
        finally:
            process.kill()


def status_of(address: str, **headers: str) -> int:
    try:
        with urlopen(Request(address, headers=headers), timeout=10) as response:
            return int(response.status)
    except HTTPError as exc:
        return exc.code


def test_a_log_has_requests_and_nothing_of_those_who_made_them(
    server: tuple[str, subprocess.Popen[str]],
) -> None:
    """A line of JSON each, with an id; no address, query, cookie or agent, and nothing forged."""
    address, process = server
    assert status_of(f"{address}/about", **{"User-Agent": "curious-reader", "Cookie": "who=me"}) == 200
    assert status_of(f"{address}/search?q=secret-interest", Referer="http://x/?q=hidden") == 200
    assert status_of(f"{address}/nowhere/%0A%7B%22event%22:1%7D%1b[31m") == 404
    assert status_of(f"{address}/healthz") == 200
    process.send_signal(signal.SIGTERM)
    assert process.stderr is not None
    lines = [json.loads(line) for line in process.stderr.read().splitlines()]
    answered = [line for line in lines if line["event"] == "answered"]
    assert [(line["method"], line["path"][:8], line["status"]) for line in answered] == [
        ("GET", "/about", 200),
        ("GET", "/search", 200),
        ("GET", "/nowhere", 404),
    ]
    assert len({line["request_id"] for line in answered}) == 3
    assert all(line["ms"] >= 0 and line["time"].endswith("+00:00") for line in answered)
    told = json.dumps(lines)
    for personal in ("secret-interest", "hidden", "curious-reader", "who=me"):
        assert personal not in told
    assert "127.0.0.1" not in json.dumps(answered)


def test_nobody_is_somebody_else_by_a_header(server: tuple[str, subprocess.Popen[str]]) -> None:
    """Without trusted proxies X-Forwarded-For is not looked at: who asks too often is found out."""
    address, _ = server
    statuses = [
        status_of(f"{address}/search?q=pact", **{"X-Forwarded-For": f"192.0.2.{number}"})
        for number in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


def test_a_crash_is_logged_once_with_its_request(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(archive)

    def crash(q: str) -> None:
        raise RuntimeError("a page with a fault")

    app.add_api_route("/crash", crash)
    response = TestClient(app, raise_server_exceptions=False).get("/crash?q=secret-interest")
    assert response.status_code == 500
    failed = [record for record in caplog.records if record.exc_info]
    assert len(failed) == 1
    assert failed[0].getMessage() == "a request failed"
    assert response.headers["x-request-id"] in response.text
    assert "secret-interest" not in caplog.text


def test_a_server_that_is_told_to_stop_answers_first(server: tuple[str, subprocess.Popen[str]]) -> None:
    """A file that is being sent is sent to its end; then the server is gone."""
    address, process = server
    response = urlopen(f"{address}/search.zip?q=defence")
    process.send_signal(signal.SIGTERM)
    with zipfile.ZipFile(io.BytesIO(response.read())) as pack:
        assert pack.testzip() is None
        assert "articles.csv" in pack.namelist()
    process.wait(15)
    with pytest.raises(URLError):
        urlopen(f"{address}/healthz", timeout=1)
