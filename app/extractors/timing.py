"""When a text says that something happened or will: "17 March 2025", "on Friday", "May of last year".

Words that count from a day are resolved from the day on which the article was published, as exactly as that
is known and no further. What has two readings, or stands in somebody's quoted words, which count from when
they were said, is told without a date: a reader sees that it is there, and nobody guesses.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.dates import PartialDate


class TimeBasis(StrEnum):
    """What a date in a text rests on."""

    STATED = "stated"  # it stands there with its year
    COUNTED = "counted"  # from the day of the article


@dataclass(frozen=True, slots=True)
class When:
    """A time: a partial date, or several days from ``day`` to ``until``, both included."""

    day: PartialDate
    until: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class DatedWords:
    """Words that tell a time, ``text[start:end]``, read by a rule; ``when`` is None if nobody can say."""

    start: int
    end: int
    when: When | None
    basis: TimeBasis
    rule: str


class _Tense(StrEnum):
    PAST = "past"
    COMING = "coming"
    UNKNOWN = "unknown"


_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
_SHORT = {name[:3]: number for name, number in _MONTHS.items()} | {"Sept": 9}
_WEEKDAYS = {name: number for number, name in enumerate(calendar.day_name)}
_NUMBERS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
} | {"a": 1, "an": 1}
_MONTH = rf"(?:{'|'.join(_MONTHS)}|(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)(?:\.|(?= \d)))"
_WEEKDAY = "|".join(_WEEKDAYS)
_ORDINAL = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_WORDS = re.compile(
    rf"""(?<![\w-])(?:[Mm]id-)?(?:
      (?P<dmy>(?P<dmy_d>\d{{1,2}}){_ORDINAL}\ (?:of\ )?(?P<dmy_m>{_MONTH}),?\ (?P<dmy_y>{_YEAR}))
    | (?P<mdy>(?P<mdy_m>{_MONTH})\ (?P<mdy_d>\d{{1,2}}){_ORDINAL},?\ (?P<mdy_y>{_YEAR}))
    | (?P<iso>(?P<iso_y>{_YEAR})-(?P<iso_m>\d\d)-(?P<iso_d>\d\d))
    | (?P<my>(?P<my_m>{_MONTH})(?:\ of|,)?\ (?P<my_y>{_YEAR}))
    | (?P<mrel>(?P<mrel_m>{_MONTH})\ (?:of\ )?(?P<mrel_r>last|this|next)\ year)
    | (?P<dm>(?P<dm_d>\d{{1,2}}){_ORDINAL}\ (?:of\ )?(?P<dm_m>{_MONTH}))
    | (?P<md>(?P<md_m>{_MONTH})\ (?P<md_d>\d{{1,2}}){_ORDINAL})
    | (?P<y>(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Dd]uring|[Ff]rom|[Ee]arly|[Ll]ate|[Bb]efore|[Aa]fter|end\ of)
        \ (?P<y_y>{_YEAR})(?!\s?[-–]\s?\d))
    | (?P<relm>(?P<relm_r>[Ll]ast|[Tt]his|[Nn]ext)\ (?P<relm_m>{_MONTH}))
    | (?P<relw>(?P<relw_r>[Ll]ast|[Tt]his|[Nn]ext)\ (?P<relw_w>{_WEEKDAY}))
    | (?P<relu>(?P<relu_r>[Ll]ast|[Tt]his|[Nn]ext)\ (?P<relu_u>week|month|year))
    | (?P<ago>(?P<ago_n>{"|".join(_NUMBERS)}|\d{{1,3}})\ (?P<ago_u>day|week|month|year)s?\ ago)
    | (?P<near>[Tt]oday|[Yy]esterday|[Tt]omorrow|[Tt]onight|[Tt]his\ (?:morning|afternoon|evening))(?![’'])
    | (?P<w>(?P<w_w>{_WEEKDAY}))(?!,?\ (?:the\ )?(?:\d{{1,2}}\b|{_MONTH}))
    | (?P<m>(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y)\ (?:early\ |mid-|late\ |the\ end\ of\ )?
        (?P<m_m>{"|".join(_MONTHS)})(?!,?\ (?:\d|(?:of|last|this|next)\b)))
    )(?![\w])""",
    re.VERBOSE,
)
_COMING = re.compile(
    r"\b(?:will|won[’']t|shall|would|(?:is|are) (?:due|set|expected|scheduled|planned|likely|about|to)\b"
    r"|(?:plans?|hopes?|intends?|wants?|promise[ds]?|agreed|vowed|pledge[ds]?|expects?) to"
    r"|(?<!\bwas )(?<!\bwere )(?<!\bbeen )due to)\b"
)
_PAST = re.compile(
    r"\b(?:said|told|met|was|were|had|did|spoke|wrote|came|went|made|gave|took|held|began|broke|fell|rose|left|won|lost"
    r"|sent|saw|led|struck|became|flew|drew|sat|sank|shot|hit|cut|put|grew|chose|knew|thought|brought|built"
    r"|(?<!\b[Tt]he )(?<!\bbe )(?<!\b[Aa] )(?<!\ban )(?<!\bits )(?<!\bhis )(?<!\bher )(?<!\btheir )"
    r"(?!(?:need|indeed|hundred|speed|exceed|proceed|succeed|feed|seed|unprecedented)\b)[a-z]{2,}ed)\b"
)
# These point neither way: what was due may have come or not, and what can be has not come.
_NEITHER = re.compile(
    r"\b(?:(?:was|were|been) (?:due|set|expected|scheduled|planned|to)|can|cannot|may|could|might|must|should"
    r"|[Ii]f|[Aa]head of|[Bb]efore|[Uu]ntil|[Bb]y|[Ee]very|[Ee]ach)\b"
)
_CLAUSE_END = re.compile(r"[.!?;:\n]|, (?:and|but|while|which|who|where|whose)\b")
_LOOK = 160  # characters for a clause
_NEAR_MONTHS = 6


def dates_in(
    text: str, day: PartialDate | None, quoted: Sequence[tuple[int, int]] = ()
) -> tuple[DatedWords, ...]:
    """The times that a text of ``day`` tells, in order. ``quoted`` are the stretches of quoted words."""
    spans = sorted(quoted)
    found, at = [], 0
    for match in _WORDS.finditer(text):
        while at < len(spans) and spans[at][1] <= match.start():
            at += 1
        is_quoted = at < len(spans) and spans[at][0] <= match.start()
        told = _told(text, match, day, is_quoted=is_quoted)
        if told is not None:
            found.append(told)
    return tuple(found)


def _told(text: str, match: re.Match[str], day: PartialDate | None, *, is_quoted: bool) -> DatedWords | None:
    kind = match.lastgroup or ""  # of nested groups the outer one
    start, end = match.span()
    if kind in _STATED:
        stated = _stated(match, kind)
        return DatedWords(start, end, When(stated), TimeBasis.STATED, _RULES[kind]) if stated else None
    when = None
    if day is not None and not is_quoted:
        tense = _tense(text, start, end)
        when = _at_the_edge(lambda: _agreed(lambda today: _counted(match, kind, today, tense), day))
    rule = f"{_RULES[kind]}, in quoted words" if is_quoted else _RULES[kind]
    return DatedWords(start, end, when, TimeBasis.COUNTED, rule)


_RULES = {
    "dmy": "day, month and year",
    "mdy": "day, month and year",
    "iso": "day, month and year",
    "my": "month and year",
    "y": "year",
    "mrel": "month of a year counted",
    "dm": "day and month, the nearest year",
    "md": "day and month, the nearest year",
    "relm": "month counted",
    "relw": "weekday counted",
    "relu": "week, month or year counted",
    "ago": "so long ago",
    "near": "day counted",
    "w": "weekday, by the tense beside it",
    "m": "month, by the tense beside it",
}
_STATED = frozenset({"dmy", "mdy", "iso", "my", "y"})


def _stated(match: re.Match[str], kind: str) -> PartialDate | None:
    """The date that stands there; None for one that no calendar has."""
    year = int(match[f"{kind}_y"])
    if kind == "y":
        return PartialDate(year)
    month = int(match["iso_m"]) if kind == "iso" else _month_of(match[f"{kind}_m"])
    try:
        return PartialDate(year, month, int(match[f"{kind}_d"]) if kind != "my" else None)
    except ValueError:
        return None


def _at_the_edge(count: Callable[[], When | None]) -> When | None:
    """What ``count`` gives; None where the calendar has no such year."""
    try:
        return count()
    except (ValueError, OverflowError):
        return None


def _agreed(count: Callable[[date], When | None], day: PartialDate) -> When | None:
    """What counting from the first and from the last day the article can be of agree on; None for nothing.

    Days may agree in their month, months in their year: no more is given up for an answer.
    """
    first, last = count(day.first_day()), count(day.last_day())
    if first is None or last is None or first == last:
        return first if first == last else None
    one, other = first.day, last.day
    if one.day and other.day and (one.year, one.month) == (other.year, other.month):
        return When(PartialDate(one.year, one.month))
    return When(PartialDate(one.year)) if one.day is None and one.year == other.year else None


def _counted(match: re.Match[str], kind: str, today: date, tense: _Tense) -> When | None:
    """The time that words mean in an article of ``today``."""
    if kind == "w":
        return _weekday(_WEEKDAYS[match["w_w"]], today, tense)
    if kind == "m":
        return _month(_month_of(match["m_m"]), today, tense)
    return _COUNTERS[kind](match, today)


def _so_long_ago(match: re.Match[str], today: date) -> When:
    return _unit(match["ago_u"], -(_NUMBERS.get(match["ago_n"]) or int(match["ago_n"])), today)


def _near(match: re.Match[str], today: date) -> When | None:
    return _day(today + timedelta(days=_DAYS.get(match["near"].lower(), 0)))


_STEPS = {"last": -1, "this": 0, "next": 1}
_DAYS = {"yesterday": -1, "tomorrow": 1}


_COUNTERS: dict[str, Callable[[re.Match[str], date], When | None]] = {
    "mrel": lambda m, today: When(
        PartialDate(today.year + _STEPS[m["mrel_r"].lower()], _month_of(m["mrel_m"]))
    ),
    "dm": lambda m, today: _nearest_day(int(m["dm_d"]), _month_of(m["dm_m"]), today),
    "md": lambda m, today: _nearest_day(int(m["md_d"]), _month_of(m["md_m"]), today),
    "relm": lambda m, today: _month_counted(m["relm_r"].lower(), _month_of(m["relm_m"]), today),
    "relw": lambda m, today: _weekday_counted(m["relw_r"].lower(), _WEEKDAYS[m["relw_w"]], today),
    "relu": lambda m, today: _unit(m["relu_u"], _STEPS[m["relu_r"].lower()], today),
    "ago": _so_long_ago,
    "near": _near,
}


def _weekday(weekday: int, today: date, tense: _Tense) -> When | None:
    """The last such day that is over or today, or the first that is today or to come."""
    if tense is _Tense.PAST:
        return _day(today - timedelta(days=(today.weekday() - weekday) % 7))
    if tense is _Tense.COMING:
        return _day(today + timedelta(days=(weekday - today.weekday()) % 7))
    return None


def _weekday_counted(which: str, weekday: int, today: date) -> When | None:
    """The latest before today is "last Friday"; "this Friday" is that of the week from Monday to Sunday.

    "Next Friday" is a day of next week; where a Friday is still to come this week some mean that one.
    """
    monday = today - timedelta(days=today.weekday())
    if which == "last":
        return _day(today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1))
    if which == "this":
        return _day(monday + timedelta(days=weekday))
    return None if weekday > today.weekday() else _day(monday + timedelta(days=7 + weekday))


def _month(month: int, today: date, tense: _Tense) -> When | None:
    """The latest such month that has begun, or the first that is not over."""
    if tense is _Tense.PAST:
        return When(PartialDate(today.year - (month > today.month), month))
    if tense is _Tense.COMING:
        return When(PartialDate(today.year + (month < today.month), month))
    return None


def _month_counted(which: str, month: int, today: date) -> When | None:
    """Latest before this month is "last May"; "this May" is that of this year, "next May" the first after."""
    if which == "this":
        return When(PartialDate(today.year, month))
    if which == "last":
        return When(PartialDate(today.year - (month >= today.month), month))
    return When(PartialDate(today.year + (month <= today.month), month))


def _nearest_day(day: int, month: int, today: date) -> When | None:
    """The day of that name nearest to today; None for one that no calendar has, or half a year away."""
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    nearest = min(found, key=lambda one: abs((one - today).days), default=None)
    if nearest is None or abs((nearest - today).days) > _NEAR_MONTHS * 28:
        return None
    return _day(nearest)


def _unit(unit: str, steps: int, today: date) -> When:
    """The day, the week from Monday to Sunday, the month or the year so many steps from today's."""
    if unit == "day":
        return _day(today + timedelta(days=steps))
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=steps)
        return When(_partial(monday), _partial(monday + timedelta(days=6)))
    if unit == "month":
        months = today.year * 12 + today.month - 1 + steps
        return When(PartialDate(months // 12, months % 12 + 1))
    return When(PartialDate(today.year + steps))


def _tense(text: str, start: int, end: int) -> _Tense:
    """Whether the clause around words tells of the past or of what is to come.

    The sign nearest before them says so, else the first after them; without any the answer is unknown.
    """
    before = text[max(0, start - _LOOK) : start]
    clause = max((one.end() for one in _CLAUSE_END.finditer(before)), default=0)
    signs = {tense: [one.end() for one in sign.finditer(before, clause)] for tense, sign in _SIGNS.items()}
    if any(signs.values()):
        return max(signs, key=lambda tense: max(signs[tense], default=-1))
    after = text[end : end + _LOOK]
    stop = _CLAUSE_END.search(after)
    limit = stop.start() if stop else len(after)
    firsts = {tense: sign.search(after, 0, limit) for tense, sign in _SIGNS.items()}
    found = {tense: match.start() for tense, match in firsts.items() if match is not None}
    return min(found, key=lambda tense: found[tense], default=_Tense.UNKNOWN)


_SIGNS = {_Tense.UNKNOWN: _NEITHER, _Tense.COMING: _COMING, _Tense.PAST: _PAST}


def _month_of(name: str) -> int:
    name = name.rstrip(".")
    return _MONTHS.get(name) or _SHORT[name if name == "Sept" else name[:3]]


def _day(day: date) -> When:
    return When(_partial(day))


def _partial(day: date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)
