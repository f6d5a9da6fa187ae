"""An article's text as paragraphs with the quotations marked in place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from app.store.quotes import QuoteRecord, Segment
from app.web.views import MarginNote, Paragraph, Part, QuotedSpeaker, QuoteInContext

_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*")
_OPENING_MARKS = "\"'“„«‘`"
_CLOSING_MARKS = "\"'”»“’`"
_CONTEXT_CHARACTERS = 280


def paragraphs_of(text: str, records: Sequence[QuoteRecord]) -> tuple[Paragraph, ...]:
    """The paragraphs of ``text`` in order, cut at the quotations of ``records``.

    All parts of a paragraph together are its text, to the letter.
    """
    stretches = sorted(
        ((segment, record) for record in records for segment in record.segments),
        key=lambda pair: pair[0].start,
    )
    return tuple(
        _paragraph(
            text,
            match.start(),
            match.end(),
            [s for s in stretches if match.start() <= s[0].start < match.end()],
        )
        for match in _PARAGRAPH.finditer(text)
    )


def speakers_of(records: Sequence[QuoteRecord]) -> list[QuotedSpeaker]:
    """Who is quoted in an article, in order of first appearance, each with the number of quotations."""
    by_speaker: dict[str, list[QuoteRecord]] = {}
    for record in records:
        by_speaker.setdefault(_speaker_key(record), []).append(record)
    return [QuotedSpeaker(group[0], len(group)) for group in by_speaker.values()]


def in_context(text: str, record: QuoteRecord) -> QuoteInContext:
    """A quotation with what its paragraph says before and after it, at most some 280 characters each."""
    first, last = record.segments[0], record.segments[-1]
    start, end = _with_marks(text, first)[0], _with_marks(text, last)[1]
    paragraph_start = text.rfind("\n", 0, start) + 1
    paragraph_end = text.find("\n", end)
    before = text[paragraph_start:start].strip()
    after = text[end : paragraph_end if paragraph_end >= 0 else len(text)].strip()
    if not any(character.isalnum() for character in after):
        after = ""  # the full stop behind the marks
    if len(before) > _CONTEXT_CHARACTERS:
        before = "… " + before[-_CONTEXT_CHARACTERS:].partition(" ")[2]
    if len(after) > _CONTEXT_CHARACTERS:
        after = after[:_CONTEXT_CHARACTERS].rpartition(" ")[0] + " …"
    return QuoteInContext(record, before, after)


def _paragraph(
    text: str, start: int, end: int, stretches: Sequence[tuple[Segment, QuoteRecord]]
) -> Paragraph:
    begun = [record for segment, record in stretches if segment == record.segments[0]]
    groups = groupby(begun, key=_speaker_key)
    return Paragraph(
        parts=tuple(_parts(text, start, end, stretches)),
        notes=tuple(MarginNote(tuple(records)) for _, records in groups),
    )


def _parts(
    text: str, start: int, end: int, stretches: Sequence[tuple[Segment, QuoteRecord]]
) -> Iterator[Part]:
    at = start
    for segment, record in stretches:
        marked_start, marked_end = _with_marks(text, segment)
        marked_start, marked_end = max(marked_start, at), min(marked_end, end)
        if at < marked_start:
            yield Part(text[at:marked_start])
        yield Part(text[marked_start:marked_end], record, segment == record.segments[0])
        at = marked_end
    if at < end:
        yield Part(text[at:end])


def _with_marks(text: str, segment: Segment) -> tuple[int, int]:
    """The segment with the quotation marks beside it, which belong to it for the eye."""
    start, end = segment.start, segment.end
    while start > 0 and text[start - 1] in _OPENING_MARKS:
        start -= 1
    while end < len(text) and text[end] in _CLOSING_MARKS:
        end += 1
    return start, end


def _speaker_key(record: QuoteRecord) -> str:
    """What makes two quotations one speaker's: the person, else the printed words."""
    return record.person.slug if record.person else f" {record.label}"
