"""Taking files in: what is added, changed, the same or refused, and that nothing is ever lost."""

from __future__ import annotations

import multiprocessing
import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session, select

from app.archive import Archive
from app.errors import HelperEndedError, IndexLockedError
from app.fulltext.query import parse
from app.fulltext.search_index import Order
from app.fulltext.tree import Words
from app.indexing import rebuild_index, update_index
from app.ingest import FileReport, IngestReport, Outcome, Reached, ingest
from app.store import models
from app.store.articles import read_article
from app.store.changes import note_change
from app.store.database import write_session
from app.store.quotes import QuoteRecord, quotes_of_articles, read_quote
from app.store.versions import versions_of
from tests.conftest import new_archive
from tests.importers.warc_files import warc
from tests.snapshot import snapshot

TakeIn = Callable[[dict[str, str | bytes]], IngestReport]

REPORT = (
    "Title: The pact waits\nDate: 2025-03-11\nOutlet: The Example\n\n"
    "Ministers met. “We need more time,” said Jane Example, the minister for pacts. "
    "“The pact is good,” Example said.\n"
)


def quotes(archive: Archive, article_id: int = 1) -> list[QuoteRecord]:
    with Session(archive.engine) as session:
        return quotes_of_articles(session, [article_id]).get(article_id, [])


def outcomes(report: IngestReport) -> list[Outcome]:
    return [file.outcome for file in report.files]


def found(archive: Archive, typed: str) -> list[int]:
    tree = parse(typed).tree
    assert tree is not None
    return list(archive.index.search(tree, order=Order.RELEVANCE, offset=0, limit=50).article_ids)


def test_a_report_is_stored_with_its_bytes_and_its_quotations(archive: Archive, take_in: TakeIn) -> None:
    assert outcomes(take_in({"a.txt": REPORT})) == [Outcome.ADDED]
    with Session(archive.engine) as session:
        source = session.exec(select(models.Source)).one()
        article = read_article(session, 1)
    assert zlib.decompress(source.content) == REPORT.encode()
    assert (article.card.title, article.card.published.text()) == ("The pact waits", "11 March 2025")
    assert [quote.segments[0].text for quote in quotes(archive)] == [
        "We need more time,",
        "The pact is good,",
    ]
    assert {quote.label for quote in quotes(archive)} == {"Jane Example"}
    assert found(archive, "pact") == [1]


def test_every_stored_quotation_stands_in_the_text_to_the_letter(seeded: Archive) -> None:
    with Session(seeded.engine) as session:
        texts = dict(session.exec(select(models.Article.id, models.Article.text)).all())
        rows = session.exec(
            select(models.Quote, models.QuoteSegment).where(models.QuoteSegment.quote_id == models.Quote.id)
        ).all()
        speakers = session.exec(
            select(models.Quote, models.QuoteSpeaker).where(models.QuoteSpeaker.quote_id == models.Quote.id)
        ).all()
    assert rows
    assert speakers
    for quote, speaker in speakers:
        assert texts[quote.article_id][speaker.start : speaker.end] == speaker.printed
    for quote, segment in rows:
        text = texts[quote.article_id]
        assert text[segment.start : segment.end] == segment.text


def test_ingesting_twice_changes_nothing(archive: Archive, take_in: TakeIn) -> None:
    take_in({"a.txt": REPORT})
    before = snapshot(archive)
    assert outcomes(take_in({"a.txt": REPORT})) == [Outcome.SAME]
    assert snapshot(archive) == before


def test_the_same_bytes_in_another_place_are_the_same_article(take_in: TakeIn) -> None:
    assert outcomes(take_in({"a.txt": REPORT, "b.txt": REPORT})) == [Outcome.ADDED, Outcome.SAME]


def test_a_changed_file_keeps_the_links_of_the_words_it_kept(archive: Archive, take_in: TakeIn) -> None:
    """Ids and anchors go on meaning the same words; what is gone is marked so, new words get new numbers."""
    take_in({"a.txt": REPORT})
    time, good = quotes(archive)
    changed = REPORT.replace(
        "Ministers met.", "“Welcome,” said Jane Example, the minister. Ministers met."
    ).replace("“The pact is good,” Example said.", "")
    assert outcomes(take_in({"a.txt": changed})) == [Outcome.CHANGED]
    welcome, still = quotes(archive)
    assert (still.id, still.number, still.segments[0].text) == (time.id, time.number, "We need more time,")
    assert still.segments[0].start > time.segments[0].start
    assert welcome.number > good.number
    with Session(archive.engine) as session:
        gone = read_quote(session, good.id)
        assert gone.is_removed
        assert gone.segments[0].text == "The pact is good,"
        assert len(session.exec(select(models.Source)).all()) == 2
    assert found(archive, "welcome") == [1]


