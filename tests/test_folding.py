"""Folding of case and diacritics."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.folding import fold


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Šefčovič", "sefcovic"),
        ("Mureșan", "muresan"),
        ("Mureşan", "muresan"),
        ("Szłapka", "szlapka"),
        ("Virginijus SINKEVIČIUS", "virginijus sinkevicius"),
        ("Sefc\u030covic", "sefcovic"),
        ("Düpont", "dupont"),
    ],
)
def test_names_are_found_without_their_marks(typed: str, folded: str) -> None:
    assert fold(typed) == folded
