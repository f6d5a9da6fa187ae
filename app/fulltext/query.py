"""What a reader typed, as a tree. Reading it never fails: any text has a meaning, however small.

    query := or ; or := and ("OR" and)* ; and := unary (("AND")? unary)*
    unary := ("NOT" | "-" | "!") unary | near
    near  := atom (("NEAR/"n | "w/"n | "w/s" | "w/p") atom)*
    atom  := "(" query ")" | field ":" (word | phrase | "(" query ")") | phrase | prefix | word

Operators are in upper case. A phrase is ``"…"`` with an optional ``~n``: so many words may stand among its
own. A prefix is three or more letters and ``*``. ``fields`` has the fields and their values; inside the
brackets of a field every word is a value of it. What makes no sense is read as words, with a note.

Bounds: 1,000 characters, 64 words, brackets 32 inside each other; what is longer is cut, with a note. Time
is linear in what was typed. Doors that strangers come through refuse what nobody types (``require_bounds``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from app.errors import QueryError
from app.fulltext.canonical import canonical
from app.fulltext.fields import EXAMPLES, Field, Group, Sort
from app.fulltext.joining import all_of, any_of, first_leaves, leaf_costs, opposite
from app.fulltext.leaves import MAX_WORDS, Leaves
from app.fulltext.lexer import Kind, Token, lex, shown
from app.fulltext.meanings import NO_MEANINGS, Meanings
from app.fulltext.reading import read_aloud
from app.fulltext.tree import And, Near, Node, Or, Prefix, Unit, Words, Zone

MAX_QUERY_CHARACTERS = 1000
MAX_QUERY_WORDS = MAX_WORDS
MAX_ASTERISKS = 16
_TOO_MANY_WORDS = f"Only the first {MAX_QUERY_WORDS} words were read."
_TOO_LONG = f"Only the first {MAX_QUERY_CHARACTERS:,} characters were read."
_MAX_NOTES = 6
_MAX_PAIRS = 16  # of words that NEAR joins when brackets stand beside it

_SORT_READINGS = {
    Sort.NEWEST: "newest first",
    Sort.OLDEST: "oldest first",
    Sort.RELEVANCE: "most relevant first",
}
_GROUP_READINGS = {Group.PERSON: "by person"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of a query: how it is read, and the query without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True)
class Query:
    """A query read: its tree, None if nothing in it can be searched for, and notes for the reader.

    ``typed`` is as long as what was read. ``sort`` and ``group`` are asked for in the query itself.
    """

    typed: str
    tree: Node | None
    sort: Sort | None = None
    group: Group | None = None
    notes: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[Node, ...]:
        """What must all hold."""
        if self.tree is None:
            return ()
        return self.tree.children if isinstance(self.tree, And) else (self.tree,)

    def reading(self, meanings: Meanings = NO_MEANINGS) -> str:
        """How the query is read, in plain words; empty if there is nothing to search for."""
        return "" if self.tree is None else read_aloud(self.tree, meanings)

    def canonical(self) -> str:
        """The query as this grammar writes it: read again, it has the same tree and the same order."""
        words = [canonical(self.tree)] if self.tree is not None else []
        words += [f"sort:{self.sort}"] if self.sort else []
        words += [f"group:{self.group}"] if self.group else []
        return " ".join(words)

    def without(self, part: int) -> Query:
        """The query without one of its parts."""
        return replace(self, tree=all_of(self.parts[:part] + self.parts[part + 1 :]))

    def chips(self, meanings: Meanings = NO_MEANINGS) -> Iterator[Chip]:
        """Its parts in order, then what it says of the order of results."""
        for number, part in enumerate(self.parts):
            said = read_aloud(part, meanings)
            yield Chip(f"({said})" if isinstance(part, Or) else said, self.without(number).canonical())
        if self.sort:
            yield Chip(_SORT_READINGS[self.sort], replace(self, sort=None).canonical())
        if self.group:
            yield Chip(_GROUP_READINGS[self.group], replace(self, group=None).canonical())


def parse(typed: str, today: date | None = None) -> Query:
    """Read what somebody typed; never raises. ``today`` is the day that "the last three months" end on.

    >>> parse('(defence OR security) "joint statement" -trump').reading()
    '(defence OR security) AND “joint statement” AND NOT trump'
    """
    text = typed[:MAX_QUERY_CHARACTERS]
    parser = _Parser(text, today)
    tree = parser.tree()
    if text != typed:
        parser.tell(_TOO_LONG)
    tree = _within_bounds(tree, parser)
    if tree is None and text.strip() and parser.sort is None and parser.group is None:
        parser.tell("There is no word in this to search for: type a word, a name or a programme.")
    return Query(text, tree, parser.sort, parser.group, tuple(dict.fromkeys(parser.notes))[:_MAX_NOTES])


def require_bounds(typed: str) -> str:
    """What was typed, if a person may have typed it. Raises QueryError.

    ``parse`` reads anything; but what is cut from 4,000 characters to 1,000 is no answer to anybody, and each
    word with an asterisk stands for up to 200.
    """
    if len(typed) > MAX_QUERY_CHARACTERS:
        raise QueryError(
            f"This query has {len(typed):,} characters; up to {MAX_QUERY_CHARACTERS:,} are read.", typed
        )
    if (count := typed.count("*")) > MAX_ASTERISKS:
        raise QueryError(f"This query has {count} asterisks; up to {MAX_ASTERISKS} are read.", typed)
    return typed


def exactly(query: Query) -> str | None:
    """The query with its words in exactly the spelling they have; None if there are none to spell so."""
    tree = None if query.tree is None else _exactly(query.tree)
    return None if tree is None or tree == query.tree else replace(query, tree=tree).canonical()


def _exactly(tree: Node) -> Node:
    match tree:
        case Words(_, Zone.TEXT):
            return replace(tree, zone=Zone.EXACT)
        case And(children) | Or(children):
            return replace(tree, children=tuple(_exactly(child) for child in children))
    return tree


def _within_bounds(tree: Node | None, parser: _Parser) -> Node | None:
    """The tree with no more words, and no longer to write, than a query may have."""
    if tree is None:
        return None
    costs = leaf_costs(tree)
    if sum(costs) > MAX_QUERY_WORDS:
        parser.tell(_TOO_MANY_WORDS)
        tree = first_leaves(tree, _fitting(costs))
    while tree is not None and len(canonical(tree)) > MAX_QUERY_CHARACTERS:
        parser.tell(_TOO_LONG)
        count = len(leaf_costs(tree))
        tree = first_leaves(tree, min(count - 1, count * MAX_QUERY_CHARACTERS // len(canonical(tree))))
    return tree


def _fitting(costs: list[int]) -> int:
    """How many of the first leaves have no more words together than a query may."""
    total = 0
    for number, cost in enumerate(costs):
        total += cost
        if total > MAX_QUERY_WORDS:
            return number
    return len(costs)


class _Parser:
    """One reading of one text, by recursive descent; brackets are no deeper than the lexer lets them be."""

    def __init__(self, text: str, today: date | None) -> None:
        lexed = lex(text)
        self._tokens = lexed.tokens
        self._at = 0
        self.notes = lexed.notes
        self._leaves = Leaves(today, self.tell)
        self._words_left = MAX_QUERY_WORDS
        self.sort: Sort | None = None
        self.group: Group | None = None

    def tell(self, note: str) -> None:
        """Put down a note for the reader."""
        self.notes.append(note)

    def tree(self) -> Node | None:
        """The tree of the whole text."""
        return self._either(None)

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *kinds: Kind) -> Token | None:
        """The next token if it is of one of these kinds; then it is done with."""
        token = self._peek()
        if token is None or token.kind not in kinds:
            return None
        self._at += 1
        return token

    def _either(self, field: Field | None) -> Node | None:
        parts = [self._together(field)]
        while self._take(Kind.OR):
            parts.append(self._together(field))
        return any_of(parts)

    def _together(self, field: Field | None) -> Node | None:
        parts: list[Node | None] = []
        while (token := self._peek()) is not None and token.kind not in (Kind.OR, Kind.CLOSE):
            if not self._take(Kind.AND):
                parts.append(self._unary(field))
        return all_of(parts)

    def _unary(self, field: Field | None) -> Node | None:
        is_left_out = False
        while self._take(Kind.NOT):
            is_left_out = not is_left_out
        part = self._near(field)
        return opposite(part) if is_left_out else part

    def _near(self, field: Field | None) -> Node | None:
        left = self._atom(field)
        joined: list[Node | None] = []
        while near := self._take(Kind.NEAR):
            following = self._peek()
            if following is None or following.kind in (Kind.NOT, Kind.AND, Kind.OR, Kind.CLOSE):
                self._note_near(near)
                break
            right = self._atom(field)
            joined.append(self._joined(near, left, right))
            left = right
        return all_of(joined) if joined else left

    def _joined(self, near: Token, left: Node | None, right: Node | None) -> Node | None:
        """Each word of one side near each of the other; all together where a side is no words."""
        lefts, rights = _alternatives(left), _alternatives(right)
        if not 0 < len(lefts) * len(rights) <= _MAX_PAIRS:
            self._note_near(near)
            return all_of([left, right])
        unit = near.unit or Unit.WORDS
        return any_of(Near(one, other, unit, near.number) for one in lefts for other in rights)

    def _note_near(self, near: Token) -> None:
        self.tell(f"“{shown(near.text)}” stands between two words or phrases, as in pact {near.text} loans.")

    def _atom(self, field: Field | None) -> Node | None:
        if self._take(Kind.OPEN):
            inside = self._either(field)
            self._take(Kind.CLOSE)
            return inside
        if token := self._take(Kind.FIELD):
            if self._opens_value():
                return self._atom(token.field)
            return self._leaf(field, Token(Kind.WORD, token.text))
        if token := self._take(Kind.WORD, Kind.PHRASE):
            if field in (Field.SORT, Field.GROUP):
                return self._directive(field, token)
            return self._leaf(field, token)
        self._take(Kind.NEAR)  # one with nothing before it
        return None

    def _opens_value(self) -> bool:
        token = self._peek()
        return token is not None and token.kind in (Kind.OPEN, Kind.WORD, Kind.PHRASE)

    def _directive(self, field: Field, token: Token) -> Node | None:
        value = token.text.lower()
        if field is Field.SORT and value in list(Sort):
            self.sort = Sort(value)
            return None
        if field is Field.GROUP and value in list(Group):
            self.group = Group(value)
            return None
        self.tell(f"“{field}:{shown(value)}” is read as text: “{field}:” takes {EXAMPLES[field]}.")
        return self._leaf(None, token)

    def _leaf(self, field: Field | None, token: Token) -> Node | None:
        """The leaf of a word or phrase, as long as there are not too many."""
        leaf = self._leaves.leaf(field, token) if self._words_left > 0 else None
        if leaf is not None:
            self._words_left -= sum(leaf_costs(leaf))
        if self._words_left < 0 or (leaf is None and self._words_left == 0):
            self._words_left = 0
            self.tell(_TOO_MANY_WORDS)
            return None
        return leaf


def _alternatives(node: Node | None) -> tuple[Words | Prefix, ...]:
    """What a side of NEAR can be; empty if it is more than words and prefixes to choose from."""
    match node:
        case Words() | Prefix():
            return (node,)
        case Or(children):
            words = tuple(child for child in children if isinstance(child, Words | Prefix))
            return words if len(words) == len(children) else ()
    return ()
