"""What a query's words match in a title."""

from __future__ import annotations

from dataclasses import replace

from app.fulltext.matching import Span, matches
from app.fulltext.tree import And, Near, Node, Or, Prefix, Words, Zone

_NOTHING = Or(())


def title_matches(title: str, tree: Node) -> list[Span]:
    """The stretches of a title that the query's words match, wherever asked for but in quotations."""
    return matches(title, _for_title(tree))


def _for_title(tree: Node) -> Node:
    """The tree with the title as its text."""
    match tree:
        case Words() | Prefix():
            return _NOTHING if tree.zone is Zone.QUOTE else _in_text(tree)
        case Near(left, right):
            is_quote = Zone.QUOTE in (left.zone, right.zone)
            return _NOTHING if is_quote else replace(tree, left=_in_text(left), right=_in_text(right))
        case And(children) | Or(children):
            return replace(tree, children=tuple(_for_title(child) for child in children))
    return tree


def _in_text(leaf: Words | Prefix) -> Words | Prefix:
    return replace(leaf, zone=Zone.TEXT) if leaf.zone is Zone.TITLE else leaf
