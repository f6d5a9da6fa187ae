"""Programmes: what they are and how many articles name them; one with its articles, quotations and dates."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.authority.programme_register import Condition, ProgrammeForm, ProgrammeRecord
from app.dates import PartialDate
from app.store import articles, programmes, quotes
from app.web.charts import bar_chart
from app.web.deps import ArchiveDep, PageNumber, SessionDep
from app.web.marking import in_context
from app.web.templating import render
from app.web.turns import InTurn
from app.web.views import Pager, page_count

router = APIRouter(route_class=InTurn)

_ARTICLES_SHOWN = 8
_CONDITIONS = {
    Condition.MID_SENTENCE: "inside a sentence",
    Condition.NOT_SHOUTED: "in a sentence that is not all capitals",
    Condition.CONTEXT: "with a telling word in the sentence",
    Condition.ADJACENT: "beside a telling word",
    Condition.SUBJECT: "before a verb, with a telling word in the sentence",
    Condition.DEFINITE: "behind “the”",
    Condition.NAMED: "where the article names it otherwise too",
}


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date that the register gives, with what happened."""

    what: str
    day: PartialDate


@dataclass(frozen=True, slots=True)
class FormShown:
    """A way the programme is written, and where it counts; "" for everywhere."""

    text: str
    where: str


@router.get("/programmes")
def programmes_page(request: Request, session: SessionDep) -> Response:
    """The programmes of the register, the most reported first."""
    return render(
        request,
        "programmes.html",
        page_title="Programmes",
        section="programmes",
        path="/programmes",
        programmes=programmes.list_programmes(session),
    )


@router.get("/programmes/{slug}")
def programme_page(
    request: Request,
    archive: ArchiveDep,
    session: SessionDep,
    slug: str,
    person: str | None = None,
    page: PageNumber = 1,
) -> Response:
    """One programme: what it is, its dates, the articles and quotations that name it; of ``person`` alone."""
    card = programmes.read_programme(session, slug)
    record = archive.programmes.get(slug)
    milestones = _milestones(record)
    months, in_year_only, undated = programmes.articles_by_month(session, slug)
    ids = programmes.article_ids_of(session, slug, offset=0, limit=_ARTICLES_SHOWN)
    cards = articles.read_cards(session, ids)
    size = archive.settings.page_size
    records = quotes.quotes_on_programme(session, slug, person=person, offset=(page - 1) * size, limit=size)
    total = quotes.count_quotes_on_programme(session, slug, person)
    texts = articles.texts_of(session, sorted({one.article.id for one in records}))
    return render(
        request,
        "programme.html",
        page_title=card.name,
        section="programmes",
        path=card.path,
        noindex=person is not None,
        description=card.description,
        programme=card,
        record=record,
        parent=programmes.read_programme_card(session, record.parent) if record and record.parent else None,
        forms=_forms(record),
        milestones=milestones,
        chart=bar_chart(months, "Articles", milestones=[milestone.day for milestone in milestones]),
        in_year_only=in_year_only,
        undated=undated,
        articles=[cards[article_id] for article_id in ids],
        speakers=programmes.speakers_on(session, slug),
        person=person,
        quotes=[in_context(texts[one.article.id], one) for one in records],
        in_words=quotes.ids_naming_in_words(session, slug, [one.id for one in records]),
        total=total,
        pager=Pager(card.path, (("person", person),) if person else (), page, page_count(total, size)),
    )


def _milestones(record: ProgrammeRecord | None) -> list[Milestone]:
    """The register's dates in order; "uk_talks_ended" reads "UK talks ended"."""
    found = [Milestone(_in_words(what), day) for what, day in (record.dates if record else ())]
    return sorted(found, key=lambda milestone: milestone.day)


def _in_words(label: str) -> str:
    words = label.replace("_", " ").replace("uk ", "UK ")
    return words[0].upper() + words[1:]


def _forms(record: ProgrammeRecord | None) -> list[FormShown]:
    """How the programme is written, each once, those that always count first."""
    shown = {form.text: FormShown(form.text, _where(form)) for form in (record.forms if record else ())}
    return sorted(shown.values(), key=lambda form: bool(form.where))


def _where(form: ProgrammeForm) -> str:
    """Where a form counts, in the order of the register's conditions; "" for everywhere."""
    return ", or ".join(words for condition, words in _CONDITIONS.items() if condition in form.when)
