"""Drawing articles anew from the bytes that they came from, and telling what that changed."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from app.archive import Archive
from app.errors import RejectedInputError
from app.importers import importer_named
from app.importers.draft import ArticleDraft, SourceFile
from app.indexing import Progress, no_progress, update_index
from app.registers import sync_registers
from app.store import articles, models, verifying
from app.store.database import write_session
from app.storing import rewrite_article


@dataclass(frozen=True, slots=True)
class Lost:
    """A source that its importer no longer reads an article from; the article stays as it was."""

    location: str
    reason: str


@dataclass(frozen=True, slots=True)
class RederiveReport:
    """How many articles were drawn anew, those that it changed, and what could not be."""

    article_count: int
    changed: tuple[int, ...]
    lost: tuple[Lost, ...]


def rederive(archive: Archive, progress: Progress = no_progress) -> RederiveReport:
    """Draw every article anew from its source's bytes with the present importers and registers.

    Text, metadata and removals become what the importer of today reads; a new reading is no new version, and
    quotations whose words stay keep their ids. One source is one transaction: interrupted and run again, it
    ends the same.
    """
    with write_session(archive.engine) as session:
        sync_registers(archive, session)
        ids = verifying.source_ids(session)
    count, changed, lost = 0, list[int](), list[Lost]()
    for done, source_id in enumerate(ids, start=1):
        with write_session(archive.engine) as session:
            source = session.get_one(models.Source, source_id)
            rows = articles.articles_of_source(session, source_id)
            try:
                changed += _redraw(archive, session, source, rows)
            except RejectedInputError as exc:
                lost.append(Lost(source.location, exc.reason))
            count += len(rows)
        progress(done, len(ids))
    update_index(archive)
    return RederiveReport(count, tuple(changed), tuple(lost))


def _redraw(
    archive: Archive, session: Session, source: models.Source, rows: Sequence[models.Article]
) -> list[int]:
    """The articles of a source that were changed by reading it anew. Raises RejectedInputError."""
    if not rows:
        return []
    file = _file_of(source)
    importer = importer_named(source.importer)
    if importer is None:
        raise file.rejected(
            f"there is no importer “{source.importer}” any more", "install the program that had it"
        )
    found = {draft.place: draft for draft in importer.read(file) if isinstance(draft, ArticleDraft)}
    missing = [row.place for row in rows if row.place not in found]
    if missing:
        raise file.rejected(
            f"no article is read from its place “{missing[0]}” any more", "compare the importers"
        )
    changed = [row.id for row in rows if rewrite_article(archive, session, row, found[row.place])]
    source.importer, source.importer_version = importer.name, importer.version
    session.add(source)
    return [article_id for article_id in changed if article_id is not None]


def _file_of(source: models.Source) -> SourceFile:
    """The source as it lay there: its bytes, and what a web server said of them."""
    path, _, member = source.location.partition("!/")
    return SourceFile(
        Path(path), zlib.decompress(source.content), member, url=source.url, charset=source.charset
    )