def test_a_file_that_changes_back_finds_its_quotations_again(archive: Archive, take_in: TakeIn) -> None:
    take_in({"a.txt": REPORT})
    before = quotes(archive)
    take_in({"a.txt": REPORT.replace("“The pact is good,” Example said.", "")})
    assert outcomes(take_in({"a.txt": REPORT})) == [Outcome.CHANGED]
    assert [(quote.id, quote.number) for quote in quotes(archive)] == [(q.id, q.number) for q in before]


def test_a_changed_article_is_a_new_version_and_the_old_one_stays(archive: Archive, take_in: TakeIn) -> None:
    take_in({"a.txt": REPORT})
    take_in({"a.txt": REPORT.replace("more time", "less time")})
    take_in({"a.txt": REPORT})
    with Session(archive.engine) as session:
        found = versions_of(session, 1)
    assert [version.number for version in found] == [1, 2, 3]
    assert ["more time" in version.text for version in found] == [True, False, True]
    assert found[0].source_sha256 == found[2].source_sha256 != found[1].source_sha256


def test_older_bytes_in_another_place_bring_no_version_back(archive: Archive, take_in: TakeIn) -> None:
    """A copy of an old file is a copy; only the file itself can change back."""
    take_in({"a.txt": f"URL: https://example.org/pact\n{REPORT}"})
    take_in({"a.txt": f"URL: https://example.org/pact\n{REPORT.replace('more', 'less')}"})
    before = snapshot(archive)
    assert outcomes(take_in({"copy.txt": f"URL: https://example.org/pact\n{REPORT}"})) == [Outcome.SAME]
    assert snapshot(archive) == before


def test_bytes_that_say_the_same_are_kept_and_are_no_new_version(archive: Archive, take_in: TakeIn) -> None:
    take_in({"a.txt": REPORT})
    assert outcomes(take_in({"a.txt": REPORT + "\n\n"})) == [Outcome.SAME]
    with Session(archive.engine) as session:
        assert len(versions_of(session, 1)) == 1
        assert len(session.exec(select(models.Source)).all()) == 2


def test_articles_with_a_url_are_the_same_wherever_their_file_lies(archive: Archive, take_in: TakeIn) -> None:
    one = "URL: https://example.org/pact\n\nThe first text of it."
    take_in({"a.txt": one})
    assert outcomes(take_in({"b.txt": one.replace("first", "second")})) == [Outcome.CHANGED]
    assert found(archive, "second") == [1]
    assert found(archive, "first") == []


def test_bad_files_are_reported_and_the_rest_goes_on(archive: Archive, take_in: TakeIn) -> None:
    """Each refusal says what is wrong and what to do; the good file is in the archive."""
    report = take_in(
        {
            "empty.txt": "",
            "binary.txt": b"\x00\x01\x02",
            "latin.txt": "Müller".encode("latin-1"),
            "large.txt": b"x" * (archive.settings.max_file_mb * 1_000_000 + 1),
            "table.xyz": "a,b",
            "good.txt": REPORT,
        }
    )
    assert outcomes(report) == [Outcome.REJECTED] * 5 + [Outcome.ADDED]
    assert all(file.reason and file.advice for file in report.files if file.outcome is Outcome.REJECTED)
    assert found(archive, "pact") == [1]


def test_files_of_other_kinds_in_a_folder_are_passed_over(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "table.csv").write_text("a,b", encoding="utf-8")
    (folder / ".hidden.txt").write_text("hidden", encoding="utf-8")
    (folder / "report.txt").write_text(REPORT, encoding="utf-8")
    report = ingest(archive, [folder])
    assert sorted(outcomes(report)) == [Outcome.ADDED, Outcome.PASSED_OVER]


