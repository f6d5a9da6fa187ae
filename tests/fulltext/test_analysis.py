"""Terms: what is found alike, and what stays one thing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fulltext.analysis import terms


def terms_of(text: str) -> list[str]:
    return [term.text for term in terms(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("defence", "Defense"),
        ("mobilisation", "mobilization"),
        ("programmes", "program"),
        ("labour", "labor"),
        ("centre", "centers"),
        ("signalled", "signaling"),
        ("licence", "license"),
        ("Šefčovič", "sefcovic"),
        ("Sefc\u030covic", "šefčovič"),
        ("U.K.", "UK"),
        ("U.K.’s", "UK's"),
        ("F-35", "F35s"),
        ("Starmer’s", "starmer"),
        ("1,000", "1000"),
        ("negotiate", "negotiations"),
    ],
)
def test_spellings_of_one_word_are_one_term(one: str, other: str) -> None:
    assert terms_of(one) == terms_of(other)


@pytest.mark.parametrize(("one", "other"), [("safe", "save"), ("F-35", "35"), ("UK", "EU")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert terms_of(one) != terms_of(other)


def test_a_hyphenated_number_is_found_by_its_head_too() -> None:
    """EU-27 names the EU."""
    assert "eu" in terms_of("EU-27")


@given(st.text())
def test_terms_stand_where_they_say_in_any_text(text: str) -> None:
    """Offsets are inside the text and in order, positions count up, and no term is empty."""
    found = list(terms(text))
    assert all(0 <= term.start < term.end <= len(text) and term.text for term in found)
    assert all(one.end <= other.start or one.position == other.position for one, other in pairwise(found))
