"""Suggestions: names in any order and spelling, what a field takes, words; each makes a query."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.archive import Archive
from app.results import SearchRequest
from app.search import search
from app.suggesting import common_names, suggest
from tests.fulltext.hostile_queries import HOSTILE


def offered(archive: Archive, typed: str) -> list[tuple[str, str]]:
    return [(one.kind.value, one.query) for one in suggest(archive, typed)]


@pytest.mark.parametrize(
    ("typed", "kind", "query"),
    [
        ("star", "person", "Keir Starmer"),
        ("keir st", "person", "Keir Starmer"),
        ("starmer ke", "person", "Keir Starmer"),
        ("sefc", "person", "Maroš Šefčovič"),
        ("Šefč", "person", "Maroš Šefčovič"),
        ("thomas-sym", "person", "Nick Thomas-Symonds"),
        ("von der l", "person", "Ursula von der Leyen"),
        ("loans kubil", "person", "loans speaker:andrius-kubilius"),
        ("speaker:kub", "person", "speaker:andrius-kubilius"),
        ('loans -by:"kub', "person", "loans -speaker:andrius-kubilius"),
        ("mentions:trum", "person", "mentions:donald-trump"),
        ("saf", "programme", "SAFE"),
        ("security act", "programme", "SAFE"),
        ("loans PESC", "programme", "loans PESCO"),
        ("programme:saf", "programme", "programme:safe"),
        ("brief", "outlet", "outlet:eu-uk-defence-archive-briefing"),
        ("outlet:eu", "outlet", "outlet:eu-uk-defence-archive-briefing"),
        ("joint procu", "word", "joint procurement"),
        ("negoti", "word", "negotiate"),
    ],
)
def test_what_is_begun_is_gone_on_with(seeded: Archive, typed: str, kind: str, query: str) -> None:
    assert (kind, query) in offered(seeded, typed)


@pytest.mark.parametrize("typed", ["", " ", "x", "date:20", "nofield:star", "zzzzqqq", '"', "loans AND ("])
def test_where_nothing_goes_on_nothing_is_offered(seeded: Archive, typed: str) -> None:
    assert offered(seeded, typed) == []


def test_what_is_offered_is_found(seeded: Archive) -> None:
    """A query taken from the list finds something, unless it is somebody whom no article has."""
    for typed in ("kub", "saf", "eu", "loans", "def", "pact", "speaker:ley"):
        for one in suggest(seeded, typed):
            results = search(seeded, SearchRequest(one.query, date(2026, 5, 31)))
            assert results.total or results.people or results.programme, one


def test_common_names_are_queries(seeded: Archive) -> None:
    names = common_names(seeded)
    assert "Ursula von der Leyen" in names
    assert "SAFE" in names
    assert len(names) == len(set(names)) <= 80


@given(st.text(max_size=60))
def test_any_text_may_be_typed(seeded: Archive, typed: str) -> None:
    assert len(suggest(seeded, typed)) <= 9


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_may_be_typed(seeded: Archive, typed: str) -> None:
    assert len(suggest(seeded, typed)) <= 9
