"""Everything an archive holds, for comparing two of them: all rows but their times, and what search finds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from app.archive import Archive

# What tells of the runs themselves is another one's after each kill.
_OWN_OF_RUNS = {"ingest_run"}
_TIMES = {"retrieved_at", "added_at", "changed_at", "removed_at", "taken_in_at"}


def snapshot(archive: Archive) -> dict[str, Any]:
    """Rows by table without their times, and the ids that the index holds."""
    tables = [table for table in SQLModel.metadata.sorted_tables if table.name not in _OWN_OF_RUNS]
    with archive.engine.connect() as connection:
        rows = {
            table.name: sorted(
                (
                    {name: value for name, value in row._mapping.items() if name not in _TIMES}
                    for row in connection.execute(select(table))
                ),
                key=repr,
            )
            for table in tables
        }
    return {**rows, "index": archive.index.article_ids(), "quote index": archive.quote_index.article_ids()}
