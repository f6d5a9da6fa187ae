"""What an article says of its people: the office before a name or the apposition after it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.extractors.lexicon import GIVEN_NAMES, ORGANISATION_NOUNS, ROLE_NOUNS, TITLE_WORDS
from app.extractors.names import Names, Person, Place
from app.extractors.quotation import Span

_REACH = 160
_APPOSITION = re.compile(
    r",[ \xa0]([^,;:\n“”\"—–?!()]{3,160}?(?:\([^()\n]{1,20}\))?)(?=,|;|\.(?:\s|$)|[ ][—–])"
)
_WORD = re.compile(r"[^\W_][\w’'\-.]*")
_DEFINITE = re.compile(r"\b((?:[Tt]he|[Ii]ts|[A-Z]\w+[’']s?)(?: [\w’'\-]+){1,9})$")
_LONGEST_WORD = 40
_LINKS = frozenset(["of", "for", "the", "and", "to", "in", "at", "on"])
_HONORIFICS = frozenset(
    ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "lord", "lady", "baroness", "baron"]
)
_IN_TITLES = _LINKS | _HONORIFICS | TITLE_WORDS | ORGANISATION_NOUNS
_MENTIONS = 4
# Without these words a title would be a higher one: a vice president is no president.
_LOWERING = frozenset(
    [
        "vice",
        "deputy",
        "former",
        "ex",
        "shadow",
        "acting",
        "interim",
        "assistant",
        "under-",
        "outgoing",
        "incoming",
        "first",
    ]
)


class Roles:
    """The offices that one article gives its people; each is looked for when first asked about."""

    def __init__(self, text: str, names: Names) -> None:
        self._text = text
        self._names = names
        self._spans: dict[int, Span | None] = {}
        self._holders: dict[str, list[Person]] | None = None

    def span_of(self, person: Person) -> Span | None:
        """The stretch that says who ``person`` is, at the first mention that has one."""
        if id(person) not in self._spans:
            self._spans[id(person)] = self._find(person)
        return self._spans[id(person)]

    def holder_of(self, role: Sequence[str]) -> Person | None:
        """The only person whose title in this article ends in the words of ``role`` ("prime minister")."""
        if self._holders is None:
            self._holders = self._read_holders()
        found = self._holders.get(" ".join(word.lower() for word in role), [])
        return found[0] if len(found) == 1 else None

    def _find(self, person: Person) -> Span | None:
        for place in person.mentions[:_MENTIONS]:
            role = (
                _apposition(self._text, place.end)
                or _title_before(self._text, place.start)
                or _role_before_comma(self._text, place)
            )
            if role is not None:
                return role
        return None

    def _read_holders(self) -> dict[str, list[Person]]:
        holders: dict[str, list[Person]] = {}
        for person in self._names.people.values():
            span = self.span_of(person) if " " in person.name else None
            if span is not None:
                for title in _short_forms(span.of(self._text)):
                    holders.setdefault(title, []).append(person)
        return holders


def _short_forms(title: str) -> set[str]:
    """What an office may be called later: "British Prime Minister" is also "prime minister".

    >>> sorted(_short_forms("the UK Minister for EU Relations"))
    ['minister', 'uk minister', 'uk minister for eu relations']
    """
    words = title.lower().removeprefix("the ").split()
    head = words
    for link in ("of", "for", "at", "in", "from", "to", "and"):
        if link in head[1:]:
            head = head[: head.index(link, 1)]
    short = {" ".join(words)}
    for at, word in enumerate(head):
        short.add(" ".join(head[at:]))
        if word in _LOWERING:
            break
    return short


def _apposition(text: str, end: int) -> Span | None:
    match = _APPOSITION.match(text[end : end + _REACH + 2])
    if match is None:
        return None
    words = [w[0] for w in _WORD.finditer(match[1])]
    head: list[str] = []
    for word in words:
        if word in ("of", "for", "at", "in", "who", "which", "to", "from", "with", "on"):
            break
        head.append(word.lower().rstrip("."))
    names_another = any(w.lower() in GIVEN_NAMES and w[:1].isupper() for w in words)
    if names_another or "who" in words or not any(word in ROLE_NOUNS for word in head):
        return None
    if (
        words[0][0].islower()
        and words[0] not in ("the", "a", "an", "its", "his", "her", "one", "their")
        and (words[0] not in TITLE_WORDS)
    ):
        return None
    return Span(end + match.start(1), end + match.start(1) + len(match[1].rstrip()))


def _title_before(text: str, start: int) -> Span | None:
    """The words before a name as far as they can be a title: capitalised, role words, links between them."""
    floor = max(0, start - _REACH)
    nearest = text[max(floor, start - _LONGEST_WORD) : start].split()
    if nearest and nearest[-1].isalpha() and nearest[-1].islower() and nearest[-1] not in _IN_TITLES:
        return None  # so it is before most names
    words = list(_WORD.finditer(text[floor:start]))
    first = None
    has_role = False
    following = start
    for match in reversed(words):
        word, low = match[0], match[0].lower().rstrip(".")
        if text[floor + match.end() : following].strip(" \xa0"):
            break
        if low in _HONORIFICS and first is None:
            following = start = floor + match.start()
            continue
        is_part = word[0].isupper() or low in TITLE_WORDS or low in ORGANISATION_NOUNS
        if not is_part and low not in _LINKS:
            break
        if is_part:
            first = floor + match.start()
        has_role |= low in ROLE_NOUNS
        following = floor + match.start()
    if first is None or not has_role:
        return None
    return _without_opening(text, first, start)


def _role_before_comma(text: str, place: Place) -> Span | None:
    """The role in "the defence minister, Jane Doe,": from its determiner or possessor to the comma."""
    if text[place.start - 2 : place.start] != ", " or text[place.end : place.end + 1] not in (
        ",",
        ".",
        "",
        ":",
    ):
        return None
    floor = max(0, place.start - _REACH)
    match = _DEFINITE.search(text[floor : place.start - 2])
    if match is None:
        return None
    words = match[1].lower().split()
    head = next(
        (words[at - 1] for at in range(1, len(words)) if words[at] in ("of", "for", "at", "to")), words[-1]
    )
    return Span(floor + match.start(1), floor + match.end(1)) if head in ROLE_NOUNS else None


def _without_opening(text: str, first: int, start: int) -> Span | None:
    """The title without a sentence's first function word ("The", "But")."""
    title = text[first:start].rstrip()
    opening = re.match(r"(?:The|A|An|But|And|As|When|While|In|On|After|For|So|Then|Yet)[ \xa0]", title)
    if opening:
        first += opening.end()
        title = title[opening.end() :]
    return Span(first, first + len(title)) if title else None
