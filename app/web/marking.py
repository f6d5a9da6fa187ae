"""An article's text as paragraphs with the quotations marked in place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

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
    pieces = _pieces(text, records)
    return tuple(
        _paragraph(
            text, match.start(), match.end(), [p for p in pieces if match.start() <= p.start < match.end()]
        )
        for match in _PARAGRAPH.finditer(text)
    )


def speakers_of(records: Sequence[QuoteRecord]) -> list[QuotedSpeaker]:
    """Who is quoted in an article, in order of first appearance, each with the number of quotations."""
    by_speaker: dict[str, list[QuoteRecord]] = {}
    for record in records:
        if not record.is_marked:
            continue
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


class _Piece(NamedTuple):
    """A stretch to be drawn as part of a quotation; ``is_first``: it carries the quotation's anchor."""

    start: int
    end: int
    record: QuoteRecord
    is_first: bool


def _pieces(text: str, records: Sequence[QuoteRecord]) -> list[_Piece]:
    """What is drawn of each quotation, in order and apart; marked words come before reported ones."""
    marked = sorted(
        _Piece(*_with_marks(text, segment), record, segment == record.segments[0])
        for record in records
        if record.is_marked
        for segment in record.segments
    )
    reported = [
        piece
        for record in records
        if not record.is_marked
        for piece in _around(record.segments[0].start, record.segments[-1].end, record, marked)
    ]
    apart: list[_Piece] = []
    for piece in sorted([*marked, *reported]):
        start = max(piece.start, apart[-1].end) if apart else piece.start
        if start < piece.end:
            apart.append(piece._replace(start=start))
    return apart


def _around(start: int, end: int, record: QuoteRecord, marked: Sequence[_Piece]) -> Iterator[_Piece]:
    """A reported clause without the marked words inside it."""
    is_first = True
    for piece in marked:
        if piece.end <= start or piece.start >= end:
            continue
        if piece.start > start:
            yield _Piece(start, piece.start, record, is_first)
            is_first = False
        start = piece.end
    if start < end:
        yield _Piece(start, end, record, is_first)


def _paragraph(text: str, start: int, end: int, pieces: Sequence[_Piece]) -> Paragraph:
    begun = [piece.record for piece in pieces if piece.is_first]
    groups = groupby(begun, key=lambda record: (record.is_marked, _speaker_key(record)))
    return Paragraph(
        parts=tuple(_parts(text, start, end, pieces)),
        notes=tuple(MarginNote(tuple(records)) for _, records in groups),
    )


def _parts(text: str, start: int, end: int, pieces: Sequence[_Piece]) -> Iterator[Part]:
    at = start
    for piece in pieces:
        if at < piece.start:
            yield Part(text[at : piece.start])
        yield Part(text[piece.start : piece.end], piece.record, piece.is_first)
        at = piece.end
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
