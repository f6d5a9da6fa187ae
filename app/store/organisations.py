"""The organisations that speak, are spoken for, or are where a speaker holds office."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlmodel import Session, col

from app.store.models import Office, Quote, QuoteSpeaker

_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)


def organisations_of_articles(session: Session, ids: Sequence[int]) -> dict[int, dict[int, set[str]]]:
    """The names of the speakers' organisations, by article and by quotation: those present in the text."""
    found: dict[int, dict[int, set[str]]] = {article_id: {} for article_id in ids}
    query = _with_names(select(col(Quote.article_id), col(Quote.id), *_NAMES)).where(
        col(Quote.article_id).in_(ids)
    )
    for article_id, quote_id, *names in session.execute(query):
        for name in _bare(names):
            found[article_id].setdefault(quote_id, set()).add(name)
    return found


def list_organisations(session: Session) -> list[str]:
    """Every organisation that speaks, is spoken for or has an office held by somebody quoted, once."""
    return sorted(
        {name for names in session.execute(_with_names(select(*_NAMES)).distinct()) for name in _bare(names)}
    )


# What speaks itself, for whom it is spoken, and where the speaker held office then; each may be none.
_NAMES = (
    case((col(QuoteSpeaker.kind) == "organisation", func.coalesce(QuoteSpeaker.name, QuoteSpeaker.printed))),
    col(QuoteSpeaker.affiliation),
    col(Office.organisation),
)


def _with_names(query: Select[Any]) -> Select[Any]:
    """The query over the speakers of the quotations that are present."""
    title = col(Office.title)
    held_then = func.substr(QuoteSpeaker.office_then, 1, func.length(title)) == title
    return (
        query.select_from(QuoteSpeaker)
        .join(Quote, col(Quote.id) == QuoteSpeaker.quote_id)
        .join(Office, and_(col(Office.person_id) == QuoteSpeaker.person_id, held_then), isouter=True)
        .where(col(Quote.removed_at).is_(None))
    )


def _bare(names: Iterable[str | None]) -> Iterator[str]:
    """Those that are any, without "the"."""
    return (" ".join(_ARTICLE.sub("", name).split()) for name in names if name)
