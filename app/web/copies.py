"""What an article's page says of near-duplicates: which they are, how much they share, which was first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from app.likeness.firsts import first_of
from app.likeness.minhash import share_in_common
from app.store import articles, copies
from app.store.articles import ArticleCard, ArticleRecord

_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Copy:
    """A near-duplicate; ``percent`` of the shorter one's word sequences stand in the other too."""

    card: ArticleCard
    percent: int


@dataclass(frozen=True, slots=True)
class Copies:
    """The near-duplicates of an article, ``count`` with itself; ``shown`` are the first of them.

    ``firsts`` are those of all that may have been published first: one if the dates tell; ``undated``
    are not among them.
    """

    count: int
    shown: tuple[Copy, ...]
    firsts: tuple[ArticleCard, ...]
    undated: int


def copies_of_article(session: Session, article: ArticleRecord) -> Copies | None:
    """The near-duplicates of an article, the earliest first, undated ones last; None if it has none."""
    ids = copies.copies_of(session, article.card.id)
    if not ids:
        return None
    cards = list(articles.read_cards(session, [article.card.id, *ids]).values())
    cards.sort(key=_order)
    first = first_of([card.published.date for card in cards])
    others = [card for card in cards if card.id != article.card.id][:_MOST_SHOWN]
    texts = articles.texts_of(session, [card.id for card in cards])
    return Copies(
        count=len(cards),
        shown=tuple(
            Copy(card, round(100 * share_in_common(texts[article.card.id], texts[card.id])))
            for card in others
        ),
        firsts=tuple(cards[place] for place in first.places),
        undated=first.undated,
    )


def _order(card: ArticleCard) -> tuple[bool, str, int]:
    day = card.published.date
    return day is None, day.last_day().isoformat() if day else "", card.id
