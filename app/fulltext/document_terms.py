"""The terms of a whole article, zone by zone, with where they stand: what the index is given of it.

All zones count positions alike, so that "in the title", "in a quotation" and "in one sentence" are questions
about positions. The title stands first; a gap keeps phrases from reaching from it into the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.fulltext.analysis import find_words, tokens, word_forms
from app.fulltext.tree import Zone
from app.sentences import breaks

TITLE_WEIGHT = 2.0  # a word of the title tells as much as two in the text
_TITLE_GAP = 100  # positions

Places = defaultdict[str, list[int]]
"""The positions of each term, in order."""


@dataclass(slots=True)
class DocumentTerms:
    """An article's terms."""

    zones: dict[Zone, Places] = field(default_factory=lambda: {zone: defaultdict(list) for zone in Zone})
    sentence_starts: list[int] = field(default_factory=list)
    paragraph_starts: list[int] = field(default_factory=list)

    def title_weights(self) -> dict[str, float]:
        """What the terms of the title count for in the whole text; any other counts once for each place."""
        in_text = self.zones[Zone.TEXT]
        return {
            term: len(in_text[term]) + (TITLE_WEIGHT - 1.0) * len(places)
            for term, places in self.zones[Zone.TITLE].items()
        }


def document_terms(title: str, text: str, quotes: Sequence[tuple[int, int]]) -> DocumentTerms:
    """The terms of an article; ``quotes`` are the stretches of ``text`` that stand in quotation marks."""
    found = DocumentTerms()
    next_position = _add_title(found, title)
    _add_text(found, text, next_position + _TITLE_GAP if next_position else 0, sorted(quotes))
    return found


def _add_title(found: DocumentTerms, title: str) -> int:
    """Add the title's terms; the position after the last of them."""
    position = 0
    for position, token in enumerate(tokens(title), start=1):
        found.zones[Zone.EXACT][token.exact].append(position - 1)
        for term in token.terms:
            found.zones[Zone.TEXT][term].append(position - 1)
            found.zones[Zone.TITLE][term].append(position - 1)
    return position


def _add_text(found: DocumentTerms, text: str, first: int, quotes: Sequence[tuple[int, int]]) -> None:
    starts, is_paragraph = _breaks(text)
    in_text, in_quote, exact = (found.zones[zone] for zone in (Zone.TEXT, Zone.QUOTE, Zone.EXACT))
    seen, next_start = 0, starts[0]  # breaks behind, and where the next one is
    open_quotes = iter([*quotes, (len(text), len(text))])
    quote_start, quote_end = next(open_quotes)
    for position, match in enumerate(find_words(text), start=first):
        terms, word = word_forms(match[0])
        start = match.start()
        if start >= next_start:
            seen = _add_break(found, starts, is_paragraph, seen, start, position)
            next_start = starts[seen] if seen < len(starts) else len(text)
        while start >= quote_end:
            quote_start, quote_end = next(open_quotes)
        is_quoted = start >= quote_start and match.end() <= quote_end
        exact[word].append(position)
        for term in terms:
            in_text[term].append(position)
            if is_quoted:
                in_quote[term].append(position)


def _add_break(
    found: DocumentTerms,
    starts: Sequence[int],
    is_paragraph: Sequence[bool],
    seen: int,
    at: int,
    position: int,
) -> int:
    """Put down that a sentence begins at ``position``, perhaps a paragraph; how many breaks are behind."""
    behind = bisect_right(starts, at)
    found.sentence_starts.append(position)
    if any(is_paragraph[seen:behind]):
        found.paragraph_starts.append(position)
    return behind


def _breaks(text: str) -> tuple[list[int], list[bool]]:
    """Where sentences begin, the beginning of the text included, and which of them begin a paragraph."""
    found = list(breaks(text))
    return [0, *(one.start for one in found)], [True, *(one.is_paragraph for one in found)]
