"""From text to the terms that are indexed and searched; the same for both, and for marking what matched."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import Stemmer

from app.folding import fold
from app.fulltext.spelling import british
from app.fulltext.tree import Words, Zone

# Combining marks belong to their letter: text may come taken apart.
_LETTER = r"(?:[^\W\d_][\u0300-\u036f]*)"
_TOKEN = re.compile(
    rf"""
      (?:{_LETTER}\.){{2,}}(?:['’]s\b)?                   # U.K., U.S.'s
    | {_LETTER}{{1,4}}-\d+{_LETTER}*(?!\w)               # F-35, EU-27
    | \d+(?:[.,]\d+)*{_LETTER}*                          # 150bn, 1,000, 1.5
    | (?:{_LETTER}|\d)+(?:['’]{_LETTER}+)?               # words, Starmer's, O'Neill
    """,
    re.VERBOSE,
)
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)

# Words so common that they tell nothing apart when they stand alone in a query; indexed all the same,
# because phrases need them.
STOP_WORDS = frozenset(
    {
        *("a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "had", "has"),
        *("have", "he", "her", "his", "i", "in", "is", "it", "its", "not", "of", "on", "or", "our", "she"),
        *("that", "the", "their", "they", "this", "to", "was", "we", "were", "which", "will", "with"),
        *("would", "you"),
        # of questions
        *("about", "any", "been", "can", "could", "did", "do", "does", "how", "into", "such", "than", "them"),
        *("then", "there", "these", "those", "what", "when", "where", "why"),
    }
)

_stemmers = threading.local()


@dataclass(frozen=True, slots=True)
class Term:
    """A term with where its word stands; ``position`` counts words."""

    text: str
    position: int
    start: int
    end: int


def terms(text: str) -> Iterator[Term]:
    """The terms of a text in order.

    >>> [term.text for term in terms("The U.K.’s F-35s and Šefčovič’s defense programs")]
    ['the', 'uk', 'f35', 'and', 'sefcov', 'defenc', 'programm']
    """
    for position, token in enumerate(tokens(text)):
        for term in token.terms:
            yield Term(term, position, token.start, token.end)


class Token(NamedTuple):
    """A word with its terms, of which a hyphenated number has two; ``exact`` is the word as it stands."""

    terms: tuple[str, ...]
    exact: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in order.

    >>> [token.exact for token in tokens("The U.K.’s Safe, says Šefčovič")]
    ['The', 'U.K.', 'Safe', 'says', 'Šefčovič']
    """
    for match in find_words(text):
        yield Token(*word_forms(match[0]), match.start(), match.end())


find_words = _TOKEN.finditer
"""The words of a text as matches, in order."""

match_word = _TOKEN.match
"""The word at an offset of a text, if one begins there."""


@lru_cache(maxsize=1000)
def query_terms(words: Words) -> tuple[str, ...]:
    """The index terms of words, one for each; none for a text without words."""
    if words.zone is Zone.EXACT:
        return tuple(token.exact for token in tokens(words.typed))
    return tuple(token.terms[0] for token in tokens(words.typed))


@lru_cache(maxsize=150_000)
def word_forms(word: str) -> tuple[tuple[str, ...], str]:
    """The terms of a word, and the word without its possessive ending, in composed letters."""
    head, hyphen, _ = word.partition("-")
    forms = (_term(word), _term(head)) if hyphen and len(head) > 1 else (_term(word),)  # "EU-27": "EU" too
    return forms, unicodedata.normalize("NFC", _POSSESSIVE.sub("", word).replace("’", "'"))


def _term(word: str) -> str:
    folded = fold(_POSSESSIVE.sub("", word))
    if folded.isalpha():
        plain: str = _stemmer().stemWord(british(folded))
        return plain
    if "." in folded and not folded[0].isdigit():  # U.K.
        return folded.replace(".", "")
    if any(character.isdigit() for character in folded):
        return re.sub(r"[-,]|(?<=\d)s$", "", folded)
    stem: str = _stemmer().stemWord(british(folded))
    return stem


def _stemmer() -> Any:
    """A stemmer of this thread's own: PyStemmer's objects must not be shared."""
    if not hasattr(_stemmers, "english"):
        _stemmers.english = Stemmer.Stemmer("english")
    return _stemmers.english
