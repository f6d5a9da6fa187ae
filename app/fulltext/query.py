"""What a reader typed, as a tree. Reading it never fails: any text has a meaning, however small.

The grammar: words are all required; ``OR`` between two of them asks for either; ``-`` or ``NOT``
before one leaves it out; quotation marks of any shape make a phrase; ``programme:safe`` asks for the
articles tagged with a programme. Operators are in upper case. Spelling and diacritics are alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.fulltext.analysis import STOP_WORDS, terms

MAX_QUERY_CHARACTERS = 1000
MAX_QUERY_WORDS = 64


@dataclass(frozen=True, slots=True)
class Words:
    """One word, or several that must stand side by side in this order; ``typed`` as the reader wrote them.

    ``is_phrase`` is true if they stood in quotation marks.
    """

    typed: str
    is_phrase: bool = False

    @property
    def terms(self) -> tuple[str, ...]:
        """The index terms, one for each word; never empty."""
        by_position = {term.position: term.text for term in reversed(list(terms(self.typed)))}
        return tuple(by_position[position] for position in sorted(by_position))

    def reading(self) -> str:
        """How this is read, in words."""
        return f"“{self.typed}”" if self.is_phrase else self.typed


@dataclass(frozen=True, slots=True)
class Tagged:
    """Articles that name the programme with this slug, whatever words they use for it."""

    programme: str

    def reading(self) -> str:
        """How this is read, in words."""
        return f"programme:{self.programme}"


@dataclass(frozen=True, slots=True)
class Not:
    """Articles without this."""

    child: Node

    def reading(self) -> str:
        """How this is read, in words."""
        return f"NOT {self.child.reading()}"


@dataclass(frozen=True, slots=True)
class And:
    """Articles with all of these; with none of them, every article."""

    children: tuple[Node, ...]

    def reading(self) -> str:
        """How this is read, in words."""
        return " AND ".join(child.reading() for child in self.children)


@dataclass(frozen=True, slots=True)
class Or:
    """Articles with any of these."""

    children: tuple[Node, ...]

    def reading(self) -> str:
        """How this is read, in words."""
        return f"({' OR '.join(child.reading() for child in self.children)})"


Node = Words | Tagged | Not | And | Or

_OPENING, _CLOSING = '"“”„«»', '"“”„«»'
_ATOM = re.compile(
    rf"""
      (?P<sign>(?:(?<=\s)|\A)-(?=\S))?
      (?:
        [{_OPENING}](?P<phrase>[^{_CLOSING}]*)(?:[{_CLOSING}]|\Z)
      | (?:programme|program|topic):(?P<programme>[\w-]+)
      | (?P<word>[^\s{_OPENING}]+)
      )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Query:
    """A query read: its tree, None if nothing in it can be searched for, and notes for the reader."""

    typed: str
    tree: Node | None
    notes: tuple[str, ...] = ()

    def reading(self) -> str | None:
        """How the query is read, if that is not plain from how it was typed."""
        if self.tree is None or isinstance(self.tree, Words):
            return None
        return self.tree.reading()


def parse(typed: str) -> Query:
    """Read what somebody typed; never raises.

    >>> parse('defence OR security "joint statement" -trump').reading()
    '(defence OR security) AND “joint statement” AND NOT trump'
    """
    text = typed[:MAX_QUERY_CHARACTERS]
    notes = [f"Only the first {MAX_QUERY_CHARACTERS} characters were read."] if text != typed else []
    groups: list[list[Node]] = []
    negate = join = False
    words = 0
    for match in _ATOM.finditer(text):
        if match["word"] in ("AND", "OR", "NOT"):
            negate, join = match["word"] == "NOT", join or match["word"] == "OR"
            continue
        node = _atom(match)
        if node is None:
            continue
        words += len(node.terms) if isinstance(node, Words) else 1
        if words > MAX_QUERY_WORDS:
            notes.append(f"Only the first {MAX_QUERY_WORDS} words were read.")
            break
        if negate or match["sign"]:
            node = Not(node)
        if join and groups:
            groups[-1].append(node)
        else:
            groups.append([node])
        negate = join = False
    tree = _all_of([group[0] if len(group) == 1 else Or(tuple(group)) for group in groups])
    return Query(typed, tree, tuple(notes))


def _atom(match: re.Match[str]) -> Node | None:
    """The node of one phrase, tag or word; None where there is nothing to search for in it."""
    if match["programme"]:
        return Tagged(match["programme"].lower())
    is_phrase = match["phrase"] is not None
    typed = (match["phrase"] if is_phrase else match["word"]).strip()
    return Words(typed, is_phrase) if any(True for _ in terms(typed)) else None


def _all_of(nodes: list[Node]) -> Node | None:
    """All nodes together, without words that tell nothing apart unless there are no others."""
    telling = [node for node in nodes if not _is_stop_word(node)] or nodes
    if not telling:
        return None
    return telling[0] if len(telling) == 1 else And(tuple(telling))


def _is_stop_word(node: Node) -> bool:
    return isinstance(node, Words) and not node.is_phrase and node.typed.lower() in STOP_WORDS
