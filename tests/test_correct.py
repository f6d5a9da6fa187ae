"""What editors decide holds: in search, through another ingest and another extractor, until it is undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import Session
from typer.testing import CliRunner

from app import correct
from app.archive import Archive
from app.authority.register import Register
from app.check import check
from app.cli import cli, correct_cli
from app.errors import CorrectionError, MovedError, NotFoundError, WithdrawnError
from app.extractors.quotation import Findings
from app.extractors.rules import RuleExtractor
from app.holdings import list_outlets
from app.indexing import update_index
from app.ingest import IngestReport
from app.rederive import rederive
from app.reextract import reextract
from app.results import ResultKind, SearchRequest
from app.search import search
from app.store import articles, corrections, events, people, programmes, quotes, versions
from app.store.corrections import By
from app.suggesting import suggest
from tests.snapshot import snapshot

TakeIn = Callable[[dict[str, str | bytes]], IngestReport]
BY = By("anna", "the paper printed a correction")
REPORT = (
    "Title: The pact waits\nDate: 2025-03-11\nOutlet: Post\n\nMinisters met about SAFE on Friday. "
    "“We need more time,” said Jane Example, the minister for pacts. “The pact is good,” said John Other."
)


def speaker(archive: Archive, quote_id: int) -> str:
    with Session(archive.engine) as session:
        return quotes.read_quote(session, quote_id).label


def found(archive: Archive, typed: str, kind: ResultKind = ResultKind.QUOTATIONS) -> int:
    return search(archive, SearchRequest(typed, date(2026, 5, 31), kind)).total


def card(archive: Archive, article_id: int = 1) -> articles.ArticleCard:
    with Session(archive.engine) as session:
        return articles.read_article(session, article_id).card


@pytest.fixture
def filled(archive: Archive, take_in: TakeIn) -> Archive:
    take_in({"a.txt": REPORT})
    return archive


class Otherwise:
    """An extractor of another version, which gives every quotation to the speaker of the last one."""

    name = "otherwise"
    version = "0"

    def extract(self, text: str) -> Findings:
        findings = RuleExtractor().extract(text)
        last = findings.quotations[-1].speakers
        return replace(findings, quotations=tuple(replace(q, speakers=last) for q in findings.quotations))


def test_an_attribution_holds_whatever_is_read_anew(filled: Archive, take_in: TakeIn) -> None:
    """Through the same file, a changed one, another extractor and the source's bytes; then it is undone."""
    made = correct.attribute_to_person(filled, 1, "Keir Starmer", BY)
    assert made.is_indexed
    take_in({"a.txt": REPORT})
    take_in({"a.txt": REPORT.replace("Ministers", "Officials")})
    rederive(filled)
    reextract(replace(filled, extractor=Otherwise()))
    assert speaker(filled, 1) == "Keir Starmer"
    assert found(filled, "speaker:starmer time") == 1
    with Session(filled.engine) as session:
        (given,) = quotes.read_quote(session, 1).speakers
    assert given.office_then is not None
    assert given.office_then.startswith("Prime Minister")
    assert given.printed.startswith("John")  # what the other extractor took for the speaker
    assert "the paper printed a correction" in given.link_reason
    assert check(filled).faults == ()
    correct.undo(filled, made.correction_id, By("ben", "it was right"))
    assert speaker(filled, 1) == "Jane Example"
    assert found(filled, "speaker:starmer") == 0


def test_words_can_be_given_to_somebody_unnamed_to_nobody_and_to_somebody_new(filled: Archive) -> None:
    correct.attribute_to_unnamed(filled, 1, "one  tired diplomat", BY)
    assert speaker(filled, 1) == "one tired diplomat"
    correct.attribute_to_nobody(filled, 1, BY)
    assert speaker(filled, 1) == "Speaker not found"
    correct.attribute_to_person(filled, 1, "Zoë Neuling", BY, is_new=True)
    assert speaker(filled, 1) == "Zoë Neuling"
    assert found(filled, "speaker:neuling") == 1
    assert check(filled).faults == ()


def test_a_confirmed_quotation_keeps_its_speaker(filled: Archive) -> None:
    """Another extractor gives it to somebody else: the confirmation holds, and falls with its undoing."""
    made = correct.confirm_quote(filled, 1, BY)
    reextract(replace(filled, extractor=Otherwise()))
    assert speaker(filled, 1) == "Jane Example"
    with Session(filled.engine) as session:
        assert quotes.read_quote(session, 1).checked_on == date.today()  # noqa: DTZ011
        assert quotes.read_quote(session, 2).checked_on is None
    correct.undo(replace(filled, extractor=Otherwise()), made.correction_id, BY)
    assert speaker(filled, 1) == "John Other"


class Blind:
    """An extractor that finds nothing at all."""

    name = "blind"
    version = "0"

    def extract(self, text: str) -> Findings:
        return replace(RuleExtractor().extract(text), quotations=(), rejections=())


