"""Readers are shown a copy of the database that lags behind; who writes is shown what they wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app import correct
from app.archive import Archive, open_archive
from app.errors import DatabaseError, DatabaseUnavailableError, SettingsError
from app.indexing import update_index
from app.ingest import ingest
from app.settings import read_settings
from app.store.corrections import By
from app.web.main import create_app
from tests.conftest import new_archive
from tests.databases import NOTHING, copy_database_of, database_of, drop_database_of
from tests.web.test_editors import HASHED, log_in, send, token_of

_REPORT = "Title: The pact waits\n\nMinisters met. “We need more time,” said Jane Example, the minister."


@pytest.fixture
def lagging(tmp_path: Path) -> Iterator[Archive]:
    """An archive whose copy was made before its last article came and before its first was corrected."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text(_REPORT, encoding="utf-8")
    made = new_archive(tmp_path / "archive")
    ingest(made, [folder])
    made.close()
    settings = made.settings.model_copy(
        update={
            "read_database_url": SecretStr(copy_database_of(made.settings.folder, tmp_path / "copy")),
            "editors": SecretStr(f"anna:{HASHED}"),
        }
    )
    archive = open_archive(settings)
    (folder / "b.txt").write_text(_REPORT.replace("pact", "treaty"), encoding="utf-8")
    ingest(archive, [folder])
    correct.correct_title(archive, 1, "The pact is signed", By("ben", "it was"))
    yield archive
    archive.close()
    drop_database_of(tmp_path / "archive")
    drop_database_of(tmp_path / "copy")


@pytest.fixture
def browser(lagging: Archive) -> TestClient:
    return TestClient(create_app(lagging), follow_redirects=False)


def test_a_reader_is_shown_the_copy(browser: TestClient) -> None:
    """Pages, searches, files and the API; that the indexes are ahead of it breaks none of them."""
    for address in ("/articles", "/", "/people/jane-example", "/search?q=ministers", "/api/articles/1"):
        page = browser.get(address)
        assert page.status_code == 200
        assert "The pact waits" in page.text
        assert "The pact is signed" not in page.text
        assert "treaty" not in page.text.lower()
    for address in ("/people.csv", "/search.csv?q=ministers", "/articles.atom"):
        found = browser.get(address)
        assert found.status_code == 200
        assert "signed" not in found.text
    assert browser.get("/articles/2").status_code == 404
    assert browser.get("/search?q=ministers&show=people").status_code == 200


def test_an_editor_is_shown_what_was_written(browser: TestClient) -> None:
    """From logging in until shortly after logging out; a correction is seen in the answer that follows it."""
    assert log_in(browser) == 303
    assert "The pact is signed" in browser.get("/articles").text
    assert "The treaty waits" in browser.get("/search?q=ministers").text
    assert browser.get("/articles/2").status_code in (200, 308)
    status, leads_to = send(browser, "/edit/articles/2", decision="title", value="The treaty is signed")
    assert status == 303
    assert "The treaty is signed" in browser.get(leads_to, follow_redirects=True).text
    answer = browser.post("/logout", data={"token": token_of(browser, "/edit")})
    assert answer.status_code == 303
    assert "The treaty is signed" in browser.get("/articles").text
    browser.cookies.clear()
    assert "The treaty is signed" not in browser.get("/articles").text


def test_what_follows_from_what_is_stored_is_read_where_it_is_stored(lagging: Archive) -> None:
    """The indexes are told of what there is, not of what the copy has."""
    assert lagging.index.article_ids() == [1, 2]
    assert update_index(lagging) == 0


def test_an_archive_is_not_ready_without_its_copy(lagging: Archive, tmp_path: Path) -> None:
    client = TestClient(create_app(lagging))
    assert client.get("/readyz").json()["database"] == "ok"
    lagging.close()
    drop_database_of(tmp_path / "copy")
    assert client.get("/readyz").json()["database"] == "not available"
    assert client.get("/articles").status_code == 503
    with pytest.raises(DatabaseUnavailableError):
        open_archive(lagging.settings)


def test_a_copy_of_something_else_is_refused(lagging: Archive, tmp_path: Path) -> None:
    other = SecretStr(database_of(tmp_path / "other", NOTHING))
    with pytest.raises(DatabaseError, match="there is no archive here yet"):
        open_archive(lagging.settings.model_copy(update={"read_database_url": other}))


def test_a_file_has_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_DATABASE_URL", "")
    monkeypatch.setenv("ARCHIVE_READ_DATABASE_URL", "postgresql+psycopg://anna:hush@db.example/archive")
    with pytest.raises(SettingsError, match=r"ARCHIVE_READ_DATABASE_URL .*a file has no copies"):
        read_settings()
