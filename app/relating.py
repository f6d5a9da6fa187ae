"""What follows from an article once it is stored: how it hangs together with programmes and other articles.

Everything here is derived: it is made anew whenever the article is, and could be from the database alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlmodel import Session

from app.likeness.components import clusters_of
from app.likeness.wordings import Wording, are_same_words, fingerprints
from app.store import models, printings, programmes, quotes
from app.store.printings import Printing


def relate_article(session: Session, article_id: int, text: str) -> None:
    """Derive what a stored article, with its mentions and quotations, says of others and they of it."""
    mentions = programmes.spans_of_article(session, article_id)
    spans = quotes.spans_of_quotes(session, article_id)
    programmes.replace_quote_programmes(session, article_id, _programmes_of_quotes(text, spans, mentions))
    _cluster_quotations(session, article_id)


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
    printings.replace_clusters(session, loose, leads)


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
