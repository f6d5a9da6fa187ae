"""What is asked of a search and what it answers: the values that pages, exports, feeds and the API share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.fulltext.highlighted import Highlighted
from app.fulltext.query import Chip, Query
from app.fulltext.search_index import Facet, Order
from app.store.articles import ArticleCard, Published
from app.store.people import PersonCard
from app.store.programmes import ProgrammeCard
from app.store.quotes import QuoteRecord
from app.widening import Fewer, Respelling

MAX_FILTERS = 12
MAX_FILTER_CHARACTERS = 200

NOT_STATED = "none"
"""The value of the facet OUTLET for articles that state none."""


class ResultKind(StrEnum):
    """What the rows of an answer are.

    People are those who say it, the one with the most matching quotations first; programmes are those that
    the articles found name, the most frequent first.
    """

    ARTICLES = "articles"
    QUOTATIONS = "quotations"
    PEOPLE = "people"
    PROGRAMMES = "programmes"


@dataclass(frozen=True, slots=True)
class Filter:
    """Only what has this value of a facet; ``UNDATED`` for a year or month, ``NOT_STATED`` for an outlet."""

    facet: Facet
    value: str


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked, however it came in. All filters must hold; those beyond the first few are not read.

    ``order`` is that of articles and quotations, and holds unless the query has its own. ``today`` is the
    day that "the last three months" end on.
    """

    typed: str
    today: date
    kind: ResultKind = ResultKind.ARTICLES
    order: Order = Order.RELEVANCE
    filters: tuple[Filter, ...] = ()
    offset: int = 0
    limit: int = 20

    def __post_init__(self) -> None:
        if self.offset < 0 or self.limit < 0:
            raise ValueError("offset and limit are no less than 0")


@dataclass(frozen=True, slots=True)
class MatchingQuote:
    """The quotation of an article that answers the query, by its words or by its speaker."""

    record: QuoteRecord
    text: Highlighted


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """An article found; ``reports`` counts it with its near-duplicates, of which one is independent."""

    card: ArticleCard
    title: Highlighted
    snippet: Highlighted
    quote: MatchingQuote | None
    programmes: tuple[ProgrammeCard, ...]
    reports: int


@dataclass(frozen=True, slots=True)
class QuoteHit:
    """A quotation found; ``text`` is as much of it as a list shows, ``record.words`` all of it."""

    record: QuoteRecord
    text: Highlighted


@dataclass(frozen=True, slots=True)
class PersonHit:
    """A person with the number of their quotations that match, and when the first and last of them are from.

    ``first`` and ``last`` are None where no quotation matches, and undated where none of them has a date.
    """

    card: PersonCard
    count: int
    first: Published | None
    last: Published | None


@dataclass(frozen=True, slots=True)
class ProgrammeHit:
    """A programme with the number of articles found that name it, and the dates of the first and the last."""

    card: ProgrammeCard
    count: int
    first: Published | None
    last: Published | None


Hit = ArticleHit | QuoteHit | PersonHit | ProgrammeHit


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value that can be filtered by: how many rows there would be then, or are now if it ``is_chosen``."""

    value: str
    name: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ChosenFilter:
    """A filter in force, with its value's name for readers."""

    filter: Filter
    name: str


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The answer to a request: ``total`` rows of its kind, some of them in ``hits``.

    ``kind`` and ``order`` are those that hold: a query may have its own. ``reading``, ``chips`` and ``notes``
    say how the query was read; ``spellings`` are those included beside the typed ones; ``counts`` has the
    total of every kind; ``facets`` count articles, or quotations where the rows are quotations or people.
    ``reported`` is how many pieces of reported speech match besides the quotations. ``people`` and
    ``programme`` are what the query names. When no article was found, ``respellings`` and ``fewer`` are what
    to try instead, and ``unfiltered`` how many articles there are without the filters.
    """

    request: SearchRequest
    query: Query
    kind: ResultKind
    order: Order
    reading: str = ""
    chips: tuple[Chip, ...] = ()
    notes: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    total: int = 0
    counts: Mapping[ResultKind, int] = field(default_factory=dict)
    facets: Mapping[Facet, tuple[FacetValue, ...]] = field(default_factory=dict)
    filters: tuple[ChosenFilter, ...] = ()
    reported: int = 0
    people: tuple[PersonCard, ...] = ()
    programme: ProgrammeCard | None = None
    respellings: tuple[Respelling, ...] = ()
    fewer: tuple[Fewer, ...] = ()
    unfiltered: int = 0
