"""Verifying an archive, mending its indexes, and drawing its articles anew from their bytes."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Callable

import pytest
from sqlmodel import Session, delete, select

from app.archive import Archive
from app.check import check
from app.importers.draft import ArticleDraft, Found, SourceFile
from app.importers.plain_text import PlainTextImporter
from app.ingest import IngestReport
from app.rederive import rederive
from app.store import models
from app.store.articles import read_article
from app.store.database import write_session
from tests.snapshot import snapshot

TakeIn = Callable[[dict[str, str | bytes]], IngestReport]
REPORT = (
    "Title: The pact waits\nDate: 2025-03-11\n\nMinisters met about SAFE. "
    "“We need more time,” said Jane Example, the minister for pacts."
)


@pytest.fixture
def filled(archive: Archive, take_in: TakeIn) -> Archive:
    take_in(
        {"a.txt": REPORT, "b.txt": REPORT.replace("Jane", "Joan"), "c.json": '{"text": "The pact is old."}'}
    )
    return archive


def test_an_archive_that_is_as_it_must_be_has_no_faults(filled: Archive) -> None:
    before = snapshot(filled)
    report = check(filled)
    assert (report.faults, report.mended, report.source_count, report.article_count) == ((), 0, 3, 3)
    assert snapshot(filled) == before


def test_changed_bytes_and_offsets_are_told(filled: Archive) -> None:
    with write_session(filled.engine) as session:
        source = session.get_one(models.Source, 1)
        source.content = zlib.compress(b"something else")
        segment = session.exec(select(models.QuoteSegment)).first()
        mention = session.exec(select(models.Mention)).first()
        assert segment is not None
        assert mention is not None
        segment.start += 1
        mention.end += 1
        session.add_all((source, segment, mention))
    told = [f"{fault.subject}: {fault.what}" for fault in check(filled).faults]
    assert len(told) == 3
    assert "its bytes are not those" in told[0]
    assert "“We need more time,”" in told[1]
    assert "the programme “SAFE”" in told[2]


def test_an_index_that_lost_articles_or_has_too_many_is_mended(filled: Archive) -> None:
    before = list(filled.index.article_ids()), sorted(filled.quote_index.article_ids())
    with filled.index.writer() as writer:
        writer.delete(2)
    with filled.quote_index.writer() as writer:
        writer.delete(before[1][0])
    assert check(filled).mended == 2
    assert (list(filled.index.article_ids()), sorted(filled.quote_index.article_ids())) == before
    shutil.rmtree(filled.settings.index_folder)
    assert check(filled).mended == 3
    assert check(filled).mended == 0


@pytest.mark.sqlite
def test_a_row_whose_parent_is_gone_is_told(filled: Archive) -> None:
    with filled.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.execute(delete(models.Programme))
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    assert any("belongs to a row of programme" in fault.what for fault in check(filled).faults)


def test_drawing_anew_with_the_same_importers_changes_nothing(filled: Archive) -> None:
    before = snapshot(filled)
    report = rederive(filled)
    assert (report.article_count, report.changed, report.lost) == (3, (), ())
    assert snapshot(filled) == before


def test_an_importer_that_reads_better_changes_the_article_and_makes_no_version(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quotations whose words stay keep their ids; the source keeps the version that read it."""
    read = PlainTextImporter.read

    def read_better(self: PlainTextImporter, source: SourceFile) -> list[Found]:
        found = list(read(self, source))
        assert isinstance(found[0], ArticleDraft)
        better = found[0].text.replace("Ministers met about", "Ministers spoke of")
        return [ArticleDraft(text=better, title=found[0].title, published=found[0].published)]

    monkeypatch.setattr(PlainTextImporter, "read", read_better)
    monkeypatch.setattr(PlainTextImporter, "version", "99")
    assert rederive(filled).changed == (1, 2)
    with Session(filled.engine) as session:
        article = read_article(session, 1)
        quote = session.get_one(models.Quote, 1)
    assert article.text.startswith("Ministers spoke of SAFE.")
    assert (article.importer_version, article.version_count) == ("99", 1)
    assert quote.removed_at is None
    assert check(filled).faults == ()


def test_what_cannot_be_drawn_anew_stays_as_it_was(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PlainTextImporter, "read", lambda _self, _source: iter(()))
    before = snapshot(filled)
    report = rederive(filled)
    assert [lost.reason for lost in report.lost] == ["no article is read from its place “0” any more"] * 2
    assert snapshot(filled) == before
