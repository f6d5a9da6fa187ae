"""What a text gives by itself, without a look at anything stored: pure, so another process may do it."""

from __future__ import annotations

from dataclasses import dataclass

from app.archive import Archive
from app.authority.mentions import PersonMention, persons_mentioned
from app.authority.programmes import ProgrammeMention, tag_programmes
from app.dates import PartialDate
from app.extractors.quotation import Findings, QuotationKind
from app.extractors.timing import DatedWords, dates_in
from app.likeness.minhash import Signature, signature_of


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


def read_text(archive: Archive, text: str, day: PartialDate | None) -> TextReading:
    """Read the text of an article published on ``day`` with the archive's extractor and registers."""
    findings = archive.extractor.extract(text)
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
        programmes=tag_programmes(text, archive.programmes),
        people=persons_mentioned(text, archive.people),
        times=dates_in(text, day, quoted),
        signature=signature_of(text),
    )
