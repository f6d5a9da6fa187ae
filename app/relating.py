"""What follows from an article once it is stored: how it hangs together with programmes and other articles.

Everything here is derived: it is made anew whenever the article is, and could be from the database alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.archive import Archive
from app.authority.mentions import PersonMention, persons_mentioned
from app.authority.sentences import Sentences
from app.dates import PartialDate
from app.extractors.credits import credits_of
from app.extractors.timing import dates_in
from app.likeness.components import clusters_of
from app.likeness.minhash import Signature, near_duplicates, signature_of
from app.likeness.wordings import Wording, are_same_words, fingerprints
from app.store import copies, events, models, printings, programmes, quotes, sourcing
from app.store.printings import Printing


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article whose mentions and quotations are stored already."""

    id: int
    text: str
    outlet: str | None
    published: PartialDate | None


def relate_article(archive: Archive, session: Session, article: StoredArticle) -> None:
    """Derive what a stored article says of programmes, times and others, and they of it."""
    article_id, text = article.id, article.text
    mentions = programmes.spans_of_article(session, article_id)
    spans = quotes.spans_of_quotes(session, article_id)
    programmes.replace_quote_programmes(session, article_id, _programmes_of_quotes(text, spans, mentions))
    found = credits_of(text, article.outlet)
    sourcing.replace_credits(
        session,
        article_id,
        [sourcing.CreditRow(one.role, one.name, one.start, one.end, one.rule) for one in found],
    )
    events.replace_events(
        session,
        article_id,
        _events(session, article, spans, mentions, persons_mentioned(text, archive.people)),
    )
    _cluster_quotations(session, article_id)
    _cluster_copies(session, article_id, text)


def _events(
    session: Session,
    article: StoredArticle,
    spans: dict[int, list[tuple[int, int]]],
    mentions: Sequence[tuple[int, int, int]],
    people: Sequence[PersonMention],
) -> Iterator[events.NewEvent]:
    """The times that the text tells, with what and whom their sentences name or quote."""
    marked = set(printings.printings_of_article(session, article.id))
    quoted = [span for quote_id in marked for span in spans.get(quote_id, ())]
    ids = events.person_ids(session, sorted({one.slug for one in people}))
    named = [(one.start, one.end, ids[one.slug]) for one in people if one.slug in ids]
    for quote_id, speakers in events.speakers_by_quote(session, spans).items():
        named += [(start, end, person) for start, end in spans[quote_id] for person in speakers]
    sentences = Sentences(article.text)
    for told in dates_in(article.text, article.published, quoted):
        start, end = sentences.span(sentences.number_at(told.start))
        yield events.NewEvent(
            start=told.start,
            end=told.end,
            sentence=(start, end),
            day=told.when.day if told.when else None,
            until=told.when.until if told.when else None,
            basis=told.basis,
            rule=told.rule,
            programme_ids=frozenset(_within(start, end, mentions)),
            person_ids=frozenset(_within(start, end, named)),
        )


def _within(start: int, end: int, spans: Iterable[tuple[int, int, int]]) -> Iterator[int]:
    """What the spans that overlap a stretch stand for."""
    return (what for first, last, what in spans if first < end and start < last)


def _programmes_of_quotes(
    text: str, spans: dict[int, list[tuple[int, int]]], mentions: Sequence[tuple[int, int, int]]
) -> Iterator[models.QuoteProgramme]:
    """The programmes that each quotation names: in its words, else in the paragraphs it stands in."""
    for quote_id, segments in spans.items():
        start = text.rfind("\n", 0, segments[0][0]) + 1
        end = text.find("\n", segments[-1][1])
        named: dict[int, bool] = {}
        for mention_start, mention_end, programme_id in mentions:
            if mention_start >= start and (end < 0 or mention_end <= end):
                in_words = any(first < mention_end and mention_start < last for first, last in segments)
                named[programme_id] = named.get(programme_id, False) or in_words
        for programme_id, in_words in named.items():
            yield models.QuoteProgramme(quote_id=quote_id, programme_id=programme_id, in_words=in_words)


