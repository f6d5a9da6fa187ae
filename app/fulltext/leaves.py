"""What one word or phrase of a query means, alone or as the value of a field."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.folding import fold
from app.fulltext.date_ranges import is_bare_range, read_span
from app.fulltext.fields import EXAMPLES, FIXED, MOMENTS, NAMED, ZONES, Field
from app.fulltext.joining import word_spans
from app.fulltext.lexer import ASTERISK, Kind, Token, shown
from app.fulltext.tree import Dated, Label, Labelled, Node, Prefix, Words, Zone

MAX_WORDS = 64

_PREFIX = re.compile(r"((?:[^\W_][\u0300-\u036f]*){3,})\*")
_AFTER_WORD = re.compile(r"(?<=\w)[~^].*", re.DOTALL)
_EDGES = " \t.,;:!?*'’‘…-–—_~^"
_NUMBER = re.compile(r"0*([0-9]{1,18})")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z]+)?")


@dataclass(frozen=True, slots=True)
class Leaves:
    """Makes leaves of the tree. ``tell`` takes notes for the reader; ``today`` is for "P3M"."""

    today: date | None
    tell: Callable[[str], None]

    def leaf(self, field: Field | None, token: Token) -> Node | None:
        """The leaf of a word or phrase under ``field``; None if there is nothing to search for in it."""
        if field is None and token.kind is Kind.WORD and is_bare_range(token.text):
            return self._dated(Field.DATE, token)
        if field is None or field in ZONES:
            return self._words(token, Zone.TEXT if field is None else ZONES[field])
        if field in NAMED:
            return self._named(NAMED[field], token)
        found = FIXED.get(field, {}).get(token.text.lower()) or self._made(field, token)
        return found or self._refused(field, token)

    def _made(self, field: Field, token: Token) -> Node | None:
        """A date, a language or a number, if the field takes one."""
        text = token.text.strip()
        if field in MOMENTS:
            return self._dated(field, token)
        if field is Field.LANG and (language := _LANGUAGE.fullmatch(text.lower())):
            return Labelled(Label.LANGUAGE, (language[1],))
        if field is Field.ID and (number := _NUMBER.fullmatch(text)):
            return Labelled(Label.ID, (number[1],))
        return None

    def _dated(self, field: Field, token: Token) -> Node | None:
        span = read_span(token.text.strip(), self.today)
        return Dated(*span, MOMENTS[field]) if span else None

    def _refused(self, field: Field, token: Token) -> Node | None:
        """The value as text, and the note why."""
        self.tell(f"“{field}:{shown(token.text)}” is read as text: “{field}:” takes {EXAMPLES[field]}.")
        return self._words(token, Zone.TEXT)

    def _named(self, label: Label, token: Token) -> Node | None:
        value = " ".join(token.text.split()).strip(_EDGES)
        if not any(character.isalnum() for character in value):
            return None
        if "*" in token.text:
            self.tell("Names are searched whole: an asterisk does nothing in them.")
        return Labelled(label, (value,))

    def _words(self, token: Token, zone: Zone) -> Node | None:
        if token.kind is Kind.PHRASE:
            return self._phrase(token, zone)
        text = _AFTER_WORD.sub("", token.text)
        if text != token.text:
            self.tell(f"“~” and “^” do nothing after a word: “{shown(token.text)}” is read as {shown(text)}.")
        if (prefix := self._prefix(text, zone)) is not None:
            return prefix
        if "*" in text:
            self.tell(ASTERISK)
        typed = _core(text.strip("*"))
        return Words(typed, zone) if typed else None

    def _prefix(self, text: str, zone: Zone) -> Prefix | None:
        found = _PREFIX.fullmatch(text)
        start = fold(found[1]) if found else ""
        if len(start) < len("abc") or not start.isalnum():
            return None
        if zone is Zone.EXACT:
            self.tell("“exact:” takes whole words, so the asterisk looks for every spelling.")
            zone = Zone.TEXT
        return Prefix(start, zone)

    def _phrase(self, token: Token, zone: Zone) -> Node | None:
        if "*" in token.text:
            self.tell("Inside quotation marks an asterisk does nothing.")
        typed = _core(token.text.replace("*", " "))
        slop = token.number if typed and len(word_spans(typed)) > 1 else 0
        return Words(typed, zone, is_phrase=True, slop=slop) if typed else None


def _core(text: str) -> str:
    """The text from its first word to its last, a currency sign included; at most 64 words of it."""
    text = " ".join(text.split())
    spans = word_spans(text)[:MAX_WORDS]
    if not spans:
        return ""
    start, end = spans[0][0], spans[-1][1]
    return text[start - 1 if start and text[start - 1] in "€$£¥" else start : end]
