"""What follows from an article once it is stored: how it hangs together with programmes and other articles.

Everything here is derived: it is made anew whenever the article is, and could be from the database alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.authority.sentences import Sentences
from app.extractors.credits import credits_of
from app.likeness.components import clusters_of
from app.likeness.minhash import Signature, near_duplicates
from app.likeness.wordings import Wording, are_same_words, fingerprints, wording_key
from app.store import copies, events, printings, programmes, quotes, sourcing
from app.store.printings import Printing
from app.text_reading import TextReading


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article whose mentions and quotations are stored already, with what was read in its text."""

    id: int
    outlet: str | None
    reading: TextReading

    @property
    def text(self) -> str:
        """What it says."""
        return self.reading.text


def relate_article(session: Session, article: StoredArticle) -> None:
    """Derive anew what a stored article says of programmes, times and others, and they of it."""
    relate_articles(session, [article], old={article.id})


def relate_articles(session: Session, stored: Sequence[StoredArticle], *, old: Collection[int] = ()) -> None:
    """Derive what stored articles say of programmes, times and others, and they of them.

    Of those in ``old`` it was derived before, from what they were. Many at once cost less than each alone.
    """
    ids = [article.id for article in stored]
    mentions = programmes.spans_of_articles(session, ids)
    spans = quotes.spans_of_articles(session, ids)
    named = [
        row
        for one in stored
        for row in _programmes_of_quotes(one.text, spans.get(one.id, {}), mentions.get(one.id, ()))
    ]
    programmes.replace_quote_programmes(session, named, old)
    credited = {one.id: _credits_of(one) for one in stored}
    sourcing.replace_credits(session, credited, old)
    slugs = {person.slug for one in stored for person in one.reading.people}
    person_ids = events.person_ids(session, sorted(slugs))
    speakers = events.speakers_by_quote(
        session, [quote_id for of_one in spans.values() for quote_id in of_one]
    )
    told = {}
    for one in stored:
        own = spans.get(one.id, {})
        there = [
            (at.start, at.end, person_ids[at.slug]) for at in one.reading.people if at.slug in person_ids
        ]
        there += [
            (start, end, person)
            for quote_id, found in own.items()
            for start, end in found
            for person in speakers.get(quote_id, ())
        ]
        told[one.id] = list(_events(one, mentions.get(one.id, ()), there))
    events.replace_events(session, told, old)
    _cluster_quotations(session, ids, old)
    _cluster_copies(session, {one.id: one.reading.signature for one in stored}, old)


def _credits_of(article: StoredArticle) -> list[sourcing.CreditRow]:
    found = credits_of(article.text, article.outlet)
    return [sourcing.CreditRow(one.role, one.name, one.start, one.end, one.rule) for one in found]


def _events(
    article: StoredArticle,
    mentions: Sequence[tuple[int, int, int]],
    people: Sequence[tuple[int, int, int]],
) -> Iterator[events.NewEvent]:
    """The times that the text tells, with what and whom their sentences name or quote."""
    sentences = Sentences(article.text)
    for told in article.reading.times:
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
            person_ids=frozenset(_within(start, end, people)),
        )


def _within(start: int, end: int, spans: Iterable[tuple[int, int, int]]) -> Iterator[int]:
    """What the spans that overlap a stretch stand for."""
    return (what for first, last, what in spans if first < end and start < last)


def _programmes_of_quotes(
    text: str, quoted: Mapping[int, Sequence[tuple[int, int]]], mentions: Sequence[tuple[int, int, int]]
) -> Iterator[dict[str, Any]]:
    """The programmes that each quotation names: in its words, else in the paragraphs it stands in."""
    if not mentions:
        return
    for quote_id, spans in quoted.items():
        start = text.rfind("\n", 0, spans[0][0]) + 1
        end = text.find("\n", spans[-1][1])
        named: dict[int, bool] = {}
        for mention_start, mention_end, programme_id in mentions:
            if mention_start >= start and (end < 0 or mention_end <= end):
                in_words = any(first < mention_end and mention_start < last for first, last in spans)
                named[programme_id] = named.get(programme_id, False) or in_words
        for programme_id, in_words in named.items():
            yield {"quote_id": quote_id, "programme_id": programme_id, "in_words": in_words}