def _cluster_quotations(session: Session, article_id: int) -> None:
    """Bring the clusters of the same words up to date with an article's present quotations.

    Two quotations belong together by their own words alone, so the clusters are the same whatever the order
    in which articles come in. What the article's quotations held together before is put together anew.
    """
    own = printings.printings_of_article(session, article_id)
    loose = {*own, *printings.members_of(session, quotes.ids_of_article(session, article_id))}
    marks = {
        one.quote_id: fingerprints(Wording.of(one.speakers, one.segments))
        for one in printings.read_printings(session, own)
    }
    printings.replace_fingerprints(session, article_id, marks)
    groups = printings.sharing_marks(session, loose)
    near = {one for group in groups for one in group}
    settled = printings.members_of(session, near - loose)
    known = {one.quote_id: one for one in printings.read_printings(session, near | set(settled))}
    pairs = [*_same_words(groups, loose, known), *settled.items()]
    leads = {}
    for cluster in clusters_of(pairs):
        lead = min((known[one] for one in cluster), key=Printing.order).quote_id
        leads.update(dict.fromkeys(cluster, lead))
    before = printings.members_of(session, loose) | settled
    moved = {one: lead for one, lead in leads.items() if before.get(one) != lead}
    printings.replace_clusters(session, loose & before.keys() - leads.keys(), moved)


def _same_words(
    groups: Iterable[Sequence[int]], loose: set[int], known: Mapping[int, Printing]
) -> Iterator[tuple[int, int]]:
    """The pairs of printings of the same words with a loose one among them, looked for within the groups."""
    verdicts: dict[tuple[Wording, Wording], bool] = {}  # many printings have few wordings
    wordings = {quote_id: Wording.of(one.speakers, one.segments) for quote_id, one in known.items()}
    pairs = {pair for group in groups for one in loose.intersection(group) for pair in _with(one, group)}
    for one, other in sorted(pairs):
        key = wordings[one], wordings[other]
        if key not in verdicts:
            verdicts[key] = are_same_words(*key)
        if verdicts[key]:
            yield one, other


def _with(one: int, group: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((min(one, other), max(one, other)) for other in group if other != one)


def _cluster_copies(session: Session, article_id: int, text: str) -> None:
    """Bring the clusters of near-duplicates up to date with an article's present text.

    Whether two articles belong together is said by their two texts, so the clusters are the same whatever
    the order in which articles come in. A new article is compared with those that share a band and joins
    their clusters; a changed one may have held others together, whose cluster is then put together anew.
    """
    new = signature_of(text)
    stored = copies.StoredSignature(article_id, new.count, new.as_bytes())
    known = copies.read_signatures(session, [article_id])
    if known == [stored]:
        return
    old_bands = Signature.read(known[0].count, known[0].minima).bands() if known else ()
    copies.replace_signature(session, stored, bands=new.bands(), old_bands=old_bands)
    parted = set(copies.clusters_with(session, [article_id])) - {article_id}
    near = copies.sharing_bands(session, new.bands()) - {article_id}
    signatures = {
        one.article_id: Signature.read(one.count, one.minima)
        for one in copies.read_signatures(session, near | parted)
    }
    pairs = _near_pairs(article_id, new, {one: signatures[one] for one in sorted(near)})
    left = sorted(parted)
    for at, one in enumerate(left):
        pairs += _near_pairs(one, signatures[one], {other: signatures[other] for other in left[at + 1 :]})
    joined = copies.clusters_with(session, {other for _, other in pairs} - parted)
    leads: dict[int, int | None] = dict.fromkeys({article_id, *parted})
    for cluster in clusters_of([*pairs, *joined.items()]):
        leads.update(dict.fromkeys(cluster, min(cluster)))
    copies.move(session, leads)


def _near_pairs(one: int, signature: Signature, others: Mapping[int, Signature]) -> list[tuple[int, int]]:
    verdicts = near_duplicates(signature, list(others.values()))
    return [(one, other) for other, is_near in zip(others, verdicts, strict=True) if is_near]
