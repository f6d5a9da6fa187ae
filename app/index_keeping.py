"""Seeing to it, in each server, that the indexes are told what is stored, whoever stored it and was killed.

Who stores tells the indexes. Where a server's database is shared by many processes on several machines, one
of them may be gone before it has: then any other tells them, and only one of them does, within seconds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app.archive import Archive
from app.errors import ArchiveError, IndexLockedError
from app.indexing import tell_what_waits
from app.store import changes
from app.store.database import is_remote

logger = logging.getLogger(__name__)

# What waits at two looks is told by nobody: at the latest twice this time after whoever should have is gone.
_LOOK_SECONDS = 2.0


@contextmanager
def kept_in_step(archive: Archive) -> Iterator[None]:
    """Look after the indexes during the block, in a thread; with a file, whoever comes next does.

    A thread that is telling them at the end of the block is waited for.
    """
    if not is_remote(archive.engine):
        yield
        return
    is_over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(archive, is_over), name="index keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        keeper.join()


def _keep(archive: Archive, is_over: threading.Event) -> None:
    waited = 0
    while not is_over.wait(_LOOK_SECONDS):
        try:
            waited = _look(archive, waited)
        except IndexLockedError:
            pass  # somebody else has begun to
        except (ArchiveError, SQLAlchemyError) as exc:
            logger.warning("what was stored cannot be told to the search index: %s", exc)


def _look(archive: Archive, waited: int) -> int:
    """Tell the indexes if the change that waits longest is the one that did at the last look; which it is."""
    with Session(archive.engine) as session:
        oldest = changes.first_change(session)
    if oldest and oldest == waited:
        told = tell_what_waits(archive)
        if told:
            logger.info("the search index was told of %d articles that waited", told)
    return oldest
