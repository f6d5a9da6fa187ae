"""Answering a reader's query: articles with the words that matched, people and programmes of that name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlmodel import Session

from app.archive import Archive
from app.authority.programmes import programme_for_query
from app.folding import fold
from app.fulltext.highlighted import Highlighted
from app.fulltext.query import And, Node, Not, Or, Query, Tagged, Words, parse
from app.fulltext.search_index import Order
from app.fulltext.snippets import matches, merge, snippet
from app.store import articles, people, programmes, quotes
from app.store.articles import ArticleCard
from app.store.people import PersonCard
from app.store.programmes import ProgrammeCard
from app.store.quotes import QuoteRecord, Segment

_PEOPLE_SHOWN = 5
_QUOTE_CHARACTERS = 260


@dataclass(frozen=True, slots=True)
class MatchingQuote:
    """The quotation of a hit that answers the query, by its words or by its speaker."""

    record: QuoteRecord
    text: Highlighted


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found."""

    card: ArticleCard
    snippet: Highlighted
    quote: MatchingQuote | None
    programmes: tuple[ProgrammeCard, ...]


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of the answer. ``reading`` says how the query was read, where that is not plain."""

    query: Query
    reading: str | None
    notes: tuple[str, ...]
    hits: tuple[Hit, ...]
    total: int
    people: tuple[PersonCard, ...]
    programme: ProgrammeCard | None


def search(archive: Archive, typed: str, *, order: Order, page: int, page_size: int) -> SearchResults:
    """Page ``page`` (from 1) of the answer to what a reader typed. Any text has an answer.

    A programme's acronym in its own capitals ("SAFE") asks for the articles tagged with the programme,
    whatever they call it, and not for the word. Raises IndexUnavailableError.
    """
    query = parse(typed)
    if query.tree is None:
        return SearchResults(query, None, query.notes, (), 0, (), None)
    tree, notes = _with_programmes(archive, query.tree)
    found = archive.index.search(tree, order=order, offset=(page - 1) * page_size, limit=page_size)
    with Session(archive.engine) as session:
        hits = tuple(_hits(session, tree, found.article_ids))
        tag = next(_tags(tree), None) or programme_for_query(_bare(typed), archive.programmes)
        return SearchResults(
            query=query,
            reading=query.reading(),
            notes=(*query.notes, *notes),
            hits=hits,
            total=found.total,
            people=tuple(people.people_named(session, fold(_bare(typed)), _PEOPLE_SHOWN)),
            programme=programmes.read_programme_card(session, tag) if tag else None,
        )


def _bare(typed: str) -> str:
    """What was typed, without the quotation marks around it."""
    return typed.strip().strip('"“”„«»').strip()


def _with_programmes(archive: Archive, tree: Node) -> tuple[Node, tuple[str, ...]]:
    """The tree with each programme's acronym read as the programme, and what to tell the reader of it."""
    match tree:
        case Words(typed, is_phrase):
            if is_phrase or not typed.isupper():
                return tree, ()
            programme = archive.programmes.get(programme_for_query(typed, archive.programmes) or "")
            if programme is None:
                return tree, ()
            note = f"{typed} is read as the programme {programme.name}, whatever an article calls it."
            return Tagged(programme.slug), (f"{note} For the word, type “{typed.lower()}”.",)
        case Not(child):
            read, notes = _with_programmes(archive, child)
            return Not(read), notes
        case And(children) | Or(children):
            parts = [_with_programmes(archive, child) for child in children]
            return replace(tree, children=tuple(part for part, _ in parts)), tuple(
                note for _, notes in parts for note in notes
            )
        case Tagged():
            return tree, ()


def _tags(tree: Node) -> Iterator[str]:
    """The programmes that a tree asks for."""
    match tree:
        case Tagged(programme):
            yield programme
        case And(children) | Or(children):
            for child in children:
                yield from _tags(child)
        case Not() | Words():
            return


def _hits(session: Session, tree: Node, ids: tuple[int, ...]) -> Iterator[Hit]:
    cards = articles.read_cards(session, ids)
    texts = articles.texts_of(session, ids)
    said = quotes.quotes_of_articles(session, ids)
    tagged = programmes.programmes_of_articles(session, ids)
    mentions = [programmes.mentions_of(session, slug, ids) for slug in _tags(tree)]
    for article_id in ids:
        if article_id not in cards:  # withdrawn since the index was last told
            continue
        text = texts[article_id]
        spans = merge(
            text, [*matches(text, tree), *(s for found in mentions for s in found.get(article_id, ()))]
        )
        yield Hit(
            card=cards[article_id],
            snippet=snippet(text, spans),
            quote=_matching_quote(tree, text, spans, said.get(article_id, [])),
            programmes=tuple(tagged.get(article_id, ())),
        )


def _matching_quote(
    tree: Node, text: str, spans: list[tuple[int, int]], records: list[QuoteRecord]
) -> MatchingQuote | None:
    """The stretch of a quotation with the most matches; else the first words of a speaker the query names."""
    marked = [record for record in records if record.is_marked]
    stretches = [(record, segment) for record in marked for segment in record.segments]
    counts = [len(_within(spans, segment)) for _, segment in stretches]
    if any(counts):
        record, segment = stretches[counts.index(max(counts))]
        return MatchingQuote(record, _shown(text, segment, spans))
    named = next((record for record in marked if matches(record.label, tree)), None)
    return MatchingQuote(named, _shown(text, named.segments[0], spans)) if named else None


def _within(spans: list[tuple[int, int]], segment: Segment) -> list[tuple[int, int]]:
    return [
        (s - segment.start, e - segment.start) for s, e in spans if segment.start <= s and e <= segment.end
    ]


def _shown(text: str, segment: Segment, spans: list[tuple[int, int]]) -> Highlighted:
    """The sentences of a quotation that matter most, with an ellipsis where some were left out."""
    words = text[segment.start : segment.end]
    shown = snippet(words, _within(spans, segment), _QUOTE_CHARACTERS)
    before = () if words.startswith(shown.text.lstrip("… ")) else (("… ", False),)
    after = () if words.endswith(shown.text.rstrip("… ")) else ((" …", False),)
    parts = tuple(part for part in shown.parts if part[0].strip("… ") or len(part[0]) == 1)
    return Highlighted((*before, *parts, *after))
