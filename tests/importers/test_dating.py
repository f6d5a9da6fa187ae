"""Dates that a text itself gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates import DateBasis
from app.importers.dating import date_of_text


@pytest.mark.parametrize(
    ("text", "iso", "basis"),
    [
        ("BRUSSELS, 11 March 2025 – Ministers met.", "2025-03-11", DateBasis.STATED),
        ("11 March 2025 - Ministers met.", "2025-03-11", DateBasis.STATED),
        ("London, March 4, 2026 — Ministers met.", "2026-03-04", DateBasis.STATED),
        (
            "She confirmed it on March 3, 2026. The two are expected to meet on March 9, 2026.",
            "2026-03",
            DateBasis.INFERRED,
        ),
        ("He said so on 2 May 2025. Talks will open on 8 May 2025.", "2025-05", DateBasis.INFERRED),
    ],
)
def test_a_date_is_stated_by_a_dateline_or_inferred_between_two_events(
    text: str, iso: str, basis: DateBasis
) -> None:
    found = date_of_text(text)
    assert found is not None
    assert (found.date.iso(), found.basis) == (iso, basis)
    assert found.evidence


@pytest.mark.parametrize(
    "text",
    [
        "Ministers met on Friday.",
        "The treaty was signed on 22 January 2019.",
        "They will meet on 9 March 2026.",
        "She said so on 3 March 2026. They will meet on 9 April 2026.",
        "He said so on 12 May 2025. Talks will open on 8 May 2025.",
        "31 February 2025 – Ministers met.",
    ],
)
def test_a_lone_or_doubtful_date_is_no_evidence(text: str) -> None:
    assert date_of_text(text) is None


@given(st.text())
def test_no_text_whatever_fails(text: str) -> None:
    date_of_text(text)
