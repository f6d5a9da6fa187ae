"""An archive on PostgreSQL is the one on SQLite: the same rows, the same pages to the byte, any search."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.archive import Archive, assemble_archive
from app.ingest import ingest
from app.settings import Settings
from app.store.schema import migrate
from app.web.main import create_app
from tests.browser.site import PAGES
from tests.conftest import SEEDS
from tests.snapshot import snapshot
from tests.test_on_cluster import cluster_archive

# Besides those that people see: files, feeds and the API.
_FILES = (
    "/search.csv?q=defence",
    "/search.jsonl?q=SAFE&show=quotations",
    "/search.atom?q=pact",
    "/articles.atom",
    "/articles/10.bib",
    "/quotes/1.ris",
    "/people.csv",
    "/people/andrius-kubilius.csv",
    "/people/ursula-von-der-leyen.atom?programme=safe",
    "/programmes/safe.atom",
    "/api/articles",
    "/api/people",
    "/api/quotations",
    "/api/search?q=kallas",
    "/sitemap.xml",
    "/search/suggest?q=sta",
)
# No page, and one that is there for editors only.
_NOT_THERE = (PAGES["not-found"], PAGES["login"])
# When things happened is another time on each.
_TIMES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?=Z|\+00:00)|\d\d:\d\d UTC")


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The seeds in a file, whatever server the tests are given."""
    folder = tmp_path_factory.mktemp("sqlite")
    made = assemble_archive(Settings(folder=folder, database_url=SecretStr("")))
    migrate(made.engine)
    ingest(made, [SEEDS])
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def sqlite_client(on_sqlite: Archive) -> TestClient:
    return TestClient(create_app(on_sqlite), raise_server_exceptions=False)


@pytest.fixture(scope="module")
def on_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The seeds on the server, searched on a cluster: nothing of them in the folder."""
    made = cluster_archive(tmp_path_factory.mktemp("cluster"))
    ingest(made, [SEEDS])
    yield made
    made.close()


@pytest.fixture(scope="module")
def cluster_client(on_cluster: Archive) -> TestClient:
    return TestClient(create_app(on_cluster), raise_server_exceptions=False)


def test_the_tests_are_about_two_kinds_of_databases(seeded: Archive, on_sqlite: Archive) -> None:
    assert (seeded.engine.dialect.name, on_sqlite.engine.dialect.name) == ("postgresql", "sqlite")


def test_every_row_of_every_table_is_the_same(seeded: Archive, on_sqlite: Archive) -> None:
    one, other = snapshot(seeded), snapshot(on_sqlite)
    for table in one.keys() | other.keys():
        assert one[table] == other[table], table


@pytest.mark.parametrize("path", [*PAGES.values(), *_FILES])
def test_every_page_and_file_is_the_same(client: TestClient, sqlite_client: TestClient, path: str) -> None:
    one, other = client.get(path), sqlite_client.get(path)
    assert one.status_code == other.status_code
    assert one.is_success or path in _NOT_THERE
    assert one.headers["content-type"] == other.headers["content-type"]
    assert _without_times(one.text) == _without_times(other.text)


@pytest.mark.parametrize("path", [*PAGES.values(), *_FILES])
def test_with_the_search_on_a_cluster_too_it_is_the_same(
    cluster_client: TestClient, sqlite_client: TestClient, path: str
) -> None:
    """Nothing of the archive is where it is by default, and nobody can tell."""
    one, other = cluster_client.get(path), sqlite_client.get(path)
    assert one.status_code == other.status_code
    assert _without_times(one.text) == _without_times(other.text)


def _without_times(text: str) -> str:
    return _TIMES.sub("…", text)
