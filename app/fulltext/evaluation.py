"""The articles of one segment that a tree asks for, with their scores.

Scores are those of Whoosh's BM25F. Labels, dates, prefixes within other conditions and what is left out
select articles without changing their order among each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.deadline import check_deadline
from app.fulltext.analysis import query_terms, tokens
from app.fulltext.arrays import Array, ScoredIds, in_all, isin_sorted, places_of
from app.fulltext.document_facts import label_term
from app.fulltext.places import Stretches, near_in_unit, near_in_words, phrase
from app.fulltext.segments import Segment, Snapshot
from app.fulltext.tree import (
    And,
    Dated,
    Labelled,
    Moment,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    Undated,
    Unit,
    Words,
    Zone,
)
from app.fulltext.vocabulary import Word
from app.fulltext.whoosh_files import LABELS

MAX_EXPANSIONS = 200
PREFIX_SCORE = 1.0
_MANY = 2  # words make a phrase
_NONE = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class Matches:
    """Documents of a segment, ascending, with their scores; no scores: the condition only selects."""

    ids: Array
    scores: Array | None = None


def expanded(words: Sequence[Word], zone: Zone) -> list[tuple[Zone, str]]:
    """The terms that the words of a prefix are found by.

    In the whole text that is each word as it stands. In a part of it, where words are kept by their stems
    only, "negoti*" finds the stem's other words too.
    """
    if zone in (Zone.TEXT, Zone.EXACT):
        return [(Zone.EXACT, word.exact) for word in words]
    return [(zone, term) for term in sorted({terms[0] for terms in _stems(words)})]


def _stems(words: Sequence[Word]) -> list[tuple[str, ...]]:
    return [token.terms for word in words for token in tokens(word.exact)]


class Evaluation:
    """One query on one snapshot. A part of the tree that stands in it twice is evaluated once a segment."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._expansions: dict[Prefix, list[tuple[Zone, str]]] = {}

    def matches(self, segment: Segment, node: Node) -> Matches:
        """What ``node`` finds in a segment, articles deleted since included. Raises TookTooLongError."""
        check_deadline()
        match node:
            case Words() | Prefix() | Near():
                found = self._leaf(segment, node)
                return Matches(found.ids, found.scores)
            case Labelled(label, values):
                lists = [segment.documents(LABELS, label_term(label, value)).ids for value in values]
                return Matches(_union(lists, segment.count))
            case Dated() | Undated():
                return Matches(_dated(segment, node))
            case Not(child):
                return Matches(_all_but(self.matches(segment, child).ids, segment.count))
            case And(children):
                return self._all_of(segment, children)
            case Or(children):
                return self._any_of(segment, children)

    def _leaf(self, segment: Segment, node: Words | Prefix | Near) -> ScoredIds:
        if isinstance(node, Words) and len(terms := query_terms(node)) < _MANY:
            return self._snapshot.scored(segment, node.zone, terms[0]) if terms else ScoredIds.none()
        return self._snapshot.found(segment, node, lambda: self._find(segment, node))

    def _find(self, segment: Segment, node: Words | Prefix | Near) -> ScoredIds:
        match node:
            case Words():
                return self._phrase(segment, node)
            case Prefix():
                return self._prefix(segment, node)
            case Near():
                return self._near(segment, node)

    def _phrase(self, segment: Segment, node: Words) -> ScoredIds:
        stretches = self._stretches(segment, node)
        return self._scored(segment, segment.columns.numbering.documents_of(stretches.starts), node)

    def _prefix(self, segment: Segment, node: Prefix) -> ScoredIds:
        lists = [segment.documents(zone, term).ids for zone, term in self._expansion(node)]
        ids = _union(lists, segment.count)
        return ScoredIds(ids, np.full(len(ids), PREFIX_SCORE))

    def _expansion(self, node: Prefix) -> list[tuple[Zone, str]]:
        if node not in self._expansions:
            self._expansions[node] = expanded(self._snapshot.expansion(node.start, MAX_EXPANSIONS), node.zone)
        return self._expansions[node]

    def _near(self, segment: Segment, node: Near) -> ScoredIds:
        left, right = self._stretches(segment, node.left), self._stretches(segment, node.right)
        columns = segment.columns
        if node.unit is Unit.WORDS:
            ids = near_in_words(columns.numbering, left, right, node.distance)
        else:
            starts = columns.sentences if node.unit is Unit.SENTENCE else columns.paragraphs
            ids = near_in_unit(columns.numbering, left, right, starts)
        return self._scored(segment, ids, node.left, node.right)

    def _stretches(self, segment: Segment, node: Words | Prefix) -> Stretches:
        if isinstance(node, Prefix):
            found = [segment.places(zone, term) for zone, term in self._expansion(node)]
            places = np.unique(np.concatenate([np.empty(0, np.int32), *found]))
            return Stretches(places, places)
        words = [segment.places(node.zone, term) for term in query_terms(node)]
        if not words:
            return Stretches(np.empty(0, np.int32), np.empty(0, np.int32))
        return phrase(words, node.slop)

    def _scored(self, segment: Segment, ids: Array, *parts: Words | Prefix) -> ScoredIds:
        """These documents, with the scores of all words of ``parts`` in them."""
        scores = np.zeros(len(ids))
        if len(ids):
            for part in parts:
                if isinstance(part, Prefix):
                    scores += PREFIX_SCORE
                    continue
                for term in query_terms(part):
                    one = self._snapshot.scored(segment, part.zone, term)
                    scores += one.scores[places_of(ids, one.ids, segment.count)]
        return ScoredIds(ids, scores)

    def _all_of(self, segment: Segment, children: Sequence[Node]) -> Matches:
        found = [self.matches(segment, child) for child in children if not isinstance(child, Not)]
        left_out = [child.child for child in children if isinstance(child, Not)]
        ids, places = in_all([part.ids for part in found], segment.count)
        for child in left_out:
            if len(ids):
                kept = np.flatnonzero(~isin_sorted(ids, self.matches(segment, child).ids, segment.count))
                ids, places = ids[kept], [kept if at is None else at[kept] for at in places]
        scores = np.zeros(len(ids))
        for part, at in zip(found, places, strict=True):
            if part.scores is not None and len(ids):
                scores += part.scores if at is None else part.scores[at]
        return Matches(ids, scores)

    def _any_of(self, segment: Segment, children: Sequence[Node]) -> Matches:
        found = [self.matches(segment, child) for child in children]
        scores = np.zeros(segment.count)
        for part in found:
            if part.scores is not None:
                scores[part.ids] += part.scores
        ids = _union([part.ids for part in found], segment.count)
        return Matches(ids, scores[ids])


