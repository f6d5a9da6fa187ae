"""Backup and restore: online, verified, never half."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session

from app.archive import Archive, assemble_archive, open_archive
from app.backup import back_up, restore
from app.check import check
from app.errors import DatabaseError
from app.ingest import IngestReport, ingest
from app.settings import Settings
from app.store.articles import count_articles
from app.store.database import open_engine
from app.store.schema import migrate, migration_config
from app.web.main import create_app
from tests.conftest import SEEDS, new_archive


def count_of(archive: Archive) -> int:
    with Session(archive.engine) as session:
        return count_articles(session)


def test_what_is_restored_is_what_was_backed_up(seeded: Archive, tmp_path: Path) -> None:
    """Pages, searches and the check find nothing missing; the index is made anew."""
    report = back_up(seeded, tmp_path / "copy.db")
    assert (report.article_count, report.faults) == (18, ())
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]
    restored = assemble_archive(Settings(folder=tmp_path / "restored"))
    assert restore(restored, tmp_path / "copy.db").article_count == 18
    assert check(restored).faults == ()
    one, other = (TestClient(create_app(archive)) for archive in (seeded, restored))
    for address in (
        "/articles",
        "/search?q=SAFE",
        "/people/keir-starmer",
        "/api/search?q=pact&show=quotations",
    ):
        assert one.get(address).text == other.get(address).text
    restored.engine.dispose()


def test_a_backup_is_of_one_moment_while_ingest_goes_on(
    archive: Archive, take_in: Callable[..., IngestReport], tmp_path: Path
) -> None:
    """Articles come in all the while; each copy verifies, and none loses what an earlier one had."""
    take_in({"0.txt": "Ministers met about the pact."})
    is_over = threading.Event()

    def go_on() -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            (tmp_path / f"{number}.txt").write_text(f"Ministers met about pact {number}.", encoding="utf-8")
            ingest(archive, [tmp_path / f"{number}.txt"])

    worker = threading.Thread(target=go_on)
    worker.start()
    counts = [1]
    end = time.monotonic() + 60
    while counts[-1] < 4 and time.monotonic() < end:
        counts.append(back_up(archive, tmp_path / "copy.db").article_count)
    is_over.set()
    worker.join()
    assert counts == sorted(counts)
    assert counts[-1] >= 4


def test_an_archive_is_replaced_only_when_that_is_said(
    archive: Archive, take_in: Callable[..., IngestReport], tmp_path: Path
) -> None:
    """A server that is running goes on with what was restored."""
    take_in({"a.txt": "Ministers met about the pact."})
    back_up(archive, tmp_path / "copy.db")
    take_in({"b.txt": "Ministers met again about another pact."})
    client = TestClient(create_app(archive))
    assert count_of(archive) == 2
    other = assemble_archive(archive.settings)
    with pytest.raises(DatabaseError, match="--replace"):
        restore(other, tmp_path / "copy.db")
    assert count_of(archive) == 2
    restore(other, tmp_path / "copy.db", may_replace=True)
    other.engine.dispose()
    assert count_of(archive) == 1
    assert "another pact" not in client.get("/search?q=pact").text
    assert "articles/1-" in client.get("/search?q=pact").text


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_what_is_no_backup_is_refused_and_changes_nothing(
    archive: Archive, take_in: Callable[..., IngestReport], tmp_path: Path, content: bytes
) -> None:
    take_in({"a.txt": "Ministers met about the pact."})
    (tmp_path / "wrong.db").write_bytes(content)
    with pytest.raises(DatabaseError):
        restore(archive, tmp_path / "wrong.db", may_replace=True)
    with pytest.raises(DatabaseError, match="there is no file"):
        restore(archive, tmp_path / "missing.db", may_replace=True)
    assert count_of(archive) == 1
    assert not list(archive.settings.folder.glob("*.partial*"))


def test_a_damaged_archive_takes_no_good_backups_place(
    archive: Archive, take_in: Callable[..., IngestReport], tmp_path: Path
) -> None:
    """The bytes of a source are not what they were: the copy is refused, the older backup stays."""
    take_in({"a.txt": "Ministers met about the pact."})
    copy = tmp_path / "copy.db"
    back_up(archive, copy)
    before = copy.read_bytes()
    with sqlite3.connect(archive.settings.database_path) as connection:
        connection.execute("UPDATE source SET sha256 = ?", ("0" * 64,))
    with pytest.raises(DatabaseError, match="1 faults, the first: the source"):
        back_up(archive, copy)
    assert copy.read_bytes() == before
    assert not list(tmp_path.glob("*.partial*"))


def test_the_archive_itself_is_no_backup(archive: Archive) -> None:
    with pytest.raises(DatabaseError, match="the archive itself"):
        back_up(archive, archive.settings.database_path)


def test_a_backup_of_a_newer_program_is_refused(archive: Archive, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(archive, copy)
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError, match="newer than this program"):
        restore(assemble_archive(Settings(folder=tmp_path / "other")), copy)


@pytest.mark.parametrize(
    "revision",
    [script.revision for script in ScriptDirectory.from_config(migration_config()).walk_revisions()],
)
def test_an_archive_of_every_released_shape_is_brought_to_the_present_one(
    tmp_path: Path, revision: str
) -> None:
    """Refused as it is, migrated by one command, then as good as new: it takes articles in and finds them."""
    engine = open_engine(tmp_path / "archive" / "archive.db")
    with engine.begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    migrate(engine)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.check(config)
    engine.dispose()
    archive = open_archive(Settings(folder=tmp_path / "archive"))
    ingest(archive, [next(SEEDS.glob("*.txt"))])
    assert check(archive).faults == ()
    archive.engine.dispose()


def test_an_older_backup_is_migrated_when_it_is_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy is migrated before it is verified, and only then is anything of the archive touched."""
    made = new_archive(tmp_path / "old")
    ingest(made, [next(SEEDS.glob("*.txt"))])
    back_up(made, tmp_path / "old.db")
    made.engine.dispose()
    asked = []

    def told(engine: Engine) -> None:
        asked.append(str(engine.url))
        migrate(engine)

    monkeypatch.setattr("app.backup.migrate", told)
    archive = assemble_archive(Settings(folder=tmp_path / "new"))
    restore(archive, tmp_path / "old.db")
    assert [url.endswith("partial") for url in asked] == [True, False]
    assert count_of(archive) == 1
    archive.engine.dispose()
