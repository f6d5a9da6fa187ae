"""Many rows written at once, as plain values: an object and a statement for each would cost far more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from typing import Any, TypeVar

from sqlalchemy import Connection, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, select

_AT_ONCE = 10_000  # fewer than SQLite's limit of values in one statement
_Insert = sqlite.Insert | postgresql.Insert
_INSERTS: dict[str, Callable[[Any], _Insert]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
T = TypeVar("T")


def insert_rows(
    session: Session,
    table: type[SQLModel],
    rows: Sequence[Mapping[str, Any]],
    *,
    known_may_come: bool = False,
) -> None:
    """Put down rows, which all name the same columns; with ``known_may_come`` those that are there stay."""
    if rows:
        connection = session.connection()
        statement = _INSERTS[connection.dialect.name](table.__table__)  # type: ignore[attr-defined]
        if known_may_come:
            statement = statement.on_conflict_do_nothing()
        connection.execute(statement, rows)
        if "id" in rows[0]:
            _count_on(connection, table)


def settle_ids(connection: Connection) -> None:
    """Let each table's next row have the id after its last one, whatever was begun and undone before.

    SQLite does so by itself; PostgreSQL's sequences never go back.
    """
    for mapper in SQLModel._sa_registry.mappers:  # noqa: SLF001  (SQLModel has no public name for them)
        if "id" in mapper.columns:
            _count_on(connection, mapper.class_)


def _count_on(connection: Connection, table: type[SQLModel]) -> None:
    """Let a table that was given ids beforehand give the next ones itself."""
    if connection.dialect.name == "postgresql":
        name = table.__tablename__
        last = select(func.coalesce(func.max(table.id), 0) + 1).scalar_subquery()  # type: ignore[attr-defined]
        connection.execute(select(func.setval(func.pg_get_serial_sequence(f'"{name}"', "id"), last, False)))  # noqa: FBT003


def next_id(session: Session, table: type[SQLModel]) -> int:
    """The id of a table's next row, the one after the last; who writes is alone from the beginning."""
    last = session.exec(select(func.max(table.id))).one()  # type: ignore[attr-defined]
    return (last or 0) + 1


class Inserts:
    """Rows of new things, gathered to be put down together; a table's come after those that it refers to.

    Ids are given beforehand: until ``write`` nobody else may add to these tables in the same session.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: dict[type[SQLModel], list[Mapping[str, Any]]] = {}
        self._ids: dict[type[SQLModel], Iterator[int]] = {}

    def new_id(self, table: type[SQLModel]) -> int:
        """The id of a row that is going to be added."""
        if table not in self._ids:
            self._ids[table] = count(next_id(self._session, table))
        return next(self._ids[table])

    def add(self, table: type[SQLModel], row: Mapping[str, Any]) -> None:
        """Add a row; all of a table name the same columns."""
        self._rows.setdefault(table, []).append(row)

    def add_object(self, row: SQLModel) -> None:
        """Add an object's columns as a row; an id that it does not have is left to the database."""
        columns = type(row).__table__.columns.keys()  # type: ignore[attr-defined]
        values = {name: getattr(row, name) for name in columns}
        if values.get("id", 0) is None:
            del values["id"]
        self.add(type(row), values)

    def write(self) -> None:
        """Put all rows down."""
        for table, rows in self._rows.items():
            insert_rows(self._session, table, rows)
        self._rows, self._ids = {}, {}


def some_at_once(values: Iterable[T]) -> Iterator[Collection[T]]:
    """The values in parts that one statement can take."""
    left = iter(values)
    while part := list(islice(left, _AT_ONCE)):
        yield part
