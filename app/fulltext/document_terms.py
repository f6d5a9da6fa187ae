"""The terms of a whole article, zone by zone, with where they stand: what the index is given of it.

All zones count positions alike, so that "in the title", "in a quotation" and "in one sentence" are questions
about positions. The title stands first; a gap keeps phrases from reaching from it into the text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.fulltext.analysis import find_words, word_forms
from app.fulltext.tree import Zone
from app.sentences import breaks

TITLE_WEIGHT = 2.0  # a word of the title tells as much as two in the text
TITLE_GAP = 100  # positions

_Forms = list[tuple[tuple[str, ...], str]]


@dataclass(slots=True)
class Places:
    """Terms in the order of their places, with the position of each; a place can have two terms."""

    terms: list[str] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)

    def extend(self, terms: Sequence[str], positions: Sequence[int]) -> None:
        """Add what stands behind the places that are there."""
        self.terms.extend(terms)
        self.positions.extend(positions)


@dataclass(slots=True)
class DocumentTerms:
    """An article's terms."""

    zones: dict[Zone, Places] = field(default_factory=lambda: {zone: Places() for zone in Zone})
    sentence_starts: list[int] = field(default_factory=list)
    paragraph_starts: list[int] = field(default_factory=list)
    end: int = 0  # the position after the last word

    def title_weights(self) -> dict[str, float]:
        """What the terms of the title count for in the whole text; any other counts once for each place."""
        in_title, in_text = self.zones[Zone.TITLE].terms, self.zones[Zone.TEXT].terms
        return {
            term: in_text.count(term) + (TITLE_WEIGHT - 1.0) * in_title.count(term) for term in set(in_title)
        }


def document_terms(title: str, text: str, quotes: Sequence[tuple[int, int]]) -> DocumentTerms:
    """The terms of an article; ``quotes`` are the stretches of ``text`` that stand in quotation marks."""
    found = DocumentTerms()
    titled = [word_forms(match[0]) for match in find_words(title)]
    _add_words(found, (Zone.TEXT, Zone.TITLE), titled, 0)
    matches = list(find_words(text))
    starts = [match.start() for match in matches]
    forms = [word_forms(match[0]) for match in matches]
    first = len(titled) + TITLE_GAP if titled else 0
    _add_words(found, (Zone.TEXT,), forms, first)
    found.end = first + len(forms)
    seen = 0
    for start, end in sorted(quotes):
        begin = max(seen, bisect_left(starts, start))
        seen = max(begin, bisect_right(matches, end, key=lambda match: match.end()))
        terms, positions = _terms_of(forms[begin:seen], first + begin)
        found.zones[Zone.QUOTE].extend(terms, positions)
    _add_breaks(found, text, starts, first)
    return found


def _add_words(found: DocumentTerms, zones: Sequence[Zone], forms: _Forms, first: int) -> None:
    """Add words that stand one after another from position ``first`` on."""
    found.zones[Zone.EXACT].extend([exact for _, exact in forms], range(first, first + len(forms)))
    terms, positions = _terms_of(forms, first)
    for zone in zones:
        found.zones[zone].extend(terms, positions)


def _terms_of(forms: _Forms, first: int) -> tuple[list[str], Sequence[int]]:
    """The terms of words, each with its word's position."""
    terms = [term for terms, _ in forms for term in terms]
    if len(terms) == len(forms):
        return terms, range(first, first + len(forms))
    return terms, [place for place, (terms, _) in enumerate(forms, start=first) for _ in terms]


def _add_breaks(found: DocumentTerms, text: str, starts: Sequence[int], first: int) -> None:
    """Put down at which words sentences and paragraphs begin; breaks without words between are one."""
    is_paragraph = {0: True}
    for one in breaks(text):
        word = bisect_left(starts, one.start)
        is_paragraph[word] = is_paragraph.get(word, False) or one.is_paragraph
    is_paragraph.pop(len(starts), None)  # no word follows
    found.sentence_starts = [first + word for word in is_paragraph]
    found.paragraph_starts = [first + word for word, is_one in is_paragraph.items() if is_one]
