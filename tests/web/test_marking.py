"""Quotations marked in a text."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from app.archive import Archive
from app.ingest import IngestReport
from app.store.articles import all_article_ids, read_article
from app.store.quotes import quotes_of_articles
from app.web.marking import in_context, paragraphs_of, speakers_of


def test_paragraphs_together_are_the_text_to_the_letter(seeded: Archive) -> None:
    """Marking changes no character; every quotation's anchor stands exactly once."""
    with Session(seeded.engine) as session:
        for article_id in all_article_ids(session):
            text = read_article(session, article_id).text
            records = quotes_of_articles(session, [article_id]).get(article_id, [])
            paragraphs = paragraphs_of(text, records)
            shown = ["".join(part.text for part in paragraph.parts) for paragraph in paragraphs]
            assert shown == [line for line in text.split("\n") if line.strip()]
            anchors = [
                part.quote.number for p in paragraphs for part in p.parts if part.quote and part.is_first
            ]
            assert sorted(anchors) == sorted(record.number for record in records)
            noted = [quote.number for p in paragraphs for note in p.notes for quote in note.quotes]
            assert sorted(noted) == sorted(anchors)
            assert sum(speaker.count for speaker in speakers_of(records)) == sum(r.is_marked for r in records)


def test_a_quotation_has_the_words_around_it(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in({"a.txt": "Ministers met. “We need time,” said Jane Example. They parted.\nAnother day came."})
    with Session(archive.engine) as session:
        (record,) = quotes_of_articles(session, [1])[1]
        text = read_article(session, 1).text
    context = in_context(text, record)
    assert (context.before, context.after) == ("Ministers met.", "said Jane Example. They parted.")
