"""Every row of an archive in the order of its keys, to be copied into another database and compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, inspect, select, tuple_
from sqlalchemy import text as sql
from sqlalchemy.schema import AddConstraint, DropConstraint
from sqlmodel import SQLModel

from app.errors import DatabaseError
from app.store import models
from app.store.bulk import settle_ids
from app.store.schema import MOVING, newest_version, version_of

_ROWS = 5_000  # that are copied in one transaction
_LONG_ROWS = 200  # of tables that hold whole texts or files
_LONG = {table.__tablename__ for table in (models.Source, models.Article, models.ArticleVersion)}

Key = tuple[Any, ...]
"""What a row is known by, the values of its primary key."""
Rows = Sequence[Row[Any]]


def tables() -> Sequence[Table]:
    """All tables of an archive, those that others refer to first."""
    return SQLModel.metadata.sorted_tables


def count_rows(connection: Connection) -> int:
    """How many rows all tables have."""
    return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables())


def begin_moving(connection: Connection) -> None:
    """Let a database be one that an archive is being moved into: no other program begins to work on it.

    It must have the tables and no row; DatabaseError where it holds something else. Its rows may refer to
    others that come later, so that until the end nobody asks whether these are there.
    """
    if version_of(connection) == MOVING:
        return
    if count_rows(connection):
        raise DatabaseError("there is an archive in that database already: name one that is empty")
    for table in tables():
        for constraint in table.foreign_key_constraints:
            connection.execute(DropConstraint(constraint))
    _set_version(connection, MOVING)


def finish_moving(connection: Connection) -> None:
    """Let the database be an archive that programs work on; references that lead nowhere are an error."""
    for table in tables():
        for constraint in table.foreign_key_constraints:
            connection.execute(AddConstraint(constraint))
    settle_ids(connection)
    connection.execute(sql("ANALYZE"))  # else the first queries are planned as if nothing were there
    _set_version(connection, newest_version())


def require_nothing_else(connection: Connection) -> None:
    """Raise DatabaseError where a database without an archive has tables of somebody else."""
    if inspect(connection).get_table_names():
        raise DatabaseError("that database holds tables of something else: name one that is empty")


def batches(connection: Connection, table: Table) -> Iterator[Rows]:
    """All rows of a table in the order of their keys, as many together as are copied at once."""
    limit = _LONG_ROWS if table.name in _LONG else _ROWS
    after: Key | None = None
    while rows := connection.execute(_between(table, after, None).limit(limit)).all():
        yield rows
        after = key_of(table, rows[-1])


def rows_between(connection: Connection, table: Table, after: Key | None, last: Key | None) -> list[Row[Any]]:
    """The rows whose keys come after one, up to another; None: from the first, up to the last."""
    return list(connection.execute(_between(table, after, last)))


def replace_rows(
    connection: Connection, table: Table, after: Key | None, last: Key | None, rows: Rows
) -> None:
    """Put down these rows in the place of those between two keys."""
    connection.execute(table.delete().where(*_conditions(table, after, last)))
    if rows:
        connection.execute(table.insert(), [_as_stored(row) for row in rows])


def key_of(table: Table, row: Row[Any]) -> Key:
    """The key of a row."""
    return tuple(row._mapping[column] for column in table.primary_key)  # noqa: SLF001  (SQLAlchemy's public name)


def digest_of(rows: Rows) -> str:
    """A hash of all values of rows, the same for every kind of database that holds them."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr([_told(value) for value in row]).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return models.as_utc(value).isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _as_stored(row: Row[Any]) -> dict[str, Any]:
    """The values of a row as they are put down: SQLite keeps no zone, and its times are UTC."""
    values = row._asdict()
    return {
        name: models.as_utc(value) if isinstance(value, datetime) else value for name, value in values.items()
    }


def _between(table: Table, after: Key | None, last: Key | None) -> Select[Any]:
    return select(table).where(*_conditions(table, after, last)).order_by(*table.primary_key)


def _conditions(table: Table, after: Key | None, last: Key | None) -> list[Any]:
    key = tuple_(*table.primary_key)
    found = [] if after is None else [key > after]
    return found if last is None else [*found, key <= last]


def _set_version(connection: Connection, version: str) -> None:
    connection.execute(sql("UPDATE alembic_version SET version_num = :version"), {"version": version})
