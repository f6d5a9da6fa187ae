"""Dates that a text itself gives: a dateline states one, dated past and coming events let one be inferred."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

from app.dates import DateBasis, PartialDate
from app.importers.draft import StatedDate

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTH = "|".join(name for name in calendar.month_name if name)
_DAY_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH})"
    rf"|(?P<month_us>{_MONTH}) (?P<day_us>\d{{1,2}})(?:st|nd|rd|th)?),? (?P<year>\d{{4}})\b"
)
_PLACE = re.compile(r"[A-Z][\w’'. -]{1,40}, ")
_DASH = re.compile(r" [–—-] ")
_COMING = re.compile(r"\bwill\b|\b(?:is|are) (?:expected|due|set|scheduled) to\b")
_HAPPENED = re.compile(
    r"\b(?:said|confirmed|stated|told|announced|added|wrote|warned|met|agreed|signed|approved|adopted|voted|visited)\b"
)
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?]|\n|\Z)")


def date_of_text(text: str) -> StatedDate | None:
    """The date of publication that the text states or lets one infer; None where it does neither.

    A dateline ("STRASBOURG, 11 March 2025 – ") states it. Otherwise it is inferred, to the month, when
    one sentence reports a dated past event and another a dated coming one of the same month: the
    article was written between them. A lone date is no evidence: it may be history.
    """
    dateline = _dateline(text)
    if dateline is not None:
        return dateline
    past, coming = _dated_events(text)
    if not past or not coming:
        return None
    latest, earliest = max(past), min(coming)
    if latest[0] > earliest[0] or (latest[0].year, latest[0].month) != (earliest[0].year, earliest[0].month):
        return None
    evidence = f"“{latest[1]}” has happened, “{earliest[1]}” is yet to come"
    return StatedDate(PartialDate(latest[0].year, latest[0].month), DateBasis.INFERRED, evidence)


def _dateline(text: str) -> StatedDate | None:
    place = _PLACE.match(text)
    match = _DAY_DATE.match(text, place.end() if place else 0)
    day = _as_date(match) if match else None
    if match is None or day is None or not _DASH.match(text, match.end()):
        return None
    return StatedDate(day, DateBasis.STATED, text[: match.end()])


def _dated_events(text: str) -> tuple[list[tuple[PartialDate, str]], list[tuple[PartialDate, str]]]:
    """The dates of past and of coming events, each with its words."""
    past: list[tuple[PartialDate, str]] = []
    coming: list[tuple[PartialDate, str]] = []
    for match in _SENTENCE.finditer(text):
        sentence = match.group()
        for words, day in _day_dates(sentence):
            before = sentence[: sentence.index(words)]
            if _COMING.search(before):
                coming.append((day, words))
            elif _HAPPENED.search(before):
                past.append((day, words))
    return past, coming


def _day_dates(text: str) -> Iterator[tuple[str, PartialDate]]:
    for match in _DAY_DATE.finditer(text):
        day = _as_date(match)
        if day is not None:
            yield match.group(), day


def _as_date(match: re.Match[str]) -> PartialDate | None:
    """The date of a match, or None for one that no calendar has ("31 February 2025")."""
    month = _MONTHS[(match["month"] or match["month_us"]).lower()]
    try:
        return PartialDate(int(match["year"]), month, int(match["day"] or match["day_us"]))
    except ValueError:
        return None
