"""Who is logged in: a signed cookie, a row that can be ended, and a token in every form.

The key that signs is made of the editors' password hashes, which are as secret: there is no further setting
to get wrong, and whoever changes the editors or a password logs everybody out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlmodel import Session
from starlette.responses import Response

from app.archive import Archive
from app.store import editor_sessions
from app.store.database import write_session

_COOKIE = "archive_editor"
_LEFT_COOKIE = "archive_editor_left"
# A copy of the database that lags behind for longer than this shows an editor who logs out the older pages.
_LAG = timedelta(seconds=30)
_LIFE = timedelta(hours=12)
_TOKEN_BYTES = 32
_SALT_CHARACTERS = 22
_NOT_YET = object()


@dataclass(frozen=True, slots=True)
class Visit:
    """What a cookie holds: a secret that names the session, and one that the tokens of forms are made of."""

    key: str
    form_key: str

    @classmethod
    def new(cls) -> Visit:
        """One that nobody can guess."""
        return cls(secrets.token_urlsafe(_TOKEN_BYTES), secrets.token_urlsafe(_TOKEN_BYTES))

    @property
    def stored_key(self) -> str:
        """What the archive keeps of it."""
        return hashlib.sha256(self.key.encode()).hexdigest()

    def form_token(self) -> str:
        """A token for a form: another one each time, as pages travel compressed, which tells what repeats."""
        return self._token(secrets.token_urlsafe(_TOKEN_BYTES)[:_SALT_CHARACTERS])

    def is_form_token(self, token: str) -> bool:
        """Whether a form that came back was this visitor's."""
        known = self._token(token[:_SALT_CHARACTERS])
        return hmac.compare_digest(known.encode(), token.encode("utf-8", "replace"))

    def _token(self, salt: str) -> str:
        signed = hmac.new(self.form_key.encode(), salt.encode("utf-8", "replace"), hashlib.sha256)
        return salt + signed.hexdigest()


def visit_of(request: Request) -> Visit | None:
    """What this visitor's cookie holds; None without one that was signed here in the last hours."""
    cookie = request.cookies.get(_COOKIE)
    archive: Archive = request.app.state.archive
    if cookie is None or not archive.settings.editor_hashes:
        return None
    try:
        key, form_key = _serializer(archive).loads(cookie, max_age=int(_LIFE.total_seconds()))
    except (BadSignature, ValueError, TypeError):
        return None
    return Visit(key, form_key)


def may_have_written(request: Request) -> bool:
    """Whether this visitor may look for what they wrote themselves: an editor, or one who has just left."""
    return visit_of(request) is not None or _LEFT_COOKIE in request.cookies


def editor_of(request: Request) -> str | None:
    """The editor who asks, if one does; without a cookie nothing is looked up."""
    known = getattr(request.state, "editor", _NOT_YET)
    if known is _NOT_YET:
        known = request.state.editor = _look_up(request)
    return known if isinstance(known, str) else None


def keep_visit(request: Request, response: Response, visit: Visit) -> None:
    """Send the cookie."""
    archive: Archive = request.app.state.archive
    response.set_cookie(
        _COOKIE,
        _serializer(archive).dumps([visit.key, visit.form_key]),
        max_age=int(_LIFE.total_seconds()),
        path="/",
        secure=request.url.scheme == "https" or archive.settings.public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )


def log_in(archive: Archive, editor: str) -> Visit:
    """Begin a session; its cookie is a new one, so that none which was planted is worth anything."""
    visit = Visit.new()
    with write_session(archive.engine) as session:
        forget_before = datetime.now(UTC) - _LIFE
        editor_sessions.begin_session(session, visit.stored_key, editor, forget_before=forget_before)
    return visit


def log_out(request: Request, response: Response) -> None:
    """End the session, for whoever has its cookie, and take the cookie back."""
    archive: Archive = request.app.state.archive
    visit = visit_of(request)
    if visit is not None:
        with write_session(archive.engine) as session:
            editor_sessions.end_session(session, visit.stored_key)
    response.delete_cookie(_COOKIE, path="/", httponly=True, samesite="lax")
    response.set_cookie(
        _LEFT_COOKIE, "1", max_age=int(_LAG.total_seconds()), path="/", httponly=True, samesite="lax"
    )


def _look_up(request: Request) -> str | None:
    archive: Archive = request.app.state.archive
    visit = visit_of(request)
    if visit is None:
        return None
    with Session(archive.engine) as session:
        since = datetime.now(UTC) - _LIFE
        editor = editor_sessions.editor_of_session(session, visit.stored_key, since=since)
    return editor if editor in archive.settings.editor_hashes else None


def _serializer(archive: Archive) -> URLSafeTimedSerializer:
    editors = sorted(archive.settings.editor_hashes.items())
    key = hashlib.sha256(repr(editors).encode()).digest()
    return URLSafeTimedSerializer(key, salt="editor", signer_kwargs={"digest_method": hashlib.sha256})
