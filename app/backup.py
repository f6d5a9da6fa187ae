"""A copy of the archive in one file, and the archive made of such a copy again: verified both times."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DatabaseError as SqlDatabaseError

from app.archive import Archive
from app.check import CheckReport, verify
from app.errors import DatabaseError
from app.indexing import Progress, no_progress, rebuild_index
from app.settings import Settings
from app.store.copying import copy_database
from app.store.database import open_engine
from app.store.schema import is_empty, migrate, require_current_schema, require_known_schema


def back_up(archive: Archive, file: Path, progress: Progress = no_progress) -> CheckReport:
    """Copy the database to ``file`` while readers and ingest go on, and verify the copy.

    The copy takes the place of an older file of that name only when it is whole. The search indexes are not
    in it: they are made of the database. Raises DatabaseError, and then there is no new file.
    """
    database = _file_of(archive.settings, "pg_dump --format=custom --file=FILE")
    if file.resolve() == database.resolve():
        raise DatabaseError(f"{file} is the archive itself: name another file")
    with _beside(file) as copy:
        copy_database(database, copy, progress)
        report = _verified(copy)
        copy.replace(file)
    return report


def restore(
    archive: Archive, file: Path, *, may_replace: bool = False, progress: Progress = no_progress
) -> CheckReport:
    """Make the archive what it was when ``file`` was made, brought to the present shape, and index it anew.

    The file is verified before anything is changed. Servers that are running go on, with what was restored.
    Raises DatabaseError, and then the archive is as it was; also where there is an archive already, unless
    it may be replaced.
    """
    database = _file_of(archive.settings, "pg_restore --clean --if-exists FILE, then defence-archive reindex")
    if not may_replace and database.exists() and not is_empty(archive.engine):
        raise DatabaseError(
            f"there is an archive in {archive.settings.folder} already: "
            "back it up, then restore with --replace"
        )
    database.parent.mkdir(parents=True, exist_ok=True)
    with _beside(database) as copy:
        copy_database(file, copy, progress)
        report = _verified(copy, must_migrate=True)
        archive.engine.dispose()
        copy_database(copy, database, progress)
    migrate(archive.engine)
    rebuild_index(archive, progress)
    return report


def _file_of(settings: Settings, instead: str) -> Path:
    """The file that the database is. Raises DatabaseError for one on a server, whose own tools copy it."""
    if isinstance(settings.database, Path):
        return settings.database
    raise DatabaseError(f"this archive is on a PostgreSQL server: use {instead} (docs/deploy.md)")


def _verified(copy: Path, *, must_migrate: bool = False) -> CheckReport:
    """The report on a copy without a fault. Raises DatabaseError."""
    engine = open_engine(copy)
    try:
        if is_empty(engine):
            raise DatabaseError("this is no backup of an archive: check the file's name")
        if must_migrate:
            require_known_schema(engine)
            migrate(engine)
        require_current_schema(engine)
        report = verify(engine)
    except SqlDatabaseError as exc:
        raise DatabaseError(f"this is no backup of an archive ({exc.orig}): check the file") from exc
    finally:
        engine.dispose()
    if report.faults:
        first = report.faults[0]
        raise DatabaseError(
            f"the copy has {len(report.faults)} faults, the first: {first.subject}: {first.what}; "
            'run "defence-archive check" on the archive, or take an older backup'
        )
    return report


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A name beside a file, on the same disk; what is left under it afterwards is removed."""
    copy = file.with_name(f"{file.name}.{os.getpid()}.partial")
    try:
        yield copy
    finally:
        for left in (copy, copy.with_name(f"{copy.name}-wal"), copy.with_name(f"{copy.name}-shm")):
            left.unlink(missing_ok=True)
