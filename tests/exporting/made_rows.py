"""Rows for tests, with any words in any field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from app.dates import DateBasis, Precision
from app.exporting.rows import ArticleRow, QuotationRow, SpeakerRow

_WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def article(**changes: Any) -> ArticleRow:
    values: dict[str, Any] = {
        "id": 7,
        "title": "Talks on a pact",
        "is_untitled": False,
        "outlet": "Example Post",
        "author": "A. Writer",
        "published": "2025-03-11",
        "date_precision": Precision.DAY,
        "date_basis": DateBasis.STATED,
        "date_evidence": None,
        "language": "en",
        "licence": None,
        "is_summary": False,
        "display": "full",
        "word_count": 400,
        "quotation_count": 2,
        "programmes": ("safe", "pesco"),
        "url": "https://example.org/a_b?c=1&d=50%25#e",
        "permalink": "https://archive.example/articles/7-talks-on-a-pact",
        "source_sha256": "0" * 64,
        "retrieved_on": date(2026, 1, 1),
        "changed_at": _WHEN,
    }
    return ArticleRow(**{**values, **changes})


def speaker(**changes: Any) -> SpeakerRow:
    values: dict[str, Any] = {
        "name": "Jane Example",
        "printed": "Ms Example",
        "person": "jane-example",
        "side": "uk",
        "office_then": None,
        "role": "the minister",
        "affiliation": None,
        "link_reason": "one person of that name",
    }
    return SpeakerRow(**{**values, **changes})


def quotation(**changes: Any) -> QuotationRow:
    values: dict[str, Any] = {
        "id": 3,
        "words": "We need more time.",
        "speakers": (speaker(),),
        "kind": "direct",
        "is_announced": False,
        "in_headline": False,
        "is_removed": False,
        "published": "2025-03",
        "date_precision": Precision.MONTH,
        "date_basis": DateBasis.INFERRED,
        "date_evidence": "“on 3 March 2025”",
        "outlet": "Example Post",
        "article_title": "Talks on a pact",
        "article_id": 7,
        "number": 1,
        "sentence_before": "Talks began.",
        "sentence": "“We need more time,” said Ms Example.",
        "sentence_after": "They ended.",
        "cue": "said",
        "rule": "speaker-verb/name",
        "confidence": 0.99,
        "extractor": "rules 2",
        "author": None,
        "url": None,
        "permalink": "https://archive.example/quotes/3",
        "in_article": "https://archive.example/articles/7-talks-on-a-pact#q1",
        "words_sha256": "0" * 64,
        "changed_at": _WHEN,
    }
    return QuotationRow(**{**values, **changes})
