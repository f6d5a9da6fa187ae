"""The sentences of a text by number, for asking which words stand in one with a name, and their case."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from app.authority.word_lists import read_words
from app.sentences import breaks

_QUOTES = "\"“”‘’'«»„"
_OPENING = _QUOTES + "[("
_BULLETS = " :•*"
_WORD = re.compile(r"[^\W\d_]{4,}")


class Sentences:
    """The sentences of one text, found when first asked for; offsets are code points."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._has_small_words: dict[int, bool] = {}
        self._is_shouted: dict[int, bool] = {}

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(one.start for one in breaks(self.text))]

    def number_at(self, offset: int) -> int:
        """Which sentence an offset lies in, counted from 0."""
        return bisect_right(self._starts, offset) - 1

    def span(self, number: int) -> tuple[int, int]:
        """Start and end of a sentence; the white space after it belongs to it."""
        following = number + 1
        end = self._starts[following] if following < len(self._starts) else len(self.text)
        return self._starts[number], end

    def is_headline(self, number: int) -> bool:
        """Whether no word of four letters or more is small, prepositions aside: a headline's case."""
        if number not in self._has_small_words:
            words = _WORD.finditer(self.text, *self.span(number))
            self._has_small_words[number] = any(
                word[0][0].islower() and word[0] not in read_words("small-words") for word in words
            )
        return not self._has_small_words[number]

    def is_shouted(self, number: int) -> bool:
        """Whether it has no small letter at all."""
        if number not in self._is_shouted:
            start, end = self.span(number)
            self._is_shouted[number] = self.text[start:end].isupper()
        return self._is_shouted[number]


def begins_sentence(before: str, after: str) -> bool:
    """Whether what stands between ``before`` and ``after`` begins its sentence, or a quotation.

    What follows a colon begins something too.

    A word alone in quotation marks, “Safe”, begins nothing.

    >>> begins_sentence("", " loans rose"), begins_sentence("said: “", " loans rose")
    (True, True)
    >>> begins_sentence("the “", "” fund")
    False
    """
    before = before.rstrip()
    if not before.rstrip(_OPENING + _BULLETS) or before[-1] in _BULLETS:
        return True
    return before[-1] in _QUOTES and after[:1] not in _QUOTES