def test_a_confirmed_quotation_stays_when_it_is_not_found_any_more(filled: Archive, take_in: TakeIn) -> None:
    """As long as its words stand where they stood; what nobody confirmed goes."""
    made = correct.confirm_quote(filled, 1, BY)
    blind = replace(filled, extractor=Blind())
    reextract(blind)
    with Session(filled.engine) as session:
        kept = quotes.read_quote(session, 1)
        assert (kept.is_removed, kept.label, kept.speakers[0].printed) == (
            False,
            "Jane Example",
            "Jane Example",
        )
        assert kept.extractor.startswith("rules")
        assert quotes.read_quote(session, 2).is_removed
    assert found(filled, "speaker:jane-example time") == 1
    correct.undo(blind, made.correction_id, BY)
    with Session(filled.engine) as session:
        assert quotes.read_quote(session, 1).is_removed


def test_undoing_an_older_correction_leaves_the_newer_one(filled: Archive) -> None:
    first = correct.attribute_to_person(filled, 1, "keir-starmer", BY)
    second = correct.attribute_to_person(filled, 1, "kaja-kallas", BY)
    correct.undo(filled, first.correction_id, BY)
    assert speaker(filled, 1) == "Kaja Kallas"
    correct.undo(filled, second.correction_id, BY)
    assert speaker(filled, 1) == "Jane Example"
    with pytest.raises(CorrectionError, match="undone already"):
        correct.undo(filled, second.correction_id, BY)


def test_title_date_and_outlet_hold_and_are_no_new_version(filled: Archive, take_in: TakeIn) -> None:
    """What the source says stays known: it makes no version of its own and is back when all is undone."""
    before = snapshot(filled)
    title = correct.correct_title(filled, 1, "The pact is signed", BY)
    day = correct.correct_date(filled, 1, "2025-04", BY)
    outlet = correct.correct_outlet(filled, 1, "The Gazette", BY)
    take_in({"b.txt": "The pact is old news by now, ministers say."})
    assert reextract(filled).changes == ()
    assert rederive(filled).changed == ()
    now = card(filled)
    assert (now.title, now.published.text(), now.outlet) == (
        "The pact is signed",
        "April 2025",
        "The Gazette",
    )
    assert now.published.basis_text == "corrected by an editor"
    assert now.path == "/articles/1-the-pact-is-signed"
    assert found(filled, "title:signed date:2025-04 outlet:gazette", ResultKind.ARTICLES) == 1
    assert found(filled, "title:waits", ResultKind.ARTICLES) == 0
    take_in({"a.txt": REPORT.replace("Ministers", "Officials")})
    assert card(filled).title == "The pact is signed"
    with Session(filled.engine) as session:
        said = [(one.title, one.published, one.outlet) for one in versions.versions_of(session, 1)]
        assert {name for _, name in articles.list_outlets(session)} == {"The Gazette"}
    assert said == [("The pact waits", "2025-03-11", "Post")] * 2
    take_in({"a.txt": REPORT})
    for made in (title, day, outlet):
        correct.undo(filled, made.correction_id, BY)
    after = snapshot(filled)
    first = [[row for row in rows["Article"] if row["id"] == 1] for rows in (before, after)]
    assert first[0] == first[1]
    spoken = [[row for row in rows["QuoteSpeaker"] if row["quote_id"] < 3] for rows in (before, after)]
    assert spoken[0] == spoken[1]


def test_a_date_moves_offices_and_times(filled: Archive) -> None:
    """The office is the one held on the new date, and “Friday” is counted from it; none: it is undated."""
    correct.attribute_to_person(filled, 1, "josep-borrell", BY)
    correct.correct_date(filled, 1, "2023-05-03", BY)
    with Session(filled.engine) as session:
        (given,) = quotes.read_quote(session, 1).speakers
        (told,) = events.list_events(session, events.EventFilter(), offset=0, limit=9)
    assert given.office_then is not None
    assert given.office_then.startswith("High Representative")
    assert told.day.iso().startswith("2023-0")
    correct.correct_title(filled, 1, None, BY)
    correct.correct_date(filled, 1, None, BY)
    now = card(filled)
    assert now.title.startswith("Untitled: Ministers met")
    assert now.published.text() == "undated"
    with pytest.raises(CorrectionError, match="is that already"):
        correct.correct_title(filled, 1, None, BY)


