"""What page functions are given: the open archive and a session on its database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Query, Request
from sqlmodel import Session

from app.archive import Archive


def archive_of(request: Request) -> Archive:
    """The archive that this server was started with."""
    archive: Archive = request.app.state.archive
    return archive


def session_of(request: Request) -> Iterator[Session]:
    """A session for one request; pages only read, so nothing is ever committed."""
    with Session(archive_of(request).engine) as session:
        yield session


ArchiveDep = Annotated[Archive, Depends(archive_of)]
SessionDep = Annotated[Session, Depends(session_of)]
# Far beyond any archive, and small enough for SQLite's integers.
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]
# Longer than any slug or date.
ShortText = Annotated[str, Query(max_length=200)]
