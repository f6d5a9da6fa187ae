"""Finding the words of a text that a query may mean without taking every word of it apart.

A term begins with the letters that its words begin with, a few words apart. So one pattern finds, in a single
pass at the speed of the regular expression engine, all words that come into question; only those are folded
and stemmed. Of ten articles that takes a small part of the time that reading all words of them takes.
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
_NO_LETTER = r"[.,'’-]|[^\x00-\x7f]"
_NOT_ASCII = "\x80-\u200f\u2040-\U0010ffff"  # without the punctuation that texts are full of


def words_like(text: str, terms: Iterable[str]) -> list[Token]:
    """All words of ``text`` with one of these terms, or whose folded form begins so; others may come too.

    In order of the text, the same words that ``analysis.tokens`` finds.
    """
    beginnings = frozenset(term[: 3 if len(term) >= _LONG else 2] for term in terms if term)
    found: list[Token] = []
    known = 0  # up to here words have been read one after another
    for match in _pattern(beginnings).finditer(text) if beginnings else ():
        start = match.start()
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


@lru_cache(maxsize=500)
def _pattern(beginnings: frozenset[str]) -> re.Pattern[str]:
    """Where words begin that may begin so: a first letter without one before it, and what may follow."""
    others = {_OTHER_SPELLINGS[one[:2]] + one[2:] for one in beginnings if one[:2] in _OTHER_SPELLINGS}
    spellings = beginnings | others
    firsts = sorted({one[0] for one in spellings})
    followed = "|".join(
        f"(?<=[{_alike(first)}]){_after([one[1:] for one in sorted(spellings) if one[0] == first])}"
        for first in firsts
    )
    leading = "".join(map(_alike, firsts))
    begins = r"(?:(?<![^\W_].)|(?<=[^\W\d_]\d))"  # "10am10" is two words
    return re.compile(rf"[{leading}{_NOT_ASCII}]{begins}(?:(?<=[^\x00-\x7f])|{followed})")


def _after(rests: list[str]) -> str:
    """A pattern for any of these letters in turn; what is no plain letter goes for all that follow."""
    if "" in rests:
        return ""
    return f"(?:{'|'.join(_letters(rest) for rest in rests)}|{_NO_LETTER})"


def _letters(rest: str) -> str:
    first = f"[{_alike(rest[0])}]"
    return first + (f"(?:[{_alike(rest[1])}]|{_NO_LETTER})" if rest[1:] else "")


def _alike(letter: str) -> str:
    """A letter in both cases, for use in a set; the English stemmer makes an i of a y: "dying", "cry"."""
    letters = {"i": "iy"}.get(letter, letter)
    return re.escape(letters + letters.upper() if letters.isascii() else letters)
