"""The numbers of the archive: what the indexes count is what the database holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from sqlmodel import Session

from app import holdings
from app.archive import Archive
from app.correct import withdraw_article
from app.curate import show_article
from app.display import DisplayMode
from app.ingest import IngestReport
from app.store import articles, people, quotes
from app.store.corrections import By
from app.store.quotes import QuoteRecord, speaker_sides

LINKED = {"uk", "eu", "other"}


def held(archive: Archive) -> list[QuoteRecord]:
    """Every quotation that may be shown, read from the database."""
    with Session(archive.engine) as session:
        found = quotes.quotes_of_articles(session, articles.all_article_ids(session))
    return [record for records in found.values() for record in records]


def check_numbers(archive: Archive) -> None:
    """All numbers again, counted one by one."""
    records = held(archive)
    marked = [record for record in records if record.is_marked]
    linked = [record for record in marked if speaker_sides(record) & LINKED]
    told = holdings.count_quotations(archive)
    assert holdings.count_in_marks(archive) == len(marked)
    assert (told.linked, told.reported) == (len(linked), len(records) - len(marked))
    assert told.no_speaker == sum(not record.speakers for record in marked)
    assert told.linked + told.not_linked + told.no_speaker == len(marked)
    for side in ("uk", "eu"):
        dates = [record.article.published.date for record in marked if side in speaker_sides(record)]
        months = Counter(date.iso()[:7] for date in dates if date and date.month)
        assert holdings.quotations_by_month(archive, side) == months
    by_outlet = Counter(record.article.outlet_slug for record in marked)
    with Session(archive.engine) as session:
        cards = holdings.list_outlets(archive, session)
        assert {one.slug: one.quote_count for one in cards if one.quote_count} == by_outlet
        assert [holdings.outlet_at(archive, session, one.slug) for one in cards if one.slug] == [
            one for one in cards if one.slug
        ]
        everybody = people.list_people(session)
        for limit in (1, 5, 1_000):
            most = holdings.most_quoted(archive, session, limit)
            assert most == sorted(everybody, key=lambda card: -card.quote_count)[:limit]
        assert people.count_people(session) == len(everybody)
        assert people.count_people(session) == len({slug for one in marked for slug in one.person_slugs})


def test_the_numbers_of_the_seeds_are_what_the_database_holds(seeded: Archive) -> None:
    check_numbers(seeded)
    with Session(seeded.engine) as session:
        assert people.people_of_slugs(session, []) == []


def test_what_is_withheld_or_withdrawn_is_in_no_number(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    """Undated, dated to the year, of no outlet, with a speaker whom nobody names: each is counted so."""
    take_in(
        {
            "a.txt": "Date: 2025-03-04\nOutlet: Post\n\n“We need time,” said Keir Starmer. “All of it.”",
            "b.txt": "Date: 2025\nOutlet: Post\n\n“We need more time,” said Kaja Kallas.",
            "c.txt": "“It is far too late,” an official said.\n\n“Words that hang in the air.”",
            "d.txt": "Outlet: Echo\nDate: 2025-04\n\n“No deal is ready yet,” Kaja Kallas said on Monday.",
            "e.txt": "Outlet: Gazette\nDate: 2025-04\n\nKaja Kallas said that no deal was anywhere near.",
        }
    )
    check_numbers(archive)
    with Session(archive.engine) as session:
        lacks = holdings.count_lacks(archive, session)
    assert (lacks.title, lacks.outlet, lacks.language, lacks.quotations) == (5, 1, 5, 1)
    show_article(archive, 1, DisplayMode.METADATA)
    withdraw_article(archive, 4, By("anna", "the paper withdrew it"))
    check_numbers(archive)
    assert holdings.quotations_by_month(archive, "uk") == {}
    with Session(archive.engine) as session:
        assert [one.slug for one in holdings.list_outlets(archive, session)] == ["post", "gazette", None]
        assert holdings.count_lacks(archive, session).title == 4
