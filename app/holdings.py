"""What the archive holds and what it lacks, in numbers: the indexes count, where they have what is counted.

The database would read every quotation or article for them. Withheld and removed quotations are in no index.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from app.archive import Archive
from app.asking import MARKED, REPORTED
from app.fulltext.search_index import UNDATED, Facet, Order
from app.fulltext.tree import And, Label, Labelled, Node
from app.store import coverage
from app.store.coverage import OutletCard
from app.store.people import PersonCard, people_counted

_LINKED = Labelled(Label.SIDE, ("uk", "eu", "other"))
_SPEAKING = Labelled(Label.SIDE, (*_LINKED.values, "unnamed"))
_EVERY_VALUE = 1_000_000


@dataclass(frozen=True, slots=True)
class QuoteCounts:
    """Quotations in marks by what is known of their speakers, and reported speech.

    One with several speakers counts as linked if one of them is.
    """

    linked: int
    not_linked: int
    no_speaker: int
    reported: int


@dataclass(frozen=True, slots=True)
class Lacks:
    """How many articles lack what; ``quotations`` are those in marks."""

    title: int
    outlet: int
    author: int
    address: int
    language: int
    licence: int
    quotations: int


def count_quotations(archive: Archive) -> QuoteCounts:
    """Quotations by what is known of their speakers. Raises IndexUnavailableError."""
    count = archive.quote_index.count
    linked, speaking = count(And((MARKED, _LINKED))), count(And((MARKED, _SPEAKING)))
    return QuoteCounts(linked, speaking - linked, count_in_marks(archive) - speaking, count(REPORTED))


def count_in_marks(archive: Archive) -> int:
    """How many quotations stand in marks. Raises IndexUnavailableError."""
    return archive.quote_index.count(MARKED)


def count_lacks(archive: Archive, session: Session) -> Lacks:
    """How many articles lack a title, an outlet and so on. Raises IndexUnavailableError."""
    total, with_language, with_licence = coverage.count_stating(session)

    def without(tree: Node) -> int:
        return total - archive.index.count(tree)

    return Lacks(
        title=without(Labelled(Label.HAS, ("title",))),
        outlet=without(Labelled(Label.HAS, ("outlet",))),
        author=without(Labelled(Label.HAS, ("author",))),
        address=without(Labelled(Label.HAS, ("url",))),
        language=total - with_language,
        licence=total - with_licence,
        quotations=without(MARKED),
    )


def quotations_by_month(archive: Archive, side: str) -> dict[str, int]:
    """How many quotations in marks of one side each month has: {"2025-03": 4}.

    Articles whose date is not known to the month are left out. Raises IndexUnavailableError.
    """
    counts = _by_value(archive, Facet.MONTH, And((MARKED, Labelled(Label.SIDE, (side,)))))
    return {
        value: count for value, count in counts.items() if value != UNDATED and len(value) == len("2025-03")
    }


def most_quoted(archive: Archive, session: Session, limit: int) -> list[PersonCard]:
    """Those with the most quotations in marks, most first. Raises IndexUnavailableError."""
    counts = _by_value(archive, Facet.SPEAKER, MARKED)
    least = min(sorted(counts.values())[-limit:], default=0)  # of as many the name decides: all are looked at
    cards = people_counted(session, {slug: count for slug, count in counts.items() if count >= least})
    return sorted(cards, key=lambda card: -card.quote_count)[:limit]


def list_outlets(archive: Archive, session: Session) -> list[OutletCard]:
    """Every outlet, the one with the most articles first; what states none comes last.

    Raises IndexUnavailableError.
    """
    counts = _by_value(archive, Facet.OUTLET, MARKED)
    return coverage.list_outlets(session, counts, count_in_marks(archive) - sum(counts.values()))


def outlet_at(archive: Archive, session: Session, slug: str) -> OutletCard:
    """The outlet whose address has this slug. Raises NotFoundError and IndexUnavailableError."""
    count = archive.quote_index.count(And((MARKED, Labelled(Label.OUTLET, (slug,)))))
    return coverage.outlet_at(session, slug, count)


def _by_value(archive: Archive, facet: Facet, tree: Node) -> dict[str, int]:
    """How many of the quotations that are found have each value of a facet."""
    found = archive.quote_index.search(
        tree, order=Order.NEWEST, offset=0, limit=1, facets=[facet], facet_limit=_EVERY_VALUE
    )
    return dict(found.facets[facet])
