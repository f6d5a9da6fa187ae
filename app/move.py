"""Moving an archive from its file to a PostgreSQL server: copied, compared, taken up again if killed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, Table

from app.archive import Archive
from app.errors import DatabaseError
from app.indexing import Progress, no_progress
from app.settings import Settings
from app.store import moving
from app.store.database import Task, open_engine, turn, write_connection
from app.store.schema import MOVING, is_empty, migrate, require_current_schema, version_of


@dataclass(frozen=True, slots=True)
class MoveReport:
    """How many rows the archive has, and how many of them this call put down; all were compared."""

    row_count: int
    copied: int


def move(archive: Archive, target: Settings, progress: Progress = no_progress) -> MoveReport:
    """Copy all rows of an archive into the empty PostgreSQL database of ``target``, and compare each.

    The archive is copied as it is at one moment, and stays; readers and ingest may go on, but what they write
    is not in the copy. Killed at any moment and run again, it goes on where it was, comparing what is there.
    Until it has ended no program works on the copy. Raises DatabaseError, also where the database holds
    something else.
    """
    if not isinstance(archive.settings.database, Path):
        raise DatabaseError("this archive is on a server already: move copies the file of ARCHIVE_FOLDER")
    if isinstance(target.database, Path):
        raise DatabaseError("name the PostgreSQL database to move to")
    engine = open_engine(target.database)
    try:
        with turn(engine, Task.MOVING) as ours:
            if ours is None:
                raise DatabaseError("another process is moving an archive there: wait until it has finished")
            return _move(archive.engine, engine, progress)
    finally:
        engine.dispose()


def _move(source: Engine, target: Engine, progress: Progress) -> MoveReport:
    _begin(target)
    done = copied = 0
    with source.connect() as reader:  # one transaction: one moment
        total = moving.count_rows(reader)
        for table in moving.tables():
            after: moving.Key | None = None
            for rows in moving.batches(reader, table):
                last = moving.key_of(table, rows[-1])
                copied += _put_down(target, table, (after, last), rows)
                after, done = last, done + len(rows)
                progress(done, total)
            _put_down(target, table, (after, None), [])  # nothing comes after the last
    with write_connection(target) as connection:
        moving.finish_moving(connection)
    return MoveReport(total, copied)


def _begin(target: Engine) -> None:
    """Let the target be one that is being moved into. Raises DatabaseError where it holds something else."""
    with target.connect() as connection:
        version = version_of(connection)
        if version is None:
            moving.require_nothing_else(connection)
    if is_empty(target):
        migrate(target)
    elif version != MOVING:
        require_current_schema(target)
    with write_connection(target) as connection:
        moving.begin_moving(connection)


def _put_down(
    target: Engine, table: Table, keys: tuple[moving.Key | None, moving.Key | None], rows: moving.Rows
) -> int:
    """Let the target have just these rows between two keys; how many had to be written."""
    wanted = moving.digest_of(rows)
    with write_connection(target) as connection:
        if _digest(connection, table, keys) == wanted:
            return 0
        moving.replace_rows(connection, table, *keys, rows)
        if _digest(connection, table, keys) != wanted:
            raise DatabaseError(
                f"the table {table.name} is not the same there after {keys[0]} up to {keys[1]}: "
                "this is a fault of the program or of the server; nothing was changed here"
            )
    return len(rows)


def _digest(connection: Connection, table: Table, keys: tuple[moving.Key | None, moving.Key | None]) -> str:
    return moving.digest_of(moving.rows_between(connection, table, *keys))
