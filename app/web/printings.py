"""What a page says of the printings of one person's words: who was first, and where the wording differs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from app.likeness.firsts import first_of
from app.likeness.words import Side, Stretch, compare_words
from app.store import printings, quotes
from app.store.quotes import QuoteRecord


@dataclass(frozen=True, slots=True)
class OtherPrinting:
    """Another quotation with the same words; ``stretches`` compares its wording, empty where none differs."""

    record: QuoteRecord
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Printings:
    """All printings of a quotation's words.

    ``firsts`` are those that may have been first: one if the dates tell, several if they do not, none where
    no article is dated. ``undated`` printings are not among them.
    """

    others: tuple[OtherPrinting, ...]
    firsts: tuple[QuoteRecord, ...]
    undated: int

    @property
    def count(self) -> int:
        """How many printings there are, the quotation's own included."""
        return len(self.others) + 1


def printings_of(session: Session, quote: QuoteRecord) -> Printings | None:
    """The printings of a quotation's words that may be shown, the earliest first; None if it is alone."""
    ids = printings.cluster_of(session, quote.id)
    order = {one.quote_id: one.order() for one in printings.read_printings(session, ids)}
    records = sorted(quotes.read_quotes(session, ids), key=lambda record: order[record.id])
    if len(records) == 1:
        return None
    first = first_of([record.article.published.date for record in records])
    return Printings(
        others=tuple(
            OtherPrinting(record, _differences(quote, record)) for record in records if record.id != quote.id
        ),
        firsts=tuple(records[place] for place in first.places),
        undated=first.undated,
    )


def _differences(one: QuoteRecord, other: QuoteRecord) -> tuple[Stretch, ...]:
    stretches = compare_words(_words(one), _words(other))
    return () if all(stretch.side is Side.BOTH for stretch in stretches) else stretches


def _words(record: QuoteRecord) -> str:
    return " ".join(segment.text for segment in record.segments)
