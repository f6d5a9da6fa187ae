"""People: everybody who is quoted, and one person with all they are quoted for."""

from __future__ import annotations

from itertools import groupby

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.folding import fold
from app.store import articles, people, printings, quotes
from app.store.quotes import QuoteRecord
from app.web.charts import bar_chart
from app.web.deps import ArchiveDep, PageNumber, SessionDep
from app.web.exports import file_links
from app.web.marking import in_context
from app.web.templating import render
from app.web.views import Pager, page_count

router = APIRouter()


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
    request: Request,
    archive: ArchiveDep,
    session: SessionDep,
    slug: str,
    page: PageNumber = 1,
    reported: bool = False,  # noqa: FBT001, FBT002  (a query parameter)
) -> Response:
    """All quotations of one person, newest first; with ``reported`` also what no marks stand around."""
    person = people.read_person(session, slug)
    size = archive.settings.page_size
    total = quotes.count_utterances(session, person.id, with_indirect=reported)
    records = quotes.quotes_of_person(
        session, person.id, offset=(page - 1) * size, limit=size, with_indirect=reported
    )
    texts = articles.texts_of(session, sorted({record.article.id for record in records}))
    months = quotes.quotes_by_month(session, person.id)
    path = person.card.ref.path
    return render(
        request,
        "person.html",
        page_title=person.card.ref.name,
        section="people",
        path=path,
        feed=f"{path}.atom",
        files=file_links(path),
        description=f"Every quotation of {person.card.ref.name} in the archive, with its source.",
        person=person,
        years=[
            (year, [in_context(texts[record.article.id], record) for record in group])
            for year, group in groupby(records, key=_year)
        ],
        chart=bar_chart(next(iter(months.values()), {})),
        total=total,
        printed_count=quotes.count_quotes(session, person.id, with_indirect=reported),
        printed_by=printings.outlets_printing(session, [record.id for record in records]),
        with_reported=reported,
        reported_count=quotes.count_quotes(session, person.id, with_indirect=True)
        - quotes.count_quotes(session, person.id),
        pager=Pager(path, (("reported", "true"),) if reported else (), page, page_count(total, size)),
    )


def _year(record: QuoteRecord) -> str:
    published = record.article.published.date
    return str(published.year) if published else "Undated"
