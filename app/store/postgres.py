"""The database on a PostgreSQL server: made to behave as SQLite does, so that no other room can tell.

Who reads sees one moment for the length of a transaction and can change nothing; who writes is alone; texts
are ordered by their bytes; a request's deadline ends its statements.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import create_engine

from app.deadline import check_deadline, seconds_left
from app.errors import ArchiveError, DatabaseError, DatabaseUnavailableError, SettingsError, TookTooLongError

# A connection is a process of the server, which allows a hundred unless it is told otherwise, for all of its
# clients: so fewer than there are threads. Those that find none wait for one.
_POOL_SIZE = 20
_POOL_TIMEOUT_SECONDS = 5
_CONNECT_SECONDS = 5
# Who writes waits this long for who writes now.
_LOCK_SECONDS = 30
# The number of the lock that who writes holds; any would do, as nobody else should lock in this database.
_WRITERS = 0x_EDA0_0001
# The first number of the locks of tasks that only one process does.
_TASKS = 0x_EDA0
_WRITES = "archive_writes"

# Who writes has waited for its turn and must see what was written meanwhile: each statement looks anew.
WRITE_OPTIONS = {_WRITES: True, "isolation_level": "READ COMMITTED", "postgresql_readonly": False}

# Times are UTC, as all of the archive's are. A machine that is gone is noticed in ten seconds.
_SESSION = {
    "timezone": "UTC",
    "tcp_keepalives_idle": 4,
    "tcp_keepalives_interval": 2,
    "tcp_keepalives_count": 2,
}

# What the server says by its codes (or their class), and what to do about it.
_FAULTS = {
    "42501": "grant this user all rights on the tables of this database",  # insufficient_privilege
    "53": "make room on the server's disk or in its memory, and run the command again",
    "55P03": "wait until the other process has finished",  # lock_not_available
    "58": "check the server's disk, and run the command again",
}
_TOO_LONG = "57014"  # query_canceled
_COPY_MOVED_ON = "40001"  # what a copy of the database was reading had to give way to what was written
# The connection's exceptions, and a server that ends or has only begun.
_AWAY = ("08", "57P")
# Two of them are otherwise in any language; a server's own tables of languages do not matter for the rest.
_IS_ORDERED_BY_BYTES = "SELECT 'Z' < 'a' AND 'z' < 'é' AND 'a-z' < 'ab', current_setting('server_encoding')"


def open_server(url: URL) -> Engine:
    """An engine for a PostgreSQL database; the server is not asked yet."""
    engine = create_engine(
        url,
        pool_size=_POOL_SIZE,
        max_overflow=0,
        pool_timeout=_POOL_TIMEOUT_SECONDS,
        pool_pre_ping=True,  # a server that was started anew has forgotten its connections
        hide_parameters=True,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "defence-archive",
            "options": _options(url),
        },
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _before_statement, retval=True)
    event.listen(engine, "handle_error", _tell)
    return engine


def advice_on(fault: BaseException) -> str | None:
    """What to do about a refusal to write; None where nobody knows."""
    code = _code_of(fault)
    return next((advice for beginning, advice in _FAULTS.items() if code.startswith(beginning)), None)


class Turn:
    """That this process alone does something, for as long as its connection to the server lives."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_kept(self) -> bool:
        """Whether it is its turn still: a connection that was lost has given it to another one."""
        try:
            self._connection.exec_driver_sql("SELECT 1")
        except (SQLAlchemyError, DatabaseUnavailableError):
            return False
        return True


@contextmanager
def turn(engine: Engine, task: int) -> Iterator[Turn | None]:
    """The turn to do a task, given back at the end of the block; None where another process has it.

    The server frees it when the connection ends, however that came: at once where the process was killed, in
    ten seconds where its machine is gone.
    """
    with engine.connect() as connection:
        held = connection.execution_options(
            isolation_level="AUTOCOMMIT"
        )  # no transaction stays open meanwhile
        if not held.exec_driver_sql(f"SELECT pg_try_advisory_lock({_TASKS}, {task})").scalar_one():
            yield None
            return
        try:
            yield Turn(held)
        finally:
            _give_back(held, f"SELECT pg_advisory_unlock({_TASKS}, {task})")


@contextmanager
def at_work(engine: Engine, task: int) -> Iterator[None]:
    """Take part in a task that many may do at once, until the end of the block."""
    with engine.connect() as connection:
        held = connection.execution_options(isolation_level="AUTOCOMMIT")
        held.exec_driver_sql(f"SELECT pg_advisory_lock_shared({_TASKS}, {task})")
        try:
            yield
        finally:
            _give_back(held, f"SELECT pg_advisory_unlock_shared({_TASKS}, {task})")


def _give_back(held: Connection, statement: str) -> None:
    """Free a lock at once; where the server cannot be told, it ends with the connection."""
    try:
        held.exec_driver_sql(statement)
    except (SQLAlchemyError, ArchiveError):
        held.invalidate()


def require_order(connection: Connection) -> None:
    """Raise DatabaseError unless the database orders texts by their bytes and can hold all of them."""
    is_ordered, encoding = connection.exec_driver_sql(_IS_ORDERED_BY_BYTES).one()
    if not is_ordered or encoding != "UTF8":
        raise DatabaseError(
            "the database orders texts by the rules of a language, or cannot hold all characters: "
            "make one with createdb --template=template0 --encoding=UTF8 --locale=C"
        )


def _options(url: URL) -> str:
    """What a connection begins with, besides what the address says."""
    given = url.query.get("options", "")
    own = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    return f"{given if isinstance(given, str) else ' '.join(given)} {own}".strip()


def _begin(connection: Connection) -> None:
    """Give a request's statements the time that the request has left; let who writes wait for its turn."""
    left = seconds_left()
    if left is not None:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {max(1, round(left * 1000))}")
    if connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")


def _before_statement(
    connection: Connection, _cursor: object, statement: str, parameters: Any, _context: object, _many: object
) -> tuple[str, Any]:
    """Look at the clock, as the server ends only single statements; let NUL be looked for, and not be found.

    PostgreSQL holds no text with that character and refuses to compare with one. What is to be written stays
    as it is: refused is better than altered.
    """
    check_deadline()
    is_write = connection.get_execution_options().get(_WRITES)
    return statement, parameters if is_write else _without_nul(parameters)


def _without_nul(parameters: Any) -> Any:
    if not isinstance(parameters, dict):
        return parameters
    return {
        name: value.replace("\0", "\ufffd") if isinstance(value, str) else value
        for name, value in parameters.items()
    }


def _tell(context: ExceptionContext) -> None:
    """Say what happened where every door must know of it."""
    if context.is_pre_ping:
        return  # a connection that was kept and is dead gives way to a new one
    exc = context.original_exception
    code = _code_of(exc)
    if code == _TOO_LONG:
        raise TookTooLongError from exc
    is_lost = not code and isinstance(exc, context.dialect.loaded_dbapi.OperationalError)
    if is_lost or code.startswith(_AWAY) or code == _COPY_MOVED_ON:
        raise DatabaseUnavailableError(_first_line(exc)) from exc
    if context.connection is None:  # it did not come to asking the server
        raise SettingsError(f"the setting ARCHIVE_DATABASE_URL cannot be used: {_first_line(exc)}") from exc


def _code_of(fault: BaseException) -> str:
    """The server's five characters for what went wrong; empty where it did not come to that."""
    return getattr(fault, "sqlstate", None) or ""


def _first_line(fault: BaseException) -> str:
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0]
