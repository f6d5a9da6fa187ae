"""From text to the terms that are indexed and searched; the same for both, and for marking what matched."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import Stemmer
from whoosh.analysis import Analyzer
from whoosh.analysis import Token as WhooshToken

from app.folding import fold
from app.fulltext.spelling import british

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
        *("a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "for", "from", "had", "has"),
        *("have", "he", "her", "his", "i", "in", "is", "it", "its", "not", "of", "on", "or", "our", "she"),
        *("that", "the", "their", "they", "this", "to", "was", "we", "were", "which", "will", "with"),
        *("would", "you"),
    }
)

# More than twice as many as the different terms of any sentence or paragraph.
PLACE_GAP = 10_000

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
    for position, match in enumerate(_TOKEN.finditer(text)):
        word = match.group()
        yield Term(_term(word), position, match.start(), match.end())
        head, hyphen, _ = word.partition("-")
        if hyphen and len(head) > 1:  # "EU-27" is found by "EU" too
            yield Term(_term(head), position, match.start(), match.end())


@lru_cache(maxsize=200_000)
def _term(word: str) -> str:
    folded = fold(_POSSESSIVE.sub("", word))
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


class ArchiveAnalyzer(Analyzer):  # type: ignore[misc]
    """``terms`` in the form Whoosh wants: one token object, changed in place."""

    def __call__(
        self, value: str, *, positions: bool = False, mode: str = "", **_options: object
    ) -> Iterator[Any]:
        """One token for each term of ``value``."""
        token = WhooshToken(positions, chars=False, removestops=False, mode=mode)
        token.boost, token.stopped = 1.0, False
        for term in terms(value):
            token.text, token.pos = term.text, term.position
            yield token

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class PlaceAnalyzer(ArchiveAnalyzer):
    """The terms of a text, each once for each place that has it, with a wide gap between places.

    ``places`` finds the sentences, or the paragraphs. Two terms less than half a gap apart share a place.
    """

    def __init__(self, places: re.Pattern[str]) -> None:
        self.places = places

    def __call__(
        self, value: str, *, positions: bool = False, mode: str = "", **_options: object
    ) -> Iterator[Any]:
        """One token for each term and place that ``value`` has."""
        token = WhooshToken(positions, chars=False, removestops=False, mode=mode)
        token.boost, token.stopped = 1.0, False
        for number, match in enumerate(self.places.finditer(value)):
            for offset, text in enumerate(sorted({term.text for term in terms(match.group())})):
                token.text, token.pos = text, PLACE_GAP * number + offset
                yield token

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.places == getattr(other, "places", None)

    def __hash__(self) -> int:
        return hash((type(self), self.places))
