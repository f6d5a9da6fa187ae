"""The pages of editors: what to look at, and the forms to correct it with the verbs of the shell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from app import correct
from app.correct import Corrected
from app.errors import CorrectionError, WithdrawnError
from app.store import articles, corrections, people, quotes, unsure
from app.store.corrections import By
from app.store.unsure import Doubt
from app.web.deps import ArchiveDep, PageNumber, SessionDep
from app.web.forms import EditorDep, Form, FormDep, require_editor, require_editors
from app.web.marking import in_context
from app.web.templating import render
from app.web.turns import InTurn
from app.web.views import Pager, page_count

router = APIRouter(
    prefix="/edit",
    route_class=InTurn,
    dependencies=[Depends(require_editors), Depends(require_editor)],
)

_MOST_TO_TICK = 200
_BAD_REQUEST = 400
Id = Annotated[int, Path(ge=0, le=2**62)]
Make = Callable[[], Corrected]


@router.get("")
def queue_page(
    request: Request,
    archive: ArchiveDep,
    session: SessionDep,
    show: Doubt = Doubt.SPEAKERS,
    page: PageNumber = 1,
) -> Response:
    """What is unsure, of one kind."""
    size = archive.settings.page_size
    counts = unsure.count_unsure(session)
    offset = (page - 1) * size
    of_quotes = show is not Doubt.DATES
    return render(
        request,
        "edit_queue.html",
        page_title="To look at",
        noindex=True,
        shown=show,
        counts=counts,
        quotes=unsure.unsure_quotes(session, show, offset=offset, limit=size) if of_quotes else [],
        articles=[] if of_quotes else unsure.unsure_dates(session, offset=offset, limit=size),
        pager=Pager("/edit", (("show", show.value),), page, page_count(counts[show], size)),
    )


@router.get("/quotes/{quote_id}")
def quote_form(request: Request, session: SessionDep, quote_id: Id) -> Response:
    """Who said it."""
    return _quote_form(request, session, quote_id)


@router.post("/quotes/{quote_id}")
def correct_quote(
    request: Request, archive: ArchiveDep, session: SessionDep, editor: EditorDep, form: FormDep, quote_id: Id
) -> Response:
    """Give a quotation to somebody, or confirm it."""

    def make() -> Corrected:
        by = By(editor, form.text("reason"))
        match form.text("decision"):
            case "person":
                is_new = form.is_ticked("new")
                return correct.attribute_to_person(archive, quote_id, form.text("person"), by, is_new=is_new)
            case "unnamed":
                return correct.attribute_to_unnamed(archive, quote_id, form.text("unnamed"), by)
            case "nobody":
                return correct.attribute_to_nobody(archive, quote_id, by)
            case "confirm":
                return correct.confirm_quote(archive, quote_id, by)
        raise CorrectionError("choose what is right")

    return _made(make, f"/quotes/{quote_id}", lambda why: _quote_form(request, session, quote_id, form, why))


@router.get("/articles/{article_id}")
def article_form(request: Request, session: SessionDep, article_id: Id) -> Response:
    """Title, date, outlet, and whether it stays; of a withdrawn article the form that brings it back."""
    try:
        return _article_form(request, session, article_id)
    except WithdrawnError as exc:
        return RedirectResponse(f"/edit/corrections/{exc.correction_id}", status_code=303)


@router.post("/articles/{article_id}")
def correct_article(
    request: Request,
    archive: ArchiveDep,
    session: SessionDep,
    editor: EditorDep,
    form: FormDep,
    article_id: Id,
) -> Response:
    """Correct what is said of an article, or withdraw it."""

    def make() -> Corrected:
        by, value = By(editor, form.text("reason")), form.text("value") or None
        match form.text("decision"):
            case "title":
                return correct.correct_title(archive, article_id, value, by)
            case "date":
                return correct.correct_date(archive, article_id, value, by)
            case "outlet":
                return correct.correct_outlet(archive, article_id, value, by)
            case "withdraw":
                return correct.withdraw_article(archive, article_id, by)
        raise CorrectionError("choose what to correct")

    return _made(
        make, f"/articles/{article_id}", lambda why: _article_form(request, session, article_id, form, why)
    )


@router.get("/people/{slug}")
def person_form(request: Request, session: SessionDep, slug: str) -> Response:
    """Whom somebody is the same as, or who else they were taken for."""
    return _person_form(request, session, slug)


@router.post("/people/{slug}")
def correct_person(
    request: Request, archive: ArchiveDep, session: SessionDep, editor: EditorDep, form: FormDep, slug: str
) -> Response:
    """Merge a person into another, or split them."""

    def make() -> Corrected:
        by = By(editor, form.text("reason"))
        match form.text("decision"):
            case "merge":
                return correct.merge_people(archive, slug, form.text("into"), by)
            case "split":
                return correct.split_person(
                    archive,
                    slug,
                    form.text("other"),
                    by,
                    quote_ids=form.numbers("quotation"),
                    is_new=not form.is_ticked("known"),
                )
        raise CorrectionError("choose what to correct")

    return _made(make, f"/people/{slug}", lambda why: _person_form(request, session, slug, form, why))


@router.get("/corrections/{correction_id}")
def undo_form(request: Request, session: SessionDep, correction_id: Id) -> Response:
    """Whether to undo a correction."""
    return _undo_form(request, session, correction_id)


@router.post("/corrections/{correction_id}")
def undo_correction(
    request: Request,
    archive: ArchiveDep,
    session: SessionDep,
    editor: EditorDep,
    form: FormDep,
    correction_id: Id,
) -> Response:
    """Undo a correction."""

    def make() -> Corrected:
        return correct.undo(archive, correction_id, By(editor, form.text("reason")))

    return _made(
        make,
        f"/corrections/{correction_id}",
        lambda why: _undo_form(request, session, correction_id, form, why),
    )


def _made(make: Make, path: str, refused: Callable[[str], Response]) -> Response:
    """Make a correction and lead to the page that it is on; else the form again with what is wrong."""
    try:
        make()
    except CorrectionError as exc:
        return refused(str(exc))
    return RedirectResponse(path, status_code=303)


def _quote_form(
    request: Request, session: Session, quote_id: int, form: Form | None = None, refusal: str = ""
) -> Response:
    quote = quotes.read_quote(session, quote_id)
    text = articles.texts_of(session, [quote.article.id])[quote.article.id]
    return _form_page(
        request,
        "edit_quote.html",
        form,
        refusal,
        page_title=f"Correct quotation {quote.id}",
        quote=quote,
        context=None if quote.is_removed else in_context(text, quote),
        no_speaker=quotes.NO_SPEAKER,
    )


def _article_form(
    request: Request, session: Session, article_id: int, form: Form | None = None, refusal: str = ""
) -> Response:
    article = articles.read_article(session, article_id)
    return _form_page(
        request,
        "edit_article.html",
        form,
        refusal,
        page_title=f"Correct article {article_id}",
        card=article.card,
    )


def _person_form(
    request: Request, session: Session, slug: str, form: Form | None = None, refusal: str = ""
) -> Response:
    person = people.read_person(session, slug)
    ids = quotes.ids_of_person(session, person.id)
    shown = ids[-_MOST_TO_TICK:]
    return _form_page(
        request,
        "edit_person.html",
        form,
        refusal,
        page_title=f"Correct {person.card.ref.name}",
        person=person,
        quotes=quotes.read_quotes(session, shown),
        more=len(ids) - len(shown),
        ticked=set(form.numbers("quotation")) if form else set(),
    )


def _undo_form(
    request: Request, session: Session, correction_id: int, form: Form | None = None, refusal: str = ""
) -> Response:
    entry = corrections.read_correction(session, correction_id)
    return _form_page(
        request,
        "edit_correction.html",
        form,
        refusal,
        page_title=f"Undo correction {correction_id}",
        entry=entry,
    )


def _form_page(
    request: Request, template: str, form: Form | None, refusal: str, *, page_title: str, **context: Any
) -> Response:
    """A form; where it was refused, with what was filled in and why it cannot be so."""
    return render(
        request,
        template,
        page_title=page_title,
        noindex=True,
        status_code=_BAD_REQUEST if refusal else 200,
        form=form or Form({}),
        refusal=refusal,
        **context,
    )
