"""What a reader may try when nothing was found: other spellings, and the query without each of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice

from sqlmodel import Session

from app.archive import Archive
from app.folding import fold
from app.fulltext.meanings import Meanings, names_in, resolve
from app.fulltext.query import Query
from app.fulltext.tree import And, Labelled, Node, Not, Or, Words, Zone
from app.naming import name_words
from app.store import articles, people

_MAX_RESPELLINGS = 5
_MAX_WORDS = 8  # words of a query that are looked at
_MAX_PARTS = 8
_CLOSENESS = 0.75  # of difflib: "sefkovic" and "sefcovic" have 0.88
_SHORTEST = 4  # letters; shorter words are close to everything


@dataclass(frozen=True, slots=True)
class Respelling:
    """Another spelling of one word, and the query with it."""

    spelling: str
    query: str


@dataclass(frozen=True, slots=True)
class Fewer:
    """How many articles the query finds without one part, which is told as it is read."""

    left_out: str
    query: str
    total: int


def respellings(archive: Archive, session: Session, query: Query, meanings: Meanings) -> Iterator[Respelling]:
    """Names of people, programmes and outlets, then words of articles, that are nearly what finds nothing."""
    if query.tree is None:
        return
    known = _known_words(archive, session)
    words = islice(_single_words(query.tree), _MAX_WORDS)
    unknown: list[Words | Labelled] = [leaf for leaf in words if not archive.index.count(leaf)]
    unknown += [
        Labelled(label, (value,)) for label, value in names_in(query.tree) if not meanings[label, value]
    ]
    yield from islice(_close(archive, query, unknown, known), _MAX_RESPELLINGS)


def fewer_parts(archive: Archive, query: Query, meanings: Meanings) -> Iterator[Fewer]:
    """The counts without each part, the most first; nothing for a query of one part."""
    if len(query.parts) == 1:
        return
    found = []
    for number, chip in enumerate(islice(query.chips(meanings), min(_MAX_PARTS, len(query.parts)))):
        tree = query.without(number).tree
        assert tree is not None, "there is more than one part"
        found.append(Fewer(chip.label, chip.without, archive.index.count(resolve(tree, meanings))))
    yield from sorted((one for one in found if one.total), key=lambda one: -one.total)


def _known_words(archive: Archive, session: Session) -> dict[str, str]:
    """Words of names by their folded form."""
    names = [*people.name_forms(session), *(name for _, name in articles.list_outlets(session))]
    names += [programme.name for programme in archive.programmes]
    words = (word.strip(".,()") for name in names for word in name.replace("-", " ").split())
    return {fold(word): word for word in words if len(word) >= _SHORTEST}


def _close(
    archive: Archive, query: Query, unknown: list[Words | Labelled], known: dict[str, str]
) -> Iterator[Respelling]:
    for leaf in unknown:
        typed = leaf.typed if isinstance(leaf, Words) else leaf.values[0]
        for word in name_words(typed):
            names = [known[name] for name in get_close_matches(word, known, n=2, cutoff=_CLOSENESS)]
            words = _words_like(archive, word) if isinstance(leaf, Words) else []
            likely = {fold(one): one for one in [*words, *names]}  # a name as it is written
            for one in sorted(likely.values(), key=[*names, *words].index):
                if fold(one) == word or query.tree is None:
                    continue
                spelling = ("-" if isinstance(leaf, Words) else " ").join(
                    one if part == word else part for part in name_words(typed)
                )
                tree = _with_spelling(query.tree, leaf, spelling)
                yield Respelling(one, replace(query, tree=tree).canonical())


def _words_like(archive: Archive, word: str) -> list[str]:
    """Words that some article has now; the index forgets those of withdrawn ones when it is put in order."""
    return [one for one in archive.index.suggest(word, 2) if archive.index.count(Words(one, Zone.TEXT))]


def _single_words(tree: Node) -> Iterator[Words]:
    match tree:
        case Words(_, Zone.TEXT | Zone.TITLE | Zone.QUOTE, False):
            yield tree
        case And(children) | Or(children):
            for child in children:
                yield from _single_words(child)


def _with_spelling(tree: Node, old: Words | Labelled, spelling: str) -> Node:
    """The tree with one word spelled otherwise wherever it stands."""
    match tree:
        case Words() if tree == old:
            return replace(tree, typed=spelling)
        case Labelled(label, values) if isinstance(old, Labelled) and label is old.label:
            return Labelled(label, tuple(spelling if value in old.values else value for value in values))
        case Not(child):
            return Not(_with_spelling(child, old, spelling))
        case And(children) | Or(children):
            return replace(tree, children=tuple(_with_spelling(child, old, spelling) for child in children))
    return tree
