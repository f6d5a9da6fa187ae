"""The database as one SQLite file in the archive's folder: how it is opened, and what its refusals mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlmodel import create_engine

from app.deadline import is_over
from app.errors import DatabaseError, TookTooLongError

# FastAPI runs blocking endpoints in 40 threads; with fewer connections they would queue for one.
_POOL_SIZE = 40
# A request waits no longer than this for a connection; then it is told to come again.
_POOL_TIMEOUT_SECONDS = 5
# A reader waits this long for a writer's short commit before it gives up.
_BUSY_TIMEOUT_SECONDS = 30
# Steps of SQLite's machine between two looks at the clock: about a millisecond of work.
_STEPS_BETWEEN_LOOKS = 20_000
_WRITES = "archive_writes"

WRITE_OPTIONS = {_WRITES: True}

# What SQLite says, and what to do about it.
_FAULTS = {
    "disk is full": "make room on the disk and run the command again",
    "disk I/O error": "check the disk and the room on it, and run the command again",
    "readonly database": "let this user write to the archive's folder and its files",
    "unable to open database file": "let this user write to the archive's folder and its files",
    "database is locked": "wait until the other process has finished",
}


def open_file(path: Path) -> Engine:
    """An engine for the SQLite file at ``path``; its folder is made if it is missing.

    Raises DatabaseError if the folder cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise DatabaseError(
            f"the folder {path.parent} cannot be made ({exc.strerror}): "
            "set ARCHIVE_FOLDER to a folder you can write to"
        ) from exc
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=_POOL_SIZE,
        max_overflow=0,
        pool_timeout=_POOL_TIMEOUT_SECONDS,
        pool_use_lifo=True,  # the connection used last has most of what is read in its memory
        hide_parameters=True,  # an error's text goes into logs, and what readers ask for must not
        connect_args={"timeout": _BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _tell_interruption)
    return engine


def advice_on(fault: BaseException) -> str | None:
    """What to do about a refusal to write; None where nobody knows."""
    return next((advice for words, advice in _FAULTS.items() if words in str(fault)), None)


def _set_up(connection: Any, _record: object) -> None:
    """SQLite opens with foreign keys off and a journal that lets a writer block readers."""
    # Python's sqlite3 begins no transaction before CREATE TABLE, so a killed migration would stay half
    # done: transactions are begun by _begin instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL: with NORMAL the last commits can be lost when power fails.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()
    connection.set_progress_handler(is_over, _STEPS_BETWEEN_LOOKS)


def _tell_interruption(context: ExceptionContext) -> None:
    """What the progress handler ended took too long; nothing is torn, what was being written is undone."""
    if str(context.original_exception) == "interrupted":
        raise TookTooLongError from context.original_exception


def _begin(connection: Connection) -> None:
    is_write = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")
