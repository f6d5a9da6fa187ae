"""A marked stretch in its sentence, and the readings of the words around it."""

from __future__ import annotations

from dataclasses import dataclass

from app.extractors.phrases import Phrase


@dataclass(frozen=True, slots=True)
class Quote:
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading: ``phrase`` speaks, by the word at token ``cue``; the higher ``score`` the surer."""

    rule: str
    phrase: Phrase
    cue: int
    score: int
