"""People: everybody who is quoted, and one person with all they are quoted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.folding import fold
from app.fulltext.search_index import Facet, Order
from app.person_quotes import quotes_of_person
from app.results import Filter, SearchResults
from app.store import articles, corrections, people, printings, programmes, quotes
from app.web import search_views as views
from app.web.charts import BarChart, bar_chart
from app.web.deps import ArchiveDep, SessionDep
from app.web.exports import file_links
from app.web.gaps import with_gaps
from app.web.marking import in_context
from app.web.search_params import SearchRequestDep, of_person, person_address, person_params
from app.web.templating import render
from app.web.turns import InTurn
from app.web.views import Pager, QuoteInContext, page_count

router = APIRouter(route_class=InTurn)


@router.get("/people")
def people_page(request: Request, session: SessionDep) -> Response:
    """Everybody who is quoted, from A to Z, with the number of quotations."""
    cards = sorted(people.list_people(session), key=lambda card: fold(card.sort_name))
    groups = groupby(cards, key=lambda card: fold(card.sort_name)[:1].upper())
    return render(
        request,
        "people.html",
        page_title="People",
        section="people",
        path="/people",
        groups=[(letter, list(group)) for letter, group in groups],
        total=len(cards),
        files=file_links("/people", can_be_cited=False),
    )


@router.get("/people/{slug}")
def person_page(
    request: Request, archive: ArchiveDep, session: SessionDep, asked: SearchRequestDep, slug: str
) -> Response:
    """All quotations of one person, newest first, by year; with filters, those that have these values."""
    person = people.read_person(session, slug)
    path, name = person.card.ref.path, person.card.ref.name
    asked = of_person(slug, asked)
    quoted = quotes_of_person(archive, asked)
    shown = quoted.ids[asked.offset : asked.offset + asked.limit]
    records = _in_context(session, shown)
    found = replace(quoted.found, request=asked)
    params = person_params(asked)
    address_of = partial(person_address, path)
    filters = [
        link
        for link, one in zip(views.filter_links(found, address_of), found.filters, strict=True)
        if one.filter.facet is not Facet.SPEAKER
    ]
    return render(
        request,
        "person.html",
        page_title=name,
        section="people",
        path=path,
        noindex=bool(params),
        feed=f"{path}.atom?{urlencode(params)}" if params else f"{path}.atom",
        files=file_links(path, params),
        description=f"Every quotation of {name} in the archive, with its source.",
        person=person,
        corrected=corrections.corrections_of_person(session, person.id),
        years=[(year, list(group)) for year, group in groupby(records, key=_year)],
        total=len(quoted.ids),
        printed_count=found.total,
        printed_by=printings.outlets_printing(session, shown),
        filters=filters,
        facets=views.facet_lists(found, address_of, without=(Facet.SPEAKER, Facet.SIDE)),
        timeline=views.timeline(found, address_of),
        chart=_chart(found),
        counted_noun=views.counted_noun(found.kind),
        programmes=[
            (f"{path}/on/{one.value}", one.name, one.count)
            for one in sorted(found.facets.get(Facet.PROGRAMME, ()), key=lambda one: -one.count)
        ],
        orders=[
            views.Choice(label, address_of(replace(asked, order=order, offset=0)), asked.order is order)
            for order, label in ((Order.NEWEST, "Newest first"), (Order.OLDEST, "Oldest first"))
        ],
        reported=found.reported,
        reported_address=address_of(
            replace(asked, filters=(*asked.filters, views.REPORTED_FILTER), offset=0)
        ),
        pager=Pager(path, params, asked.offset // asked.limit + 1, page_count(len(quoted.ids), asked.limit)),
    )


@router.get("/people/{slug}/on/{programme}")
def person_on_programme_page(
    request: Request,
    archive: ArchiveDep,
    session: SessionDep,
    asked: SearchRequestDep,
    slug: str,
    programme: str,
) -> Response:
    """What one person said where a programme is named, in order of time, with the gaps between."""
    person = people.read_person(session, slug)
    card = programmes.read_programme(session, programme)
    asked = of_person(slug, replace(asked, filters=(Filter(Facet.PROGRAMME, programme),), order=Order.OLDEST))
    quoted = quotes_of_person(archive, asked)
    shown = quoted.ids[asked.offset : asked.offset + asked.limit]
    path = f"{person.card.ref.path}/on/{programme}"
    name = person.card.ref.name
    return render(
        request,
        "person_on.html",
        page_title=f"{name} on {card.short_name}",
        section="people",
        path=path,
        feed=f"{person.card.ref.path}.atom?programme={programme}",
        files=file_links(person.card.ref.path, person_params(asked)),
        description=f"What {name} is quoted with where {card.name} is named, in order of time.",
        person=person,
        programme=card,
        steps=list(with_gaps(_in_context(session, shown))),
        in_words=quotes.ids_naming_in_words(session, programme, shown),
        total=len(quoted.ids),
        chart=_chart(quoted.found),
        printed_count=quoted.found.total,
        reported=quoted.found.reported,
        pager=Pager(path, (), asked.offset // asked.limit + 1, page_count(len(quoted.ids), asked.limit)),
    )


def _in_context(session: Session, ids: Sequence[int]) -> list[QuoteInContext]:
    """These quotations in this order, each with what its paragraph says around it."""
    records = quotes.quotes_of_ids(session, ids)
    texts = articles.texts_of(session, sorted({record.article.id for record in records.values()}))
    known = [records[one] for one in ids if one in records]
    return [in_context(texts[record.article.id], record) for record in known]


def _chart(found: SearchResults) -> BarChart | None:
    """The months whose number is known."""
    return bar_chart(views.month_counts(found.facets.get(Facet.MONTH, ())))


def _year(quote: QuoteInContext) -> str:
    published = quote.record.article.published.date
    return str(published.year) if published else "Undated"
