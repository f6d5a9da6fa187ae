"""Search: names are resolved, the reading is told, and nothing found leads on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session

from app.archive import Archive
from app.fulltext.query import parse
from app.fulltext.search_index import Order
from app.fulltext.tree import Label, Labelled
from app.ingest import IngestReport
from app.naming import meanings_of, name_words, read_acronyms
from app.results import ArticleHit, QuoteHit, ResultKind, SearchRequest, SearchResults
from app.search import search

TODAY = date(2026, 5, 31)


def find(archive: Archive, typed: str, order: Order = Order.RELEVANCE) -> SearchResults:
    return search(archive, SearchRequest(typed, TODAY, order=order))


def articles(results: SearchResults) -> list[ArticleHit]:
    return [hit for hit in results.hits if isinstance(hit, ArticleHit)]


def ids(results: SearchResults) -> list[int]:
    return [hit.card.id for hit in articles(results)]


def slugs(archive: Archive, typed: str) -> list[list[str]]:
    """The slugs that each name in a query means."""
    tree = parse(typed).tree
    assert tree is not None
    with Session(archive.engine) as session:
        return [[one.slug for one in found] for found in meanings_of(archive, session, tree).values()]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("speaker:starmer", ["keir-starmer"]),
        ('speaker:"Starmer, Keir"', ["keir-starmer"]),
        ('speaker:"Sir Keir Starmer"', ["keir-starmer"]),
        ("speaker:keir-starmer", ["keir-starmer"]),
        ("speaker:sefcovic", ["maros-sefcovic"]),
        ("mentions:Šefčovič’s", ["maros-sefcovic"]),
        ("speaker:thomas-symonds", ["nick-thomas-symonds"]),
        ('speaker:"leyen ursula"', ["ursula-von-der-leyen"]),
        ("speaker:nobodyatall", []),
        ("speaker:star", []),
        ("programme:safe", ["safe"]),
        ("programme:SAFE", ["safe"]),
        ('programme:"security action for europe"', ["safe"]),
        ('programme:"Windsor Framework"', ["windsor-framework"]),
        ("programme:nothing", []),
        ("outlet:briefing", ["eu-uk-defence-archive-briefing"]),
        ("outlet:nothing", []),
        ("author:nobody", []),
        ("via:nothing", []),
    ],
)
def test_a_name_means_whom_its_words_can_name(seeded: Archive, typed: str, meant: list[str]) -> None:
    assert slugs(seeded, typed) == [meant]


def test_words_that_several_programmes_share_mean_any_of_them(seeded: Archive) -> None:
    results = find(seeded, "programme:security")
    assert results.total >= find(seeded, "programme:safe").total
    assert "can be" in results.notes[-1]
    assert "Security Action for Europe" in results.notes[-1]


def test_an_organisation_finds_what_those_in_its_offices_said(seeded: Archive) -> None:
    """The office is that of the day; a name is one organisation, not words of several."""
    request = SearchRequest("org:commission", TODAY, ResultKind.QUOTATIONS, limit=100)
    found = search(seeded, request)
    assert found.reading == "quoting somebody of European Commission"
    said_by = {one.label for hit in found.hits if isinstance(hit, QuoteHit) for one in hit.record.speakers}
    assert {"Ursula von der Leyen", "Andrius Kubilius"} <= said_by
    assert "Keir Starmer" not in said_by
    assert articles(find(seeded, "org:commission"))
    assert find(seeded, 'org:"Commission House"').total == 0


def test_an_author_is_found_by_a_word_of_the_name(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": "Title: Pact\nAuthor: Ágnes Writer\n\nMinisters met about the pact."})
    assert find(archive, "author:agnes").total == 1
    assert find(archive, "-author:agnes").total == 0


def test_a_name_that_nobody_has_finds_nothing_and_says_so(seeded: Archive) -> None:
    results = find(seeded, "speaker:nobodyatall")
    assert results.total == 0
    assert "no person “nobodyatall”" in results.notes[0]
    assert find(seeded, "defence -speaker:nobodyatall").total == find(seeded, "defence").total


def test_the_reading_and_its_chips_have_the_names(seeded: Archive) -> None:
    results = find(seeded, "SAFE speaker:starmer")
    assert results.reading == ("naming the programme Security Action for Europe AND quoting Keir Starmer")
    assert [chip.without for chip in results.chips] == ["speaker:starmer", "programme:SAFE"]
    assert any("type “safe”" in note for note in results.notes)


def test_an_acronym_in_capitals_is_a_programme_wherever_it_stands(seeded: Archive) -> None:
    tree = parse("SAFE OR PESCO").tree
    assert tree is not None
    assert read_acronyms(seeded, tree)[0] == Labelled(Label.PROGRAMME, ("SAFE", "PESCO"))
    for typed in ("safe", "Safe", '"SAFE"', "exact:SAFE", "title:SAFE"):
        tree = parse(typed).tree
        assert tree is not None
        assert read_acronyms(seeded, tree) == (tree, ())


def test_the_speaker_asked_for_is_the_one_shown(seeded: Archive) -> None:
    results = find(seeded, "speaker:leyen")
    assert results.hits
    assert all(hit.quote and "von der Leyen" in hit.quote.record.label for hit in articles(results))
    assert [card.ref.name for card in results.people] == ["Ursula von der Leyen"]


@pytest.mark.parametrize("typed", ["von der leyen", "Leyen, Ursula", "URSULA VON DER LEYEN"])
def test_a_person_is_offered_for_the_name_in_any_order(seeded: Archive, typed: str) -> None:
    assert [card.ref.name for card in find(seeded, typed).people] == ["Ursula von der Leyen"]


def test_the_order_typed_in_the_query_counts(seeded: Archive) -> None:
    results = find(seeded, "defence sort:oldest", Order.NEWEST)
    assert results.order is Order.OLDEST
    dates = [hit.card.published.date for hit in articles(results)]
    assert dates == sorted(dates, key=lambda day: day.last_day() if day else date.min)


def test_nothing_found_offers_spellings_and_the_search_without_each_part(seeded: Archive) -> None:
    results = find(seeded, "sefkovic talks")
    assert results.total == 0
    assert [(one.spelling, one.query) for one in results.respellings] == [("Šefčovič", "Šefčovič talks")]
    (fewer,) = results.fewer
    assert (fewer.left_out, fewer.query) == ("sefkovic", "talks")
    assert fewer.total == find(seeded, "talks").total
    assert find(seeded, results.respellings[0].query).total > 0


def test_a_misspelt_speaker_is_offered_in_the_right_spelling(seeded: Archive) -> None:
    assert [one.query for one in find(seeded, "speaker:stramer").respellings] == ["speaker:Starmer"]


def test_british_and_american_spelling_are_alike_unless_exact(seeded: Archive) -> None:
    assert ids(find(seeded, "defense")) == ids(find(seeded, "defence"))
    exact = find(seeded, "exact:defense").total
    assert 0 < exact < find(seeded, "defense").total


@pytest.mark.parametrize(
    ("typed", "spellings"),
    [
        ("defence", ("defense",)),
        ("(defense OR pact) -defence", ("defence",)),
        ('"defence industry"', ("defense",)),
        ("promise kallas", ()),
        ("exact:defence", ()),
        ("speaker:starmer", ()),
    ],
)
def test_the_other_spelling_is_told_where_an_article_has_it(
    seeded: Archive, typed: str, spellings: tuple[str, ...]
) -> None:
    assert find(seeded, typed).spellings == spellings


def test_a_source_is_told_by_its_site(seeded: Archive) -> None:
    results = find(seeded, "via:europarl")
    assert results.total > 1
    assert results.reading == "crediting www.europarl.europa.eu"
    assert results.notes == ()


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("event:2025-06-30", 1),
        ("event:2025-06", 1),
        ("event:2025-06-28..2025-07-04", 1),
        ("event:2025-07-03", 1),  # "next week" is any day of it
        ("event:2025-06-27", 0),  # the day of the article
        ("event:>=2025-08", 0),
    ],
)
def test_an_article_is_found_by_the_days_its_text_tells_of(
    archive: Archive, take_in: Callable[..., IngestReport], typed: str, count: int
) -> None:
    text = "Ministers meet on 30 June 2025. “We begin,” they said; they will meet again next week."
    take_in({"a.txt": f"Title: Talks\nDate: 2025-06-27\n\n{text}"})
    assert len(ids(find(archive, typed))) == count
    assert find(archive, typed, Order.NEWEST).total == count


def test_names_are_cut_into_folded_words() -> None:
    assert name_words("O’Neill, Šefčovič's (Thomas-Symonds)") == ["o'neill", "sefcovic", "thomas", "symonds"]


def test_a_slip_in_any_word_is_put_right(seeded: Archive) -> None:
    """A word of the articles as well as a name; the link asks for the right spelling."""
    found = find(seeded, "neutralty")
    assert [(one.spelling, one.query) for one in found.respellings] == [("neutrality", "neutrality")]
    assert find(seeded, found.respellings[0].query).total
    assert "Šefčovič" in [one.spelling for one in find(seeded, "sefkovic").respellings]
