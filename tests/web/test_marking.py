"""Quotations marked in a text."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from app.archive import Archive
from app.ingest import IngestReport
from app.store.articles import ArticleCard, Published, all_article_ids, read_article
from app.store.quotes import QuoteRecord, Segment, quotes_of_articles
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


def test_what_follows_a_quotation_does_not_begin_with_its_full_stop(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": "Jane Example called the pact “an embarrassing and costly error”. They parted."})
    with Session(archive.engine) as session:
        (record,) = quotes_of_articles(session, [1])[1]
        text = read_article(session, 1).text
    assert in_context(text, record).after == "They parted."


def test_a_note_says_that_the_one_above_is_of_the_same_speaker() -> None:
    """Words in marks stand apart from those that are reported; the office is told once."""
    text = "They parted. “We need time.” “More of it,” said another."
    records = [
        record(text, 1, "They parted", kind="indirect"),
        record(text, 2, "We need time."),
        record(text, 3, "More of it,"),
    ]
    (paragraph,) = paragraphs_of(text, records)
    assert [(len(note.quotes), note.is_continued) for note in paragraph.notes] == [(1, False), (2, True)]


def cuts(length: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Stretches of a text of this length, in order and apart."""
    edges = st.lists(st.integers(0, length), unique=True, max_size=16).map(sorted)
    return edges.map(lambda found: list(zip(found[::2], found[1::2], strict=False)))


@given(st.data())
def test_places_found_live_beside_quotations(data: st.DataObject) -> None:
    """Whatever was found: no letter changes, each place has one anchor, and is marked from end to end."""
    text = "He said: “We need time.”\n\n“More of it,” she said, “and soon.” They parted."
    places = [(s, e) for s, e in data.draw(cuts(len(text))) if text[s:e].strip() and text[s] not in " \n"]
    records = [
        record(text, 1, "We need time."),
        record(text, 2, "More of it,", "and soon."),
        record(text, 3, "They parted", kind="indirect"),
    ]
    paragraphs = paragraphs_of(text, records, places)
    assert ["".join(part.text for part in p.parts) for p in paragraphs] == [s for s in text.split("\n") if s]
    pieces = [piece for p in paragraphs for part in p.parts for piece in part.pieces]
    assert [piece.place for piece in pieces if piece.is_first] == list(range(1, len(places) + 1))
    for number, (start, end) in enumerate(places, start=1):
        drawn = "".join(piece.text for piece in pieces if piece.place == number)
        assert drawn == text[start:end].replace("\n", "")
    anchors = [part.quote.number for p in paragraphs for part in p.parts if part.quote and part.is_first]
    assert sorted(anchors) == [1, 2, 3]


def record(text: str, number: int, *words: str, kind: str = "direct") -> QuoteRecord:
    """A quotation of these words of a text, by nobody."""
    segments = tuple(Segment(text.index(part), text.index(part) + len(part), part) for part in words)
    return QuoteRecord(
        id=number,
        number=number,
        kind=kind,
        article=CARD,
        segments=segments,
        speakers=(),
        cue_span=None,
        rule="rule",
        confidence=1.0,
        is_announced=False,
        in_headline=False,
        extractor="made 1",
        is_removed=False,
    )


CARD = ArticleCard(
    id=1,
    slug="a",
    title="A",
    is_untitled=False,
    outlet=None,
    outlet_slug=None,
    published=Published(None, None, None),
    word_count=0,
    quote_count=0,
)
