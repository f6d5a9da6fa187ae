"""What page functions are given: the open archive and a session on its database.

Neither blocks, so neither takes a step into a thread, unless a server's database is let go.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Query, Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from app.archive import Archive
from app.store.database import is_remote
from app.web.sessions import may_have_written


async def archive_of(request: Request) -> Archive:
    """The archive that this server was started with; an editor reads what was written just now."""
    archive: Archive = request.app.state.archive
    return archive.read_as_written() if may_have_written(request) else archive


ArchiveDep = Annotated[Archive, Depends(archive_of)]


async def session_of(archive: ArchiveDep) -> AsyncIterator[Session]:
    """A session for one request; pages only read, so nothing is ever committed."""
    session = Session(archive.read_engine)
    try:
        yield session
    finally:
        # A server is asked to end the transaction, which may take its time.
        await run_in_threadpool(session.close) if is_remote(archive.read_engine) else session.close()


# It ends with the page, before that is sent: a slow reader keeps no connection.
SessionDep = Annotated[Session, Depends(session_of, scope="function")]
# Far beyond any archive, and small enough for SQLite's integers.
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]
# Longer than any slug or date.
ShortText = Annotated[str, Query(max_length=200)]
