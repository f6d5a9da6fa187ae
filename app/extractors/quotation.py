"""What an extractor finds: quotations as spans of a text, each with who is given as its speaker."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, Protocol


class QuotationKind(StrEnum):
    """How the words stand in the text.

    DIRECT: a sentence of its own in marks. MIXED: five or more marked words within the reporter's sentence.
    FRAGMENT: fewer. INDIRECT: no marks at all, the reporter's rendering ("sources said that …").
    """

    DIRECT = "direct"
    MIXED = "mixed"
    FRAGMENT = "fragment"
    INDIRECT = "indirect"


class SpeakerKind(StrEnum):
    """What sort of speaker the words name."""

    PERSON = "person"
    UNNAMED = "unnamed"
    ORGANISATION = "organisation"
    DOCUMENT = "document"


class Span(NamedTuple):
    """A stretch of a text in code points: ``text[start:end]``."""

    start: int
    end: int

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
    words that introduced it); it may stand far from the quotation. ``affiliation`` is for whom a
    spokesperson speaks ("the ministry" of "a spokesman for the ministry").
    """

    span: Span
    kind: SpeakerKind
    name: str | None = None
    role: Span | None = None
    affiliation: Span | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that the text gives to one or more speakers.

    ``segments`` are the stretches between the marks, marks excluded, in order and apart: a quotation
    broken by its attribution ("…," he said. "…") is one quotation of two segments. Those of an indirect
    quotation have no marks; none is empty. ``speakers`` are in the order of the text; more than one speak
    together ("Doe and Roe said in a joint statement"), none: the text does not settle who speaks. ``rule``
    names the rule that attributed it, ``cue`` is the reporting word. ``confidence`` runs from 0 to 1.
    ``is_announced``: the words were yet to be said ("is expected to say"). ``in_headline``: they stand in
    the headline, and mostly again below it.
    """

    segments: tuple[Span, ...]
    kind: QuotationKind
    speakers: tuple[Speaker, ...]
    cue: Span | None
    rule: str
    confidence: float
    is_announced: bool = False
    in_headline: bool = False

    def __post_init__(self) -> None:
        if not self.segments:
            raise ValueError("a quotation has at least one segment")
        for start, end in self.segments:
            if not 0 <= start < end:
                raise ValueError(f"no stretch of a text: {start}..{end}")
        if len(self.segments) > 1 and any(a.end > b.start for a, b in pairwise(self.segments)):
            raise ValueError(f"segments overlap or are out of order: {self.segments}")
        if len(self.speakers) > 1 and len({speaker.span for speaker in self.speakers}) < len(self.speakers):
            raise ValueError("two speakers have the same mention")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence is no probability: {self.confidence}")


@dataclass(frozen=True, slots=True)
class Rejection:
    """A marked stretch that is nobody's quotation; ``reason`` says why ("title of a work")."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Findings:
    """All that an extractor makes of a text: quotations in the order of their first segment, rejections."""

    quotations: tuple[Quotation, ...]
    rejections: tuple[Rejection, ...]


class QuoteExtractor(Protocol):
    """Finds the quotations of an article.

    ``extract`` is a pure function of the text: the same text gives the same answer, on any text
    whatever, without raising, in time linear in its length. Quotations with marks never overlap each
    other; an indirect one may hold marked ones. ``name`` and ``version`` are stored with each quotation,
    so that an archive knows which were found by an older version.
    """

    @property
    def name(self) -> str:
        """What the extractor is called."""
        ...

    @property
    def version(self) -> str:
        """Raised with every change of what is found in the same text."""
        ...

    def extract(self, text: str) -> Findings:
        """All quotations and rejections of ``text``; offsets count code points of ``text``."""
        ...
