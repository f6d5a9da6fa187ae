"""The one query function: rows of every kind, true counts, filters, the same rows on every way to them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from app.archive import Archive
from app.fulltext.search_index import UNDATED, Facet, Order
from app.ingest import IngestReport
from app.results import (
    MAX_FILTERS,
    NOT_STATED,
    ArticleHit,
    Filter,
    Hit,
    PersonHit,
    ProgrammeHit,
    QuoteHit,
    ResultKind,
    SearchRequest,
    SearchResults,
)
from app.search import rows, search
from app.store.articles import all_article_ids
from app.store.quotes import quotes_of_articles
from tests.queries import random_queries

TODAY = date(2026, 5, 31)
ALL = 1000
FILTERS = st.builds(
    Filter,
    st.sampled_from(Facet),
    st.sampled_from(
        ["eu", "2025", "2025-03", UNDATED, NOT_STATED, "kaja-kallas", "safe", "direct", "", "\x00"]
    ),
)


def find(archive: Archive, typed: str, kind: ResultKind, *filters: Filter) -> SearchResults:
    return search(archive, SearchRequest(typed, TODAY, kind, filters=filters, limit=ALL))


def quotations(archive: Archive, typed: str, *filters: Filter) -> list[QuoteHit]:
    hits = find(archive, typed, ResultKind.QUOTATIONS, *filters).hits
    return [hit for hit in hits if isinstance(hit, QuoteHit)]


def key(hit: Hit) -> tuple[str, int | str]:
    """What a row is, whatever is told of it."""
    match hit:
        case ArticleHit(card):
            return "article", card.id
        case QuoteHit(record):
            return "quotation", record.id
        case PersonHit(card):
            return "person", card.ref.slug
        case ProgrammeHit(card):
            return "programme", card.slug


def test_quotations_are_found_by_their_words_and_their_speaker(seeded: Archive) -> None:
    """Each quotation found has all words in what was said or in who said it; no other one has."""
    with Session(seeded.engine) as session:
        every = quotes_of_articles(session, all_article_ids(session)).values()
    marked = [record for records in every for record in records if record.is_marked]
    hits = quotations(seeded, "exact:loans")
    assert {hit.record.id for hit in hits} == {one.id for one in marked if "loans" in one.words.split()}
    said = {hit.record.id for hit in quotations(seeded, "kubilius")}
    assert {one.id for one in marked if "Kubilius" in one.label} <= said


def test_words_of_a_quotation_that_match_are_marked(seeded: Archive) -> None:
    hits = quotations(seeded, "quote:defence")
    assert hits
    assert all("defen" in part.lower() for hit in hits for part, is_match in hit.text.parts if is_match)
    assert all(any(is_match for _, is_match in hit.text.parts) for hit in hits)


def test_quotations_in_marks_are_shown_and_reported_speech_counted(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    """Reported speech is offered, not mixed in; asked for, it comes."""
    take_in(
        {"a.txt": "“We need a pact,” said Jane Example, the minister. She said that the pact would help."}
    )
    results = find(archive, "pact", ResultKind.QUOTATIONS)
    assert (results.total, results.reported) == (1, 1)
    assert find(archive, "pact kind:reported", ResultKind.QUOTATIONS).total == 1
    assert find(archive, "pact", ResultKind.QUOTATIONS, Filter(Facet.KIND, "indirect")).total == 1


def test_a_quotation_counts_for_the_programmes_of_its_paragraph(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in(
        {
            "a.txt": "The Security Action for Europe fund waits. “We are ready,” said Jane Example.\n"
            "“Fish is another matter,” said John Other."
        }
    )
    assert [hit.record.words for hit in quotations(archive, "SAFE")] == ["We are ready,"]


def test_a_word_of_the_title_finds_the_quotations_of_the_article(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in(
        {
            "a.txt": "Title: Pact near\n\n“We are ready,” said Jane Example, the minister.",
            "b.txt": "Title: Fish\n\n“The pact is near,” said Jane Example, the minister.",
        }
    )
    assert [hit.record.words for hit in quotations(archive, "title:pact")] == ["We are ready,"]
    assert [hit.record.words for hit in quotations(archive, "pact")] == ["The pact is near,"]
    assert [hit.record.words for hit in quotations(archive, "-title:pact")] == ["The pact is near,"]


def test_people_are_told_by_who_says_it_most(seeded: Archive) -> None:
    """Number, first and last date are those of the quotations found."""
    results = find(seeded, "defence", ResultKind.PEOPLE)
    people = [hit for hit in results.hits if isinstance(hit, PersonHit)]
    assert [hit.count for hit in people] == sorted((hit.count for hit in people), reverse=True)
    assert results.total == len(people) > 5
    said = quotations(seeded, "defence")
    for hit in people:
        theirs = [one.record for one in said if hit.card.ref.slug in one.record.person_slugs]
        assert hit.count == len(theirs)
        dates = sorted(one.article.published.date for one in theirs if one.article.published.date)
        if dates:
            assert hit.first is not None
            assert hit.last is not None
            assert (hit.first.date, hit.last.date) == (dates[0], dates[-1])


def test_group_person_in_the_query_asks_for_people(seeded: Archive) -> None:
    results = find(seeded, "defence group:person", ResultKind.ARTICLES)
    assert results.kind is ResultKind.PEOPLE
    assert [key(hit) for hit in results.hits] == [
        key(hit) for hit in find(seeded, "defence", ResultKind.PEOPLE).hits
    ]


def test_a_person_who_is_named_and_says_nothing_is_among_the_people(seeded: Archive) -> None:
    results = find(seeded, "reeves rachel", ResultKind.PEOPLE)
    assert [(key(hit)[1], hit.count) for hit in results.hits if isinstance(hit, PersonHit)] == [
        ("rachel-reeves", 0)
    ]


def test_programmes_are_those_that_the_articles_found_name(seeded: Archive) -> None:
    results = find(seeded, "SAFE", ResultKind.PROGRAMMES)
    first = results.hits[0]
    assert isinstance(first, ProgrammeHit)
    assert (first.card.slug, first.count) == ("safe", results.counts[ResultKind.ARTICLES])
    for hit in results.hits:
        assert isinstance(hit, ProgrammeHit)
        both = find(seeded, f"SAFE programme:{hit.card.slug}", ResultKind.ARTICLES)
        assert both.total == hit.count


@pytest.mark.parametrize("kind", ResultKind)
def test_every_tab_counts_what_it_then_shows(seeded: Archive, kind: ResultKind) -> None:
    for typed in ("defence", "SAFE", "kallas", "loans OR grants", "speaker:leyen", "nothingofthekind"):
        counts = find(seeded, typed, ResultKind.ARTICLES).counts
        results = find(seeded, typed, kind)
        assert counts == results.counts
        assert len(results.hits) == results.total == counts[kind]


@pytest.mark.parametrize("kind", [ResultKind.ARTICLES, ResultKind.QUOTATIONS])
@pytest.mark.parametrize("typed", ["defence", "europe OR pact", ""])
def test_a_facet_counts_what_its_filter_then_finds(seeded: Archive, kind: ResultKind, typed: str) -> None:
    """The number beside each value is the number of rows with that filter, undated and unstated too."""
    given = Filter(Facet.SIDE, "eu")
    facets = find(seeded, typed, kind, given).facets
    assert set(facets) == set(Facet)
    for facet, values in facets.items():
        assert values
        for value in values:
            chosen = find(seeded, typed, kind, given, Filter(facet, value.value))
            assert chosen.total == len(chosen.hits) == value.count, (facet, value)
            assert value.is_chosen == (Filter(facet, value.value) == given)


def test_undated_and_unstated_are_values(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in(
        {
            "a.txt": "Date: 2025\nOutlet: The Herald\n\nMinisters met about the pact.",
            "b.txt": "Title: B\n\nThey met about the pact.",
        }
    )
    facets = find(archive, "pact", ResultKind.ARTICLES).facets
    assert [(one.value, one.name) for one in facets[Facet.YEAR]] == [("2025", "2025"), (UNDATED, "Undated")]
    assert [one.name for one in facets[Facet.MONTH]] == ["2025, month not known", "Undated"]
    assert [one.value for one in facets[Facet.OUTLET]] == ["the-herald", NOT_STATED]
    for chosen in (Filter(Facet.MONTH, UNDATED), Filter(Facet.OUTLET, NOT_STATED)):
        (hit,) = find(archive, "pact", ResultKind.ARTICLES, chosen).hits
        assert isinstance(hit, ArticleHit)
        assert hit.card.title == "B"


def test_filters_in_force_have_names(seeded: Archive) -> None:
    chosen = (Filter(Facet.SPEAKER, "kaja-kallas"), Filter(Facet.MONTH, "2025-03"), Filter(Facet.SIDE, "xx"))
    results = find(seeded, "defence", ResultKind.ARTICLES, *chosen)
    assert [one.name for one in results.filters] == ["Kaja Kallas", "March 2025", "xx"]
    assert results.total == 0
    assert results.unfiltered == find(seeded, "defence", ResultKind.ARTICLES).total


def test_quotations_come_newest_or_oldest_first(seeded: Archive) -> None:
    request = SearchRequest("defence", TODAY, ResultKind.QUOTATIONS, Order.OLDEST, limit=ALL)
    for order, is_newest in ((Order.OLDEST, False), (Order.NEWEST, True)):
        hits = search(seeded, replace(request, order=order)).hits
        dates = [hit.record.article.published.date for hit in hits if isinstance(hit, QuoteHit)]
        known = [one.last_day() if is_newest else one.first_day() for one in dates if one]
        assert known == sorted(known, reverse=is_newest)
        assert None not in dates[: len(known)]


def test_a_quotation_that_is_gone_is_not_found(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": "“We need a pact,” said Jane Example, the minister."})
    assert len(quotations(archive, "pact")) == 1
    take_in({"a.txt": "“We need fish,” said Jane Example, the minister."})
    assert quotations(archive, "pact") == []
    assert len(quotations(archive, "fish")) == 1


@pytest.mark.parametrize("kind", ResultKind)
def test_pages_and_the_whole_list_have_the_same_rows(seeded: Archive, kind: ResultKind) -> None:
    """For random queries in every order: the pages one after another are the list to export."""
    rng = random.Random(kind)
    for typed in random_queries(rng, 25):
        request = SearchRequest(typed, TODAY, kind, rng.choice(list(Order)))
        whole = [key(hit) for hit in rows(seeded, request)]
        paged: list[tuple[str, int | str]] = []
        while True:
            results = search(seeded, replace(request, offset=len(paged), limit=7))
            paged += [key(hit) for hit in results.hits]
            if not results.hits:
                break
        assert paged == whole, typed
        assert len(whole) == results.total
        assert len(whole) == len(set(whole))
        assert [key(hit) for hit in rows(seeded, request, limit=3)] == whole[:3]


@settings(max_examples=60)
@given(
    st.text(max_size=80), st.sampled_from(ResultKind), st.sampled_from(Order), st.lists(FILTERS, max_size=4)
)
def test_any_request_has_an_answer(
    seeded: Archive, typed: str, kind: ResultKind, order: Order, filters: list[Filter]
) -> None:
    """Whatever is typed and filtered by: rows as many as counted, marked parts that are the text together."""
    results = search(seeded, SearchRequest(typed, TODAY, kind, order, tuple(filters), limit=ALL))
    assert len(results.hits) == results.total
    for hit in results.hits:
        if isinstance(hit, ArticleHit):
            assert hit.title.text == hit.card.title
        if isinstance(hit, QuoteHit) and "…" not in hit.text.text:
            assert hit.text.text == hit.record.words


def test_what_is_asked_for_is_bounded(seeded: Archive) -> None:
    """Filters beyond the first few, and values longer than any can be, are not read."""
    many = tuple(Filter(Facet.SIDE, "eu" if number < MAX_FILTERS else "x") for number in range(100))
    request = SearchRequest("defence", TODAY, filters=many)
    assert search(seeded, request).total == search(seeded, replace(request, filters=many[:1])).total
    long = (Filter(Facet.SPEAKER, "x" * 1000),)
    assert search(seeded, replace(request, filters=long)).total == find(seeded, "defence", request.kind).total
    assert search(seeded, SearchRequest("defence", TODAY, offset=10**9)).hits == ()
    with pytest.raises(ValueError, match="no less than 0"):
        SearchRequest("defence", TODAY, offset=-1)
