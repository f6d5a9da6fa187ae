"""A PostgreSQL database behaves as SQLite does: one writes, each reads one moment, deadlines hold."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy.exc import InternalError
from sqlmodel import Session, col, func, select, text

from app.archive import Archive, assemble_archive, open_archive
from app.backup import back_up, restore
from app.deadline import within
from app.errors import DatabaseError, DatabaseUnavailableError, SettingsError, TookTooLongError
from app.ingest import IngestReport, ingest
from app.settings import Settings
from app.store import postgres
from app.store.database import open_engine, write_session
from app.store.models import Article, Outlet, Source
from app.store.schema import is_empty, migrate
from app.web.main import create_app
from tests.conftest import new_archive
from tests.databases import (
    NOTHING,
    database_of,
    drop_database_of,
    environment_of,
    run_in_database_of,
    run_on_server,
    settings_of,
    url_of,
)

_COMMAND = str(Path(sys.executable).with_name("defence-archive"))


def count(session: Session, table: type[Outlet | Article | Source]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def test_who_reads_can_change_nothing(archive: Archive) -> None:
    with Session(archive.engine) as session:
        session.add(Outlet(slug="one", name="One"))
        with pytest.raises(InternalError, match="read-only"):
            session.commit()


def test_who_reads_sees_one_moment(archive: Archive) -> None:
    """As with a file: what is written meanwhile is seen by the next session."""
    with Session(archive.engine) as reader:
        assert count(reader, Outlet) == 0
        with write_session(archive.engine) as writer:
            writer.add(Outlet(slug="one", name="One"))
        assert count(reader, Outlet) == 0
    with Session(archive.engine) as reader:
        assert count(reader, Outlet) == 1


def test_who_writes_waits_for_the_other_and_sees_what_was_written(archive: Archive) -> None:
    """Each of many adds one more than it finds: none is lost and none is alike."""

    def add_one() -> None:
        with write_session(archive.engine) as session:
            number = count(session, Outlet) + 1
            time.sleep(0.01)
            session.add(Outlet(slug=f"outlet-{number}", name="One of them"))

    threads = [threading.Thread(target=add_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(archive.engine) as session:
        assert set(session.exec(select(Outlet.slug))) == {f"outlet-{number}" for number in range(1, 9)}


def test_who_waits_too_long_to_write_is_told(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_LOCK_SECONDS", 0.1)
    with write_session(archive.engine) as first:
        first.add(Outlet(slug="one", name="One"))
        with (
            pytest.raises(DatabaseError, match="wait until the other process"),
            write_session(archive.engine),
        ):
            pass
    with Session(archive.engine) as session:
        assert count(session, Outlet) == 1


def test_ids_go_on_after_those_given_beforehand(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    """New articles are given ids beforehand, changed ones' quotations by the database; both count on."""
    report = "“We will sign the pact in May,” said Jane Example, the minister.\n\n“And {} in June,” she said."
    take_in({f"{number}.txt": report.format(f"treaty {number}") for number in range(3)})
    take_in({"0.txt": report.format("another treaty"), "3.txt": report.format("a third one")})
    with Session(archive.engine) as session:
        ids = session.exec(text("SELECT id FROM quote ORDER BY id")).all()  # type: ignore[call-overload]
    assert [key for (key,) in ids] == list(range(1, len(ids) + 1))


def test_a_run_after_one_that_was_undone_gives_the_ids_it_would_have_given(
    archive: Archive, take_in: Callable[..., IngestReport], tmp_path: Path
) -> None:
    """Sequences do not go back by themselves when what was begun is undone."""
    (tmp_path / "dry.txt").write_text("Ministers met about the pact.", encoding="utf-8")
    assert ingest(archive, [tmp_path / "dry.txt"], is_dry=True).article_count == 1
    take_in({"one.txt": "Ministers met about the treaty."})
    with Session(archive.engine) as session:
        assert session.exec(select(Source.id)).all() == [1]
        assert session.exec(select(col(Article.id))).all() == [1]


