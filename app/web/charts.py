"""Charts of counts by month: counts in, plain geometry out; a template draws it as SVG.

The axis runs over whole calendar years, so that a month without any is a visible gap. All charts are
drawn in units of which a letter of the label type is ``_LETTER`` wide.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from app.dates import PartialDate, Precision

_WIDTH = 432.0
_EDGE = 6.0  # free space left and right, for the labels of the first and the last bar
_LETTER = 7.0
_LINE = 16.0  # height of a line of labels
_BAR_PLOT = 84.0
_MIRROR_PLOT = 132.0  # for both sides together
_MIRROR_BAND = 22.0  # the strip between the two sides that holds the axis
_LEAST_BAR = 1.5  # a single quotation stays visible beside a thousand
_WIDEST_BAR = 26.0
_INITIAL_SLOT = 2 * _LETTER  # a month narrower than this gets no initial
_YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10000)


@dataclass(frozen=True, slots=True)
class Bar:
    """A month's bar; ``label`` is the month in words ("March 2025")."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int

    @property
    def outline(self) -> str:
        """What an SVG draws it by; one value, since a page may have hundreds."""
        return f"M{self.x:g} {self.y:g}h{self.width:g}v{self.height:g}h{-self.width:g}z"


@dataclass(frozen=True, slots=True)
class Mark:
    """A short text; ``x`` is its middle, ``y`` its base line."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """One row of bars on the line ``base``.

    ``what`` is counted ("Quotations"). ``rules`` are the x of the lines between years. ``rows`` is the same
    as a table: each month that has any, with their number. ``summary`` says the chart in one sentence.
    ``milestones`` are letters of dated things told beside the chart, where their month lies on the axis.
    """

    what: str
    width: float
    height: float
    base: float
    bars: tuple[Bar, ...]
    axis: tuple[Mark, ...]
    values: tuple[Mark, ...]
    rules: tuple[float, ...]
    rows: tuple[tuple[str, int], ...]
    summary: str
    milestones: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class MirrorChart:
    """EU bars stand on ``eu_base``, UK bars hang from ``uk_base``, both to one scale.

    ``rows`` gives each month that has quotations with the number of the EU's and of the UK's.
    """

    width: float
    height: float
    eu_base: float
    uk_base: float
    eu_bars: tuple[Bar, ...]
    uk_bars: tuple[Bar, ...]
    axis: tuple[Mark, ...]
    values: tuple[Mark, ...]
    rules: tuple[float, ...]
    rows: tuple[tuple[str, int, int], ...]
    summary: str


@dataclass(frozen=True, slots=True)
class _Axis:
    """The whole years from ``first`` to ``last``, laid over the width of a chart."""

    first: int
    last: int
    width: float = _WIDTH

    @classmethod
    def over(cls, months: Iterable[PartialDate], width: float = _WIDTH) -> _Axis:
        years = [month.year for month in months]
        return cls(min(years), max(years), width)

    @property
    def slot(self) -> float:
        """The width of one month."""
        return (self.width - 2 * _EDGE) / (12 * (self.last - self.first + 1))

    def middle(self, month: PartialDate) -> float:
        return _EDGE + self.slot * (12 * (month.year - self.first) + (month.month or 1) - 0.5)

    @property
    def shows_initials(self) -> bool:
        return self.slot >= _INITIAL_SLOT

    def initials(self, y: float) -> Iterator[Mark]:
        """The first letter of each month."""
        for year in self._years():
            for number in range(1, 13):
                yield Mark(_tenth(self.middle(PartialDate(year, number))), y, calendar.month_name[number][0])

    def years(self, y: float) -> Iterator[Mark]:
        """Years in the middle of their months, as many as stand apart."""
        for year in self._years()[:: self._step()]:
            yield Mark(_tenth(self._start(year) + 6 * self.slot), y, f"{year:04}")

    def rules(self) -> tuple[float, ...]:
        """The beginnings of the years that have a label, except the first."""
        step = self._step()
        return tuple(_tenth(self._start(year)) for year in self._years()[step::step])

    def _years(self) -> range:
        return range(self.first, self.last + 1)

    def _start(self, year: int) -> float:
        return _EDGE + self.slot * 12 * (year - self.first)

    def _step(self) -> int:
        room = 5 * _LETTER
        return next(step for step in _YEAR_STEPS if step * 12 * self.slot >= room)


def bar_chart(
    counts: Mapping[str, int],
    noun: str = "Quotations",
    width: float = _WIDTH,
    milestones: Sequence[PartialDate] = (),
) -> BarChart | None:
    """A chart of how many there are; ``counts`` by month as ``YYYY-MM``. None where there are none.

    Each of ``milestones``, of which there are 26 at most, is marked by its letter, from a, if it is known to
    the month and within the years of the chart.

    >>> bar_chart({"2025-03": 2, "2025-05": 1}).summary
    'Quotations by month, March 2025 to May 2025: 3 in all, most in March 2025 (2).'
    >>> bar_chart({}) is None
    True
    """
    months = _counted(counts)
    if not months:
        return None
    axis = _Axis.over(months, width)
    base = (2 if milestones else 1) * _LINE + _BAR_PLOT
    bars = tuple(_bars(months, axis, base, _BAR_PLOT / max(months.values())))
    labels = list(axis.initials(base + _LINE)) if axis.shows_initials else []
    year_line = base + (2 * _LINE if labels else _LINE)
    peak = max(months, key=lambda month: months[month])
    dated = [(letter, day) for letter, day in zip(ascii_lowercase, milestones, strict=False) if day.month]
    return BarChart(
        what=noun,
        width=width,
        height=year_line + 6,
        base=base,
        bars=bars,
        axis=(*labels, *axis.years(year_line)),
        values=tuple(_values(bars, axis, above=True)),
        rules=axis.rules(),
        rows=tuple((month.text(), count) for month, count in months.items()),
        summary=(
            f"{noun} by month, {_period(months)}: {sum(months.values())} in all, "
            f"most in {peak.text()} ({months[peak]})."
        ),
        milestones=tuple(_milestones(dated, axis)),
    )


def mirror_chart(eu: Mapping[str, int], uk: Mapping[str, int]) -> MirrorChart | None:
    """The chart of both sides; counts by month as ``YYYY-MM``. None where neither has quotations."""
    eu_months, uk_months = _counted(eu), _counted(uk)
    months = list(_counted({**eu, **uk}))
    if not months:
        return None
    axis = _Axis.over(months)
    eu_most, uk_most = max(eu_months.values(), default=0), max(uk_months.values(), default=0)
    scale = (_MIRROR_PLOT - 2 * _LEAST_BAR) / (eu_most + uk_most)
    eu_base = _tenth(_LINE + _LEAST_BAR + eu_most * scale)
    uk_base = _tenth(eu_base + _MIRROR_BAND)
    foot = _LINE + _MIRROR_PLOT + _MIRROR_BAND + _LINE
    eu_bars = tuple(_bars(eu_months, axis, eu_base, scale))
    uk_bars = tuple(_bars(uk_months, axis, uk_base, scale, hanging=True))
    band = eu_base + 15
    labels = (*axis.initials(band), *axis.years(foot + 14)) if axis.shows_initials else axis.years(band)
    return MirrorChart(
        width=_WIDTH,
        height=foot + (_LINE + 2 if axis.shows_initials else 0),
        eu_base=eu_base,
        uk_base=uk_base,
        eu_bars=eu_bars,
        uk_bars=uk_bars,
        axis=tuple(labels),
        values=(*_values(eu_bars, axis, above=True), *_values(uk_bars, axis, above=False)),
        rules=axis.rules(),
        rows=tuple((month.text(), eu_months.get(month, 0), uk_months.get(month, 0)) for month in months),
        summary=(
            f"Quotations by month, {_period(months)}: {sum(eu_months.values())} by EU speakers "
            f"above the line, {sum(uk_months.values())} by UK speakers below it."
        ),
    )


def _milestones(dated: Sequence[tuple[str, PartialDate]], axis: _Axis) -> Iterator[Mark]:
    """The letters of the milestones within the axis; those of one month stand together ("a, b")."""
    by_month: dict[tuple[int, int | None], list[str]] = {}
    for letter, day in dated:
        if axis.first <= day.year <= axis.last:
            by_month.setdefault((day.year, day.month), []).append(letter)
    for (year, month), letters in by_month.items():
        x = axis.middle(PartialDate(year, month))
        yield Mark(_tenth(x), _LINE - 4, ", ".join(letters))


def _counted(counts: Mapping[str, int]) -> dict[PartialDate, int]:
    """The months that have quotations, in order."""
    if any(count < 0 for count in counts.values()):
        raise ValueError("a month cannot have fewer than no quotations")
    return {_month(key): count for key, count in sorted(counts.items()) if count}


def _month(text: str) -> PartialDate:
    month = PartialDate.parse(text)
    if month.precision is not Precision.MONTH:
        raise ValueError(f"not a month of the form YYYY-MM: {text!r}")
    return month


def _bars(
    months: Mapping[PartialDate, int], axis: _Axis, base: float, scale: float, *, hanging: bool = False
) -> Iterator[Bar]:
    width = min(axis.slot * (0.8 if axis.shows_initials else 0.9), _WIDEST_BAR)
    for month, count in months.items():
        height = max(count * scale, _LEAST_BAR)
        yield Bar(
            x=_hundredth(axis.middle(month) - width / 2),
            y=_tenth(base if hanging else base - height),
            width=_hundredth(width),
            height=_tenth(height),
            label=month.text(),
            count=count,
        )


def _values(bars: tuple[Bar, ...], axis: _Axis, *, above: bool) -> Iterator[Mark]:
    """The numbers at the bars' ends: all where there is room for each, else the highest alone."""
    if not bars:
        return
    highest = max(bars, key=lambda bar: bar.count)
    is_roomy = axis.slot >= _LETTER * len(str(highest.count)) + 4
    for bar in bars if is_roomy else (highest,):
        half = _LETTER * len(str(bar.count)) / 2
        x = min(max(bar.x + bar.width / 2, half), axis.width - half)
        yield Mark(_tenth(x), _tenth(bar.y - 4 if above else bar.y + bar.height + 12), str(bar.count))


def _period(months: Iterable[PartialDate]) -> str:
    """From the first of these months, which are in order, to the last."""
    first, *others = months
    return f"{first.text()} to {others[-1].text()}" if others else first.text()


def _tenth(value: float) -> float:
    return round(value, 1)


def _hundredth(value: float) -> float:
    return round(value, 2)
