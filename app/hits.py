"""The rows of an answer: articles and quotations with what matched in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from app.archive import Archive
from app.authority.mentions import persons_mentioned
from app.deadline import check_deadline
from app.fulltext.highlighted import Highlighted
from app.fulltext.matching import Span, matches, merge
from app.fulltext.meanings import labels_in
from app.fulltext.snippets import snippet
from app.fulltext.titles import title_matches
from app.fulltext.tree import And, Label, Node
from app.results import ArticleHit, MatchingQuote, QuoteHit
from app.store import articles, copies, programmes, quotes
from app.store.articles import ArticleCard, ArticleRecord
from app.store.quotes import QuoteRecord, Segment

_BESIDE_CHARACTERS = 260  # of a quotation beside an article
_ALONE_CHARACTERS = 700  # of a quotation in a list of quotations
_EVERYTHING = And(())


def article_hits(
    archive: Archive, session: Session, tree: Node | None, ids: Sequence[int]
) -> Iterator[ArticleHit]:
    """The articles with these ids, in this order, with what ``tree`` matches in them."""
    tree = tree or _EVERYTHING
    cards = articles.read_cards(session, ids)
    texts = articles.snippet_texts_of(session, ids)
    said = quotes.quotes_of_articles(session, ids, cards)
    tagged = programmes.programmes_of_articles(session, ids)
    named = _named_spans(session, tree, ids)
    reports = copies.report_counts(session, ids)
    for article_id in ids:
        check_deadline()
        if article_id not in cards:  # withdrawn since the index was last told
            continue
        text = texts[article_id]
        records = said.get(article_id, [])
        named_here = [*named.get(article_id, ()), *_people_spans(archive, tree, text)]
        spans = _spans(text, tree, records, named_here)
        yield ArticleHit(
            card=cards[article_id],
            title=title_with_marks(tree, cards[article_id]),
            snippet=snippet(text, spans),
            quote=_matching_quote(tree, text, spans, records),
            programmes=tuple(tagged.get(article_id, ())),
            reports=reports.get(article_id, 1),
        )


def quote_hits(
    _archive: Archive, session: Session, tree: Node | None, ids: Sequence[int]
) -> Iterator[QuoteHit]:
    """The quotations with these ids, in this order, with what ``tree`` matches in them."""
    records = quotes.quotes_of_ids(session, ids)
    for quote_id in ids:
        check_deadline()
        if quote_id not in records:  # gone since the index was last told
            continue
        record = records[quote_id]
        quoted = [(0, len(record.words))] if record.is_marked else []
        spans = matches(record.words, tree or _EVERYTHING, quoted)
        yield QuoteHit(record, _excerpt(record.words, spans, _ALONE_CHARACTERS))


def title_with_marks(tree: Node, card: ArticleCard) -> Highlighted:
    """The title of an article with what ``tree`` matches in it."""
    return Highlighted.cut(card.title, title_matches(card.title, tree))


def spans_in_article(
    archive: Archive, session: Session, tree: Node, article: ArticleRecord, records: Sequence[QuoteRecord]
) -> list[Span]:
    """Where the text of an article has what ``tree`` asks for: words; programmes and people by any name."""
    named = _named_spans(session, tree, [article.card.id]).get(article.card.id, [])
    named += _people_spans(archive, tree, article.text)
    return _spans(article.text, tree, records, named)


def _named_spans(session: Session, tree: Node, ids: Sequence[int]) -> dict[int, list[Span]]:
    """Where each article names the programmes that are asked for."""
    found: dict[int, list[Span]] = {}
    for slug in dict.fromkeys(labels_in(tree, Label.PROGRAMME)):
        for article_id, spans in programmes.mentions_of(session, slug, ids).items():
            found.setdefault(article_id, []).extend(spans)
    return found


def _people_spans(archive: Archive, tree: Node, text: str) -> list[Span]:
    """Where a text names the people whose mention is asked for."""
    asked_for = set(labels_in(tree, Label.MENTIONS))
    named = persons_mentioned(text, archive.people) if asked_for else ()
    return [(one.start, one.end) for one in named if one.slug in asked_for]


def _spans(text: str, tree: Node, records: Sequence[QuoteRecord], named: Sequence[Span]) -> list[Span]:
    quoted = [(part.start, part.end) for record in records if record.is_marked for part in record.segments]
    return merge(text, [*matches(text, tree, quoted), *named])


def _matching_quote(
    tree: Node, text: str, spans: list[Span], records: list[QuoteRecord]
) -> MatchingQuote | None:
    """The stretch of a quotation with the most matches; else the first words of a speaker the query names."""
    asked_for = set(labels_in(tree, Label.SPEAKER))
    marked = [record for record in records if record.is_marked]
    marked = [record for record in marked if not asked_for.isdisjoint(record.person_slugs)] or marked
    stretches = [(record, segment) for record in marked for segment in record.segments]
    counts = [len(_within(spans, segment)) for _, segment in stretches]
    if any(counts):
        record, segment = stretches[counts.index(max(counts))]
        return MatchingQuote(record, _shown(text, segment, spans))
    named = next((record for record in marked if _names_speaker(record, tree, asked_for)), None)
    return MatchingQuote(named, _shown(text, named.segments[0], spans)) if named else None


def _names_speaker(record: QuoteRecord, tree: Node, asked_for: set[str]) -> bool:
    return bool(matches(record.label, tree)) or not asked_for.isdisjoint(record.person_slugs)


def _within(spans: list[Span], segment: Segment) -> list[Span]:
    return [
        (s - segment.start, e - segment.start) for s, e in spans if segment.start <= s and e <= segment.end
    ]


def _shown(text: str, segment: Segment, spans: list[Span]) -> Highlighted:
    return _excerpt(text[segment.start : segment.end], _within(spans, segment), _BESIDE_CHARACTERS)


def _excerpt(words: str, spans: list[Span], max_characters: int) -> Highlighted:
    """Words of a quotation, all if they are few; else the sentences that matter most, with ellipses."""
    if len(words) <= max_characters:
        return Highlighted.cut(words, spans)
    shown = snippet(words, spans, max_characters)
    before = () if words.startswith(shown.text.lstrip("… ")) else (("… ", False),)
    after = () if words.endswith(shown.text.rstrip("… ")) else ((" …", False),)
    parts = tuple(part for part in shown.parts if part[0].strip("… ") or len(part[0]) == 1)
    return Highlighted((*before, *parts, *after))