def test_a_withdrawn_article_is_nowhere_and_comes_back_whole(filled: Archive, take_in: TakeIn) -> None:
    take_in({"b.txt": REPORT.replace("time", "patience").replace("Jane", "Joan").replace("Post", "Echo")})
    before = snapshot(filled)
    correct.withdraw_article(filled, 1, BY)
    take_in({"a.txt": REPORT.replace("Ministers", "Officials")})
    reextract(filled)
    with Session(filled.engine) as session:
        assert articles.count_articles(session) == 1
        assert [one.id for one in articles.list_articles(session, offset=0, limit=9)] == [2]
        assert articles.list_outlets(session) == [("echo", "Echo")]
        assert [one.name for one in list_outlets(filled, session)] == ["Echo"]
        assert [one.ref.name for one in people.list_people(session)] == ["Joan Example", "John Other"]
        assert people.people_named(session, ["jane"]) == []
        assert programmes.list_programmes(session)[0].article_count == 1
        assert quotes.count_quotes(session) == 2
        with pytest.raises(WithdrawnError, match="printed a correction"):
            quotes.read_quote(session, 1)
    assert [one.label for one in suggest(filled, "patie")] == ["patience"]
    assert suggest(filled, "minis tim") == ()
    assert [found(filled, "pact", kind) for kind in (ResultKind.ARTICLES, ResultKind.QUOTATIONS)] == [1, 1]
    assert check(filled).mended == 0
    with pytest.raises(WithdrawnError):
        correct.correct_title(filled, 1, "Another", BY)
    correct.restore_article(filled, 1, BY)
    take_in({"a.txt": REPORT})
    after = snapshot(filled)
    for table in ("Article", "Quote", "QuoteSegment", "index"):
        assert after[table] == before[table]


def test_merged_people_are_one_and_can_be_parted_again(filled: Archive, take_in: TakeIn) -> None:
    """The other name still finds them, new articles follow, the register may be loaded again."""
    take_in({"b.txt": "Date: 2025-03-12\n\n“All is well with SAFE,” said Mr Keir Starmer, prime minister."})
    before = snapshot(filled)
    made = correct.merge_people(filled, "Jane Example", "keir-starmer", BY)
    assert speaker(filled, 1) == "Keir Starmer"
    assert found(filled, "speaker:starmer") == found(filled, "speaker:jane-example") == 2
    take_in({"c.txt": REPORT.replace("time", "patience")})
    reextract(filled)
    assert found(filled, "speaker:starmer") == 3
    others = tuple(replace(one, side="other") if one.slug == "keir-starmer" else one for one in filled.people)
    reextract(replace(filled, people=Register(others)))
    assert found(filled, "speaker:starmer side:other") == 3
    reextract(filled)
    with Session(filled.engine) as session:
        record = people.read_person(session, "keir-starmer")
        assert record.names_merged == ("Jane Example",)
        assert [one.ref.slug for one in people.people_named(session, ["jane", "example"])] == ["keir-starmer"]
        with pytest.raises(MovedError) as raised:
            people.read_person(session, "jane-example")
        assert raised.value.slug == "keir-starmer"
    with pytest.raises(CorrectionError, match="one person already"):
        correct.merge_people(filled, "keir-starmer", "Jane Example", BY)
    correct.undo(filled, made.correction_id, BY)
    assert found(filled, "speaker:starmer") == 1
    assert found(filled, "speaker:jane-example") == 2
    take_in({"c.txt": "Something else altogether is said here today."})
    after = snapshot(filled)
    assert after["Person"] == before["Person"]
    names = [{(row["person_id"], row["form"]) for row in rows["NameForm"]} for rows in (before, after)]
    assert names[0] == names[1]


def test_mergers_follow_one_another(filled: Archive) -> None:
    """A into B, B into C: A is C; when the second is undone A is B again."""
    correct.merge_people(filled, "jane-example", "john-other", BY)
    second = correct.merge_people(filled, "john-other", "kaja-kallas", BY)
    assert {speaker(filled, 1), speaker(filled, 2)} == {"Kaja Kallas"}
    correct.undo(filled, second.correction_id, BY)
    assert {speaker(filled, 1), speaker(filled, 2)} == {"John Other"}
    third = correct.merge_people(filled, "jane-example", "kaja-kallas", BY)
    correct.confirm_quote(filled, 1, BY)
    correct.undo(filled, third.correction_id, BY)
    assert speaker(filled, 1) == "Kaja Kallas"  # an editor said so, whoever else is merged
    reextract(filled)
    assert speaker(filled, 1) == "Kaja Kallas"
    with pytest.raises(CorrectionError, match="the other way round"):
        correct.merge_people(filled, "kaja-kallas", "john-other", BY)


