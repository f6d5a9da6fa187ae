"""Answering a request: the one function behind page, API, exports and feeds, and all the rows of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlmodel import Session

from app.archive import Archive
from app.asking import REPORTED, Question, ask, filter_node, other_spellings
from app.authority.programmes import programme_for_query
from app.faceting import SHOWN_FACETS, chosen_filters, facet_values
from app.fulltext.joining import all_of
from app.fulltext.meanings import labels_in
from app.fulltext.search_index import Facet, FacetCounts, Order, SearchIndex, SearchPage
from app.fulltext.tree import Label, Node
from app.hits import article_hits, quote_hits
from app.naming import name_words
from app.results import Filter, Hit, PersonHit, ProgrammeHit, ResultKind, SearchRequest, SearchResults
from app.store import articles, people, programmes, quotes
from app.store.articles import Published
from app.store.people import PersonCard
from app.store.programmes import ProgrammeCard
from app.widening import fewer_parts, respellings

MAX_ROWS = 10_000
"""How far down a list anybody can go."""

_PEOPLE_SHOWN = 5
_NAME_WORDS = 6  # a query of more words is nobody's name
_COUNTED_VALUES = 5_000  # of a facet: people and programmes are told apart up to here
_BATCH = 200
_NOTHING = SearchPage((), 0)


def search(archive: Archive, request: SearchRequest) -> SearchResults:
    """The rows ``request.offset`` and following of the answer, with everything that is said beside them.

    Any text has an answer. Rows beyond the first ``MAX_ROWS`` are not shown, but counted. Raises
    IndexUnavailableError.
    """
    with Session(archive.read_engine) as session:
        question = ask(archive, session, request)
        found = _find(archive, session, question)
        if found is None:
            return SearchResults(
                question.request,
                question.understood.query,
                question.kind,
                question.order,
                chips=tuple(question.understood.query.chips()),
                notes=question.notes,
            )
        total = found.counts[question.kind]
        nothing = not found.counts[ResultKind.ARTICLES]
        query, meanings = question.understood.query, question.understood.meanings
        return SearchResults(
            request=question.request,
            query=query,
            kind=question.kind,
            order=question.order,
            reading=query.reading(meanings),
            chips=tuple(query.chips(meanings)),
            notes=question.notes,
            spellings=tuple(other_spellings(archive, question.understood.tree)),
            hits=tuple(_hits(archive, session, question, found)),
            total=total,
            counts=found.counts,
            facets=facet_values(archive, session, question.filters, found.facets, found.facet_total),
            filters=chosen_filters(archive, session, question.filters),
            reported=found.reported,
            people=tuple(found.named),
            programme=found.programme,
            respellings=tuple(respellings(archive, session, query, meanings)) if nothing else (),
            fewer=tuple(fewer_parts(archive, query, meanings)) if nothing else (),
            unfiltered=_count_unfiltered(archive, question) if nothing else 0,
        )


def rows(archive: Archive, request: SearchRequest, limit: int = MAX_ROWS) -> Iterator[Hit]:
    """The rows of the answer from ``request.offset`` on, in the order of its pages, at most ``limit``.

    ``request.limit`` is not looked at. Which rows there are is settled at the first one; they are read when
    they are asked for, some hundreds at a time. Raises IndexUnavailableError.
    """
    with Session(archive.read_engine) as session:
        question = ask(archive, session, request)
        found = _find(archive, session, question, limit=limit)
        if found is not None:
            yield from _hits(archive, session, question, found)


def row_keys(
    archive: Archive, request: SearchRequest, limit: int = MAX_ROWS
) -> Sequence[tuple[int | str, int | None]]:
    """The same rows as ``rows`` by their keys alone, for what shows them otherwise than the pages do.

    The key of an article or a quotation is its id; that of a person or a programme its slug, with the number
    of quotations or articles that match. Raises IndexUnavailableError.
    """
    with Session(archive.read_engine) as session:
        question = ask(archive, session, request)
        if question.kind in (ResultKind.ARTICLES, ResultKind.QUOTATIONS):
            return [(one, None) for one in _ids(archive, question, limit)]
        found = _find(archive, session, question, limit=limit)
        if found is None:
            return []
        if question.kind is ResultKind.PEOPLE:
            return found.people
        return found.programmes


def _ids(archive: Archive, question: Question, limit: int) -> Sequence[int]:
    """The articles or quotations alone: nothing is counted beside them."""
    is_said = question.kind is ResultKind.QUOTATIONS
    index = archive.quote_index if is_said else archive.index
    tree = question.quotations if is_said else question.articles
    limit = min(limit, MAX_ROWS - question.request.offset)
    if tree is None or limit <= 0:
        return ()
    return index.search(tree, order=question.order, offset=question.request.offset, limit=limit).article_ids


@dataclass(frozen=True, slots=True)
class _Found:
    """What the indexes answered.

    ``ids`` are those of the rows that were asked for, ``people`` and ``programmes`` slugs with their counts.
    """

    ids: Sequence[int]
    people: Sequence[tuple[str, int]]
    programmes: Sequence[tuple[str, int]]
    counts: Mapping[ResultKind, int]
    facets: FacetCounts
    facet_total: int
    reported: int
    named: Sequence[PersonCard]
    programme: ProgrammeCard | None


def _find(archive: Archive, session: Session, question: Question, limit: int | None = None) -> _Found | None:
    """Ask both indexes; None if there is nothing to search for."""
    if question.articles is None or question.quotations is None:
        return None
    offset = min(question.request.offset, MAX_ROWS)
    limit = min(question.request.limit if limit is None else limit, MAX_ROWS - offset)
    is_said = question.kind in (ResultKind.QUOTATIONS, ResultKind.PEOPLE)

    def page(index: SearchIndex, tree: Node, kind: ResultKind, facets: Sequence[Facet]) -> SearchPage:
        rows_wanted = limit if question.kind is kind else 0
        found = index.search(
            tree,
            order=question.order,
            offset=offset if rows_wanted else 0,
            limit=max(rows_wanted, 1),
            facets=facets,
            facet_limit=_COUNTED_VALUES,
        )
        return found if rows_wanted else SearchPage((), found.total, found.facets)

    written = page(
        archive.index,
        question.articles,
        ResultKind.ARTICLES,
        [Facet.PROGRAMME] if is_said else SHOWN_FACETS,
    )
    said = page(
        archive.quote_index,
        question.quotations,
        ResultKind.QUOTATIONS,
        SHOWN_FACETS if is_said else [Facet.SPEAKER],
    )
    named = _people(session, question)
    programme = _programme(archive, session, question)
    is_filtered = bool(question.filters)
    speakers = _with_named(said.facets[Facet.SPEAKER], [] if is_filtered else [one.ref.slug for one in named])
    tagged = _with_named(
        written.facets[Facet.PROGRAMME], [] if is_filtered or programme is None else [programme.slug]
    )
    return _Found(
        ids=(said if is_said else written).article_ids,
        people=speakers[offset : offset + limit],
        programmes=tagged[offset : offset + limit],
        counts={
            ResultKind.ARTICLES: written.total,
            ResultKind.QUOTATIONS: said.total,
            ResultKind.PEOPLE: len(speakers),
            ResultKind.PROGRAMMES: len(tagged),
        },
        facets=(said if is_said else written).facets,
        facet_total=(said if is_said else written).total,
        reported=_reported(archive, question) if is_said else 0,
        named=named,
        programme=programme,
    )


def _with_named(counts: Sequence[tuple[str, int]], slugs: Sequence[str]) -> list[tuple[str, int]]:
    """The counted values, and those that the query names without one row having them."""
    known = {value for value, _ in counts}
    return [*counts, *((slug, 0) for slug in slugs if slug not in known)]


def _reported(archive: Archive, question: Question) -> int:
    """How much reported speech matches where only quotations in marks are shown."""
    if question.spoken is None or question.spoken == question.quotations:
        return 0
    tree = all_of([question.spoken, REPORTED])
    return archive.quote_index.count(tree) if tree is not None else 0


def _count_unfiltered(archive: Archive, question: Question) -> int:
    tree = question.understood.tree
    return archive.index.count(tree) if tree is not None and question.filters else 0


def _hits(archive: Archive, session: Session, question: Question, found: _Found) -> Iterator[Hit]:
    if question.kind is ResultKind.PEOPLE:
        yield from _person_hits(archive, session, question, found.people)
    elif question.kind is ResultKind.PROGRAMMES:
        yield from _programme_hits(archive, session, question, found.programmes)
    else:
        read = quote_hits if question.kind is ResultKind.QUOTATIONS else article_hits
        for at in range(0, len(found.ids), _BATCH):
            yield from read(archive, session, question.understood.tree, found.ids[at : at + _BATCH])


def _person_hits(
    archive: Archive, session: Session, question: Question, counts: Sequence[tuple[str, int]]
) -> Iterator[PersonHit]:
    waiting = iter(counts)
    while batch := list(islice(waiting, _BATCH)):
        slugs = [slug for slug, _ in batch]
        cards = {card.ref.slug: card for card in people.people_of_slugs(session, slugs)}
        ends = {slug: _ends(archive.quote_index, question.quotations, Facet.SPEAKER, slug) for slug in slugs}
        published = quotes.published_of_quotes(session, [one for pair in ends.values() for one in pair])
        for slug, count in batch:
            if slug in cards:
                yield PersonHit(cards[slug], count, *_dates(ends[slug], published))


def _programme_hits(
    archive: Archive, session: Session, question: Question, counts: Sequence[tuple[str, int]]
) -> Iterator[ProgrammeHit]:
    cards = {card.slug: card for card in programmes.list_programmes(session, [slug for slug, _ in counts])}
    ends = {slug: _ends(archive.index, question.articles, Facet.PROGRAMME, slug) for slug, _ in counts}
    found = articles.read_cards(session, [one for pair in ends.values() for one in pair])
    published = {article_id: card.published for article_id, card in found.items()}
    for slug, count in counts:
        if slug in cards:
            yield ProgrammeHit(cards[slug], count, *_dates(ends[slug], published))


def _ends(index: SearchIndex, tree: Node | None, facet: Facet, value: str) -> tuple[int, ...]:
    """The oldest and the newest of what has this value; none if nothing has, undated if none is dated."""
    both = all_of([tree, filter_node(Filter(facet, value))])
    if both is None:
        return ()
    orders = (Order.OLDEST, Order.NEWEST)
    pages = [index.search(both, order=order, offset=0, limit=1).article_ids for order in orders]
    return tuple(found for page in pages for found in page)


def _dates(
    ends: tuple[int, ...], published: Mapping[int, Published]
) -> tuple[Published | None, Published | None]:
    dates = [published.get(one) for one in ends] or [None]
    return dates[0], dates[-1]


def _people(session: Session, question: Question) -> list[PersonCard]:
    """The people whose name the whole query is, else those whom it names as speakers."""
    words = name_words(question.understood.query.typed)
    named = people.people_named(session, words, _PEOPLE_SHOWN) if len(words) <= _NAME_WORDS else []
    slugs = [
        one.slug
        for (label, _), found in question.understood.meanings.items()
        if label is Label.SPEAKER
        for one in found
    ]
    return named or people.people_of_slugs(session, slugs[:_PEOPLE_SHOWN])


def _programme(archive: Archive, session: Session, question: Question) -> ProgrammeCard | None:
    bare = question.understood.query.typed.strip().strip('"“”„«»').strip()
    tree = question.understood.tree
    asked = next(labels_in(tree, Label.PROGRAMME), None) if tree else None
    slug = asked or programme_for_query(bare, archive.programmes)
    return programmes.read_programme_card(session, slug) if slug else None
