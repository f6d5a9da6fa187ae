"""Putting trees together: one shape for each meaning, so that equal queries have equal trees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.folding import fold
from app.fulltext.analysis import STOP_WORDS, terms
from app.fulltext.tree import And, Dated, Labelled, Near, Node, Not, Or, Prefix, Undated, Words, Zone


def all_of(parts: Iterable[Node | None]) -> Node | None:
    """All parts together; None if there are none.

    Words that tell nothing apart ("the") are left out, unless there are no others.

    >>> all_of([Words("the"), Words("pact")])
    Words(typed='pact', zone=<Zone.TEXT: 'text'>, is_phrase=False, slop=0)
    """
    flat: list[Node] = []
    for part in parts:
        if part is not None:
            flat += part.children if isinstance(part, And) else (part,)
    telling = [part for part in flat if not is_stop_word(part)] or flat
    return And(tuple(telling)) if len(telling) > 1 else _first(telling)


def any_of(parts: Iterable[Node | None]) -> Node | None:
    """Any of the parts; those that ask for values of one label become one part."""
    flat: list[Node] = []
    for part in parts:
        if part is not None:
            flat += part.children if isinstance(part, Or) else (part,)
    joined: list[Node] = []
    places: dict[str, int] = {}
    for part in flat:
        if isinstance(part, Labelled) and part.label in places:
            joined[places[part.label]] = _joined(joined[places[part.label]], part)
            continue
        if isinstance(part, Labelled):
            places[part.label] = len(joined)
        joined.append(part)
    return Or(tuple(joined)) if len(joined) > 1 else _first(joined)


def opposite(part: Node | None) -> Node | None:
    """Everything without the part."""
    if isinstance(part, Not):
        return part.child
    return Not(part) if part is not None else None


def is_stop_word(node: Node) -> bool:
    """Whether a node is one bare word that nearly every article has."""
    match node:
        case Words(typed, Zone.TEXT, False):
            return fold(typed) in STOP_WORDS
    return False


@lru_cache(maxsize=256)
def word_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where the words of a text stand, in order; kept, because one query asks several times."""
    return tuple(dict.fromkeys((term.start, term.end) for term in terms(text)))


def leaf_costs(tree: Node) -> list[int]:
    """How many words or values each leaf of a tree asks for, in order."""
    match tree:
        case And(children) | Or(children):
            return [cost for child in children for cost in leaf_costs(child)]
        case Not(child):
            return leaf_costs(child)
        case Words(typed):
            return [len(word_spans(typed))]
        case Near(left, right):
            return [sum(leaf_costs(left) + leaf_costs(right))]
        case Labelled(_, values):
            return [1] * len(values)
        case Prefix() | Dated() | Undated():
            return [1]


def first_leaves(tree: Node, count: int) -> Node | None:
    """The tree with its first leaves only, each value of a label being one."""
    return _first_leaves(tree, count)[0]


def _first_leaves(tree: Node, left: int) -> tuple[Node | None, int]:
    """What remains of the tree, and how many leaves may still come after it."""
    if left <= 0:
        return None, 0
    match tree:
        case And(children):
            kept, left = _first_of_each(children, left)
            return all_of(kept), left
        case Or(children):
            kept, left = _first_of_each(children, left)
            return any_of(kept), left
        case Not(child):
            part, left = _first_leaves(child, left)
            return opposite(part), left
        case Labelled(label, values):
            return Labelled(label, values[:left]), left - len(values)
        case Words() | Prefix() | Near() | Dated() | Undated():
            return tree, left - 1


def _first_of_each(children: Sequence[Node], left: int) -> tuple[list[Node | None], int]:
    kept: list[Node | None] = []
    for child in children:
        part, left = _first_leaves(child, left)
        kept.append(part)
    return kept, left


def _joined(one: Node, other: Labelled) -> Labelled:
    assert isinstance(one, Labelled)
    return Labelled(one.label, tuple(dict.fromkeys((*one.values, *other.values))))


def _first(nodes: Sequence[Node]) -> Node | None:
    return nodes[0] if nodes else None
