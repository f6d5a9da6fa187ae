"""Finding the words of a text that a query may mean without taking every word of it apart.

A term begins with the letters that its words begin with, a few words apart. So patterns find all words that
come into question; only those are folded and stemmed. The patterns look at the text as plain bytes, one for
each character, and each begins with one certain byte: to that the regular expression engine jumps. That takes
a third of the time of one pattern over the characters for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from app.fulltext.analysis import Token, find_words, match_word, word_forms

# A stem of so many letters has the third of its word; a shorter one may have got its own ("using", "use").
_LONG = 5
# Spellings of which the second letter is another than that of the word (see ``spelling``): "skeptic",
# "pajamas", "airplane".
_OTHER_SPELLINGS = {"sc": "sk", "py": "pa", "ae": "ai"}
# What a word may have inside besides letters and digits: a word that comes after one of these may be no
# word of its own.
_JOINTS = frozenset(".,-'’") | {chr(mark) for mark in range(0x300, 0x370)}
_NO_LETTER = rb"[.,'?-]"  # in plain bytes, where "?" stands for whatever is not ASCII
_NOT_ASCII = re.compile(rb"\?")


def beginnings(terms: Iterable[str]) -> frozenset[str]:
    """How the words of these terms may begin."""
    return frozenset(term[: 3 if len(term) >= _LONG else 2] for term in terms if term)


def words_like(text: str, begun: frozenset[str]) -> list[Token]:
    """All words of ``text`` with a term of these beginnings, or whose folded form begins so.

    In order of the text, the same words that ``analysis.tokens`` finds; others may come, too.
    """
    found: list[Token] = []
    known = 0  # up to here words have been read one after another
    for start in _beginning(text, begun) if begun else ():
        if start < known:
            continue
        word = match_word(text, start)
        if start and (text[start - 1] in _JOINTS or text[start - 1].isalnum()):
            word = _word_at(text, start, known)
        if word is not None:
            known = word.end()
            if word.start() >= start:  # else it is a word that came into question for its beginning
                found.append(Token(*word_forms(word[0]), word.start(), known))
    return found


def _word_at(text: str, at: int, known: int) -> re.Match[str] | None:
    """The word that stands at ``at``, found from the space before it on."""
    start = max(text.rfind(" ", known, at), text.rfind("\n", known, at), known)
    return next((word for word in find_words(text, start) if word.end() > at), None)


def _beginning(text: str, begun: frozenset[str]) -> list[int]:
    """Where words begin that may begin so, in order; other places come too."""
    plain = text.encode("ascii", "replace").lower()
    starts = [match.start() for pattern in _patterns(begun) for match in pattern.finditer(plain)]
    if not text.isascii():
        starts += [match.start() for match in _NOT_ASCII.finditer(plain) if text[match.start()].isalnum()]
    starts.sort()
    return starts


@lru_cache(maxsize=500)
def _patterns(begun: frozenset[str]) -> tuple[re.Pattern[bytes], ...]:
    """One for each letter that such a word may begin with, and what may follow."""
    others = {_OTHER_SPELLINGS[one[:2]] + one[2:] for one in begun if one[:2] in _OTHER_SPELLINGS}
    rests: dict[str, list[str]] = {}
    for spelling in sorted(begun | others):
        for first in _alike(spelling[0]):
            rests.setdefault(first, []).append(spelling[1:])
    return tuple(
        re.compile(re.escape(first.encode()) + _no_letter_before(first) + _after(rests[first]), re.DOTALL)
        for first in rests
        if first.isascii()  # where others stand is looked at in any case
    )


def _no_letter_before(first: str) -> bytes:
    """That the letter just read has none before it; "10am10" is two words."""
    return rb"(?<![0-9].)" if first.isdigit() else rb"(?<![0-9a-z].)"


def _after(rests: list[str]) -> bytes:
    """A pattern for any of these letters in turn; what is no plain letter goes for all that follow."""
    if "" in rests:
        return b""
    return b"(?:" + b"|".join([*map(_letters, rests), _NO_LETTER]) + b")"


def _letters(rest: str) -> bytes:
    first = _set_of(rest[0])
    return first + (b"(?:" + _set_of(rest[1]) + b"|" + _NO_LETTER + b")" if rest[1:] else b"")


def _set_of(letter: str) -> bytes:
    return b"[" + re.escape(_alike(letter)).encode("ascii", "replace") + b"]"


def _alike(letter: str) -> str:
    """The English stemmer makes an i of a y: "dying", "cry"."""
    return {"i": "iy"}.get(letter, letter)