def test_a_statement_ends_at_its_deadline(archive: Archive) -> None:
    began = time.monotonic()
    with within(0.2), pytest.raises(TookTooLongError), Session(archive.engine) as session:
        session.execute(text("SELECT pg_sleep(30)"))
    assert time.monotonic() - began < 5
    with Session(archive.engine) as session:
        assert count(session, Outlet) == 0


def test_many_statements_end_at_their_deadline(archive: Archive) -> None:
    began = time.monotonic()

    def ask_again_and_again() -> None:
        with Session(archive.engine) as session:
            while True:
                session.execute(text("SELECT pg_sleep(0.05)"))

    with within(0.3), pytest.raises(TookTooLongError):
        ask_again_and_again()
    assert time.monotonic() - began < 5


def test_a_connection_that_the_server_ended_is_made_anew(archive: Archive) -> None:
    with Session(archive.engine) as session:
        assert count(session, Outlet) == 0
    run_in_database_of(
        archive.settings.folder,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'defence-archive'",
    )
    with Session(archive.engine) as session:
        assert count(session, Outlet) == 0


def test_a_server_that_is_away_is_told_and_no_password(archive: Archive, tmp_path: Path) -> None:
    """The command says it in a line, a page in a sentence, and neither where it tried with which password."""
    address = f"postgresql+psycopg://anna:hush@/archive?host={tmp_path}"
    with pytest.raises(DatabaseUnavailableError) as raised:
        open_archive(Settings(folder=tmp_path, database_url=SecretStr(address)))
    assert "hush" not in str(raised.value)
    environment = {**environment_of(tmp_path, NOTHING), "ARCHIVE_DATABASE_URL": address}
    told = subprocess.run(
        [_COMMAND, "search", "pact"], env=environment, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert told.stderr.startswith("error: the database does not answer (")
    assert len(told.stderr.splitlines()) == 1
    assert "hush" not in told.stderr
    client = TestClient(create_app(archive), raise_server_exceptions=False)
    archive.engine.dispose()
    drop_database_of(archive.settings.folder)
    page, answer = client.get("/articles"), client.get("/api/articles")
    assert (page.status_code, answer.status_code) == (503, 503)
    assert "does not answer" in page.text
    assert "does not answer" in answer.json()["error"]["message"]
    assert client.get("/readyz").json()["database"] == "not available"


def test_a_database_that_orders_texts_otherwise_is_refused(tmp_path: Path) -> None:
    """Lists would be in another order there."""
    run_on_server("CREATE DATABASE english TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'")
    engine = open_engine(url_of("english"))
    with pytest.raises(DatabaseError, match="--locale=C"):
        migrate(engine)
    engine.dispose()


def test_an_address_with_an_option_nobody_knows_is_refused(tmp_path: Path) -> None:
    address = f"{database_of(tmp_path)}&colour=blue"
    with pytest.raises(SettingsError, match=r"ARCHIVE_DATABASE_URL .*colour"):
        open_archive(Settings(folder=tmp_path, database_url=SecretStr(address)))


def test_backup_and_restore_lead_to_the_servers_own_tools(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="pg_dump"):
        back_up(archive, tmp_path / "copy.db")
    with pytest.raises(DatabaseError, match="pg_restore"):
        restore(archive, tmp_path / "copy.db")


def test_a_dry_run_where_there_is_no_archive_makes_none(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Ministers met about the pact.", encoding="utf-8")
    settings = settings_of(tmp_path / "archive", NOTHING)
    told = subprocess.run(
        [_COMMAND, "ingest", "--dry-run", str(tmp_path / "one.txt")],
        env=environment_of(tmp_path / "archive", NOTHING), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "1 added" in told.stdout
    engine = open_engine(settings.database)
    assert is_empty(engine)
    engine.dispose()


def test_several_archives_of_one_server_do_not_wait_for_each_other(archive: Archive, tmp_path: Path) -> None:
    other = new_archive(tmp_path / "other")
    with write_session(archive.engine), write_session(other.engine) as session:
        session.add(Outlet(slug="one", name="One"))
    other.engine.dispose()
    assert assemble_archive(settings_of(tmp_path / "other")).settings == other.settings
