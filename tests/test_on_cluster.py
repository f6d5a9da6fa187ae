"""An archive whose search stands on a cluster: the same pages as from a folder; what is left without it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.archive import Archive, assemble_archive, open_archive
from app.check import check
from app.errors import IndexUnavailableError, SettingsError
from app.indexing import rebuild_index, update_index
from app.ingest import ingest
from app.settings import Settings
from app.store.schema import migrate
from app.web.main import create_app
from tests.browser.site import PAGES
from tests.conftest import SEEDS
from tests.databases import settings_of
from tests.fulltext.hostile_queries import HOSTILE
from tests.search_cluster import cluster_settings

_QUERIES = (
    "defence",
    '"security and defence partnership"',
    '"european defence"~3',
    "defen*",
    "title:def*",
    "loans NEAR/5 defence",
    "loans AND defence -quote:security",
    "exact:SAFE OR kallas OR (uk -starmer)",
    "speaker:kubilius date:2025",
    "event:2025-03-17",
    "defnce",
    "the",
)
_WAYS: tuple[dict[str, str | int], ...] = (
    {},
    {"show": "quotations"},
    {"show": "people"},
    {"show": "programmes", "sort": "newest"},
    {"sort": "oldest", "page": 2},
)
# When something came in: the two archives took the seeds in one after the other.
_TIME = re.compile(rb"20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?|\d\d:\d\d(?::\d\d)? UTC")


def cluster_archive(folder: Path) -> Archive:
    """An archive without articles whose search stands on a cluster."""
    cluster = cluster_settings()
    settings = settings_of(
        folder,
        search_url=SecretStr(cluster.url),
        search_ca_file=cluster.ca_file,
        search_prefix=cluster.prefix,
        search_replicas=0,
        search_shards=2,
        # Machines that test are shared: a slow answer is no failure.
        search_seconds=60,
        request_seconds=60,
    )
    archive = assemble_archive(settings)
    migrate(archive.engine)
    return archive


@pytest.fixture(scope="module")
def on_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    made = cluster_archive(tmp_path_factory.mktemp("cluster"))
    ingest(made, [SEEDS])
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def other(on_cluster: Archive) -> TestClient:
    """A browser without a window on the archive that a cluster searches."""
    return TestClient(create_app(on_cluster), raise_server_exceptions=False)


def same(client: TestClient, other: TestClient, path: str, parameters: Mapping[str, str | int]) -> int:
    """Ask both archives for a page, which must be one page; its status."""
    one, two = (each.get(path, params=dict(parameters) or None) for each in (client, other))
    assert _TIME.sub(b"", one.content) == _TIME.sub(b"", two.content), (path, parameters)
    assert one.status_code == two.status_code
    return one.status_code


@pytest.mark.parametrize("path", sorted({path for name, path in PAGES.items() if not name.startswith("run")}))
def test_each_page_is_the_same_to_the_byte(client: TestClient, other: TestClient, path: str) -> None:
    same(client, other, path.partition("#")[0], {})


@pytest.mark.parametrize("query", _QUERIES)
def test_each_list_of_results_is_the_same_to_the_byte(
    client: TestClient, other: TestClient, query: str
) -> None:
    """Articles, quotations, people, programmes, in each order, and what is written of them."""
    for way in _WAYS:
        assert same(client, other, "/search", {"q": query} | way) == 200
    for path in ("/api/search", "/search.csv", "/search.atom", "/search/suggest"):
        assert same(client, other, path, {"q": query}) == 200


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_has_the_answer_that_it_has_in_a_folder(
    client: TestClient, other: TestClient, name: str
) -> None:
    """It reaches a cluster as terms and numbers only, never as it was typed."""
    same(client, other, "/search", {"q": HOSTILE[name].encode(errors="replace").decode()})


def test_nothing_of_the_search_is_in_the_folder(on_cluster: Archive) -> None:
    assert not on_cluster.settings.index_folder.exists()
    assert not on_cluster.settings.quote_index_folder.exists()


def test_the_indexes_are_mended_as_in_a_folder(on_cluster: Archive) -> None:
    with on_cluster.index.writer() as writer:
        writer.delete(1)
    assert check(on_cluster).mended == 1
    assert 1 in on_cluster.index.article_ids()
    assert check(on_cluster).mended == 0


@pytest.fixture
def away(on_cluster: Archive) -> Archive:
    """The same archive, where nobody listens any more at the cluster's address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = SecretStr(f"http://anna:s3cret@127.0.0.1:{port}")
    return open_archive(on_cluster.settings.model_copy(update={"search_url": url}))


@pytest.mark.parametrize(
    "path",
    [
        "/articles",
        "/articles/1",
        "/people",
        "/quotes/1",
        "/programmes/safe",
        "/healthz",
    ],
)
def test_pages_of_the_database_are_served_without_the_cluster(away: Archive, path: str) -> None:
    assert TestClient(create_app(away)).get(path).status_code == 200


def test_a_search_without_the_cluster_says_so_at_once(
    away: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    """To readers on a page, to those who run the archive in the log, to nobody with the password."""
    client = TestClient(create_app(away), raise_server_exceptions=False)
    began = time.monotonic()
    answer = client.get("/search", params={"q": "defence"})
    assert time.monotonic() - began < 2
    assert (answer.status_code, "Search is not available now" in answer.text) == (503, True)
    assert client.get("/api/search", params={"q": "defence"}).status_code == 503
    assert client.get("/readyz").json() == {"database": "ok", "index": "not available"}
    assert "cannot be reached: start it, or set ARCHIVE_SEARCH_URL right" in caplog.text
    assert "s3cret" not in caplog.text + answer.text


def test_what_is_stored_without_the_cluster_is_told_to_it_later(tmp_path: Path) -> None:
    archive = cluster_archive(tmp_path / "archive")
    note = tmp_path / "note.txt"
    note.write_text("Ministers met.\n\nThey agreed on a pact.")
    url = SecretStr("http://127.0.0.1:1")
    without = open_archive(archive.settings.model_copy(update={"search_url": url}))
    with pytest.raises(IndexUnavailableError, match="cannot be reached"):
        ingest(without, [note])
    with pytest.raises(IndexUnavailableError, match="cannot be reached"):
        rebuild_index(without)
    assert update_index(archive) == 1
    assert archive.index.article_ids() == [1]


def test_an_archive_in_a_folder_does_without_the_client(tmp_path: Path) -> None:
    """Its command starts no later for a cluster that it does not have."""
    look = (
        "import sys, app.cli; from app.archive import assemble_archive; from app.settings import Settings; "
        "assemble_archive(Settings()); sys.exit('opensearchpy' in sys.modules)"
    )
    environment = {**os.environ, "ARCHIVE_FOLDER": str(tmp_path)}
    assert subprocess.run([sys.executable, "-c", look], env=environment, check=False).returncode == 0


def test_the_client_is_asked_for_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "app.fulltext.opensearch_index", None)
    with pytest.raises(SettingsError, match="requirements-opensearch"):
        assemble_archive(Settings(folder=tmp_path, search_url=SecretStr("https://search.example.org")))
