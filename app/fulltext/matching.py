"""Which stretches of a text a query's words match: what is marked in snippets and in articles."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from app.folding import fold
from app.fulltext.analysis import terms
from app.fulltext.snippets import SENTENCE
from app.fulltext.tree import And, Near, Node, Or, Prefix, Unit, Words, Zone

Span = tuple[int, int]

_GAP = re.compile(r"[\s-]+")
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)


def matches(text: str, tree: Node, quoted: Sequence[Span] = ()) -> list[Span]:
    """The stretches of ``text`` that the query's words match, in order and apart.

    A phrase matches only as a whole, near things only where they are near; what the query leaves out
    matches nothing; neighbours that both match are one stretch. Words asked for in a quotation match
    inside ``quoted``, the stretches in quotation marks; those asked for in a title are none of the text.
    Labels have no words: whoever stored them knows their places.
    """
    leaves = [leaf for leaf in _positive_leaves(tree) if _zone(leaf) is not Zone.TITLE]
    if not leaves:
        return []
    words = _TextWords(text, quoted)
    return merge(text, [span for leaf in leaves for span in words.spans(leaf)])


def merge(text: str, spans: Sequence[Span]) -> list[Span]:
    """Spans in order, with those joined that overlap or have nothing but space between them."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or _GAP.fullmatch(text, merged[-1][1], start)):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _positive_leaves(tree: Node) -> Iterator[Words | Prefix | Near]:
    match tree:
        case Words() | Prefix() | Near():
            yield tree
        case And(children) | Or(children):
            for child in children:
                yield from _positive_leaves(child)


def _zone(leaf: Words | Prefix | Near) -> Zone:
    return leaf.left.zone if isinstance(leaf, Near) else leaf.zone


class _TextWords:
    """The words of one text by number, with where each term stands; made once for all leaves."""

    def __init__(self, text: str, quoted: Sequence[Span]) -> None:
        self._text = text
        self._quoted = sorted(quoted)
        self._places: list[Span] = []
        self._numbers: dict[str, list[int]] = {}  # term → the numbers of its words, in order
        for term in terms(text):
            if not self._places or self._places[-1][0] != term.start:
                self._places.append((term.start, term.end))
            self._numbers.setdefault(term.text, []).append(len(self._places) - 1)

    def spans(self, leaf: Words | Prefix | Near) -> list[Span]:
        """The stretches of the text that a leaf matches."""
        if isinstance(leaf, Near):
            return self._near_spans(leaf)
        apart = isinstance(leaf, Words) and leaf.slop > 0
        return [span for found in self._found(leaf) for span in self._stretches(found, apart=apart)]

    def _stretches(self, numbers: Sequence[int], *, apart: bool) -> list[Span]:
        """The words with these numbers: each for itself, or all as one stretch."""
        if apart:
            return [self._places[number] for number in numbers]
        return [(self._places[numbers[0]][0], self._places[numbers[-1]][1])]

    def _near_spans(self, near: Near) -> list[Span]:
        lefts, rights = self._found(near.left), self._found(near.right)
        close = [found for found in lefts if self._has_near(found, rights, near)]
        close += [found for found in rights if self._has_near(found, lefts, near)]
        return [span for found in close for span in self._stretches(found, apart=False)]

    def _has_near(self, found: list[int], others: list[list[int]], near: Near) -> bool:
        """Whether one of the others, which are in order, is near; the nearest ones are looked at."""
        at = bisect_left(others, found)
        around = (one for one in others[max(0, at - 2) : at + 2] if not set(one) & set(found))
        return any(self._is_near(min(found, one), max(found, one), near) for one in around)

    def _is_near(self, first: list[int], second: list[int], near: Near) -> bool:
        """Whether the second, which begins later, is near the first."""
        if near.unit is Unit.WORDS:
            return second[0] - first[-1] <= near.distance
        units = self._sentences if near.unit is Unit.SENTENCE else self._paragraphs
        return units[first[0]] == units[second[0]]

    def _found(self, leaf: Words | Prefix) -> list[list[int]]:
        """The numbers of the words of each match, in order of the text."""
        found = [[number] for number in self._beginning(leaf.start)] if isinstance(leaf, Prefix) else []
        if isinstance(leaf, Words):
            found = self._sequences(leaf)
        return [one for one in found if self._is_quoted(one)] if leaf.zone is Zone.QUOTE else found

    def _beginning(self, start: str) -> list[int]:
        return [number for number, word in enumerate(self._folded) if word.startswith(start)]

    def _sequences(self, words: Words) -> list[list[int]]:
        """Where the words stand in this order, with no more others among them than the slop allows."""
        if words.zone is Zone.EXACT:
            wanted = [self._exact.get(word, []) for word in _exact_words(words.typed)]
        else:
            wanted = [self._numbers.get(term, []) for term in _word_terms(words.typed)]
        found = []
        for first in wanted[0] if wanted else ():
            numbers = _earliest(first, wanted[1:])
            if numbers and numbers[-1] - first - len(wanted) + 1 <= words.slop:
                found.append(numbers)
        return found

    def _is_quoted(self, numbers: Sequence[int]) -> bool:
        start, end = self._places[numbers[0]][0], self._places[numbers[-1]][1]
        before = bisect_right(self._quoted, (start, len(self._text))) - 1
        return before >= 0 and end <= self._quoted[before][1]

    @cached_property
    def _folded(self) -> list[str]:
        return [fold(self._text[start:end]) for start, end in self._places]

    @cached_property
    def _exact(self) -> dict[str, list[int]]:
        numbers: dict[str, list[int]] = {}
        for number, (start, end) in enumerate(self._places):
            numbers.setdefault(_exact_word(self._text[start:end]), []).append(number)
        return numbers

    @cached_property
    def _sentences(self) -> list[int]:
        """The number of each word's sentence."""
        ends = [match.end() for match in SENTENCE.finditer(self._text)]
        return [bisect_right(ends, start) for start, _ in self._places]

    @cached_property
    def _paragraphs(self) -> list[int]:
        """The number of each word's paragraph."""
        lines = list(accumulate(len(line) for line in self._text.splitlines(keepends=True)))
        return [bisect_right(lines, start) for start, _ in self._places]


def _earliest(first: int, following: Sequence[Sequence[int]]) -> list[int]:
    """The first place of each after the one before it; empty if one has none. No choice ends earlier."""
    numbers = [first]
    for places in following:
        at = bisect_right(places, numbers[-1])
        if at == len(places):
            return []
        numbers.append(places[at])
    return numbers


def _word_terms(typed: str) -> list[str]:
    """The index term of each word: of two at one place the whole one."""
    by_place: dict[int, str] = {}
    for term in terms(typed):
        by_place.setdefault(term.position, term.text)
    return list(by_place.values())


def _exact_words(typed: str) -> list[str]:
    places = dict.fromkeys((term.start, term.end) for term in terms(typed))
    return [_exact_word(typed[start:end]) for start, end in places]


def _exact_word(word: str) -> str:
    """A word letter by letter; how an accent is put together and an apostrophe is bent does not matter."""
    return unicodedata.normalize("NFC", _POSSESSIVE.sub("", word).replace("’", "'"))
