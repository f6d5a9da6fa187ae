"""What editors' pages are given: the editor, and a form that is theirs."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from app.errors import NotFoundError
from app.web.deps import ArchiveDep
from app.web.sessions import editor_of, visit_of

_MOST_BYTES = 64_000
_MOST_FIELDS = 1_000
_FORBIDDEN, _TOO_LARGE = 403, 413


class LoginNeededError(Exception):
    """A page of editors was asked for by somebody who is not logged in."""


class Form:
    """The fields that were filled in."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """What stands in a field, without blanks around it; "" for one that is not there."""
        return self._fields.get(name, [""])[0].strip()

    def secret(self, name: str) -> str:
        """What stands in a field, to the letter."""
        return self._fields.get(name, [""])[0]

    def is_ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return name in self._fields

    def numbers(self, name: str) -> list[int]:
        """The numbers of the boxes of one name that were ticked."""
        return [int(one) for one in self._fields.get(name, []) if one.isdecimal() and len(one) < 18]  # noqa: PLR2004


def require_editors(archive: ArchiveDep) -> None:
    """Without editors in the settings there are no pages of editors."""
    if not archive.settings.editor_hashes:
        raise NotFoundError("page", "of editors")


def require_editor(request: Request) -> str:
    """The editor who asks. Raises LoginNeededError."""
    editor = editor_of(request)
    if editor is None:
        raise LoginNeededError
    return editor


async def read_form(request: Request) -> Form:
    """The form that was sent, if this site gave it to the same visitor; 403 for any other."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            raise HTTPException(_TOO_LARGE, "This is more than a form of this site can hold.")
    try:
        text = body.decode()
        form = Form(parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as exc:
        raise HTTPException(400, "This is no form of this site.") from exc
    visit = visit_of(request)
    if visit is None or not visit.is_form_token(form.secret("token")):
        raise HTTPException(_FORBIDDEN, "This form is too old or not of this site: load its page again.")
    return form


EditorDep = Annotated[str, Depends(require_editor)]
FormDep = Annotated[Form, Depends(read_form)]
