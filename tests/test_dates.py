"""Partial dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates import PartialDate, Precision

DATES = st.dates(min_value=date(1000, 1, 1))
PARTIAL = st.one_of(
    DATES.map(lambda d: PartialDate(d.year)),
    DATES.map(lambda d: PartialDate(d.year, d.month)),
    DATES.map(lambda d: PartialDate(d.year, d.month, d.day)),
)


@given(PARTIAL)
def test_a_date_reads_back_as_it_was_written(partial: PartialDate) -> None:
    """ISO text loses nothing and adds nothing."""
    assert PartialDate.parse(partial.iso()) == partial
    assert len(partial.iso()) == {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}[partial.precision]


@given(PARTIAL, PARTIAL)
def test_order_in_time_is_order_of_the_text(one: PartialDate, other: PartialDate) -> None:
    """The database may sort by the stored text."""
    assert (one < other) == (one.iso() < other.iso())


@given(PARTIAL)
def test_the_days_it_can_mean_are_in_order(partial: PartialDate) -> None:
    assert partial.first_day() <= partial.last_day()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-00",
        "2025-03-00",
        "2025-13",
        "2025-02-30",
        "25-01",
        "2025-1",
        "March 2025",
        "2025-03-17T10:00",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|month|day"):
        PartialDate.parse(text)


def test_a_day_without_a_month_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a month"):
        PartialDate(2025, None, 3)
