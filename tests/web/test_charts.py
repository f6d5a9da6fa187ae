"""Charts keep the counts they are given and stay inside their frame."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates import PartialDate
from app.web.charts import Bar, BarChart, Mark, MirrorChart, bar_chart, mirror_chart

LETTER = 7.0

months = st.builds("{:04}-{:02}".format, st.integers(2006, 2026), st.integers(1, 12))
counts_by_month = st.dictionaries(months, st.integers(0, 5000), max_size=60)


def is_inside(chart: BarChart | MirrorChart, bar: Bar) -> bool:
    return (
        bar.x >= 0 and bar.y >= 0 and bar.x + bar.width <= chart.width and bar.y + bar.height <= chart.height
    )


def stand_apart(marks: list[Mark]) -> bool:
    """Whether no two texts of one line touch."""
    marks = sorted(marks, key=lambda mark: (mark.y, mark.x))
    return all(
        left.y != right.y or right.x - left.x >= LETTER * (len(left.text) + len(right.text)) / 2
        for left, right in pairwise(marks)
    )


@given(counts_by_month)
def test_a_bar_chart_keeps_every_count_inside_its_frame(counts: dict[str, int]) -> None:
    """Bars and rows sum to the counts given, no bar leaves the frame, no bar is invisible."""
    chart = bar_chart(counts)
    if chart is None:
        assert not any(counts.values())
        return
    assert (
        sum(bar.count for bar in chart.bars) == sum(count for _, count in chart.rows) == sum(counts.values())
    )
    assert all(is_inside(chart, bar) and bar.width > 0 and bar.height > 0 for bar in chart.bars)


@given(counts_by_month, counts_by_month)
def test_a_mirror_chart_keeps_every_count_on_its_own_side(eu: dict[str, int], uk: dict[str, int]) -> None:
    """EU bars end at the upper line, UK bars begin at the lower one; sums are kept on both sides."""
    chart = mirror_chart(eu, uk)
    if chart is None:
        assert not any(eu.values())
        assert not any(uk.values())
        return
    assert sum(bar.count for bar in chart.eu_bars) == sum(row[1] for row in chart.rows) == sum(eu.values())
    assert sum(bar.count for bar in chart.uk_bars) == sum(row[2] for row in chart.rows) == sum(uk.values())
    assert all(is_inside(chart, bar) for bar in (*chart.eu_bars, *chart.uk_bars))
    assert all(bar.y + bar.height == pytest.approx(chart.eu_base, abs=0.2) for bar in chart.eu_bars)
    assert all(bar.y == chart.uk_base for bar in chart.uk_bars)


@given(counts_by_month, counts_by_month)
def test_labels_never_touch_and_stay_inside(eu: dict[str, int], uk: dict[str, int]) -> None:
    """From one month to twenty years and more, axis labels stand apart and inside the frame."""
    for chart in (bar_chart(eu), mirror_chart(eu, uk)):
        if chart is None:
            continue
        assert stand_apart(list(chart.axis))
        assert stand_apart(list(chart.values))
        for mark in (*chart.axis, *chart.values):
            half = LETTER * len(mark.text) / 2
            assert half <= mark.x + 0.1
            assert mark.x + half <= chart.width + 0.1
            assert 10 <= mark.y <= chart.height


@given(counts_by_month.filter(lambda counts: any(counts.values())))
def test_a_higher_count_never_has_a_lower_bar(counts: dict[str, int]) -> None:
    """Bars are to scale: their order by height is their order by count."""
    chart = bar_chart(counts)
    assert chart is not None
    heights = [bar.height for bar in sorted(chart.bars, key=lambda bar: bar.count)]
    assert heights == sorted(heights)


@pytest.mark.parametrize("counts", [{}, {"2025-03": 0}])
def test_no_quotations_make_no_chart(counts: dict[str, int]) -> None:
    """Nothing to show is nothing drawn, not an empty frame."""
    assert bar_chart(counts) is None
    assert mirror_chart(counts, {}) is None


def test_one_month_shows_its_whole_year() -> None:
    """A single month stands on an axis of twelve, so that the gaps around it can be seen."""
    chart = bar_chart({"2025-03": 3})
    assert chart is not None
    assert [mark.text for mark in chart.axis] == [*"JFMAMJJASOND", "2025"]
    assert len(chart.bars) == 1
    assert chart.bars[0].x < chart.width / 2


def test_months_without_quotations_are_gaps() -> None:
    """A month between two others takes its place on the axis although it has no bar."""
    chart = bar_chart({"2025-03": 1, "2025-04": 1, "2025-06": 1})
    assert chart is not None
    march, april, june = (bar.x for bar in chart.bars)
    assert june - april == pytest.approx(2 * (april - march), abs=0.1)


def test_twenty_years_thin_their_labels() -> None:
    """Twenty years keep every bar and label only every other year; one number marks the peak."""
    chart = bar_chart({f"{year}-06": year - 2005 for year in range(2006, 2026)})
    assert chart is not None
    assert [mark.text for mark in chart.axis] == [str(year) for year in range(2006, 2026, 2)]
    assert [mark.text for mark in chart.values] == ["20"]
    assert len(chart.bars) == 20


def test_the_table_names_months_in_words_and_in_order() -> None:
    """The table beside a chart lists each month that has quotations, oldest first."""
    chart = mirror_chart({"2026-01": 2}, {"2025-11": 5, "2026-01": 1})
    assert chart is not None
    assert chart.rows == (("November 2025", 0, 5), ("January 2026", 2, 1))


def test_the_summary_says_what_the_chart_shows() -> None:
    """A person who cannot see the bars hears the period, the sums and the peak."""
    bars = bar_chart({"2025-03": 4, "2026-01": 1})
    mirror = mirror_chart({"2025-03": 3}, {"2025-03": 2})
    assert bars is not None
    assert mirror is not None
    assert bars.summary == (
        "Quotations by month, March 2025 to January 2026: 5 in all, most in March 2025 (4)."
    )
    assert mirror.summary == (
        "Quotations by month, March 2025: 3 by EU speakers above the line, 2 by UK speakers below it."
    )


@pytest.mark.parametrize("month", ["2025", "2025-13", "2025-3", "March 2025", "2025-03-17"])
def test_what_is_no_month_is_refused(month: str) -> None:
    """A year or a day is not quietly drawn as some month."""
    with pytest.raises(ValueError, match=r"month|date"):
        bar_chart({month: 1})


def test_a_negative_count_is_refused() -> None:
    """No month has fewer than no quotations."""
    with pytest.raises(ValueError, match="fewer than no"):
        bar_chart({"2025-03": -1})


def test_milestones_have_letters_where_their_month_lies_on_the_axis() -> None:
    """Two of one month stand together; one of another year, or known to the year alone, is not drawn."""
    days = [PartialDate.parse(day) for day in ("2024-12-01", "2025", "2025-03", "2025-03-19", "2025-05-27")]
    chart = bar_chart({"2025-03": 2}, "Articles", milestones=days)
    assert chart is not None
    assert [mark.text for mark in chart.milestones] == ["c, d", "e"]
    assert chart.milestones[0].x == pytest.approx(chart.bars[0].x + chart.bars[0].width / 2, abs=0.1)
    assert chart.summary.startswith("Articles by month, March 2025")
