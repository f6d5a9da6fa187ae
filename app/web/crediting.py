"""Who reported what an article says, as its page tells it: the publisher, then whom the text credits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from app.store.articles import ArticleRecord
from app.store.sourcing import credits_of_article

_ROLES = {"via": "by way of", "origin": "from"}


@dataclass(frozen=True, slots=True)
class CreditShown:
    """Somebody credited: in which role, by which words of the text, if they may be shown, and which rule."""

    role: str
    name: str
    words: str
    rule: str


def credits_shown(session: Session, article: ArticleRecord) -> list[CreditShown]:
    """Whom an article credits, those that passed the news on before those that had it."""
    found = credits_of_article(session, article.card.id)
    return [
        CreditShown(_ROLES[one.role], one.name, _words(article, one.start, one.end), one.rule)
        for one in sorted(found, key=lambda one: (one.role != "via", one.start))
    ]


def _words(article: ArticleRecord, start: int, end: int) -> str:
    """The words at these offsets; "" where they lie beyond what may be shown of the article."""
    return " ".join(article.text[start:end].split()) if end <= len(article.text) else ""
