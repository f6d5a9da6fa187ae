"""Reading stored articles anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from app.archive import Archive
from app.extractors.quotation import Findings, Span
from app.extractors.rules import RuleExtractor
from app.ingest import IngestReport
from app.reextract import reextract
from app.results import ResultKind, SearchRequest
from app.search import search
from app.store.quotes import quotes_of_articles, read_quote
from tests.snapshot import snapshot

REPORT = (
    "“We need more time,” said Jane Example, the minister. “The pact is good,” said John Other, a member.\n"
)


class Blind:
    """An extractor of another version, which sees nothing after ``limit``."""

    name = "blind"
    version = "0"

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def extract(self, text: str) -> Findings:
        found = RuleExtractor().extract(text)
        return replace(found, quotations=tuple(q for q in found.quotations if self.sees(q.segments[0])))

    def sees(self, span: Span) -> bool:
        return span.start < self.limit


def test_reading_anew_with_the_same_extractor_changes_nothing(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": REPORT})
    before = snapshot(archive)
    report = reextract(archive)
    assert (report.article_count, report.changes) == (1, ())
    assert snapshot(archive) == before


def test_another_extractors_changes_are_listed_and_links_stay(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    """What it no longer finds is marked removed; found again later, it has its old id and number."""
    take_in({"a.txt": REPORT})
    with Session(archive.engine) as session:
        time, pact = quotes_of_articles(session, [1])[1]
    report = reextract(replace(archive, extractor=Blind(limit=20)))
    assert [(change.number, change.before, change.now) for change in report.changes] == [
        (pact.number, "John Other", None)
    ]
    with Session(archive.engine) as session:
        (kept,) = quotes_of_articles(session, [1])[1]
        assert (kept.id, kept.extractor) == (time.id, "blind 0")
        assert read_quote(session, pact.id).is_removed
    (change,) = reextract(archive).changes
    assert (change.number, change.before, change.now) == (pact.number, None, "John Other")
    with Session(archive.engine) as session:
        assert [quote.id for quote in quotes_of_articles(session, [1])[1]] == [time.id, pact.id]


def test_the_search_finds_what_reading_anew_found(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": REPORT})
    request = SearchRequest("pact", date(2026, 5, 31), ResultKind.QUOTATIONS)
    assert search(archive, request).total == 1
    reextract(replace(archive, extractor=Blind(limit=20)))
    assert search(archive, request).total == 0
    reextract(archive)
    assert search(archive, request).total == 1
