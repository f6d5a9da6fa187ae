"""Unnamed speakers met again: "the source" after "one source close to the UK government"."""

from __future__ import annotations

from app.extractors.lexicon import UNNAMED_NOUNS
from app.extractors.quotation import Span

_ANEW = frozenset(("a", "an", "one", "another"))
_AGAIN = frozenset(("the", "this", "that"))


class UnnamedSpeakers:
    """The unnamed speakers of one article so far, by the noun that stands for them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._introduced: dict[str, set[Span]] = {}

    def introduction_of(self, span: Span) -> Span | None:
        """Where the article says who a speaker met again is; None for one met for the first time.

        Two speakers of one noun ("one diplomat", "another diplomat") are not told apart: None again.
        """
        first, *others = span.of(self._text).lower().split()
        noun = next((word.strip(",") for word in others if word.strip(",") in UNNAMED_NOUNS), None)
        if noun is None:
            return None
        if first in _ANEW:
            self._introduced.setdefault(noun, set()).add(span)
        known = self._introduced.get(noun, set())
        return next(iter(known)) if first in _AGAIN and len(known) == 1 else None
