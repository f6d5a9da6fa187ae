"""A request read once: what the query means, and the trees that the two indexes are asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from sqlmodel import Session

from app.archive import Archive
from app.fulltext.fields import Group
from app.fulltext.joining import all_of
from app.fulltext.meanings import Meanings, labels_in, resolve
from app.fulltext.query import Query, parse
from app.fulltext.search_index import UNDATED, Facet, Order
from app.fulltext.spelling import other_spelling
from app.fulltext.tree import And, Label, Labelled, Near, Node, Not, Or, Prefix, Undated, Words, Zone
from app.naming import meanings_of, name_words, notes_on, read_acronyms
from app.results import (
    MAX_FILTER_CHARACTERS,
    MAX_FILTERS,
    NOT_STATED,
    Filter,
    ResultKind,
    SearchRequest,
)
from app.store import people

_MAX_TITLES = 500  # articles that a word of the title may stand for when quotations are asked for
_MAX_SPELLED = 8  # words whose other spelling is looked for
MARKED = Labelled(Label.KIND, ("direct", "mixed", "fragment"))
REPORTED = Labelled(Label.KIND, ("indirect",))
_LABELS = {
    Facet.OUTLET: Label.OUTLET,
    Facet.YEAR: Label.YEAR,
    Facet.MONTH: Label.MONTH,
    Facet.SPEAKER: Label.SPEAKER,
    Facet.PROGRAMME: Label.PROGRAMME,
    Facet.KIND: Label.KIND,
    Facet.SIDE: Label.SIDE,
}


@dataclass(frozen=True, slots=True)
class Understood:
    """What was typed, with the names looked up; ``tree`` is None if there is nothing to search for."""

    query: Query
    tree: Node | None
    meanings: Meanings
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What a request asks.

    ``articles`` and ``quotations`` are what the indexes are asked, filters included; ``spoken`` is
    ``quotations`` with reported speech. All are None if there is nothing to search for.
    """

    request: SearchRequest
    understood: Understood
    kind: ResultKind
    order: Order
    notes: tuple[str, ...]
    filters: tuple[Filter, ...]
    articles: Node | None
    spoken: Node | None
    quotations: Node | None


def understand(archive: Archive, session: Session, typed: str, today: date) -> Understood:
    """Read what somebody typed; no index is asked. Any text is a query.

    Names mean whomever the registers and the archive know by them; a programme's acronym in capitals
    ("SAFE") asks for what names the programme. ``today`` is the day that "the last three months" end on.
    """
    query = parse(typed, today)
    if query.tree is None:
        return Understood(query, None, {}, query.notes)
    tree, read = read_acronyms(archive, query.tree)
    meanings = meanings_of(archive, session, tree)
    notes = (*query.notes, *read, *notes_on(meanings))
    return Understood(replace(query, tree=tree), resolve(tree, meanings), meanings, notes)


def ask(archive: Archive, session: Session, request: SearchRequest) -> Question:
    """Read a request. Raises IndexUnavailableError."""
    understood = understand(archive, session, request.typed, request.today)
    query, words = understood.query, understood.tree
    filters = tuple(_with_person_now(session, one) for one in _usable(request.filters))
    notes = list(understood.notes)
    spoken = _spoken(archive, words, notes)
    is_empty = words is None and not filters
    return Question(
        request=replace(request, filters=filters),
        understood=understood,
        kind=ResultKind.PEOPLE if query.group is Group.PERSON else request.kind,
        order=Order(query.sort.value) if query.sort else request.order,
        notes=tuple(notes),
        filters=filters,
        articles=_filtered(words, filters),
        spoken=_filtered(spoken, filters),
        quotations=None if is_empty else _filtered(_in_marks(spoken, filters), filters),
    )


def _usable(filters: Sequence[Filter]) -> Sequence[Filter]:
    return [one for one in filters if len(one.value) <= MAX_FILTER_CHARACTERS][:MAX_FILTERS]


