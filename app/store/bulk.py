"""Many rows written at once, as plain values: an object and a statement for each would cost far more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from typing import Any, TypeVar

from sqlalchemy import func, insert
from sqlmodel import Session, SQLModel, select

_AT_ONCE = 10_000  # fewer than SQLite's limit of values in one statement
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
        statement = insert(table.__table__)  # type: ignore[attr-defined]
        if known_may_come:
            statement = statement.prefix_with("OR IGNORE")
        session.connection().execute(statement, rows)


def next_id(session: Session, table: type[SQLModel]) -> int:
    """The id that SQLite would give to the next row; who writes is alone from the beginning."""
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
        """Add an object's columns as a row; an id that it does not have is left to SQLite."""
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
