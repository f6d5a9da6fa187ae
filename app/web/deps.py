"""What page functions are given: the open archive and a session on its database.

Neither blocks, so neither takes a step into a thread.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Query, Request
from sqlmodel import Session

from app.archive import Archive


async def archive_of(request: Request) -> Archive:
    """The archive that this server was started with."""
    archive: Archive = request.app.state.archive
    return archive


ArchiveDep = Annotated[Archive, Depends(archive_of)]


async def session_of(archive: ArchiveDep) -> AsyncIterator[Session]:
    """A session for one request; pages only read, so nothing is ever committed."""
    with Session(archive.engine) as session:
        yield session


# It ends with the page, before that is sent: a slow reader keeps no connection.
SessionDep = Annotated[Session, Depends(session_of, scope="function")]
# Far beyond any archive, and small enough for SQLite's integers.
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]
# Longer than any slug or date.
ShortText = Annotated[str, Query(max_length=200)]
