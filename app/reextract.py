"""Reading stored articles anew with the present extractor, and telling what that changed."""

from __future__ import annotations

from dataclasses import dataclass

from app.archive import Archive
from app.indexing import Progress, no_progress, update_index
from app.registers import sync_registers
from app.store import articles, models
from app.store.database import write_session
from app.store.quotes import QuoteChange
from app.storing import derive


@dataclass(frozen=True, slots=True)
class ReextractReport:
    """What reading anew changed, article by article, of how many articles."""

    article_count: int
    changes: tuple[QuoteChange, ...]


def reextract(archive: Archive, progress: Progress = no_progress) -> ReextractReport:
    """Find the quotations of every article anew, from its stored text, with the present registers.

    A quotation whose words are found again keeps its id and number, and what editors decided holds. One
    article is one transaction: interrupted and run again, it ends the same. The indexes are told at
    the end. Raises IndexUnavailableError.
    """
    with write_session(archive.engine) as session:
        sync_registers(archive, session)
        ids = articles.all_article_ids(session)
    changes: list[QuoteChange] = []
    for done, article_id in enumerate(ids, start=1):
        with write_session(archive.engine) as session:
            changes += derive(archive, session, session.get_one(models.Article, article_id))
        progress(done, len(ids))
    update_index(archive)
    return ReextractReport(len(ids), tuple(changes))