def _with_person_now(session: Session, chosen: Filter) -> Filter:
    """The filter; of a speaker who was merged into another, that one."""
    if chosen.facet is not Facet.SPEAKER:
        return chosen
    person = people.find_person(session, chosen.value)
    return Filter(chosen.facet, person.slug) if person else chosen


def other_spellings(archive: Archive, tree: Node | None) -> list[str]:
    """The spellings beside those typed, British or American, that are searched too and some article has."""
    words = (word for typed in _spelled(tree) for word in name_words(typed))
    others = dict.fromkeys(other_spelling(word) for word in islice(words, _MAX_SPELLED))
    return [other for other in others if other is not None and _is_printed(archive, other)]


def _is_printed(archive: Archive, word: str) -> bool:
    return any(archive.index.count(Words(one, Zone.EXACT)) for one in (word, word.capitalize()))


def _spelled(tree: Node | None) -> Iterator[str]:
    """What a tree asks for by words, however they are spelled."""
    match tree:
        case Words(typed, zone) if zone is not Zone.EXACT:
            yield typed
        case Near(left, right):
            yield from (*_spelled(left), *_spelled(right))
        case And(children) | Or(children):
            for child in children:
                yield from _spelled(child)


def _filtered(tree: Node | None, filters: tuple[Filter, ...]) -> Node | None:
    return all_of([tree, *(filter_node(one) for one in dict.fromkeys(filters))])


def filter_node(chosen: Filter) -> Node:
    """What has exactly this value of a facet."""
    if chosen.value == UNDATED and chosen.facet in (Facet.YEAR, Facet.MONTH):
        return Undated()
    if chosen.value == NOT_STATED and chosen.facet is Facet.OUTLET:
        return Not(Labelled(Label.HAS, ("outlet",)))
    return Labelled(_LABELS[chosen.facet], (chosen.value,))


def _in_marks(tree: Node | None, filters: tuple[Filter, ...]) -> Node | None:
    """Only words in quotation marks, unless a kind of quotation is asked for."""
    asks_kind = any(one.facet is Facet.KIND for one in filters)
    if asks_kind or (tree is not None and any(labels_in(tree, Label.KIND))):
        return tree
    return all_of([tree, MARKED])


def _spoken(archive: Archive, tree: Node | None, notes: list[str]) -> Node | None:
    """The tree as the index of quotations is asked it.

    There the title of a quotation is its speaker, so that words find both what was said and who said it.
    Words of an article's title stand for the articles that have them.
    """
    if tree is None:
        return None
    in_titles = {leaf: _titled(archive, leaf) for leaf in _title_leaves(tree)}
    if any(total > _MAX_TITLES for _, total in in_titles.values()):
        notes.append(
            f"Quotations: only those in {_MAX_TITLES} of the articles with such a title are counted."
        )
    return _replaced(tree, {leaf: found for leaf, (found, _) in in_titles.items()})


def _title_leaves(tree: Node) -> Iterator[Node]:
    match tree:
        case (
            Words(_, Zone.TITLE) | Prefix(_, Zone.TITLE) | Near(Words(_, Zone.TITLE) | Prefix(_, Zone.TITLE))
        ):
            yield tree
        case And(children) | Or(children):
            for child in children:
                yield from _title_leaves(child)
        case Not(child):
            yield from _title_leaves(child)


def _titled(archive: Archive, leaf: Node) -> tuple[Node, int]:
    """The articles of a leaf by their numbers, and how many there are."""
    found = archive.index.search(leaf, order=Order.RELEVANCE, offset=0, limit=_MAX_TITLES)
    ids = tuple(str(article_id) for article_id in found.article_ids)
    return (Labelled(Label.ID, ids) if ids else Or(())), found.total


def _replaced(tree: Node, leaves: dict[Node, Node]) -> Node:
    match tree:
        case And(children) | Or(children):
            return replace(tree, children=tuple(_replaced(child, leaves) for child in children))
        case Not(child):
            return Not(_replaced(child, leaves))
    return leaves.get(tree, tree)
