"""What a text gives by itself, without a look at anything stored: pure, so another process may do it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from app.authority.mentions import PersonMention, persons_mentioned
from app.authority.programme_register import ProgrammeRegister
from app.authority.programmes import ProgrammeMention, tag_programmes
from app.authority.register import Register
from app.dates import PartialDate
from app.extractors.quotation import Findings, QuotationKind, QuoteExtractor
from app.extractors.rules import RuleExtractor
from app.extractors.timing import DatedWords, dates_in
from app.likeness.minhash import Signature, signature_of
from app.resources import resource_folder


@dataclass(frozen=True, slots=True)
class TextReading:
    """A text of ``day`` with what is found in it; ``signature`` is its sketch, for likeness to others."""

    text: str
    day: PartialDate | None
    findings: Findings
    programmes: tuple[ProgrammeMention, ...]
    people: tuple[PersonMention, ...]
    times: tuple[DatedWords, ...]
    signature: Signature


@dataclass(frozen=True, slots=True)
class TextReader:
    """What texts are read with."""

    extractor: QuoteExtractor
    people: Register
    programmes: ProgrammeRegister

    def read(self, text: str, day: PartialDate | None) -> TextReading:
        """Read the text of an article published on ``day``."""
        findings = self.extractor.extract(text)
        quoted = [
            (span.start, span.end)
            for quotation in findings.quotations
            if quotation.kind is not QuotationKind.INDIRECT
            for span in quotation.segments
        ]
        return TextReading(
            text=text,
            day=day,
            findings=findings,
            programmes=tag_programmes(text, self.programmes),
            people=persons_mentioned(text, self.people),
            times=dates_in(text, day, quoted),
            signature=signature_of(text),
        )


@cache
def text_reader() -> TextReader:
    """The reader of this program: its rules and the registers of ``seeds/``."""
    seeds = resource_folder("seeds")
    return TextReader(
        extractor=RuleExtractor(),
        people=Register.load(seeds / "people.json"),
        programmes=ProgrammeRegister.load(seeds / "programmes.json"),
    )
