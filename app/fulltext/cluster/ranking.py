"""Our ranking of what a cluster found: the scores that the index in a folder gives, to the last digit.

A cluster ranks alike but not the same: it counts lengths and rarity in its own way, and by shard. So it
chooses the first hits, and tells what our formula takes: of each hit the weights of the query's terms and the
lengths of its zones, of the index how many documents have each term. An archive is then ranked the same
wherever it is searched.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh.util.numeric import byte_to_length, length_to_byte

from app.fulltext.analysis import query_terms
from app.fulltext.cluster.mapping import LENGTHS, WEIGHTS, weight_key
from app.fulltext.cluster.places import token
from app.fulltext.evaluation import PREFIX_SCORE
from app.fulltext.search_index import Weights
from app.fulltext.tree import And, Near, Node, Not, Or, Prefix, Words, Zone

Term = tuple[Zone, str]


def terms_of(tree: Node) -> Iterator[Term]:
    """The terms of a tree, those that it leaves out too; some may come twice."""
    match tree:
        case Words(zone=zone):
            yield from ((zone, term) for term in query_terms(tree))
        case Near(left, right):
            yield from terms_of(left)
            yield from terms_of(right)
        case Not(child):
            yield from terms_of(child)
        case And(children) | Or(children):
            for child in children:
                yield from terms_of(child)


def has_scores(tree: Node) -> bool:
    """Whether a tree ranks what it finds; others only select."""
    match tree:
        case Words() | Prefix() | Near():
            return True
        case And(children) | Or(children):
            return any(map(has_scores, children))
    return False


@dataclass(frozen=True, slots=True)
class Statistics:
    """What an index says of all its documents: how many, words of each zone, how many have each term."""

    documents: int
    words: Mapping[Zone, float]
    having: Mapping[Term, int]


def statistics_searches(terms: Collection[Term]) -> list[dict[str, Any]]:
    """The searches that ask for the statistics; a cluster keeps their answers until something changes."""
    sums = {zone.value: {"sum": {"field": f"{LENGTHS}.{zone.value}"}} for zone in Zone}
    counting = {"size": 0, "track_total_hits": True}
    return [
        {**counting, "query": {"match_all": {}}, "aggs": sums},
        *({**counting, "query": {"term": {zone.value: token(term)}}} for zone, term in terms),
    ]


def read_statistics(terms: Collection[Term], answers: list[Any]) -> Statistics:
    """The statistics in the answers to these searches."""
    whole, *each = answers
    return Statistics(
        documents=whole["hits"]["total"]["value"],
        words={zone: whole["aggregations"][zone.value]["value"] for zone in Zone},
        having={term: answer["hits"]["total"]["value"] for term, answer in zip(terms, each, strict=True)},
    )


def wanted_source(terms: Collection[Term]) -> list[str]:
    """What a hit must tell of itself so that it can be scored."""
    zones = {zone for zone, _ in terms}
    return [f"{LENGTHS}.{zone.value}" for zone in sorted(zones)] + [
        f"{WEIGHTS}.{zone.value}.{weight_key(term)}" for zone, term in terms
    ]


class Scoring:
    """Scores hits of one tree.

    ``names`` are those under which a hit tells which leaves of the tree it has.
    """

    def __init__(
        self, tree: Node, names: Mapping[Node, str], statistics: Statistics, weights: Weights
    ) -> None:
        self._tree = tree
        self._names = names
        self._statistics = statistics
        self._weights = weights

    def score(self, hit: Mapping[str, Any]) -> float:
        """The score of a hit, with the seven digits that count."""
        source, has = hit.get("_source", {}), frozenset(hit.get("matched_queries", ()))
        return float(np.float32(max(self._score(self._tree, source, has) or 0.0, 0.0)))

    def _score(self, node: Node, source: Mapping[str, Any], has: frozenset[str]) -> float | None:
        """What a node adds to the score of a hit; None where the hit does not have it."""
        match node:
            case And(children):
                found = [self._score(child, source, has) for child in children]
                return None if None in found else sum(one or 0.0 for one in found)
            case Or(children):
                found = [self._score(child, source, has) for child in children]
                return sum(one or 0.0 for one in found) if any(one is not None for one in found) else None
            case Not(child):
                return 0.0 if self._score(child, source, has) is None else None
            case Words() if node not in self._names:
                terms = query_terms(node)
                is_there = bool(terms) and _weight((node.zone, terms[0]), source) > 0
            case _:
                is_there = self._names[node] in has
        return self._of_leaf(node, source) if is_there else None

    def _of_leaf(self, leaf: Node, source: Mapping[str, Any]) -> float:
        """What all words of a leaf add, wherever they stand."""
        match leaf:
            case Prefix():
                return PREFIX_SCORE
            case Words():
                return sum(self._of_term((leaf.zone, term), source) for term in query_terms(leaf))
            case Near(left, right):
                return self._of_leaf(left, source) + self._of_leaf(right, source)
        return 0.0

    def _of_term(self, term: Term, source: Mapping[str, Any]) -> float:
        """BM25F as Whoosh computes it (scoring.py, bm25)."""
        zone = term[0]
        weight = _weight(term, source)
        b, k1 = self._weights.b, self._weights.k1
        whole = self._statistics
        rarity = math.log(whole.documents / (whole.having[term] + 1)) + self._weights.rarity_offset
        average = whole.words[zone] / (whole.documents or 1) or 1.0
        length = byte_to_length(length_to_byte(source[LENGTHS][zone.value]))  # as exactly as Whoosh keeps it
        norm = k1 * ((1 - b) + b * length / average)
        return float(weight * (rarity * (k1 + 1)) / (norm + weight))


def _weight(term: Term, source: Mapping[str, Any]) -> float:
    """What a term counts for in a hit; 0 where the hit does not have it."""
    zone, text = term
    return float(source.get(WEIGHTS, {}).get(zone.value, {}).get(weight_key(text), 0))
