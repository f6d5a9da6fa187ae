"""Which stretches of a text a query's words match: what is marked in snippets and in articles."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from app.folding import fold
from app.fulltext.analysis import find_words, query_terms
from app.fulltext.tree import And, Near, Node, Or, Prefix, Unit, Words, Zone
from app.fulltext.word_search import beginnings, words_like
from app.sentences import breaks

Span = tuple[int, int]
Leaf = Words | Prefix | Near

_GAP = re.compile(r"[\s-]+")


def matches(text: str, tree: Node, quoted: Sequence[Span] = ()) -> list[Span]:
    """The stretches of ``text`` that the query's words match, in order and apart.

    A phrase matches only as a whole, near things only where they are near; what the query leaves out
    matches nothing; neighbours that both match are one stretch. Words asked for in a quotation match
    inside ``quoted``, the stretches in quotation marks; those asked for in a title are none of the text.
    Labels have no words: whoever stored them knows their places.
    """
    sought = _sought(tree)
    if not sought.leaves:
        return []
    words = _TextWords(text, quoted, sought)
    return merge(text, [span for leaf in sought.leaves for span in words.spans(leaf)])


def merge(text: str, spans: Sequence[Span]) -> list[Span]:
    """Spans in order, with those joined that overlap or have nothing but space between them."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or _GAP.fullmatch(text, merged[-1][1], start)):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


class _Sought(NamedTuple):
    """What a tree looks for in a text."""

    leaves: tuple[Leaf, ...]
    beginnings: frozenset[str]  # of the words that may be meant
    reach: int


@lru_cache(maxsize=100)
def _sought(tree: Node) -> _Sought:
    leaves = tuple(leaf for leaf in _positive_leaves(tree) if _zone(leaf) is not Zone.TITLE)
    return _Sought(leaves, beginnings(_terms_of(leaves)), max(map(_reach, leaves), default=0))


def _positive_leaves(tree: Node) -> Iterator[Leaf]:
    match tree:
        case Words() | Prefix() | Near():
            yield tree
        case And(children) | Or(children):
            for child in children:
                yield from _positive_leaves(child)


def _zone(leaf: Leaf) -> Zone:
    return leaf.left.zone if isinstance(leaf, Near) else leaf.zone


class _TextWords:
    """The words of one text that the leaves of a query may mean, in order; made once for all leaves."""

    def __init__(self, text: str, quoted: Sequence[Span], sought: _Sought) -> None:
        self._text = text
        self._quoted = sorted(quoted)
        self._words = words_like(text, sought.beginnings)
        self._by_term: dict[str, list[int]] = {}  # term → its words by their place in the list, in order
        for at, word in enumerate(self._words):
            for term in word.terms:
                self._by_term.setdefault(term, []).append(at)
        self._reach = sought.reach

    def spans(self, leaf: Leaf) -> list[Span]:
        """The stretches of the text that a leaf matches."""
        if isinstance(leaf, Near):
            return self._near_spans(leaf)
        apart = isinstance(leaf, Words) and leaf.slop > 0
        return [span for found in self._found(leaf) for span in self._stretches(found, apart=apart)]

    def _stretches(self, found: Sequence[int], *, apart: bool) -> list[Span]:
        """These words: each for itself, or all as one stretch."""
        if apart:
            return [(self._words[at].start, self._words[at].end) for at in found]
        return [(self._words[found[0]].start, self._words[found[-1]].end)]

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
            return self._numbers[second[0]] - self._numbers[first[-1]] <= near.distance
        starts = self._sentences if near.unit is Unit.SENTENCE else self._paragraphs
        one, other = (bisect_right(starts, self._words[at].start) for at in (first[0], second[0]))
        return one == other

    def _found(self, leaf: Words | Prefix) -> list[list[int]]:
        """The words of each match, in order of the text."""
        found = [[at] for at in self._beginning(leaf.start)] if isinstance(leaf, Prefix) else []
        if isinstance(leaf, Words):
            found = self._sequences(leaf)
        return [one for one in found if self._is_quoted(one)] if leaf.zone is Zone.QUOTE else found

    def _beginning(self, start: str) -> list[int]:
        return [at for at, word in enumerate(self._words) if fold(word.exact).startswith(start)]

    def _sequences(self, words: Words) -> list[list[int]]:
        """Where the words stand in this order, with no more others among them than the slop allows."""
        places = self._by_exact if words.zone is Zone.EXACT else self._by_term
        wanted = [places.get(term, []) for term in query_terms(words)]
        if len(wanted) == 1:
            return [[at] for at in wanted[0]]
        found = []
        for first in wanted[0] if wanted else ():
            chosen = _earliest(first, wanted[1:])
            if chosen and self._numbers[chosen[-1]] - self._numbers[first] - len(wanted) + 1 <= words.slop:
                found.append(chosen)
        return found

    def _is_quoted(self, found: Sequence[int]) -> bool:
        start, end = self._words[found[0]].start, self._words[found[-1]].end
        before = bisect_right(self._quoted, (start, len(self._text))) - 1
        return before >= 0 and end <= self._quoted[before][1]

    @cached_property
    def _numbers(self) -> list[int]:
        """Words counted through the text; what is farther apart than any leaf asks for is only far apart."""
        numbers, number, end = [], 0, 0
        for word in self._words:
            between = islice(find_words(self._text, end, word.start), self._reach)
            number, end = number + 1 + sum(1 for _ in between), word.end
            numbers.append(number)
        return numbers

    @cached_property
    def _by_exact(self) -> dict[str, list[int]]:
        by_exact: dict[str, list[int]] = {}
        for at, word in enumerate(self._words):
            by_exact.setdefault(word.exact, []).append(at)
        return by_exact

    @cached_property
    def _sentences(self) -> list[int]:
        """Where sentences begin, the first one apart."""
        return [one.start for one in breaks(self._text)]

    @cached_property
    def _paragraphs(self) -> list[int]:
        """Where paragraphs begin, the first one apart."""
        return [one.start for one in breaks(self._text) if one.is_paragraph]


def _terms_of(leaves: Sequence[Leaf]) -> Iterator[str]:
    """The terms of leaves, or how their words begin."""
    for leaf in leaves:
        match leaf:
            case Near(left, right):
                yield from _terms_of((left, right))
            case Prefix(start):
                yield start
            case Words(zone=Zone.EXACT):
                yield from map(fold, query_terms(leaf))
            case Words():
                yield from query_terms(leaf)


def _reach(leaf: Leaf) -> int:
    """How many words the farthest two words of a match may have between them, and one more."""
    match leaf:
        case Near(left, right):
            return max(leaf.distance, _reach(left), _reach(right))
        case Words():
            return leaf.slop + 1
    return 1


def _earliest(first: int, following: Sequence[Sequence[int]]) -> list[int]:
    """The first place of each after the one before it; empty if one has none. No choice ends earlier."""
    numbers = [first]
    for places in following:
        at = bisect_right(places, numbers[-1])
        if at == len(places):
            return []
        numbers.append(places[at])
    return numbers
