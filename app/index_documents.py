"""Articles and quotations as the search indexes are told of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session

from app.archive import Archive
from app.authority.mentions import persons_mentioned
from app.authority.names import slugify
from app.dates import PartialDate
from app.folding import fold
from app.fulltext.search_index import IndexDocument, told_label
from app.fulltext.tree import Label
from app.store import articles, index_labels, organisations, people, programmes, quotes
from app.store.index_labels import Facts
from app.store.quotes import QuoteRecord, speaker_sides

_Labels = Iterator[tuple[Label, str]]
_NamedSpans = Sequence[tuple[str, int, int]]  # slug, where it is named


def article_documents(archive: Archive, session: Session, ids: Sequence[int]) -> dict[int, IndexDocument]:
    """These articles by id; those the database does not have are left out."""
    cards = articles.read_cards(session, ids)
    texts = articles.texts_of(session, ids)
    facts = index_labels.read_facts(session, ids)
    speaking = organisations.organisations_of_articles(session, ids)
    moved = people.moved_slugs(session)
    return {
        article_id: IndexDocument(
            article_id=article_id,
            title="" if card.is_untitled else card.title,
            text=texts[article_id],
            published=card.published.date,
            labels=(
                *_article_labels(article_id, facts[article_id], card.published.date),
                *_several(Label.PROGRAMME, facts[article_id].programmes),
                *_several(Label.SPEAKER, facts[article_id].speakers),
                *_several(Label.SIDE, facts[article_id].sides),
                *_several(Label.KIND, facts[article_id].kinds),
                *_several(Label.ROLE, _words_of(facts[article_id].roles)),
                *_several(Label.ORG, _slugs(*speaking[article_id].values())),
                *_several(Label.MENTIONS, _mentioned(archive, texts[article_id], moved)),
            ),
            quotes=tuple(facts[article_id].quoted),
            added=facts[article_id].added,
        )
        for article_id, card in sorted(cards.items())
    }


def quote_documents(archive: Archive, session: Session, ids: Sequence[int]) -> Iterator[IndexDocument]:
    """The quotations of these articles, each numbered by its id.

    Its title is its speaker, its text what was said. It is labelled with what is known of the article, but
    quoted people, sides, kinds and roles are its own, the people it names stand in its own words, and the
    programmes are those that its paragraph names: what a quotation is about often stands beside it.
    """
    texts = articles.texts_of(session, ids)
    facts = index_labels.read_facts(session, ids)
    tagged = programmes.mentions_of_articles(session, ids)
    speaking = organisations.organisations_of_articles(session, ids)
    moved = people.moved_slugs(session)
    for article_id, records in quotes.quotes_of_articles(session, ids).items():
        text = texts[article_id]
        named = _people_named(archive, text, moved)
        for record in records:
            yield IndexDocument(
                article_id=record.id,
                title=record.label if record.speakers else "",
                text=record.words,
                published=record.article.published.date,
                labels=(
                    *_article_labels(article_id, facts[article_id], record.article.published.date),
                    *_quote_labels(record),
                    *_several(Label.ORG, _slugs(speaking[article_id].get(record.id, set()))),
                    *_several(Label.PROGRAMME, _in_paragraphs(text, record, tagged.get(article_id, ()))),
                    *_several(Label.MENTIONS, _in_segments(record, named)),
                ),
                quotes=((0, len(record.words)),) if record.is_marked else (),
                added=facts[article_id].added,
            )


def _article_labels(article_id: int, facts: Facts, published: PartialDate | None) -> _Labels:
    """What holds of a whole article; free text by its folded words."""
    yield Label.ID, str(article_id)
    for label, value in ((Label.OUTLET, facts.outlet), (Label.LANGUAGE, facts.language)):
        if value:
            yield label, value
    if facts.author:
        yield Label.AUTHOR, fold(facts.author)
    if published is not None:
        yield Label.YEAR, published.iso()[:4]
        yield Label.MONTH, published.iso()[:7]
    yield from (told_label(first, last) for first, last in sorted(facts.told))
    yield from _several(Label.VIA, {slugify(name) for name in facts.via})
    yield from _several(Label.HAS, _present(facts))


def _quote_labels(record: QuoteRecord) -> _Labels:
    yield Label.KIND, record.kind
    yield from _several(Label.SPEAKER, record.person_slugs)
    yield from _several(Label.SIDE, speaker_sides(record))
    described = {role for speaker in record.speakers for role in (speaker.office_then, speaker.role) if role}
    yield from _several(Label.ROLE, _words_of(described))


def _several(label: Label, values: set[str]) -> _Labels:
    return ((label, value) for value in sorted(values) if value)


def _slugs(*names: set[str]) -> set[str]:
    return {slugify(name) for some in names for name in some}


def _words_of(roles: set[str]) -> set[str]:
    return {word for role in roles for word in fold(role).split()}


def _people_named(archive: Archive, text: str, moved: Mapping[str, str]) -> _NamedSpans:
    """Where a text names people of the register, quoted or not, under whom they count as."""
    found = persons_mentioned(text, archive.people)
    return [(moved.get(one.slug, one.slug), one.start, one.end) for one in found]


def _mentioned(archive: Archive, text: str, moved: Mapping[str, str]) -> set[str]:
    return {slug for slug, _, _ in _people_named(archive, text, moved)}


def _in_segments(record: QuoteRecord, named: _NamedSpans) -> set[str]:
    return {
        slug
        for slug, start, end in named
        for part in record.segments
        if part.start <= start and end <= part.end
    }


def _in_paragraphs(text: str, record: QuoteRecord, named: _NamedSpans) -> set[str]:
    """The slugs of what the paragraphs of a quotation name."""
    first = text.rfind("\n", 0, record.segments[0].start) + 1
    end_of_line = text.find("\n", record.segments[-1].end)
    last = end_of_line if end_of_line >= 0 else len(text)
    return {slug for slug, start, end in named if first <= start and end <= last}


def _present(facts: Facts) -> set[str]:
    """The values of ``has:``."""
    present: Mapping[str, bool] = {
        "quotes": bool(facts.kinds),
        "date": facts.is_dated,
        "outlet": facts.outlet is not None,
        "title": facts.has_title,
        "url": facts.has_url,
        "author": facts.author is not None,
    }
    return {name for name, is_present in present.items() if is_present}
