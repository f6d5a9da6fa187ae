"""What the names in a query mean: people, programmes, outlets and authors that the archive knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sqlmodel import Session

from app.archive import Archive
from app.authority.names import slugify
from app.authority.programmes import programme_for_query
from app.folding import fold
from app.fulltext.joining import all_of, any_of, opposite
from app.fulltext.meanings import Meanings, Named, names_in
from app.fulltext.tree import And, Label, Labelled, Node, Not, Or, Words, Zone
from app.store import articles, organisations, people

_MANY = 8  # meanings that a note names one by one
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ADDRESS = re.compile(r"https?://([^/\s]+)")
_NOUNS = {
    Label.SPEAKER: "person",
    Label.MENTIONS: "person",
    Label.PROGRAMME: "programme",
    Label.OUTLET: "outlet",
    Label.ORG: "organisation",
    Label.VIA: "source",
    Label.AUTHOR: "author",
}


def name_words(typed: str) -> list[str]:
    """The folded words of a name, by which it is looked up.

    >>> name_words("Thomas-Symonds, Nick")
    ['thomas', 'symonds', 'nick']
    """
    words = (word.replace("’", "'") for word in _WORD.findall(fold(typed)))
    return [word.removesuffix("'s") for word in words]


def meanings_of(archive: Archive, session: Session, tree: Node) -> Meanings:
    """All that each name in a tree can mean. Words name a person or outlet in any order; a slug names one."""
    return {
        (label, value): tuple(dict.fromkeys(_meanings(archive, session, label, value)))
        for label, value in dict.fromkeys(names_in(tree))
    }


def notes_on(meanings: Meanings) -> Iterator[str]:
    """What to tell the reader of names that mean several or nothing."""
    for (label, value), found in meanings.items():
        names = list(dict.fromkeys(one.name for one in found))
        if not names:
            noun = _NOUNS[label]
            yield f"The archive knows no {noun} “{value}”: try one word of the name, or another spelling."
        elif len(names) > 1:
            more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
            told = ", ".join(names[:_MANY]) + more
            yield f"“{value}” can be {told}; any of them counts. Type more of the name for one alone."


def read_acronyms(archive: Archive, tree: Node) -> tuple[Node, tuple[str, ...]]:
    """The tree with each programme's acronym in capitals read as the programme, and notes that say so.

    "SAFE" asks for what names the fund, whatever it calls it; "safe" and "“SAFE”" ask for the word.
    """
    match tree:
        case Words(typed, Zone.TEXT, False) if typed.isupper():
            slug = programme_for_query(typed, archive.programmes)
            programme = archive.programmes.get(slug) if slug else None
            if programme is None:
                return tree, ()
            note = f"{typed} is read as the programme {programme.name}, whatever an article calls it."
            return Labelled(Label.PROGRAMME, (typed,)), (f"{note} For the word, type “{typed.lower()}”.",)
        case Not(child):
            read, notes = read_acronyms(archive, child)
            return opposite(read) or read, notes
        case And(children) | Or(children):
            parts = [read_acronyms(archive, child) for child in children]
            join = all_of if isinstance(tree, And) else any_of
            return join(part for part, _ in parts) or tree, tuple(n for _, notes in parts for n in notes)
    return tree, ()


def _meanings(archive: Archive, session: Session, label: Label, value: str) -> Iterable[Named]:
    match label:
        case Label.SPEAKER | Label.MENTIONS:
            return _people(archive, session, value)
        case Label.PROGRAMME:
            return _programmes(archive, value)
        case Label.OUTLET:
            return _having_words(articles.list_outlets(session), value)
        case Label.ORG:
            known = organisations.list_organisations(session)
            return _having_words([(slugify(name), name) for name in known], value)
        case Label.VIA:
            found = _having_words(((slugify(one), one) for one in articles.list_credited(session)), value)
            return [Named(one.slug, _site(one.name)) for one in found]
    authors = [(fold(author), author) for author in articles.list_authors(session)]
    return _having_words(authors, value)


def _people(archive: Archive, session: Session, value: str) -> list[Named]:
    person = people.find_person(session, value.lower())
    if person is not None:
        return [Named(person.slug, person.name)]
    found = people.people_named(session, name_words(value))
    return [Named(card.ref.slug, card.ref.name) for card in found] or [
        Named(one.slug, one.name) for one in archive.people.by_form(value)
    ]


def _programmes(archive: Archive, value: str) -> list[Named]:
    """By its slug, its acronym in any case, a full name or another form; else by words of its name."""
    register = archive.programmes
    meaning = register.meaning(value)
    slug = programme_for_query(value, register) or programme_for_query(value.upper(), register)
    for programme in (register.get(slugify(value)), register.get(slug or ""), meaning and meaning[0]):
        if programme:
            return [Named(programme.slug, programme.name)]
    return _having_words([(one.slug, one.name) for one in register], value)


def _site(source: str) -> str:
    """A source by its name; of an address, the site."""
    address = _ADDRESS.match(source)
    return address[1] if address else source


def _having_words(named: Iterable[tuple[str, str]], value: str) -> list[Named]:
    """Those whose slug is the value, else those whose name has all its words."""
    known = list(named)
    same = [Named(slug, name) for slug, name in known if slug == value.lower()]
    words = set(name_words(value))
    return same or [Named(slug, name) for slug, name in known if words and words <= set(name_words(name))]
