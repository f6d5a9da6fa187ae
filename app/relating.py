"""What follows from an article once it is stored: how it hangs together with programmes and other articles.

Everything here is derived: it is made anew whenever the article is, and could be from the database alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from app.store import models, programmes, quotes


def relate_article(session: Session, article_id: int, text: str) -> None:
    """Derive what a stored article, with its mentions and quotations, says of others and they of it."""
    mentions = programmes.spans_of_article(session, article_id)
    spans = quotes.spans_of_quotes(session, article_id)
    programmes.replace_quote_programmes(session, article_id, _programmes_of_quotes(text, spans, mentions))


def _programmes_of_quotes(
    text: str, spans: dict[int, list[tuple[int, int]]], mentions: Sequence[tuple[int, int, int]]
) -> Iterator[models.QuoteProgramme]:
    """The programmes that each quotation names: in its words, else in the paragraphs it stands in."""
    for quote_id, segments in spans.items():
        start = text.rfind("\n", 0, segments[0][0]) + 1
        end = text.find("\n", segments[-1][1])
        named: dict[int, bool] = {}
        for mention_start, mention_end, programme_id in mentions:
            if mention_start >= start and (end < 0 or mention_end <= end):
                in_words = any(first < mention_end and mention_start < last for first, last in segments)
                named[programme_id] = named.get(programme_id, False) or in_words
        for programme_id, in_words in named.items():
            yield models.QuoteProgramme(quote_id=quote_id, programme_id=programme_id, in_words=in_words)
