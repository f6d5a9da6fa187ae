"""Everything an archive holds, for comparing two of them: all rows but their times, and what search finds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from app.archive import Archive

# What tells of the runs themselves is another one's after each kill.
_OWN_OF_RUNS = {"IngestRun"}
_TIMES = {"retrieved_at", "added_at", "changed_at", "removed_at", "taken_in_at"}


def _mappers() -> list[Any]:
    """Every table of the archive as it is mapped, in the order of their names."""
    return sorted(SQLModel._sa_registry.mappers, key=lambda mapper: mapper.class_.__name__)


def snapshot(archive: Archive) -> dict[str, Any]:
    """Rows by table without their times, and the ids that the index holds."""
    tables = {
        mapper.class_.__name__: mapper.local_table
        for mapper in _mappers()
        if mapper.class_.__name__ not in _OWN_OF_RUNS
    }
    with archive.engine.connect() as connection:
        rows = {
            name: sorted(
                (
                    {column: value for column, value in row._mapping.items() if column not in _TIMES}
                    for row in connection.execute(select(table))
                ),
                key=repr,
            )
            for name, table in tables.items()
        }
    return {**rows, "index": archive.index.article_ids(), "quote index": archive.quote_index.article_ids()}
