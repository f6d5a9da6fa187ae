"""A marked stretch in its sentence, and the readings of the words around it."""

from __future__ import annotations

from typing import NamedTuple

from app.extractors.phrases import Phrase


class Quote(NamedTuple):
    """One marked stretch in its sentence: token number, sentence ends, and how its words begin and end."""

    token: int
    low: int
    high: int
    sign: str
    words: int
    is_capital: bool

    @property
    def ends_open(self) -> bool:
        """Whether the last sign announces that an attribution may follow."""
        return self.sign != "" and self.sign in ",?!…-–—"


class Candidate(NamedTuple):
    """One reading: ``phrase`` speaks, by the word at token ``cue``; the higher ``score`` the surer."""

    rule: str
    phrase: Phrase
    cue: int
    score: int
