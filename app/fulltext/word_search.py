"""Finding the words of a text that a query may mean without taking every word of it apart.

A term begins with the two letters that its words begin with, a few words apart. So one pattern finds, in a
single pass at the speed of the regular expression engine, all words that come into question; only those are
folded and stemmed. Of ten articles that takes a tenth of the time that reading all words of them takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from app.fulltext.analysis import Token, find_words, match_word, word_forms

# Spellings of which the second letter is another than that of the word (see ``spelling``): "skeptic",
# "pajamas", "airplane". The English stemmer makes an i of a second letter y: "dying", "vying".
_OTHER_SPELLINGS = {"sc": "sk", "py": "pa", "ae": "ai"}
# What a word may have inside besides letters and digits: a word that comes after one of these may be no
# word of its own.
_JOINTS = frozenset(".,-'’") | {chr(mark) for mark in range(0x300, 0x370)}
_SECOND_IS_NO_LETTER = r"[.,'’-]|[^\x00-\x7f]"
_NOT_ASCII = "\x80-\u200f\u2040-\U0010ffff"  # without the punctuation that texts are full of


def words_like(text: str, terms: Iterable[str]) -> Iterator[Token]:
    """All words of ``text`` with one of these terms, or whose folded form begins so; others may come too.

    In order of the text, the same words that ``analysis.tokens`` finds.
    """
    beginnings = frozenset(term[:2] for term in terms if term)
    if not beginnings:
        return
    known = 0  # up to here words have been read one after another
    for match in _pattern(beginnings).finditer(text):
        start = match.start()
        if start < known:
            continue
        word = match_word(text, start)
        if start and text[start - 1] in _JOINTS:
            word = _word_at(text, start, known)
        if word is not None:
            known = word.end()
            if word.start() == start:
                yield Token(*word_forms(word[0]), start, known)


def _word_at(text: str, at: int, known: int) -> re.Match[str] | None:
    """The word that stands at ``at``, found from the space before it on."""
    start = max(text.rfind(" ", known, at), text.rfind("\n", known, at), known)
    return next((word for word in find_words(text, start) if word.end() > at), None)


@lru_cache(maxsize=500)
def _pattern(beginnings: frozenset[str]) -> re.Pattern[str]:
    """Where words begin that may begin so: a first letter, no letter before it, then one that may follow."""
    by_first: dict[str, set[str]] = {}
    for beginning in beginnings:
        spellings = (
            beginning,
            _OTHER_SPELLINGS.get(beginning, beginning),
            beginning[:1] + beginning[1:].replace("i", "y"),
        )
        by_first.setdefault(beginning[0], set()).update(spelling[1:] for spelling in spellings)
    firsts = "".join(re.escape(_both_cases(first)) for first in sorted(by_first))
    followed = [
        rf"(?<=[{re.escape(_both_cases(first))}])(?:{_second(seconds)})"
        for first, seconds in sorted(by_first.items())
    ]
    return re.compile(rf"[{firsts}{_NOT_ASCII}](?<![^\W_].)(?:(?<=[^\x00-\x7f])|{'|'.join(followed)})")


def _second(letters: set[str]) -> str:
    if "" in letters:
        return ""
    shown = "".join(re.escape(_both_cases(letter)) for letter in sorted(letters))
    return f"[{shown}]|{_SECOND_IS_NO_LETTER}"


def _both_cases(letter: str) -> str:
    return letter + letter.upper() if letter.isascii() else letter
