"""Times in texts: offsets are true, any text is read, and nothing is guessed without a date to count from."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates import PartialDate
from app.extractors.timing import TimeBasis, dates_in

DAY = PartialDate(2025, 3, 14)
pieces = st.sampled_from(
    [
        "on Friday ",
        "next week",
        "17 March 2025",
        "31 February 2025",
        "May of last year",
        " said ",
        " will ",
        ". ",
        "in March",
        "999 years ago",
        "12 months ago",
        "last May",
        "0001-01-01",
        "by 2030",
        "tomorrow",
        "29 February",
    ]
)
texts = st.lists(pieces | st.text(max_size=5)).map("".join)
days = st.dates().map(lambda day: PartialDate(day.year, day.month, day.day))
vague = st.dates().map(lambda day: PartialDate(day.year, day.month)) | st.dates().map(
    lambda day: PartialDate(day.year)
)


@given(texts, st.none() | days | vague)
def test_any_text_of_any_day_is_read(text: str, day: PartialDate | None) -> None:
    """In order and apart; an undated article resolves only what is stated with its year."""
    found = dates_in(text, day)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(text[one.start : one.end].strip() for one in found)
    if day is None:
        assert all(one.basis is TimeBasis.STATED for one in found if one.when)


def test_words_that_were_said_are_not_counted_from_the_article() -> None:
    """Who says "next week" counts from when it was said; a date with its year is the same for all."""
    text = "“We meet next week, as on 3 May 2024,” he said."
    quoted, stated = dates_in(text, DAY, [(1, text.index("”"))])
    assert (quoted.when, quoted.rule) == (None, "week, month or year counted, in quoted words")
    assert stated.when is not None
    assert stated.when.day == PartialDate(2024, 5, 3)


def test_a_reading_says_its_rule_and_basis() -> None:
    (told,) = dates_in("The minister spoke on Tuesday.", DAY)
    assert (told.basis, told.rule) == (TimeBasis.COUNTED, "weekday, by the tense beside it")
    assert "The minister spoke on Tuesday."[told.start : told.end] == "Tuesday"


@pytest.mark.parametrize("unit", ["on Friday ", "will ", "2025-03-", "last ", "in March "])
def test_a_long_text_costs_no_more_than_its_length(unit: str) -> None:
    dates_in(unit * 20_000, DAY)
