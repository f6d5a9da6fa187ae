"""Moving an archive from its file to a server: whole, the same to each row, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from app import correct
from app.archive import Archive, assemble_archive, open_archive
from app.check import check
from app.errors import DatabaseError
from app.ingest import ingest
from app.move import move
from app.settings import Settings
from app.store import moving
from app.store.corrections import By
from app.store.database import Task, open_engine, turn, write_connection, write_session
from app.store.models import Outlet, Person, Quote, Removal
from app.store.schema import is_empty, migrate
from app.web.main import create_app
from tests.conftest import SEEDS, new_archive
from tests.databases import NOTHING, database_of, settings_of

_COMMAND = str(Path(sys.executable).with_name("defence-archive"))
_BY = By("anna", "they are one person")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The seeds in a file, with a person who leads on to one that comes later, and a withdrawn article."""
    folder = tmp_path_factory.mktemp("file")
    made = assemble_archive(Settings(folder=folder, database_url=SecretStr("")))
    migrate(made.engine)
    ingest(made, [SEEDS])
    with Session(made.engine) as session:
        met_in_text = session.exec(select(Person.slug).where(Person.origin == "text")).one()
    correct.attribute_to_person(made, 1, "Zoë Neuling", _BY, is_new=True)
    correct.merge_people(made, met_in_text, "zoe-neuling", _BY)
    correct.withdraw_article(made, 3, _BY)
    yield made
    made.engine.dispose()


def moved(filled: Archive, target: Settings) -> Archive:
    """The archive of the file's folder with the rows of the server."""
    return open_archive(filled.settings.model_copy(update={"database_url": target.database_url}))


def everything(archive: Archive) -> dict[str, str]:
    """A digest of all rows of each table, their times included."""
    with archive.engine.connect() as connection:
        return {
            table.name: moving.digest_of(moving.rows_between(connection, table, None, None))
            for table in moving.tables()
        }


@contextlib.contextmanager
def engine_of(target: Settings) -> Iterator[Engine]:
    engine = open_engine(target.database)
    yield engine
    engine.dispose()


def test_what_is_moved_is_the_same_archive(filled: Archive, tmp_path: Path) -> None:
    """Rows, indexes, pages; new rows go on counting where the old ones ended."""
    target = settings_of(tmp_path, NOTHING)
    told: list[tuple[int, int]] = []
    report = move(filled, target, lambda done, total: told.append((done, total)))
    assert report.copied == report.row_count > 1000
    assert told[-1] == (report.row_count, report.row_count)
    there = moved(filled, target)
    assert everything(there) == everything(filled)
    assert check(there).faults == ()
    one, other = (TestClient(create_app(archive)) for archive in (filled, there))
    for address in ("/articles", "/corrections", "/search?q=SAFE", "/runs/1"):
        assert one.get(address).text == other.get(address).text
    with write_session(there.engine) as session:
        last = max(session.exec(select(Person.id)).all(), key=lambda key: key or 0)
        new = Person(slug="new", name="New", sort_name="New", origin="text")
        session.add(new)
        session.flush()
        assert new.id == (last or 0) + 1
    there.engine.dispose()


def test_an_archive_that_is_moved_already_is_not_moved_again(filled: Archive, tmp_path: Path) -> None:
    target = settings_of(tmp_path, NOTHING)
    move(filled, target)
    with pytest.raises(DatabaseError, match="an archive in that database already"):
        move(filled, target)


def test_a_database_of_something_else_is_left_alone(filled: Archive, tmp_path: Path) -> None:
    target = settings_of(tmp_path, NOTHING)
    with engine_of(target) as engine:
        with write_connection(engine) as connection:
            connection.execute(text("CREATE TABLE customer (name text)"))
        with pytest.raises(DatabaseError, match="tables of something else"):
            move(filled, target)
        assert is_empty(engine)


def test_only_a_file_is_moved_and_only_to_a_server(filled: Archive, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="name the PostgreSQL database"):
        move(filled, filled.settings)
    other = new_archive(tmp_path / "there")
    with pytest.raises(DatabaseError, match="on a server already"):
        move(other, settings_of(tmp_path / "elsewhere", NOTHING))
    other.engine.dispose()


def test_two_do_not_move_to_the_same_place(filled: Archive, tmp_path: Path) -> None:
    target = settings_of(tmp_path, NOTHING)
    with engine_of(target) as engine, turn(engine, Task.MOVING) as ours:
        assert ours is not None
        with pytest.raises(DatabaseError, match="another process is moving"):
            move(filled, target)


def stop_after(calls: int) -> Callable[[int, int], None]:
    """A progress that is interrupted at its so many-th call, as by who sits at the keyboard."""
    left = iter(range(calls))

    def tell(_done: int, _total: int) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return tell


def test_an_interrupted_move_goes_on_and_mends_what_changed_meanwhile(
    filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody works on half an archive; rows that are not what they were are put down anew."""
    monkeypatch.setattr(moving, "_ROWS", 100)
    target = settings_of(tmp_path, NOTHING)
    with pytest.raises(KeyboardInterrupt):
        move(filled, target, stop_after(20))
    with pytest.raises(DatabaseError, match='"defence-archive move" once more'):
        open_archive(target)
    with engine_of(target) as engine, write_connection(engine) as connection:
        connection.execute(text("UPDATE outlet SET name = 'Another'"))
        connection.execute(text("DELETE FROM person WHERE id = 7"))
        connection.execute(text("INSERT INTO outlet (id, slug, name) VALUES (999, 'none', 'None')"))
    report = move(filled, target)
    assert 0 < report.copied < report.row_count
    there = moved(filled, target)
    assert everything(there) == everything(filled)
    there.engine.dispose()


def test_a_row_that_leads_nowhere_is_no_whole_archive(filled: Archive, tmp_path: Path) -> None:
    """References are asked for at the end; until they are there, nobody works on the copy."""
    target = settings_of(tmp_path, NOTHING)
    broken = moving.replace_rows

    def lose_people(connection: object, table: object, *more: object) -> None:
        if str(table) != "name_form":
            broken(connection, table, *more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moving, "replace_rows", lose_people)
        with pytest.raises(DatabaseError, match="name_form is not the same there"):
            move(filled, target)
    move(filled, target)


def test_a_killed_move_goes_on_where_it_was(filled: Archive, tmp_path: Path) -> None:
    """Killed by SIGKILL with the first rows of three tables there, then run to its end."""
    target = settings_of(tmp_path, NOTHING)
    command = [_COMMAND, "move", "--to", database_of(tmp_path)]
    environment = {**os.environ, "ARCHIVE_FOLDER": str(filled.settings.folder), "ARCHIVE_DATABASE_URL": ""}
    kills = 0
    for table in (Outlet, Quote, Removal):
        with engine_of(target) as engine, subprocess.Popen(command, env=environment) as process:
            while process.poll() is None and not has_rows(engine, table):
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
        kills += process.returncode == -signal.SIGKILL
    assert kills >= 2
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "rows are the same there" in done.stdout
    assert "Set ARCHIVE_DATABASE_URL" in done.stdout
    there = moved(filled, target)
    assert everything(there) == everything(filled)
    there.engine.dispose()


def has_rows(engine: Engine, table: type[Outlet | Quote | Removal]) -> bool:
    try:
        with Session(engine) as session:
            return session.exec(select(table).limit(1)).first() is not None
    except SQLAlchemyError:  # it is not made yet
        return False
