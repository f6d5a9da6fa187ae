"""From what was typed to the tokens of the query grammar, in one pass over the text.

Marks: a double quotation mark of any shape opens a phrase and any other closes it, at the latest the end
of the text. A single one (‘ ’ ‚ ‹) does so only at the beginning of a word and if a closing one follows;
anywhere else it is an apostrophe. Operators are in upper case. "-" and "!" leave something out only at
the beginning, after a space or after "(", and right before what they leave out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from app.fulltext.fields import FIELDS, Field
from app.fulltext.tree import Unit

MAX_DEPTH = 32
_MAX_DISTANCE = 100
_MAX_SLOP = 50
ASTERISK = "An asterisk works only after three or more letters at the end of a word, as in negotiat*."

_DOUBLE = '"“”„‟«»＂'
_SINGLE_OPENING = "‘’‚‹"
_SINGLE_CLOSING = "‘’›"
# Characters that are never meant: controls, halves of characters, marks that only turn the direction of text.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = re.compile(r"[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

_SPACE = re.compile(r"\s+")
_PHRASE = re.compile(rf"[{_DOUBLE}]([^{_DOUBLE}]*)(?:[{_DOUBLE}]|\Z)")
_SLOP = re.compile(r"~([0-9]+)")
_CLOSING = re.compile(rf"(?<=\S)[{_SINGLE_CLOSING}](?!\w)")
_ANY_DOUBLE = re.compile(rf"[{_DOUBLE}]")
_RUN = re.compile(rf"[^\s(){_DOUBLE}]+")
_FIELD = re.compile(r"([A-Za-z]+):")
# What a word cannot begin with; a currency sign it can.
_JUNK = re.compile(rf"(?:(?![€$£¥][^\W_])(?:[^\w\s(){_DOUBLE}]|_))+")
_SIGN = re.compile(rf"[-!]+(?=[^\W_]|[({_DOUBLE}]|[€$£¥][^\W_]|[{_SINGLE_OPENING}]\w)")
_NEAR = re.compile(r"(?:NEAR|[Ww])/([0-9]+|[sSpP])")


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    PHRASE = "phrase"
    FIELD = "field"
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"


_OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}


class Token(NamedTuple):
    """A token. ``number`` is the slop of a phrase or the distance of NEAR, which also has a ``unit``."""

    kind: Kind
    text: str = ""
    number: int = 0
    unit: Unit | None = None
    field: Field | None = None


@dataclass(slots=True)
class Lexed:
    """Tokens whose brackets fit, with notes for the reader. An "(" may lack its ")" at the very end."""

    tokens: list[Token] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def lex(typed: str) -> Lexed:
    """The tokens of a text; any text has some, if only none.

    >>> [token.text for token in lex("UK-EU -“joint statement” U.K.").tokens]
    ['UK-EU', '-', 'joint statement', 'U.K.']
    """
    lexer = _Lexer(_INVISIBLE.sub("", _CONTROLS.sub(" ", typed)))
    lexed = Lexed(list(lexer.tokens()), lexer.notes)
    return _with_fitting_brackets(lexed)


def reads_as_word(text: str) -> bool:
    """Whether a text without spaces, brackets and quotation marks, typed bare, is a word and nothing else."""
    found = _FIELD.match(text)
    is_field = found is not None and found[1].lower() in FIELDS
    return not is_field and text not in _OPERATORS and _NEAR.fullmatch(text) is None


class _Lexer:
    """One reading of one text. ``_at`` only ever moves on."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.notes: list[str] = []
        self._closings = [match.start() for match in _CLOSING.finditer(text)]
        self._doubles = [match.start() for match in _ANY_DOUBLE.finditer(text)]

    def tokens(self) -> Iterator[Token]:
        """All tokens in order."""
        may_be_sign = True
        while self._at < len(self._text):
            character = self._text[self._at]
            if space := _SPACE.match(self._text, self._at):
                self._at, may_be_sign = space.end(), True
            elif character in "()":
                self._at += 1
                may_be_sign = character == "("
                yield Token(Kind.OPEN if character == "(" else Kind.CLOSE, character)
            elif may_be_sign and (sign := _SIGN.match(self._text, self._at)):
                self._at, may_be_sign = sign.end(), False
                yield Token(Kind.NOT, sign[0])
            else:
                may_be_sign = False
                yield from self._atom(is_value=False)

    def _goes_on_after(self, at: int) -> bool:
        return at < len(self._text) and not self._text[at].isspace()

    def _atom(self, *, is_value: bool) -> Iterator[Token]:
        """The phrase, field or word that begins here, if what stands here is any of them."""
        phrase = self._phrase()
        if phrase is not None:
            yield phrase
        elif is_value:
            run = _RUN.match(self._text, self._at)
            if run:
                self._at = run.end()
                yield Token(Kind.WORD, run[0])
        elif junk := _JUNK.match(self._text, self._at):
            self._at = junk.end()
            if "*" in junk[0]:
                self.notes.append(ASTERISK)
        else:
            yield from self._field_or_word()

    def _phrase(self) -> Token | None:
        double = _PHRASE.match(self._text, self._at)
        if double:
            self._at = double.end()
            return self._with_slop(double[1])
        if self._text[self._at : self._at + 1] not in tuple(_SINGLE_OPENING):
            return None
        closing = _next(self._closings, self._at)
        if closing is None or (_next(self._doubles, self._at) or closing) < closing:
            return None
        inside = self._text[self._at + 1 : closing]
        self._at = closing + 1
        return self._with_slop(inside)

    def _with_slop(self, inside: str) -> Token:
        slop = _SLOP.match(self._text, self._at)
        if slop:
            self._at = slop.end()
        number = min(int(slop[1]), _MAX_SLOP) if slop else 0
        return Token(Kind.PHRASE, " ".join(inside.split()), number)

    def _field_or_word(self) -> Iterator[Token]:
        run = _RUN.match(self._text, self._at)
        assert run is not None, "what is no space, bracket, mark or junk begins a word"
        found = _FIELD.match(self._text, self._at)
        if found and found[1].lower() in FIELDS:
            yield from self._field(found)
            return
        self._at = run.end()
        if found and not run[0].startswith("//", found.end() - found.start()):
            self._note_unknown(found[1], run.end() - found.end())
        yield _operator(run[0]) or Token(Kind.WORD, run[0])
        if run[0] in ("NEAR", "NEAR/"):
            self.notes.append("NEAR needs a number, as in pact NEAR/5 loans; here it is read as a word.")

    def _field(self, found: re.Match[str]) -> Iterator[Token]:
        """A field with the beginning of its value; without a value, its name as a word."""
        self._at = found.end()
        if self._goes_on_after(self._at) and self._text[self._at] != ")":
            yield Token(Kind.FIELD, found[1], field=FIELDS[found[1].lower()])
            yield from self._atom(is_value=True)
        else:
            self.notes.append(
                f"“{found[0]}” needs something right after the colon; here it is read as a word."
            )
            yield Token(Kind.WORD, found[1])

    def _note_unknown(self, name: str, left: int) -> None:
        goes_on = self._text[self._at : self._at + 1]
        if left or (goes_on and (goes_on in _DOUBLE or goes_on == "(")):
            self.notes.append(f"There is no field “{shown(name)}:”, so it is read as words of the text.")


