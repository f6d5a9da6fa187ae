"""A tree in a cluster's query language.

What counts for the ranking stands where the cluster adds up scores, all else where it only selects. Phrases
and nearness are "intervals" of the field of places, where each word has several slots (see ``places``):
ordered ones, with so many positions left free between them.

A thing that is asked for in one sentence with another, and that itself reaches from one sentence into the
next, is in none: the one difference from the index in a folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from app.fulltext.analysis import query_terms
from app.fulltext.cluster.mapping import ADDED, FIRST, LABELS, LAST, PLACES, TOLD
from app.fulltext.cluster.places import (
    BREAK,
    PARAGRAPH,
    SENTENCE,
    SLOTS,
    Sought,
    may_be_one_word,
    sought,
    token,
)
from app.fulltext.document_facts import label_term
from app.fulltext.evaluation import PREFIX_SCORE
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

Clause = dict[str, Any]
Expansions = Mapping[Prefix, Sequence[tuple[Zone, str]]]
"""The terms that each prefix of a tree stands for."""

NONE: Clause = {"match_none": {}}
_MANY = 2  # words make a phrase


class _Part(NamedTuple):
    """Something that stands somewhere: its rule, and what its first word and its last one may be."""

    rule: Clause
    first: Sequence[Sought]
    last: Sequence[Sought]


def prefixes_of(tree: Node) -> Iterator[Prefix]:
    """The prefixes of a tree."""
    match tree:
        case Prefix():
            yield tree
        case Near(left, right):
            yield from (part for part in (left, right) if isinstance(part, Prefix))
        case Not(child):
            yield from prefixes_of(child)
        case And(children) | Or(children):
            for child in children:
                yield from prefixes_of(child)


def leaf_names(tree: Node) -> dict[Node, str]:
    """A short name for each leaf of a tree of which a hit does not tell by its words whether it has it."""
    names: dict[Node, str] = {}
    for leaf in _leaves(tree):
        if not (isinstance(leaf, Words) and len(query_terms(leaf)) < _MANY):
            names.setdefault(leaf, str(len(names)))
    return names


def _leaves(tree: Node) -> Iterator[Node]:
    match tree:
        case Not(child):
            yield from _leaves(child)
        case And(children) | Or(children):
            for child in children:
                yield from _leaves(child)
        case _:
            yield tree


class Translation:
    """The clauses of one tree. With ``names``, a hit tells which of the named leaves it has."""

    def __init__(self, expansions: Expansions, names: Mapping[Node, str] | None = None) -> None:
        self._expansions = expansions
        self._names = names or {}

    def clause(self, node: Node) -> Clause:  # noqa: PLR0911  (one for each kind of node)
        """What finds what ``node`` means."""
        match node:
            case Words():
                return self._words(node)
            case Prefix():
                return self._prefix(node)
            case Near():
                return self._near(node)
            case Labelled(label, values):
                terms = [label_term(label, value) for value in values]
                return self._selecting(node, {"terms": {LABELS: terms}} if terms else NONE)
            case Dated() | Undated():
                return self._selecting(node, _dated(node))
            case Not(child):
                return self._selecting(node, {"bool": {"must_not": [self.clause(child)]}})
            case And(children):
                return self._all_of(children)
            case Or(children):
                any_of = [self.clause(child) for child in children]
                return {"bool": {"should": any_of, "minimum_should_match": 1}} if any_of else NONE

    def _all_of(self, children: Sequence[Node]) -> Clause:
        wanted = [self.clause(child) for child in children if not isinstance(child, Not)]
        left_out = [self.clause(child.child) for child in children if isinstance(child, Not)]
        return {"bool": {"filter": {"match_all": {}}, "must": wanted, "must_not": left_out}}

    def _selecting(self, node: Node, clause: Clause) -> Clause:
        """A clause that gives no score."""
        return {"constant_score": self._named(node, {"filter": clause, "boost": 0})}

    def _named(self, node: Node, inner: Clause) -> Clause:
        return inner | {"_name": self._names[node]} if node in self._names else inner

    def _words(self, node: Words) -> Clause:
        terms = query_terms(node)
        if not terms:
            return NONE
        if len(terms) < _MANY:
            return _term(node.zone, terms[0])
        return self._placed(node, self._part(node).rule, node)

    def _prefix(self, node: Prefix) -> Clause:
        expansion = self._expansions[node]
        if not expansion:
            return NONE
        terms = {"terms": {expansion[0][0].value: [token(term) for _, term in expansion]}}
        return {"constant_score": self._named(node, {"filter": terms, "boost": PREFIX_SCORE})}

    def _near(self, node: Near) -> Clause:
        left, right = self._part(node.left), self._part(node.right)
        if not (left.rule and right.rule):
            return NONE
        orders = [(left, right)] if node.left == node.right else [(left, right), (right, left)]
        if node.unit is Unit.WORDS:
            rules = [_in_order(pair, node.distance) for pair in orders]
        else:
            marks = (PARAGRAPH,) if node.unit is Unit.PARAGRAPH else (SENTENCE, PARAGRAPH)
            rules = [_in_order(pair, None, {"filter": {"not_containing": _any(marks)}}) for pair in orders]
        return self._placed(node, _either(rules), node.left, node.right)

    def _placed(self, node: Node, rule: Clause, *parts: Words | Prefix) -> Clause:
        """What stands as the rule says, ranked by all words of the parts, wherever they stand."""
        scored: list[Clause] = []
        for part in parts:
            if isinstance(part, Prefix):
                scored.append(Translation(self._expansions).clause(part))
            else:
                scored += [_term(part.zone, term) for term in query_terms(part)]
        return {"bool": self._named(node, {"filter": {"intervals": {PLACES: rule}}, "must": scored})}

    def _part(self, node: Words | Prefix) -> _Part:
        """Where words or a prefix stand; with an empty rule, they stand nowhere."""
        if isinstance(node, Prefix):
            return _one([sought(zone, term) for zone, term in self._expansions[node]])
        words = [_one([sought(node.zone, term)]) for term in query_terms(node)]
        if not words:
            return _Part({}, (), ())
        if node.slop:
            return _Part(_in_order(words, len(words) - 1 + node.slop), words[0].first, words[-1].last)
        # Word by word: so a cluster drops at once what does not go on.
        part = words[0]
        for word in words[1:]:
            part = _Part(_in_order((part, word), 1), part.first, word.last)
        return part


def _term(zone: Zone, term: str) -> Clause:
    return {"term": {zone.value: {"value": token(term)}}}


def _one(found: Sequence[Sought]) -> _Part:
    """One word, whichever of these it is."""
    tokens = [text for one in found for text in one.tokens]
    return _Part(_any(tokens) if tokens else {}, found, found)


def _any(tokens: Sequence[str]) -> Clause:
    return _either([{"match": {"query": text}} for text in tokens])


def _either(rules: Sequence[Clause]) -> Clause:
    return rules[0] if len(rules) == 1 else {"any_of": {"intervals": list(rules)}}


def _in_order(parts: Sequence[_Part], words: int | None, more: Clause | None = None) -> Clause:
    """Parts one after another, at most so many words from the end of the first to the beginning of the last.

    Where two parts may be two forms of one word, another word must begin between them.
    """
    rules = [parts[0].rule]
    for before, part in pairwise(parts):
        if may_be_one_word(before.last, part.first):
            rules.append(_any((BREAK, SENTENCE, PARAGRAPH)))
        rules.append(part.rule)
    order: Clause = {"intervals": rules, "ordered": True, **(more or {})}
    if words is not None:
        begins = min(slot for one in parts[0].last for slot in one.slots)
        ends = max(slot for one in parts[-1].first for slot in one.slots)
        order["max_gaps"] = SLOTS * words + ends - begins - 1 - (len(rules) - 2)
    return {"all_of": order}


def _dated(node: Dated | Undated) -> Clause:
    """What has a stretch of days that meets the one asked for."""
    if isinstance(node, Undated):
        return {"bool": {"must_not": [{"exists": {"field": FIRST}}]}}
    since = {"gte": node.first.toordinal()} if node.first else {}
    until = {"lte": node.last.toordinal()} if node.last else {}
    if node.moment is Moment.TOLD:
        # Of several stretches of one article, one alone must meet it: that is how a field of ranges is asked.
        return {"range": {TOLD: since | until}} if since or until else {"exists": {"field": TOLD}}
    first, last = (ADDED, ADDED) if node.moment is Moment.ADDED else (FIRST, LAST)
    ranges = [{"range": {first: until}}] if until else []
    ranges += [{"range": {last: since}}] if since else []
    return {"bool": {"filter": [{"exists": {"field": first}}, *ranges]}}
