"""What a text itself says that an acronym stands for: "the Economic Development Administration (EDA)"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.folding import fold

# How an acronym and its words stand beside each other, either of them first.
_WORDS_BEFORE = re.compile(r"(?:\s[(\[]|,\s(?:(?:or|known\sas|called)\s)?)(?:the\s)?[“‘\"']?\Z")
_WORDS_AFTER = re.compile(r"(?:\s[(\[]|,\s(?:or\s)?(?=the\s)|,\sor\s|\sstands\sfor\s)(?:the\s)?[“‘\"']?")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LINKING = frozenset("of the and for on in to against by from with de du des la le et en für der".split())
_MOST_LINKING = 3
_FEWEST_LETTERS = 3


def expansions_beside(acronym: str, before: str, after: str) -> Iterator[tuple[str, ...]]:
    """The words, folded, that the acronym is made of by their first letters, where they stand beside it.

    Small words that link the others may have a letter of it or none. Of fewer than three letters nothing
    is said: they are met by chance.

    >>> list(expansions_beside("EDA", "a loan from the Economic Development Administration (", ")"))
    [('economic', 'development', 'administration')]
    """
    if len(acronym) < _FEWEST_LETTERS or not acronym.isalpha():
        return
    letters = fold(acronym)
    if opening := _WORDS_BEFORE.search(before):
        words = _words(before[: opening.start()])
        yield from _spelling(letters, [words[-count:] for count in _counts(letters) if count <= len(words)])
    if opening := _WORDS_AFTER.match(after):
        words = _words(after[opening.end() :])
        yield from _spelling(letters, [words[:count] for count in _counts(letters) if count <= len(words)])


def _counts(letters: str) -> range:
    return range(len(letters), len(letters) + _MOST_LINKING + 1)


def _words(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]


def _spelling(letters: str, found: Sequence[list[str]]) -> Iterator[tuple[str, ...]]:
    """The first of what was found that spells the letters."""
    for words in found:
        if words[0][0] == letters[0] and _spells(letters, words):
            yield tuple(words)
            return


def _spells(letters: str, words: Sequence[str]) -> bool:
    if not words:
        return not letters
    first, rest = words[0], words[1:]
    has_letter = letters[:1] == first[0] and _spells(letters[1:], rest)
    return has_letter or (first in _LINKING and _spells(letters, rest))
