"""What the names in a query mean: from names as typed to the slugs that the index knows.

Looking them up is not this room's work: whoever asks hands in ``Meanings``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.folding import fold
from app.fulltext.fields import NAMED
from app.fulltext.tree import And, Label, Labelled, Node, Not, Or


@dataclass(frozen=True, slots=True)
class Named:
    """One meaning of a name: what the index calls it, and its name for readers."""

    slug: str
    name: str


Meanings = Mapping[tuple[Label, str], tuple[Named, ...]]
"""By label and name as typed. A name that means nothing is there too, without a meaning."""

NO_MEANINGS: Meanings = MappingProxyType({})

# A role is described in any words, so there is nothing to look up.
_NAMES = frozenset(NAMED.values()) - {Label.ROLE}


def names_in(tree: Node) -> Iterator[tuple[Label, str]]:
    """The names that a tree asks for, as typed, in order; one may come twice."""
    match tree:
        case Labelled(label, values) if label in _NAMES:
            yield from ((label, value) for value in values)
        case And(children) | Or(children):
            for child in children:
                yield from names_in(child)
        case Not(child):
            yield from names_in(child)


def resolve(tree: Node, meanings: Meanings) -> Node:
    """The tree that the index is asked: each name is any of its meanings; without one it finds nothing."""
    match tree:
        case Labelled(label, values) if label in _NAMES:
            slugs = [one.slug for value in values for one in meanings[label, value]]
            return Labelled(label, tuple(dict.fromkeys(slugs))) if slugs else Or(())
        case Labelled(Label.ROLE, values):
            return _any_role(values)
        case And(children):
            return And(tuple(resolve(child, meanings) for child in children))
        case Or(children):
            return Or(tuple(resolve(child, meanings) for child in children))
        case Not(child):
            return Not(resolve(child, meanings))
    return tree


def _any_role(values: tuple[str, ...]) -> Node:
    """Roles that have all words of one of the values."""
    roles = [And(tuple(Labelled(Label.ROLE, (word,)) for word in fold(value).split())) for value in values]
    return roles[0] if len(roles) == 1 else Or(tuple(roles))


def labels_in(tree: Node, label: Label) -> Iterator[str]:
    """The values of one label that a tree asks for and does not leave out."""
    match tree:
        case Labelled(found, values) if found is label:
            yield from values
        case And(children) | Or(children):
            for child in children:
                yield from labels_in(child, label)