def shown(text: str, longest: int = 40) -> str:
    """What was typed, short enough to stand in a note."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def _operator(text: str) -> Token | None:
    if text in _OPERATORS:
        return Token(_OPERATORS[text], text)
    near = _NEAR.fullmatch(text)
    if near is None:
        return None
    unit = {"s": Unit.SENTENCE, "p": Unit.PARAGRAPH}.get(near[1].lower(), Unit.WORDS)
    distance = max(1, min(int(near[1]), _MAX_DISTANCE)) if unit is Unit.WORDS else 0
    return Token(Kind.NEAR, text, distance, unit)


def _next(places: list[int], after: int) -> int | None:
    """The first of ``places``, which are in order, that lies after a place."""
    found = bisect_right(places, after)
    return places[found] if found < len(places) else None


def _with_fitting_brackets(lexed: Lexed) -> Lexed:
    """Without each ")" that closes nothing, and without brackets that are too deep inside others."""
    depth = 0
    kept: list[Token] = []
    for token in lexed.tokens:
        if token.kind is Kind.OPEN:
            depth += 1
            if depth > MAX_DEPTH:
                lexed.notes.append(f"Brackets count only up to {MAX_DEPTH} inside each other.")
                continue
        elif token.kind is Kind.CLOSE:
            depth -= 1
            if depth < 0:
                depth = 0
                continue
            if depth >= MAX_DEPTH:
                continue
        kept.append(token)
    return Lexed(kept, lexed.notes)
