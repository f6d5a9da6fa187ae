"""What a reader may be about to type: people, programmes, outlets and words that go on from what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from sqlmodel import Session

from app import holdings
from app.archive import Archive
from app.authority.programmes import programme_for_query
from app.fulltext.canonical import canonical
from app.fulltext.fields import FIELDS, Field
from app.fulltext.tree import Label, Labelled, Words, Zone
from app.naming import name_words
from app.store import articles, people, programmes

_MAX_TYPED = 200  # characters that are looked at, at the end of what was typed
_NAME_WORDS = 4
_LEAST = 2  # letters
_OF_ONE_KIND = 4
_IN_ALL = 9
_COMMON = 40
_LAST_VALUE = re.compile(r"""(?:(?<![^\s(!-])(?P<field>\w+):)?["“(]?(?P<value>[^\s:"“”()][^:"“”()]*)\Z""")


class SuggestionKind(StrEnum):
    """What a suggestion is."""

    PERSON = "person"
    PROGRAMME = "programme"
    OUTLET = "outlet"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A way to go on: ``label`` is what is seen, ``query`` what would then stand in the search box."""

    kind: SuggestionKind
    label: str
    detail: str
    query: str


_KINDS_OF_FIELDS = {
    Field.SPEAKER: (SuggestionKind.PERSON, Label.SPEAKER),
    Field.MENTIONS: (SuggestionKind.PERSON, Label.MENTIONS),
    Field.PROGRAMME: (SuggestionKind.PROGRAMME, Label.PROGRAMME),
    Field.OUTLET: (SuggestionKind.OUTLET, Label.OUTLET),
}


def suggest(archive: Archive, typed: str) -> tuple[Suggestion, ...]:
    """A few ways to go on from ``typed``: names that its last words begin, then words. Any text is allowed.

    Behind a field (``speaker:sta``) only what the field takes. Raises IndexUnavailableError.
    """
    shown = typed[-_MAX_TYPED:]
    match = _LAST_VALUE.search(shown)
    if match is None:
        return ()
    field = FIELDS.get(match["field"] or "")
    head, value = typed[: len(typed) - len(match.group())], match["value"]
    with Session(archive.read_engine) as session:
        if match["field"]:
            found = _of_field(archive, session, field, head, value)
        else:
            found = _of_text(archive, session, head, value)
        return tuple(islice(found, _IN_ALL))


def common_names(archive: Archive) -> list[str]:
    """What readers often look for: the people most quoted and the programmes named, as a query has them."""
    with Session(archive.read_engine) as session:
        quoted = holdings.most_quoted(archive, session, _COMMON)
        named = [card for card in programmes.list_programmes(session) if card.article_count][:_COMMON]
    return [
        *(card.ref.name for card in quoted),
        *(_asked(archive, SuggestionKind.PROGRAMME, card.slug, card.name, alone=True) for card in named),
    ]


def _of_field(
    archive: Archive, session: Session, field: Field | None, head: str, value: str
) -> Iterator[Suggestion]:
    """Values of a field."""
    if field is None or field not in _KINDS_OF_FIELDS:
        return
    kind, label = _KINDS_OF_FIELDS[field]
    for slug, name, detail in _named(archive, session, kind, value):
        yield Suggestion(kind, name, detail, head + canonical(Labelled(label, (slug,))))


def _of_text(archive: Archive, session: Session, head: str, value: str) -> Iterator[Suggestion]:
    """Names that the last words begin, as many of these as one begins with; then words."""
    starts = [match.start() for match in re.finditer(r"\S+", value)][-_NAME_WORDS:]
    for kind in (SuggestionKind.PERSON, SuggestionKind.PROGRAMME, SuggestionKind.OUTLET):
        for start in starts:
            named = list(_named(archive, session, kind, value[start:]))
            before = head + value[:start]
            yield from (
                Suggestion(kind, name, detail, before + _asked(archive, kind, slug, name, alone=not before))
                for slug, name, detail in named
            )
            if named:
                break
    yield from _words(archive, head + value[: starts[-1]], value[starts[-1] :])


def _words(archive: Archive, before: str, start: str) -> Iterator[Suggestion]:
    if len(start) < _LEAST or not start.isalpha():
        return
    for word in archive.index.words_from(start, _OF_ONE_KIND + 1):
        # The index forgets the words of an article that was withdrawn only when it is next put in order.
        if word != start.lower() and archive.index.count(Words(word, Zone.TEXT)):
            yield Suggestion(SuggestionKind.WORD, word, "", before + word)


def _named(
    archive: Archive, session: Session, kind: SuggestionKind, value: str
) -> Iterator[tuple[str, str, str]]:
    """The slug, the name and a detail of what has the words of a value, the last of them perhaps begun."""
    words = name_words(value)
    if not words or sum(map(len, words)) < _LEAST:
        return iter(())
    if kind is SuggestionKind.PERSON:
        cards = people.people_named(session, words, _OF_ONE_KIND, is_last_begun=True)
        return ((card.ref.slug, card.ref.name, card.role or "") for card in cards)
    if kind is SuggestionKind.PROGRAMME:
        known = [(one.slug, one.name, one.acronym or "") for one in archive.programmes]
    else:
        known = [(slug, name, "") for slug, name in articles.list_outlets(session)]
    return islice((one for one in known if _begins(words, f"{one[2]} {one[1]}")), _OF_ONE_KIND)


def _begins(words: list[str], name: str) -> bool:
    """Whether a name has all the words, the last of them as the beginning of one."""
    known = name_words(name)
    return set(words[:-1]) <= set(known) and any(word.startswith(words[-1]) for word in known)


def _asked(archive: Archive, kind: SuggestionKind, slug: str, name: str, *, alone: bool) -> str:
    """How a name is asked for: alone as readers write it, beside other words so that it is told from them."""
    if kind is SuggestionKind.PERSON:
        return name if alone else canonical(Labelled(Label.SPEAKER, (slug,)))
    if kind is SuggestionKind.OUTLET:
        return canonical(Labelled(Label.OUTLET, (slug,)))
    programme = archive.programmes.get(slug)
    acronym = programme.acronym if programme else None
    is_read = acronym is not None and acronym.isupper() and programme_for_query(acronym, archive.programmes)
    return acronym if acronym and is_read else canonical(Labelled(Label.PROGRAMME, (slug,)))
