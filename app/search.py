"""Answering a reader's query: articles with the words that matched, people and programmes of that name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from app.archive import Archive
from app.authority.programmes import programme_for_query
from app.fulltext.fields import Group
from app.fulltext.highlighted import Highlighted
from app.fulltext.matching import matches, merge
from app.fulltext.meanings import Meanings, labels_in, resolve
from app.fulltext.query import Chip, Query, parse
from app.fulltext.search_index import Order
from app.fulltext.snippets import snippet
from app.fulltext.tree import Label, Node
from app.naming import meanings_of, name_words, notes_on, read_acronyms
from app.store import articles, people, programmes, quotes
from app.store.articles import ArticleCard
from app.store.people import PersonCard
from app.store.programmes import ProgrammeCard
from app.store.quotes import QuoteRecord, Segment
from app.widening import Fewer, Respelling, fewer_parts, respellings

_PEOPLE_SHOWN = 5
_NAME_WORDS = 6  # a query of more words is nobody's name
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
    """A page of the answer. ``reading`` and ``chips`` say how the query was read, ``order`` how it is sorted.

    ``respellings`` and ``fewer`` are what to try instead when nothing was found.
    """

    query: Query
    order: Order
    reading: str = ""
    chips: tuple[Chip, ...] = ()
    notes: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    total: int = 0
    people: tuple[PersonCard, ...] = ()
    programme: ProgrammeCard | None = None
    respellings: tuple[Respelling, ...] = ()
    fewer: tuple[Fewer, ...] = ()


def search(
    archive: Archive, typed: str, *, order: Order, page: int, page_size: int, today: date
) -> SearchResults:
    """Page ``page`` (from 1) of the answer to what a reader typed. Any text has an answer.

    Names mean whomever the registers and the archive know by them; a programme's acronym in capitals
    ("SAFE") asks for what names the programme. ``order`` holds unless the query has its own.
    Raises IndexUnavailableError.
    """
    query = parse(typed, today)
    order = Order(query.sort.value) if query.sort else order
    notes = list(query.notes)
    if query.group is Group.PERSON:
        notes.append("Results cannot be put together by person yet: the people’s own pages do that.")
    if query.tree is None:
        return SearchResults(query, order, chips=tuple(query.chips()), notes=tuple(notes))
    tree, read = read_acronyms(archive, query.tree)
    query = replace(query, tree=tree)
    with Session(archive.engine) as session:
        meanings = meanings_of(archive, session, tree)
        asked = resolve(tree, meanings)
        found = archive.index.search(asked, order=order, offset=(page - 1) * page_size, limit=page_size)
        return SearchResults(
            query=query,
            order=order,
            reading=query.reading(meanings),
            chips=tuple(query.chips(meanings)),
            notes=(*notes, *read, *notes_on(meanings)),
            hits=tuple(_hits(session, asked, found.article_ids)),
            total=found.total,
            people=tuple(_people(session, typed, meanings)),
            programme=_programme(archive, session, typed, asked),
            respellings=() if found.total else tuple(respellings(archive, session, query, meanings)),
            fewer=() if found.total else tuple(fewer_parts(archive, query, meanings)),
        )


def _people(session: Session, typed: str, meanings: Meanings) -> list[PersonCard]:
    """The people whose name the whole query is, else those whom it names as speakers."""
    words = name_words(typed)
    named = people.people_named(session, words, _PEOPLE_SHOWN) if len(words) <= _NAME_WORDS else []
    slugs = [one.slug for (label, _), found in meanings.items() if label is Label.SPEAKER for one in found]
    return named or people.people_of_slugs(session, slugs[:_PEOPLE_SHOWN])


def _programme(archive: Archive, session: Session, typed: str, asked: Node) -> ProgrammeCard | None:
    bare = typed.strip().strip('"“”„«»').strip()
    slug = next(labels_in(asked, Label.PROGRAMME), None) or programme_for_query(bare, archive.programmes)
    return programmes.read_programme_card(session, slug) if slug else None


def _hits(session: Session, tree: Node, ids: tuple[int, ...]) -> Iterator[Hit]:
    cards = articles.read_cards(session, ids)
    texts = articles.texts_of(session, ids)
    said = quotes.quotes_of_articles(session, ids)
    tagged = programmes.programmes_of_articles(session, ids)
    tags = dict.fromkeys(labels_in(tree, Label.PROGRAMME))
    mentions = [programmes.mentions_of(session, slug, ids) for slug in tags]
    for article_id in ids:
        if article_id not in cards:  # withdrawn since the index was last told
            continue
        text = texts[article_id]
        records = said.get(article_id, [])
        named = [span for found in mentions for span in found.get(article_id, ())]
        spans = merge(text, [*matches(text, tree, _quoted(records)), *named])
        yield Hit(
            card=cards[article_id],
            snippet=snippet(text, spans),
            quote=_matching_quote(tree, text, spans, records),
            programmes=tuple(tagged.get(article_id, ())),
        )


def _matching_quote(
    tree: Node, text: str, spans: list[tuple[int, int]], records: list[QuoteRecord]
) -> MatchingQuote | None:
    """The stretch of a quotation with the most matches; else the first words of a speaker the query names."""
    asked_for = set(labels_in(tree, Label.SPEAKER))
    marked = [record for record in records if record.is_marked]
    marked = [record for record in marked if not asked_for.isdisjoint(_speakers(record))] or marked
    stretches = [(record, segment) for record in marked for segment in record.segments]
    counts = [len(_within(spans, segment)) for _, segment in stretches]
    if any(counts):
        record, segment = stretches[counts.index(max(counts))]
        return MatchingQuote(record, _shown(text, segment, spans))
    named = next((record for record in marked if _names_speaker(record, tree, asked_for)), None)
    return MatchingQuote(named, _shown(text, named.segments[0], spans)) if named else None


def _quoted(records: list[QuoteRecord]) -> list[tuple[int, int]]:
    """The stretches in quotation marks."""
    return [(part.start, part.end) for record in records if record.is_marked for part in record.segments]


def _speakers(record: QuoteRecord) -> set[str]:
    return {speaker.person.slug for speaker in record.speakers if speaker.person}


def _names_speaker(record: QuoteRecord, tree: Node, asked_for: set[str]) -> bool:
    return bool(matches(record.label, tree)) or not asked_for.isdisjoint(_speakers(record))


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