def _cluster_quotations(session: Session, ids: Sequence[int], old: Collection[int]) -> None:
    """Bring the clusters of the same words up to date with articles' present quotations.

    Two quotations belong together by their own words alone, so the clusters are the same whatever the order
    in which articles come in. What the quotations of changed articles held together is put together anew. A
    wording that the archive has already joins its first printing, however many there are; only a new one is
    compared, and with one printing of each wording that is much like it.
    """
    own = printings.printings_of_articles(session, ids)
    before = set(quotes.ids_of_articles(session, old)) if old else set()
    parted = printings.members_of(session, before).keys() if before else set()
    loose = {*own, *parted} - (before - {*own})
    printings.forget_printings(session, before, parted)
    known = {one.quote_id: one for one in printings.read_printings(session, loose)}
    wordings = _Wordings(known.values())
    printed = printings.first_with_wordings(session, wordings.by_key)
    new = wordings.by_key if parted else wordings.by_key.keys() - printed.keys()
    marks = {key: fingerprints(wordings.of(key)) for key in new}
    printings.add_wordings(session, {one: wordings.keys[one] for one in own if one in wordings.keys}, marks)
    first = {key: printed.get(key, found[0]) for key, found in wordings.by_key.items()}
    pairs = [(first[key], one) for key, found in wordings.by_key.items() for one in found]
    pairs += _same_words(session, wordings, marks, first)
    leads = printings.leads_of(session, {one for pair in pairs for one in pair} - loose)
    pairs += leads.items()
    others = {one for pair in pairs for one in pair} - known.keys()
    known |= {one.quote_id: one for one in printings.read_printings(session, others)}
    moved, joining = dict[int, int](), dict[int, int]()
    for cluster in clusters_of(pairs):
        lead = min((known[one] for one in cluster), key=Printing.order).quote_id
        had = {leads[one] for one in cluster if one in leads}
        moved |= dict.fromkeys(had - {lead}, lead)
        joining |= dict.fromkeys(cluster - leads.keys() - had, lead)
    printings.join_clusters(session, moved, joining)


class _Wordings:
    """What quotations say, each wording once; those too short or without linked speakers are left out."""

    def __init__(self, said: Iterable[Printing]) -> None:
        self.keys: dict[int, int] = {}  # by quotation
        self.by_key: dict[int, list[int]] = {}
        self._wordings: dict[int, Wording] = {}
        for one in said:
            self.add(one)

    def add(self, said: Printing) -> None:
        """Add a quotation."""
        wording = Wording.of(said.speakers, said.segments)
        if fingerprints(wording):
            key = wording_key(wording)
            self.keys[said.quote_id] = key
            self.by_key.setdefault(key, []).append(said.quote_id)
            self._wordings[key] = wording

    def of(self, key: int) -> Wording:
        """The wording with this key."""
        return self._wordings[key]


def _same_words(
    session: Session, wordings: _Wordings, marks: Mapping[int, Collection[int]], first: dict[int, int]
) -> list[tuple[int, int]]:
    """Printings of the same words: of each wording that has ``marks`` and each that shares one of them."""
    groups = printings.wordings_sharing(session, {mark for found in marks.values() for mark in found})
    near = {
        (min(one, other), max(one, other))
        for group in groups
        for one in marks.keys() & group
        for other in group
        if one != other
    }
    unread = {key for pair in near for key in pair} - first.keys()
    others = printings.first_with_wordings(session, unread)
    for one in printings.read_printings(session, others.values()):
        wordings.add(one)
    first |= others
    return [
        (first[one], first[other])
        for one, other in sorted(near)
        if one in first and other in first and are_same_words(wordings.of(one), wordings.of(other))
    ]


def _cluster_copies(session: Session, signatures: dict[int, Signature], old: Collection[int]) -> None:
    """Bring the clusters of near-duplicates up to date with articles' present texts.

    Whether two articles belong together is said by their two texts, so the clusters are the same whatever
    the order in which articles come in. A new article is compared with those that share a band and joins
    their clusters; a changed one may have held others together, whose cluster is then put together anew.
    """
    stored = {key: copies.StoredSignature(key, one.count, one.as_bytes()) for key, one in signatures.items()}
    before = {one.article_id: one for one in copies.read_signatures(session, old)}
    changed = {key: one for key, one in signatures.items() if before.get(key) != stored[key]}
    gone = {key: Signature.read(one.count, one.minima) for key, one in before.items() if key in changed}
    bands = {key: one.bands() for key, one in changed.items()}
    copies.replace_signatures(
        session,
        [stored[key] for key in changed],
        bands=bands,
        old_bands={key: one.bands() for key, one in gone.items()},
    )
    parted = set(copies.clusters_with(session, gone)) - changed.keys()
    sharing = copies.sharing_bands(session, {band for found in bands.values() for band in found})
    near = {key: {one for band in found for one in sharing[band]} - {key} for key, found in bands.items()}
    unread = {*parted, *(one for found in near.values() for one in found)} - signatures.keys()
    known = signatures | {
        one.article_id: Signature.read(one.count, one.minima)
        for one in copies.read_signatures(session, unread)
    }
    pairs: list[tuple[int, int]] = []
    left = sorted(parted)
    for at, one in enumerate(left):
        near[one] = set(left[at + 1 :])
    for one, others in near.items():
        pairs += _near_pairs(one, known[one], {other: known[other] for other in sorted(others)})
    settled = {one for pair in pairs for one in pair} - parted - changed.keys()
    leads: dict[int, int | None] = dict.fromkeys({*changed, *parted})
    for cluster in clusters_of([*pairs, *copies.clusters_with(session, settled).items()]):
        leads.update(dict.fromkeys(cluster, min(cluster)))
    copies.move(session, leads)


def _near_pairs(one: int, signature: Signature, others: Mapping[int, Signature]) -> list[tuple[int, int]]:
    verdicts = near_duplicates(signature, list(others.values()))
    return [(one, other) for other, is_near in zip(others, verdicts, strict=True) if is_near]
