"""The organisations that speak, are spoken for, or are where a speaker holds office."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, and_, col, func, select

from app.store.models import Office, Quote, QuoteSpeaker

_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)


def organisations_of_articles(session: Session, ids: Sequence[int]) -> dict[int, dict[int, set[str]]]:
    """The names of the speakers' organisations, by article and by quotation: those present in the text."""
    found: dict[int, dict[int, set[str]]] = {article_id: {} for article_id in ids}
    for article_id, quote_id, name in _named(session, [col(Quote.article_id).in_(ids)]):
        found[article_id].setdefault(quote_id, set()).add(name)
    return found


def list_organisations(session: Session) -> list[str]:
    """Every organisation that speaks, is spoken for or has an office held by somebody quoted, once."""
    return sorted({name for _, _, name in _named(session, [])})


def _named(session: Session, conditions: Sequence[Any]) -> Iterator[tuple[int, int, str]]:
    """Ids of article and quotation with a name, without "the": what speaks, for whom, or of the office."""
    title = col(Office.title)
    held_then = func.substr(QuoteSpeaker.office_then, 1, func.length(title)) == title
    query = (
        select(Quote.article_id, QuoteSpeaker, Office.organisation)
        .join(Quote, col(Quote.id) == QuoteSpeaker.quote_id)
        .join(Office, and_(Office.person_id == QuoteSpeaker.person_id, held_then), isouter=True)
        .where(col(Quote.removed_at).is_(None), *conditions)
    )
    for article_id, speaker, organisation in session.exec(query):
        itself = (speaker.name or speaker.printed) if speaker.kind == "organisation" else None
        for name in (itself, speaker.affiliation, organisation):
            if name:
                yield article_id, speaker.quote_id, " ".join(_ARTICLE.sub("", name).split())
