"""What a word is by itself, whatever stands beside it: most words of a text need no more."""

# ruff: noqa: PLR2004 - the numbers are letters of a word, each where it is used

from __future__ import annotations

import re
from functools import lru_cache

from app.extractors.lexicon import VERBS, word_set

UNSETTLED = ""
NOUN_IN_S = "s"  # a noun, unless a name before it makes it a verb
PUNCTUATION = {
    **{mark: mark for mark in ",;:()"},
    **dict.fromkeys((".", "?", "!", "...", "…"), "."),
    **dict.fromkeys(("—", "–", "―", "--", "-"), "-"),
    "[": "(",
    "]": ")",
}
_PRONOUNS = dict.fromkeys(("he", "she", "they", "it", "i", "we", "you"), "O")
_OBJECTS = dict.fromkeys(("him", "them", "me", "us"), "M")
_RELATIVES = dict.fromkeys(("who", "which", "whom", "whose"), "W")
_COORDINATORS = dict.fromkeys(("and", "but", "or", "nor", "yet", "&"), "C")
CLOSED: dict[str, str] = {
    **dict.fromkeys(word_set("time_words"), "T"),
    **dict.fromkeys(word_set("adverbs"), "A"),
    **dict.fromkeys(word_set("conjunctions"), "S"),
    **dict.fromkeys(word_set("prepositions"), "P"),
    **dict.fromkeys(word_set("determiners"), "D"),
    **dict.fromkeys(word_set("auxiliaries"), "X"),
    **_PRONOUNS,
    **_OBJECTS,
    **_RELATIVES,
    **_COORDINATORS,
}
# Determiners that can be a subject by themselves ("others said").
STANDALONE = word_set("standalone_determiners")
NOT_ADVERBS = frozenset(
    [
        "family",
        "ally",
        "assembly",
        "supply",
        "reply",
        "bully",
        "anomaly",
        "rally",
        "early",
        "likely",
        "only",
        "italy",
    ]
)
_CONTRACTION = re.compile(r"(he|she|they|it|i|we|who|you|that|there|what)'(?:s|d|ll|ve|re|m)$")


class Lexeme:
    """One word or sign, shared by all places where it stands; ``word`` is "" for a marked stretch.

    ``low`` is the word folded for looking up, ``noun`` that without a possessive ending, ``tag`` what it
    is if no neighbour changes it.

    >>> word = Lexeme("Ministers’")
    >>> word.low, word.noun, word.is_capital, word.has_apostrophe, word.tag
    ("ministers'", 'ministers', True, True, 'K')
    """

    __slots__ = ("has_apostrophe", "is_capital", "low", "noun", "tag", "word")

    def __init__(self, word: str) -> None:
        low = word.lower()
        if not word.isalnum():
            low = _folded(low)
        self.word, self.low = word, low
        self.is_capital = word[:1].isupper()
        self.has_apostrophe = low.endswith(("'s", "'"))
        self.noun = low.removesuffix("'s").removesuffix("'")
        self.tag = _tag_by_itself(word, low)


def _tag_by_itself(word: str, low: str) -> str:
    if not word:
        return "Q"
    if not word[0].isalnum():
        return PUNCTUATION.get(word, "C" if word == "&" else "?")
    if word[0].isupper():
        is_settled = low not in CLOSED and low not in VERBS and not low.endswith(("ly", "ing"))
        return "K" if is_settled else UNSETTLED
    return UNSETTLED if word[0].isdigit() else _tag_of_lower(low)


def _tag_of_lower(low: str) -> str:
    if low in CLOSED or low in VERBS or low in ("put", "puts"):
        return CLOSED.get(low, UNSETTLED)
    if len(low) > 4 and low.endswith("ly") and low not in NOT_ADVERBS:
        return "A"
    if low.endswith("s"):
        return NOUN_IN_S
    return UNSETTLED if low.endswith(("ed", "ing", "ly")) else "N"


def _folded(low: str) -> str:
    """A word with its full stop, its curly apostrophe or the verb in "he's" taken away."""
    if len(low) > 2 and low[-1] == ".":
        low = low[:-1]
    if "’" not in low and "'" not in low:
        return low
    low = low.replace("’", "'")
    contraction = _CONTRACTION.match(low)
    return contraction[1] if contraction else low


MARKED = Lexeme("")
_LONGEST_REMEMBERED = 30
_remembered = lru_cache(maxsize=16384)(Lexeme)  # a text has few words, each many times


def lexeme(word: str) -> Lexeme:
    """What a word is by itself."""
    return _remembered(word) if len(word) < _LONGEST_REMEMBERED else Lexeme(word)
