"""Everything an archive holds, for comparing two of them: all rows but their times, and what search finds."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, SQLModel, select

from app.archive import Archive
from app.store import models

_TABLES: tuple[type[SQLModel], ...] = (
    models.Source,
    models.Outlet,
    models.Article,
    models.ArticleVersion,
    models.Removal,
    models.Person,
    models.NameForm,
    models.Office,
    models.Quote,
    models.QuoteSegment,
    models.QuoteSpeaker,
    models.Rejection,
    models.Programme,
    models.Mention,
    models.IndexChange,
)
_TIMES = {"retrieved_at", "added_at", "changed_at", "removed_at", "taken_in_at"}


def snapshot(archive: Archive) -> dict[str, Any]:
    """Rows by table without their times, and the ids that the index holds."""
    with Session(archive.engine) as session:
        rows = {
            table.__name__: sorted(
                (row.model_dump(exclude=_TIMES) for row in session.exec(select(table))), key=repr
            )
            for table in _TABLES
        }
    return {**rows, "index": list(archive.index.article_ids())}
