"""Logging in and out. Without editors in the settings these pages are not there."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from app.passwords import is_password
from app.web.deps import ArchiveDep
from app.web.failed_logins import FailedLogins
from app.web.forms import FormDep, read_form, require_editors
from app.web.sessions import Visit, keep_visit, log_in, log_out, visit_of
from app.web.templating import render
from app.web.throttling import client_of, part_of
from app.web.turns import InTurn

logger = logging.getLogger(__name__)
router = APIRouter(route_class=InTurn, dependencies=[Depends(require_editors)])

_MOST_FAILURES_OF_CLIENT = 9
# More than one client fails: somebody who locks an editor out must have several addresses.
_MOST_FAILURES_OF_EDITOR = 50


@router.get("/login")
def login_page(request: Request) -> Response:
    """The form to log in with."""
    return _login_form(request, visit_of(request) or Visit.new())


@router.post("/login")
def log_in_editor(request: Request, archive: ArchiveDep, form: FormDep) -> Response:
    """Begin a session for whoever knows an editor's password."""
    visit = visit_of(request)
    assert visit is not None  # else the form is refused
    failed: FailedLogins = request.app.state.failed_logins
    name, client = form.text("name"), client_of(request)
    known = archive.settings.editor_hashes.get(name)
    wait = failed.begin(f"client {client}", part_of(_MOST_FAILURES_OF_CLIENT, archive.settings))
    if not wait and known is not None:
        wait = failed.begin(f"editor {name}", part_of(_MOST_FAILURES_OF_EDITOR, archive.settings))
    if wait:
        minutes = -(-wait // 60)
        message = f"Too many attempts failed. Try again in {minutes} minute{'' if minutes == 1 else 's'}."
        response = _login_form(request, visit, message, status=429)
        response.headers["Retry-After"] = str(wait)
        return response
    if not is_password(form.secret("password"), known):
        logger.warning("an attempt to log in failed")
        return _login_form(request, visit, "The name or the password is wrong.", name=name, status=403)
    failed.succeed(f"client {client}")
    failed.succeed(f"editor {name}")
    response = RedirectResponse("/edit", status_code=303)
    keep_visit(request, response, log_in(archive, name))
    return response


@router.post("/logout", dependencies=[Depends(read_form)])
def log_out_editor(request: Request) -> Response:
    """End the session."""
    response = RedirectResponse("/", status_code=303)
    log_out(request, response)
    return response


def _login_form(
    request: Request, visit: Visit, message: str = "", *, name: str = "", status: int = 200
) -> Response:
    response = render(
        request,
        "login.html",
        page_title="Log in",
        noindex=True,
        status_code=status,
        message=message,
        name=name,
        token=visit.form_token(),
    )
    response.headers["Cache-Control"] = "private, no-store"
    keep_visit(request, response, visit)
    return response