def test_a_person_who_was_two_is_split_and_joined_again(filled: Archive, take_in: TakeIn) -> None:
    take_in({"b.txt": REPORT.replace("time", "patience").replace("John", "Joe")})
    made = correct.split_person(filled, "jane-example", "Jane Example", BY, article_ids=[2])
    with Session(filled.engine) as session:
        second = quotes.ids_of_articles(session, [2])[0]
        assert quotes.read_quote(session, second).person_slugs == {"jane-example-2"}
    reextract(filled)
    assert found(filled, "speaker:jane-example-2") == found(filled, "speaker:jane-example") == 1
    with pytest.raises(CorrectionError, match="not one of"):
        correct.split_person(filled, "jane-example", "Somebody Else", BY, quote_ids=[2])
    correct.undo(filled, made.correction_id, BY)
    assert found(filled, "speaker:jane-example") == 2
    with Session(filled.engine) as session, pytest.raises(MovedError, match="jane-example"):
        people.read_person(session, "jane-example-2")


def test_the_log_tells_all_and_nothing_of_what_is_withdrawn(filled: Archive) -> None:
    correct.attribute_to_person(filled, 1, "keir-starmer", BY)
    title = correct.correct_title(filled, 1, "The pact is signed", BY)
    correct.undo(filled, title.correction_id, By("ben", "it is not"))
    with Session(filled.engine) as session:
        undoing, given_title, given = corrections.list_corrections(session, offset=0, limit=9)
        assert corrections.count_corrections(session) == 3
    assert (given.before, given.after, given.editor) == ("Jane Example", "Keir Starmer", "anna")
    assert given.subject == "Quotation 1 of “The pact waits”"
    assert (given_title.before, given_title.after) == ("The pact waits", "The pact is signed")
    assert (undoing.before, undoing.after, undoing.undoes) == (
        "The pact is signed",
        "The pact waits",
        given_title.id,
    )
    assert (given_title.undone_by, given_title.is_in_force) == (undoing.id, False)
    correct.withdraw_article(filled, 1, BY)
    with Session(filled.engine) as session:
        log = corrections.list_corrections(session, offset=0, limit=9)
    assert [entry.after for entry in log] == ["withdrawn", None, None, None]
    assert {entry.subject for entry in log} == {"Article 1"}
    assert [BY.reason in entry.reason for entry in log] == [True, False, False, False]


def test_what_cannot_be_corrected_is_said(filled: Archive) -> None:
    with pytest.raises(CorrectionError, match="needs a reason"):
        By("anna", " ")
    with pytest.raises(CorrectionError, match="plain text"):
        By("anna", "a\x00b")
    with pytest.raises(CorrectionError, match="nobody called"):
        correct.attribute_to_person(filled, 1, "Nobody Whatsoever", BY)
    with pytest.raises(CorrectionError, match="is no date"):
        correct.correct_date(filled, 1, "last week", BY)
    with pytest.raises(NotFoundError):
        correct.confirm_quote(filled, 99, BY)
    with pytest.raises(NotFoundError):
        correct.correct_title(filled, 99, "A title", BY)
    with pytest.raises(CorrectionError, match="not withdrawn"):
        correct.restore_article(filled, 1, BY)
    with Session(filled.engine) as session:
        assert corrections.count_corrections(session) == 0


def test_every_correction_can_be_made_in_a_shell(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after another on one archive; each says its entry of the log, and a refusal says why."""
    monkeypatch.setenv("ARCHIVE_DATABASE_URL", filled.settings.database_url.get_secret_value())
    folder = ["--folder", str(filled.settings.folder)]
    why = ["--reason", "as the paper says", "--by", "anna", *folder]
    calls = [
        ["attribution", "1", "--person", "keir-starmer"],
        ["attribution", "1", "--person", "Zoë Neuling", "--new"],
        ["attribution", "1", "--unnamed", "one diplomat"],
        ["attribution", "1", "--nobody"],
        ["confirm", "2"],
        ["date", "1", "2025-04"],
        ["title", "1", "Signed"],
        ["outlet", "1", ""],
        ["merge", "Zoë Neuling", "--into", "john-other"],
        ["split", "john-other", "--into", "John Other", "--quotation", "2"],
        ["withdraw", "1"],
        ["restore", "1"],
        ["undo", "1"],
    ]
    for number, call in enumerate(calls, start=1):
        result = CliRunner().invoke(cli, ["correct", *call, *why])
        assert result.exit_code == 0, (call, result.exception)
        assert f"/corrections/{number}\n" in result.output
    assert {call[0] for call in calls} == {command.name for command in correct_cli.registered_commands}
    refused = CliRunner().invoke(cli, ["correct", "undo", "1", *why])
    assert isinstance(refused.exception, CorrectionError)
    assert CliRunner().invoke(cli, ["correct", "attribution", "1", *why]).exit_code == 2


def test_a_correction_stands_while_another_process_writes_the_index(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so, and whoever writes the index next tells it."""
    monkeypatch.setattr(correct, "_WAIT_SECONDS", 0)
    with filled.index.writer():
        made = correct.correct_title(filled, 1, "Signed", BY)
    assert not made.is_indexed
    assert card(filled).title == "Signed"
    update_index(filled)
    assert found(filled, "title:signed", ResultKind.ARTICLES) == 1
