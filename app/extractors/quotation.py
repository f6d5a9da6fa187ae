"""What an extractor finds: quotations as spans of a text, each with who is given as its speaker."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class QuotationKind(StrEnum):
    """How the words stand in the text."""

    DIRECT = "direct"
    FRAGMENT = "fragment"


class SpeakerKind(StrEnum):
    """What sort of speaker the words name."""

    PERSON = "person"
    UNNAMED = "unnamed"
    ORGANISATION = "organisation"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text in code points: ``text[start:end]``. Never empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def of(self, text: str) -> str:
        """The words of this span.

        >>> Span(4, 8).of("The pact")
        'pact'
        """
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whom the text gives as the speaker.

    ``span`` is the mention beside the quotation, as printed ("He", "Starmer", "one source close to
    the UK government"). ``name`` is the fullest form of the name that this article gives for that
    mention ("Keir Starmer"), or None where the article names nobody. ``role`` is the stretch, if the
    article has one, that says who the speaker is ("Labour MP and chair of …"; for "the source", the
    words that introduced it); it may stand far from the quotation.
    """

    span: Span
    kind: SpeakerKind
    name: str | None = None
    role: Span | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words in quotation marks that the text gives to a speaker.

    ``segments`` are the stretches between the marks, marks excluded, in order and apart: a quotation
    broken by its attribution ("…," he said. "…") is one quotation of two segments. ``rule`` names the
    rule that attributed it, ``cue`` is the reporting word. ``confidence`` runs from 0 to 1.
    """

    segments: tuple[Span, ...]
    kind: QuotationKind
    speaker: Speaker | None
    cue: Span | None
    rule: str
    confidence: float

    def __post_init__(self) -> None:
        if not self.segments:
            raise ValueError("a quotation has at least one segment")
        if any(a.end > b.start for a, b in zip(self.segments, self.segments[1:], strict=False)):
            raise ValueError(f"segments overlap or are out of order: {self.segments}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence is no probability: {self.confidence}")


class QuoteExtractor(Protocol):
    """Finds the quotations of an article.

    ``extract`` is a pure function of the text: the same text gives the same answer, on any text
    whatever, without raising, in time linear in its length. Quotations come in the order of their
    first segment and never overlap. ``name`` and ``version`` are stored with each quotation, so that
    an archive knows which were found by an older version.
    """

    name: str
    version: str

    def extract(self, text: str) -> tuple[Quotation, ...]:
        """All quotations of ``text``; offsets count code points of ``text``."""
        ...