def test_the_run_and_its_report_are_kept(archive: Archive, take_in: TakeIn) -> None:
    take_in({"a.txt": REPORT, "empty.txt": ""})
    with Session(archive.engine) as session:
        run = session.exec(select(models.IngestRun)).one()
    assert run.finished_at is not None
    assert run.report["counts"]["added"] == 1
    assert run.report["refused"][0]["reason"] == "it is empty"


def test_progress_is_told_file_by_file(archive: Archive, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"Report {name} about the pact.", encoding="utf-8")
    told: list[Reached] = []
    ingest(archive, [tmp_path / "a.txt", tmp_path / "b.txt"], told.append)
    assert told[-1] == Reached(files_done=2, files_total=2, articles=2)
    assert sorted(told, key=lambda reached: (reached.files_done, reached.articles)) == told


def test_a_dry_run_tells_what_would_come_and_changes_nothing(archive: Archive, tmp_path: Path) -> None:
    """To the letter what the run itself tells then, also of two files with one address."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text(f"URL: https://example.org/pact\n{REPORT}", encoding="utf-8")
    (folder / "b.txt").write_text(f"URL: https://example.org/pact\n{REPORT}More.", encoding="utf-8")
    (folder / "c.txt").write_text("", encoding="utf-8")
    update_index(archive)
    before = snapshot(archive)
    dry = ingest(archive, [folder], is_dry=True)
    assert snapshot(archive) == before
    with Session(archive.engine) as session:
        assert session.exec(select(models.IngestRun)).all() == []
    wet = ingest(archive, [folder])
    assert outcomes(dry) == outcomes(wet) == [Outcome.ADDED, Outcome.CHANGED, Outcome.REJECTED]
    assert dry.as_json() == wet.as_json() | {"dry_run": True}


def test_two_jobs_end_in_the_same_archive_as_one(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number:02}.txt").write_text(REPORT.replace("Jane", f"Jane{number}"), encoding="utf-8")
    ingest(archive, [folder], jobs=2)
    other = new_archive(tmp_path / "other")
    ingest(other, [folder])
    assert snapshot(archive) == snapshot(other)
    other.engine.dispose()


def test_a_run_whose_helper_is_killed_says_so_and_is_taken_up(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(500):
        (folder / f"{number:03}.txt").write_text(REPORT.replace("Jane", f"Jane{number}"), encoding="utf-8")

    def kill_helpers(_reached: Reached) -> None:
        for process in multiprocessing.active_children():
            process.kill()

    with pytest.raises(HelperEndedError, match="fewer --jobs"):
        ingest(archive, [folder], kill_helpers, jobs=2)
    assert ingest(archive, [folder]).count(Outcome.SAME) < 500
    assert archive.index.search(Words("pact"), order=Order.NEWEST, offset=0, limit=1).total == 500


def test_another_process_may_index_while_articles_are_stored(archive: Archive, take_in: TakeIn) -> None:
    """A writer waits for its turn from its beginning; a reader that turned writer would be refused."""
    take_in({"a.txt": REPORT})
    with write_session(archive.engine) as session:
        articles_before = session.exec(select(models.Article)).all()
        with Session(archive.engine) as reader:
            assert reader.exec(select(models.Article)).all() == articles_before
    with Session(archive.engine) as session:
        session.exec(select(models.Article)).all()
        with write_session(archive.engine) as other:
            note_change(other, 1)
    assert update_index(archive) == 1


def test_a_report_counts_all_and_tells_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ingest._MOST_TOLD", 2)
    report = IngestReport()
    for number in range(5):
        report.add(FileReport(Path(f"{number}.txt"), Outcome.REJECTED, "why", "what to do"))
        report.add(FileReport(Path(f"{number}.md"), Outcome.ADDED, importer="Markdown", article_count=1))
    told = report.as_json()
    assert (len(report.files), told["refused_untold"], told["articles"]) == (4, 3, 5)
    assert told["counts"]["rejected"] == told["counts"]["added"] == 5


def test_articles_wait_for_an_index_that_another_process_writes(
    archive: Archive, take_in: TakeIn, tmp_path: Path
) -> None:
    """They are stored at once; the next run tells the index."""
    take_in({"a.txt": REPORT})
    with archive.index.writer(), pytest.raises(IndexLockedError):
        take_in({"b.txt": "Another report about the pact."})
    assert found(archive, "pact") == [1]
    update_index(archive)
    assert set(found(archive, "pact")) == {1, 2}


def test_a_rebuilt_index_finds_the_same(archive: Archive, take_in: TakeIn) -> None:
    take_in({"a.txt": REPORT, "b.txt": "Another report about the pact."})
    before = snapshot(archive)
    assert rebuild_index(archive) == 2
    assert snapshot(archive) == before
    assert set(found(archive, "pact")) == {1, 2}


def test_a_missing_index_is_built_by_the_next_run(archive: Archive, take_in: TakeIn) -> None:
    take_in({"a.txt": REPORT})
    (archive.settings.index_folder / "current").unlink()
    take_in({"a.txt": REPORT})
    assert found(archive, "pact") == [1]


def test_an_untitled_undated_article_says_so(archive: Archive, take_in: TakeIn) -> None:
    take_in({"a.txt": "Ministers met on Friday to talk about the pact and much else besides, they said."})
    with Session(archive.engine) as session:
        card = read_article(session, 1).card
    assert card.title == "Untitled: Ministers met on Friday to talk about the pact…"
    assert (card.is_untitled, card.outlet, card.published.text()) == (True, None, "undated")


def test_a_folder_gives_ordinary_files_of_its_own_and_nothing_else(archive: Archive, tmp_path: Path) -> None:
    """Links out of it, pipes and odd names are a line in the report each, and nothing waits for them."""
    secret = tmp_path / "secret.txt"
    secret.write_text("Not in the folder.", encoding="utf-8")
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "link.txt").symlink_to(secret)
    os.mkfifo(folder / "pipe.txt")
    (folder / "-rf.txt").write_text(REPORT, encoding="utf-8")
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("Another report about the café.", encoding="utf-8")
    report = ingest(archive, [folder])
    by_name = {Path(file.path).name: (file.outcome, file.reason) for file in report.files}
    assert by_name["link.txt"] == (Outcome.REJECTED, "it is a symbolic link")
    assert by_name["pipe.txt"] == (Outcome.REJECTED, "it is no ordinary file")
    assert by_name["-rf.txt"] == (Outcome.ADDED, "")
    assert by_name["caf\ufffd.txt"] == (Outcome.ADDED, "")
    with Session(archive.engine) as session:
        assert "Not in the folder." not in session.exec(select(models.Article.text)).all()


def test_the_report_counts_by_importer(archive: Archive, take_in: TakeIn) -> None:
    page = (
        "<article>"
        + "<p>Ministers met on Monday to weigh a pact on harbours, and agreed to meet again.</p>" * 3
    )
    report = take_in({"a.txt": REPORT, "b.html": page, "empty.html": "<html></html>"})
    assert report.by_importer() == {
        "plain text": {"added": 1, "articles": 1},
        "web page": {"added": 1, "rejected": 1, "articles": 1},
    }
    assert report.as_json()["importers"] == report.by_importer()


def test_what_is_no_article_is_passed_over_in_a_folder_and_refused_by_name(
    archive: Archive, tmp_path: Path
) -> None:
    (tmp_path / "links.html").write_text("<nav><a href=/>Home</a></nav>", encoding="utf-8")
    assert outcomes(ingest(archive, [tmp_path / "links.html"])) == [Outcome.REJECTED]
    (tmp_path / "folder").mkdir()
    (tmp_path / "links.html").rename(tmp_path / "folder" / "links.html")
    assert outcomes(ingest(archive, [tmp_path / "folder"])) == [Outcome.PASSED_OVER]


def test_json_gives_each_line_its_article_and_says_what_it_left_out(
    archive: Archive, take_in: TakeIn
) -> None:
    lines = [
        '{"title": "One", "text": "The pact waits.", "url": "https://example.org/1", "mood": "calm"}',
        "{broken",
        '{"title": "Two", "text": "The pact is signed.", "url": "https://example.org/2"}',
        '{"title": "One again", "text": "The pact is gone.", "url": "https://example.org/1"}',
    ]
    report = take_in({"dump.jsonl": "\n".join(lines)})
    assert [(file.outcome, file.part) for file in report.files] == [
        (Outcome.ADDED, "line 1.json"),
        (Outcome.REJECTED, "line 2.json"),
        (Outcome.ADDED, "line 3.json"),
        (Outcome.CHANGED, "line 4.json"),
    ]
    assert report.unknown_fields() == {"mood": 1}
    assert report.by_importer() == {"JSON": {"added": 2, "articles": 3, "changed": 1, "rejected": 1}}
    assert set(found(archive, "pact")) == {1, 2}
    before = snapshot(archive)
    again = take_in({"dump.jsonl": "\n".join(lines)})
    assert outcomes(again) == [Outcome.SAME, Outcome.REJECTED, Outcome.SAME, Outcome.SAME]
    assert snapshot(archive) == before


def test_a_summary_never_replaces_the_article_that_it_is_of(archive: Archive, take_in: TakeIn) -> None:
    whole = (
        "URL: https://example.org/pact\nTitle: The pact\n\nThe whole report about the pact and all it says."
    )
    item = "<item><title>The pact</title><link>https://example.org/pact</link><description>{}</description></item>"
    feed = '<rss version="2.0"><channel><title>The Example</title>{}</channel></rss>'
    assert outcomes(take_in({"early.rss": feed.format(item.format("A first summary."))})) == [Outcome.ADDED]
    with Session(archive.engine) as session:
        assert read_article(session, 1).is_summary
    assert outcomes(take_in({"whole.txt": whole})) == [Outcome.CHANGED]
    assert outcomes(take_in({"late.rss": feed.format(item.format("A later summary."))})) == [Outcome.SAME]
    with Session(archive.engine) as session:
        article = read_article(session, 1)
    assert (article.is_summary, article.text) == (False, "The whole report about the pact and all it says.")


def test_a_source_of_which_nothing_can_be_taken_in_says_why_of_each_part(take_in: TakeIn) -> None:
    report = take_in({"dump.json": '[{"text": "a", "date": "never"}, {"text": "b", "url": "nowhere"}]'})
    assert [file.part for file in report.files] == ["", "item 1", "item 2"]
    assert all(file.outcome is Outcome.REJECTED and file.reason and file.advice for file in report.files)


def test_members_of_an_archive_are_sources_of_their_own(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "reports.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("2025/pact.txt", REPORT)
        packed.writestr("2025/README.md", "# About")
        packed.writestr("2025/table.csv", "a,b")
        packed.writestr("../out.txt", "Out.")
    report = ingest(archive, [path])
    assert [(file.outcome, file.part) for file in report.files] == [
        (Outcome.ADDED, "2025/pact.txt"),
        (Outcome.PASSED_OVER, "2025/README.md"),
        (Outcome.PASSED_OVER, "2025/table.csv"),
        (Outcome.REJECTED, "../out.txt"),
    ]
    with Session(archive.engine) as session:
        source = session.exec(select(models.Source)).one()
        assert read_article(session, 1).source_name == "reports.zip!/2025/pact.txt"
    assert zlib.decompress(source.content) == REPORT.encode()
    assert outcomes(ingest(archive, [path]))[0] is Outcome.SAME


def test_pages_of_a_crawl_keep_the_address_they_came_from(archive: Archive, tmp_path: Path) -> None:
    page = (
        "<article>"
        + "<p>Ministers met on Monday to weigh a pact on harbours, and agreed to meet again.</p>" * 3
    )
    path = tmp_path / "crawl.warc"
    address = "https://example.org/2025/03/17/pact"
    path.write_bytes(warc((address, "200 OK", "text/html", page.encode())))
    assert outcomes(ingest(archive, [path])) == [Outcome.ADDED]
    with Session(archive.engine) as session:
        article = read_article(session, 1)
    assert (article.url, article.card.published.text()) == (address, "17 March 2025")
    assert article.source_name.startswith("crawl.warc!/")


def test_an_index_of_an_older_program_is_built_anew_with_the_next_change(
    archive: Archive, take_in: TakeIn
) -> None:
    take_in({"a.txt": "A pact."})
    pointer = archive.settings.index_folder / "current"
    pointer.write_text(pointer.read_text().replace('"version": ', '"version": -'))
    assert not archive.index.exists()
    take_in({"b.txt": "Another pact."})
    assert archive.index.count(Words("pact")) == 2
