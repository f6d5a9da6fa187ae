"""What differs between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from app.folding import fold

_WORD = re.compile(r"[^\W_]+(?:['’ʼ\-‐‑][^\W_]+)*")
_APOSTROPHES = str.maketrans("", "", "'’ʼ")
_HYPHENS = str.maketrans("‐‑", "--")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text; ``key`` is the same for spellings that differ in case, diacritics or apostrophes."""

    key: str
    start: int
    end: int


class Side(StrEnum):
    """Which of two texts a stretch stands in."""

    BOTH = "both"
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of two compared texts, with what stands between its words."""

    text: str
    side: Side


def words_of(text: str) -> list[Word]:
    """The words of a text in order; punctuation and signs are none.

    >>> [word.key for word in words_of("“We don’t — […] SAFE-funded, Šefčovič!”")]
    ['we', 'dont', 'safe-funded', 'sefcovic']
    """
    return [
        Word(fold(match[0]).translate(_HYPHENS).translate(_APOSTROPHES), match.start(), match.end())
        for match in _WORD.finditer(text)
    ]


def compare_words(first: str, second: str) -> tuple[Stretch, ...]:
    """Both texts as one run of stretches: what they share as the second prints it, what only one has.

    All stretches but those of one side, put together, are the other text, from its first word to its last.

    >>> [(one.side.value, one.text) for one in compare_words("We can go further", "We must go further.")]
    [('both', 'We'), ('first', 'can'), ('second', 'must'), ('both', 'go further')]
    """
    return tuple(_stretches(first, second))


def _stretches(first: str, second: str) -> Iterator[Stretch]:
    ones, others = words_of(first), words_of(second)
    matcher = SequenceMatcher(None, [w.key for w in ones], [w.key for w in others], autojunk=False)
    for what, one_from, one_to, other_from, other_to in matcher.get_opcodes():
        if what == "equal":
            yield Stretch(_between(second, others[other_from:other_to]), Side.BOTH)
            continue
        if one_from < one_to:
            yield Stretch(_between(first, ones[one_from:one_to]), Side.FIRST)
        if other_from < other_to:
            yield Stretch(_between(second, others[other_from:other_to]), Side.SECOND)


def _between(text: str, words: list[Word]) -> str:
    return text[words[0].start : words[-1].end]
