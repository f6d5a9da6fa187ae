"""The sentences that a quotation stands in, with the one before and the one after."""

from __future__ import annotations

from dataclasses import dataclass

from app.authority.sentences import Sentences


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Whole sentences of a text, each on one line; ``before`` and ``after`` are empty at its ends."""

    before: str
    sentence: str
    after: str


def surroundings_of(sentences: Sentences, start: int, end: int) -> Surroundings:
    """The sentences around ``text[start:end]``.

    >>> surroundings_of(Sentences("Talks began. She said “no” twice. Then they ended."), 23, 25)
    Surroundings(before='Talks began.', sentence='She said “no” twice.', after='Then they ended.')
    """
    text = sentences.text
    first, last = sentences.number_at(start), sentences.number_at(max(start, end - 1))
    before = sentences.span(first - 1) if first > 0 else (0, 0)
    begin, stop = sentences.span(first)[0], sentences.span(last)[1]
    after = sentences.span(last + 1) if stop < len(text) else (0, 0)
    return Surroundings(*(" ".join(text[s:e].split()) for s, e in (before, (begin, stop), after)))
