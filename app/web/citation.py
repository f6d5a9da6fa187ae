"""How to cite what the archive holds; nothing is cited that the source does not state."""

from __future__ import annotations

from app.store.articles import ArticleCard, ArticleRecord
from app.store.quotes import QuoteRecord
from app.web.templating import SITE_NAME


def cite_article(article: ArticleRecord, address: str) -> str:
    """A reference to an article and its copy in the archive."""
    return (
        f"{_by(article.author)}{_reference(article.card)} {SITE_NAME}, article {article.card.id}, {address}"
    )


def cite_quote(quote: QuoteRecord, address: str) -> str:
    """A reference to a quotation and its place in the archive."""
    return (
        f"{quote.label}, quoted in {_reference(quote.article)} {SITE_NAME}, quotation {quote.id}, {address}"
    )


def _by(author: str | None) -> str:
    return f"{author}, " if author else ""


def _reference(card: ArticleCard) -> str:
    title = f"[{card.title}]" if card.is_untitled else f"“{card.title}”"
    date = card.published.date.text() if card.published.date else "undated"
    if card.published.is_inferred:
        date += " (date inferred from the text)"
    return f"{title}, {card.outlet or 'outlet not stated'}, {date}."
