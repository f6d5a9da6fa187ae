"""A second process that tells the search indexes of what the first one stores.

What is still to be told stands in the database, so that the two share nothing else: killed or not, whoever
comes next tells the rest.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event

from sqlmodel import Session

from app.archive import Archive, assemble_archive
from app.errors import ArchiveError
from app.helper_process import serve_parent
from app.indexing import tell_some
from app.settings import Settings
from app.store import changes

# Each commit of the indexes makes a segment: few large ones cost less than many small ones. A process that
# falls behind finds more to tell the next time.
_FEWEST = 500
_LOOK_SECONDS = 0.1


@contextmanager
def indexed_meanwhile(archive: Archive, *, is_wanted: bool) -> Iterator[None]:
    """Let another process index while the block stores; at its end that process has ended."""
    if not is_wanted:
        yield
        return
    # Not forked: a fork would share this process's connections.
    context = multiprocessing.get_context("spawn")
    is_over = context.Event()
    process = context.Process(target=_index, args=(archive.settings, is_over), daemon=True)
    process.start()
    try:
        yield
    finally:
        is_over.set()
        process.join()


def _index(settings: Settings, is_over: Event) -> None:
    """Index in batches until it is over; what is left then, the first process tells."""
    serve_parent()
    archive = assemble_archive(settings)
    try:
        while not is_over.wait(_LOOK_SECONDS):
            with Session(archive.engine) as session:
                waiting = changes.last_change(session) - changes.first_change(session)
            if waiting >= _FEWEST:
                tell_some(archive)
    except ArchiveError:
        return  # the first process meets the same and says it
    finally:
        archive.engine.dispose()