def _union(lists: Sequence[Array], count: int) -> Array:
    if len(lists) == 1:
        return lists[0]
    marked = np.zeros(count, bool)
    for ids in lists:
        marked[ids] = True
    return np.flatnonzero(marked).astype(np.int32)


def _all_but(ids: Array, count: int) -> Array:
    marked = np.ones(count, bool)
    marked[ids] = False
    return np.flatnonzero(marked).astype(np.int32)


def _dated(segment: Segment, node: Dated | Undated) -> Array:
    """Documents whose interval of possible days meets the one asked for."""
    columns = segment.columns
    if isinstance(node, Undated):
        return np.flatnonzero(columns.first_days == 0).astype(np.int32)
    if node.moment is Moment.TOLD:
        told = columns.told
        return _union([told.documents[_meets(told.firsts, told.lasts, node)], _NONE], segment.count)
    is_added = node.moment is Moment.ADDED
    firsts = columns.added_days if is_added else columns.first_days
    lasts = columns.added_days if is_added else columns.last_days
    return np.flatnonzero(_meets(firsts, lasts, node)).astype(np.int32)


def _meets(firsts: Array, lasts: Array, node: Dated) -> Array:
    """Which stretches of days meet the one asked for."""
    found: Array = firsts > 0
    if node.first is not None:
        found &= lasts >= node.first.toordinal()
    if node.last is not None:
        found &= firsts <= node.last.toordinal()
    return found
