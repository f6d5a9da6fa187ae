"""The door of the full-text room: what goes in, what comes out, and the contract of every index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from app.dates import PartialDate
from app.fulltext.tree import Label, Node


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """An article as the index sees it.

    ``quotes`` are the stretches of ``text`` that stand in quotation marks, as offsets; they do not overlap.
    ``added`` is the day on which the archive took the article in.
    """

    article_id: int
    title: str
    text: str
    published: PartialDate | None
    labels: tuple[tuple[Label, str], ...] = ()
    quotes: tuple[tuple[int, int], ...] = ()
    added: date | None = None


def told_label(first: date, last: date) -> tuple[Label, str]:
    """The label of an article that tells of a time within these days."""
    return Label.TOLD, f"{first}..{last}"


def told_days(value: str) -> tuple[date, date]:
    """The days of such a label.

    >>> told_days("2025-03-01..2025-03-31")
    (datetime.date(2025, 3, 1), datetime.date(2025, 3, 31))
    """
    first, last = map(date.fromisoformat, value.split(".."))
    return first, last


class Order(StrEnum):
    """How hits are ordered; within the same rank, by article id, newest first.

    A partial date counts as its last day for NEWEST and as its first for OLDEST; undated articles are last.
    """

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Facet(StrEnum):
    """A property by which hits are counted.

    An article counts once for each of its values, and not at all where it has none; one without a date
    counts as UNDATED. The month of an article that is dated to a year is that year: "2025".
    """

    OUTLET = "outlet"
    YEAR = "year"
    MONTH = "month"
    SPEAKER = "speaker"
    PROGRAMME = "programme"
    KIND = "kind"
    SIDE = "side"


UNDATED = "undated"

FacetCounts = Mapping[Facet, tuple[tuple[str, int], ...]]
"""The values of each facet with how many hits have them, the most frequent first, then by value."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How relevance is computed: the parameters of BM25F and how much a word's rarity tells.

    ``rarity_offset`` is what is added to the logarithm of a word's rarity. Whoosh has 0.75, 1.2 and adds 1;
    these values fit people's judgments better (``make relevance`` measures it).
    """

    b: float = 0.6
    k1: float = 2.0
    rarity_offset: float = 0.5


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A stretch of the hits of one query: article ids in order, and how many hits there are in all.

    ``facets`` counts all hits, for the facets that were asked for.
    """

    article_ids: tuple[int, ...]
    total: int
    facets: FacetCounts = field(default_factory=dict)


class IndexWriter(Protocol):
    """Changes that become visible together when the writer is left without an exception."""

    def put(self, document: IndexDocument) -> None:
        """Add an article, in the place of an older form of it."""
        ...

    def put_meanwhile(self, documents: Sequence[IndexDocument], helper: Executor) -> None:
        """As ``put`` for each, but the work may be the helper's; it is done when the writer is left."""
        ...

    def delete(self, article_id: int) -> None:
        """Take an article out; one that is not there is no error."""
        ...


class SearchIndex(Protocol):
    """Full-text search over articles.

    Readers are never blocked and see each commit whole or not at all, on their next search. There is
    one writer at a time: a second one raises IndexLockedError at once. ``search`` accepts any tree, from
    any thread. A word that a tree has twice counts twice for the ranking; labels, dates and what is left
    out do not count for it. Hits with a property, a kind of quotation for one, are those of the tree and
    ``Labelled(Label.KIND, …)``. A prefix stands for its 200 most frequent words. Every method raises
    IndexUnavailableError, with what to do, when the index on disk is missing or of another version.
    """

    def search(
        self,
        tree: Node,
        *,
        order: Order,
        offset: int,
        limit: int,
        facets: Sequence[Facet] = (),
        facet_limit: int = 50,
    ) -> SearchPage:
        """At most ``limit`` hits of ``tree`` from ``offset`` on, and ``facet_limit`` values of each facet."""
        ...

    def count(self, tree: Node) -> int:
        """How many hits ``tree`` has."""
        ...

    def hit_ids(self, tree: Node) -> Sequence[int]:
        """The article ids of all hits of ``tree``, ascending: for lists of quotations or people."""
        ...

    def suggest(self, word: str, limit: int = 5) -> tuple[str, ...]:
        """Words of the index that ``word`` may be a slip for, folded, the likeliest first; not itself."""
        ...

    def words_from(self, start: str, limit: int = 10) -> tuple[str, ...]:
        """Words of the index that begin so, folded, the most frequent first."""
        ...

    def writer(self) -> AbstractContextManager[IndexWriter]:
        """A writer, for use in one ``with`` block."""
        ...

    def rebuild(self, documents: Iterable[IndexDocument]) -> None:
        """Build the index anew from all articles and put it in the old one's place at one stroke."""
        ...

    def article_ids(self) -> Sequence[int]:
        """The ids of all articles in the index, in order."""
        ...

    def exists(self) -> bool:
        """Whether there is an index that this program can use.

        Raises IndexUnavailableError where nobody can say: it must not be taken for one that is to be built.
        """
        ...
