"""Verifying an archive: the file of the database, its sources, every offset, and the search indexes."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import Engine
from sqlmodel import Session

from app.archive import Archive
from app.errors import IndexUnavailableError
from app.indexing import Progress, no_progress, rebuild_index, update_index
from app.store import articles, changes, verifying
from app.store.database import write_session

_BATCH = 200
_MOST_FAULTS = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it must be: where, and what."""

    subject: str
    what: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was looked at and what was wrong; ``mended`` articles were told to the indexes anew."""

    source_count: int
    article_count: int
    faults: tuple[Fault, ...]
    mended: int


def check(archive: Archive, progress: Progress = no_progress) -> CheckReport:
    """Verify all that the archive holds, and mend the search indexes, which are derived.

    Nothing else is changed: a source whose bytes are not what they were cannot be mended, only told. At most
    some hundreds of faults are told.
    """
    found = verify(archive.engine, progress)
    with Session(archive.engine) as session:
        ids = articles.all_article_ids(session)
    return replace(found, mended=_mend_indexes(archive, ids))


def verify(engine: Engine, progress: Progress = no_progress) -> CheckReport:
    """Verify a database alone, be it an archive's or a copy's; nothing is changed."""
    with Session(engine) as session:
        sources, ids = verifying.source_ids(session), articles.all_article_ids(session)
        total = len(sources) + len(ids)
        found = _faults(session, sources, ids, lambda done: progress(done, total))
        return CheckReport(len(sources), len(ids), tuple(islice(found, _MOST_FAULTS)), mended=0)


def _faults(
    session: Session, sources: Sequence[int], ids: Sequence[int], progress: Callable[[int], None]
) -> Iterator[Fault]:
    for fault in verifying.database_faults(session):
        yield Fault("the database", fault)
    done = 0
    for batch in _batches(sources):
        for location, sha256, content in verifying.contents_of(session, batch):
            if not _has_hash(content, sha256):
                yield Fault(f"the source {location}", "its bytes are not those that were taken in")
        done += len(batch)
        progress(done)
    for batch in _batches(ids):
        texts = articles.texts_of(session, batch)
        for stretch in verifying.stretches_of(session, batch):
            if texts[stretch.article_id][stretch.start : stretch.end] != stretch.text:
                what = f"{stretch.what} “{stretch.text[:40]}” does not stand where it should"
                yield Fault(f"article {stretch.article_id}", what)
        session.expunge_all()
        done += len(batch)
        progress(done)


def _mend_indexes(archive: Archive, ids: Iterable[int]) -> int:
    """Bring both indexes into step with the database; how many articles they were told of."""
    try:
        with write_session(archive.engine) as session:
            quoted = verifying.shown_quotes(session)
            wrong = set(archive.index.article_ids()) ^ set(ids)
            wrong |= verifying.articles_of_quotes(
                session, set(archive.quote_index.article_ids()) ^ quoted.keys()
            )
            for article_id in wrong:
                changes.note_change(session, article_id)
            gone = set(archive.quote_index.article_ids()) - quoted.keys()
            unknown = gone - verifying.known_quotes(session, gone)
        # A quotation that no article ever had can only be left behind.
        return rebuild_index(archive) if unknown else update_index(archive)
    except IndexUnavailableError:
        return rebuild_index(archive)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + _BATCH] for at in range(0, len(ids), _BATCH))


def _has_hash(content: bytes, sha256: str) -> bool:
    try:
        return hashlib.sha256(zlib.decompress(content)).hexdigest() == sha256
    except zlib.error:
        return False
