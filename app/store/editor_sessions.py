"""Editors who are logged in."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, delete, select

from app.store.models import EditorSession


def begin_session(session: Session, key: str, editor: str, *, forget_before: datetime) -> None:
    """Put down that an editor logged in; sessions that began before are forgotten."""
    session.exec(delete(EditorSession).where(col(EditorSession.began_at) < forget_before))
    session.add(EditorSession(key=key, editor=editor))


def end_session(session: Session, key: str) -> None:
    """Put down that the editor of this session logged out."""
    session.exec(delete(EditorSession).where(col(EditorSession.key) == key))


def editor_of_session(session: Session, key: str, *, since: datetime) -> str | None:
    """Whose session this is, if it began since then and has not ended."""
    query = select(EditorSession.editor).where(EditorSession.key == key, EditorSession.began_at >= since)
    return session.exec(query).first()
