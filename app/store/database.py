"""The engine: one database, opened the same way everywhere; the only place that asks which kind it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from types import ModuleType
from typing import Protocol

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.errors import DatabaseError
from app.store import postgres, sqlite


class Turn(Protocol):
    """That this process alone does something."""

    def is_kept(self) -> bool:
        """Whether it is its turn still."""


class _Always:
    """A turn that nobody takes away."""

    def is_kept(self) -> bool:
        """It is."""
        return True


_ALWAYS = _Always()
_KINDS: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgres}


def open_engine(place: Path | URL) -> Engine:
    """An engine for the SQLite file at a path, or for the PostgreSQL database at an address.

    Raises DatabaseError where a folder cannot be made; that a server is there is not asked yet.
    """
    return sqlite.open_file(place) if isinstance(place, Path) else postgres.open_server(place)


@contextmanager
def write_session(engine: Engine) -> Iterator[Session]:
    """A session that writes, alone from its beginning on: it waits for its turn and commits at its end.

    One that began as a reader would be refused at its first write if another process had written since.
    """
    with writing(engine), Session(engine) as session:
        begin_writing(session)
        yield session
        session.commit()


def begin_writing(session: Session) -> None:
    """Begin a session's transaction as one that writes; it must be the first thing that the session does."""
    session.connection(execution_options=_kind_of(session.get_bind().engine).WRITE_OPTIONS)


@contextmanager
def write_connection(engine: Engine) -> Iterator[Connection]:
    """The same for what writes without a session."""
    with writing(engine), engine.connect() as connection:
        writer = connection.execution_options(**_kind_of(engine).WRITE_OPTIONS)
        with writer.begin():
            yield writer


class Task(IntEnum):
    """What processes must agree on who does it."""

    INDEXING = 1
    MOVING = 2
    INGESTING = 3  # which many may do: nobody has the turn to do it alone meanwhile


@contextmanager
def turn(engine: Engine, task: Task) -> Iterator[Turn | None]:
    """The turn to do a task, given back at the end of the block; None where another process has it.

    A file is on one machine, where other locks do it: there it is anybody's turn.
    """
    if engine.dialect.name != "postgresql":
        yield _ALWAYS
        return
    with postgres.turn(engine, task) as ours:
        yield ours


@contextmanager
def at_work(engine: Engine, task: Task) -> Iterator[None]:
    """Take part in a task that many may do at once, until the end of the block, however that comes."""
    if engine.dialect.name != "postgresql":
        yield
        return
    with postgres.at_work(engine, task):
        yield


@contextmanager
def writing(engine: Engine) -> Iterator[None]:
    """Around what writes: the database's refusals become a DatabaseError that says what to do."""
    try:
        yield
    except DBAPIError as exc:
        advice = _kind_of(engine).advice_on(exc.orig)
        if advice is None:
            raise
        raise DatabaseError(f"the archive cannot be written ({exc.orig}): {advice}; nothing is lost") from exc


def is_remote(engine: Engine) -> bool:
    """Whether even a word to the database goes over a wire."""
    return engine.dialect.name == "postgresql"


def require_order(engine: Engine) -> None:
    """Raise DatabaseError where a server's database would put texts into another order than a file does."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            postgres.require_order(connection)


def _kind_of(engine: Engine) -> ModuleType:
    return _KINDS[engine.dialect.name]
