"""What a page says to machines in its head: schema.org as JSON-LD, and the names that Zotero reads.

A date that was worked out from the text is left out: neither has a place to say that it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.exporting.references import ARCHIVE_NAME
from app.store.articles import ArticleCard, ArticleRecord
from app.store.quotes import QuoteRecord

Meta = tuple[str, str]


def article_meta(article: ArticleRecord, address: str, description: str) -> Iterator[Meta]:
    """The names and contents of meta elements: Highwire's citation_…, PRISM and Dublin Core.

    Without ``z:itemType`` Zotero takes citation_… for a journal's article.
    """
    yield "z:itemType", "newspaperArticle"
    yield "citation_title", article.card.title
    yield "DC.title", article.card.title
    yield "DC.type", "newspaperArticle"
    if article.author:
        yield "citation_author", article.author
    if article.card.outlet:
        yield "citation_journal_title", article.card.outlet
        yield "prism.publicationName", article.card.outlet
        yield "DC.publisher", article.card.outlet
    if date := _stated_date(article.card):
        yield "citation_publication_date", date.replace("-", "/")
        yield "DC.date", date
    if article.language:
        yield "citation_language", article.language
        yield "DC.language", article.language
    if article.licence:
        yield "DC.rights", article.licence
    yield "citation_public_url", address
    yield "DC.identifier", address
    yield "DC.description", description


def news_article(article: ArticleRecord, records: Sequence[QuoteRecord], site: str) -> dict[str, Any]:
    """The copy in this archive, of the article that its publisher has, with its quotations."""
    address = site + article.card.path
    return _without_nothing(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "@id": address,
            "url": address,
            "mainEntityOfPage": address,
            "headline": article.card.title,
            "datePublished": _stated_date(article.card),
            "author": {"@type": "Person", "name": article.author} if article.author else None,
            "publisher": _organisation(article.card.outlet),
            "copyrightHolder": _organisation(article.card.outlet),
            "inLanguage": article.language,
            "license": article.licence,
            "wordCount": article.card.word_count,
            "isBasedOn": article.url,
            "sameAs": article.url,
            "archivedAt": address,
            "provider": _organisation(ARCHIVE_NAME),
            "hasPart": [_quotation(record, site) for record in records if record.is_marked],
        }
    )


def quotation(record: QuoteRecord, site: str) -> dict[str, Any]:
    """A quotation as a thing of its own, part of its article."""
    card = record.article
    return {
        "@context": "https://schema.org",
        **_quotation(record, site),
        "isPartOf": _without_nothing(
            {
                "@type": "NewsArticle",
                "@id": site + card.path,
                "url": site + card.path,
                "headline": card.title,
                "datePublished": _stated_date(card),
                "publisher": _organisation(card.outlet),
            }
        ),
    }


def _quotation(record: QuoteRecord, site: str) -> dict[str, Any]:
    creators = [
        _without_nothing(
            {
                "@type": "Person",
                "name": speaker.label,
                "url": site + speaker.person.path if speaker.person else None,
                "jobTitle": speaker.office,
            }
        )
        for speaker in record.speakers
        if speaker.kind == "person"
    ]
    return _without_nothing(
        {
            "@type": "Quotation",
            "@id": site + record.path,
            "url": site + record.path,
            "text": record.words,
            "creator": creators,
            "datePublished": _stated_date(record.article),
        }
    )


def _stated_date(card: ArticleCard) -> str | None:
    return card.published.date.iso() if card.published.date and not card.published.is_inferred else None


def _organisation(name: str | None) -> dict[str, str] | None:
    return {"@type": "Organization", "name": name} if name else None


def _without_nothing(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value}
