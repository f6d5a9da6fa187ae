"""The timeline: every time that an article tells, by day, month or year, with a link to its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.dates import PartialDate, Precision
from app.store import articles, events
from app.store.events import EventFilter, EventRecord
from app.web.auditing import Marking
from app.web.charts import bar_chart
from app.web.deps import ArchiveDep, PageNumber, SessionDep, ShortText
from app.web.marking import paragraph_number
from app.web.templating import render
from app.web.turns import InTurn
from app.web.views import Pager, page_count

router = APIRouter(route_class=InTurn)

_PERIOD = re.compile(r"(?:19|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2]))?")
_FRAGMENT_WORDS = 5


class Grouping(StrEnum):
    """What stands under one heading."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Told:
    """An event with its sentence, the words that tell the time marked, and the address of that sentence."""

    record: EventRecord
    parts: tuple[Marking, ...]
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """The events under one heading."""

    heading: str
    events: tuple[Told, ...]


@router.get("/timeline")
def timeline_page(
    request: Request,
    archive: ArchiveDep,
    session: SessionDep,
    period: ShortText = "",
    programme: ShortText = "",
    person: ShortText = "",
    by: Grouping = Grouping.DAY,
    page: PageNumber = 1,
) -> Response:
    """The times that articles tell, the latest first, of all or of what the filters ask for."""
    typed = period.strip()
    is_period = _PERIOD.fullmatch(typed) is not None
    wanted = EventFilter(typed if is_period else None, programme or None, person or None)
    size = archive.settings.page_size
    counts = events.count_events(session, wanted)
    found = events.list_events(session, wanted, offset=(page - 1) * size, limit=size)
    texts = articles.texts_of(session, sorted({one.article.id for one in found}))
    params = tuple(
        (name, value)
        for name, value in (
            ("period", typed), ("programme", programme), ("person", person),
            ("by", "" if by is Grouping.DAY else by.value),
        )
        if value
    )  # fmt: skip
    return render(
        request,
        "timeline.html",
        page_title="Timeline",
        section="timeline",
        path="/timeline",
        noindex=bool(params) or page > 1,
        description="What articles say happened, or will, and when: each with the sentence that tells it.",
        groups=_groups((_told(one, texts[one.article.id]) for one in found), by),
        counts=counts,
        chart=bar_chart(counts.by_month, "Dates"),
        programmes=events.programmes_told(session),
        people=events.people_told(session),
        period=typed,
        is_period_unread=bool(typed) and not is_period,
        programme=programme,
        person=person,
        by=by.value,
        is_filtered=bool(params),
        pager=Pager("/timeline", params, page, page_count(counts.total, size)),
    )


def _groups(told: Iterable[Told], by: Grouping) -> list[Group]:
    return [
        Group(heading, tuple(group)) for heading, group in groupby(told, key=lambda one: _heading(one, by))
    ]


def _heading(told: Told, by: Grouping) -> str:
    """The day, month or year of an event, no more exact than it is known."""
    day = told.record.day
    if by is Grouping.YEAR or day.precision is Precision.YEAR:
        return str(day.year)
    if by is Grouping.MONTH or day.precision is Precision.MONTH:
        return PartialDate(day.year, day.month).text()
    return told.record.when()


def _told(record: EventRecord, text: str) -> Told:
    start, end = record.sentence
    sentence = text[start:end].strip()
    parts = (
        Marking(text[start : record.start].lstrip()),
        Marking(text[record.start : record.end], "time"),
        Marking(text[record.end : end].rstrip()),
    )
    anchor = f"#p{paragraph_number(text, record.start)}"
    return Told(record, parts, f"{record.article.path}{anchor}:~:text={_fragment(sentence)}")


def _fragment(sentence: str) -> str:
    """The sentence as a text fragment: browsers that know it scroll to the words and mark them."""
    words = sentence.split()
    if len(words) <= 2 * _FRAGMENT_WORDS:
        return _encoded(sentence)
    first, last = words[:_FRAGMENT_WORDS], words[-_FRAGMENT_WORDS:]
    return f"{_encoded(' '.join(first))},{_encoded(' '.join(last))}"


def _encoded(words: str) -> str:
    return quote(words, safe="").replace("-", "%2D")
