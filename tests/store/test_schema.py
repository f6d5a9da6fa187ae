"""The database's shape: migrations and models agree, other shapes are refused with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlmodel import Session, text

from app.archive import open_archive
from app.errors import DatabaseError
from app.store.database import open_engine, write_connection
from app.store.schema import migrate, migration_config
from tests.databases import NOTHING, settings_of


def test_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    """Alembic finds nothing that a further migration would have to change."""
    engine = open_engine(settings_of(tmp_path, NOTHING).database)
    migrate(engine)
    with write_connection(engine) as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.check(config)
    engine.dispose()


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    engine = open_engine(settings_of(tmp_path, NOTHING).database)
    migrate(engine)
    migrate(engine)
    engine.dispose()


@pytest.mark.sqlite
def test_every_connection_checks_foreign_keys_and_lets_readers_read(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "archive.db")
    with Session(engine) as session:
        pragmas = [session.exec(text(f"PRAGMA {name}")).one()[0] for name in ("foreign_keys", "journal_mode")]  # type: ignore[call-overload]
    assert pragmas == [1, "wal"]
    engine.dispose()


def test_a_folder_without_an_archive_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="defence-archive ingest"):
        open_archive(settings_of(tmp_path, NOTHING))


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    engine = open_engine(settings_of(tmp_path, NOTHING).database)
    migrate(engine)
    with write_connection(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(DatabaseError, match="newer than this program"):
        open_archive(settings_of(tmp_path, NOTHING))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(DatabaseError, match="ARCHIVE_FOLDER"):
        open_engine(tmp_path / "file" / "archive.db")
