"""An article's text as paragraphs with the quotations, and what a search found, marked in place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from app.display import DisplayMode
from app.store.quotes import QuoteRecord, Segment
from app.web.views import MarginNote, Paragraph, Part, Piece, QuotedSpeaker, QuoteInContext

_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*")
_OPENING_MARKS = "\"'“„«‘`"
_CLOSING_MARKS = "\"'”»“’`"
_CONTEXT_CHARACTERS = 280
# What ends the sentence behind the marks begins nothing after them.
_AFTER_MARKS = " \t\r.,;:!?"


def paragraphs_of(
    text: str, records: Sequence[QuoteRecord], places: Sequence[tuple[int, int]] = ()
) -> tuple[Paragraph, ...]:
    """The paragraphs of ``text`` in order, cut at the quotations of ``records`` and the ``places`` found.

    Places are in order and apart; one that reaches over a cut is drawn in several pieces. All parts of a
    paragraph together are its text, to the letter.
    """
    stretches = _stretches(text, records)
    cutter = _Cutter(text, places)
    return tuple(
        _paragraph(
            cutter,
            match.start(),
            match.end(),
            [s for s in stretches if match.start() <= s.start < match.end()],
        )
        for match in _PARAGRAPH.finditer(text)
    )


def paragraph_number(text: str, offset: int) -> int:
    """Which paragraph an offset lies in, counted from 1, as paragraphs_of gives them."""
    return sum(1 for match in _PARAGRAPH.finditer(text) if match.start() <= offset)


def speakers_of(records: Sequence[QuoteRecord]) -> list[QuotedSpeaker]:
    """Who is quoted in an article, in order of first appearance, each with the number of quotations."""
    by_speaker: dict[str, list[QuoteRecord]] = {}
    for record in records:
        if not record.is_marked:
            continue
        by_speaker.setdefault(_speaker_key(record), []).append(record)
    return [QuotedSpeaker(group[0], len(group)) for group in by_speaker.values()]


def in_context(text: str, record: QuoteRecord) -> QuoteInContext:
    """A quotation with what its paragraph says before and after it, at most some 280 characters each.

    Of an article that may not be shown whole, no more than the quotation.
    """
    if record.article.display is not DisplayMode.FULL:
        return QuoteInContext(record, "", "")
    first, last = record.segments[0], record.segments[-1]
    start, end = _with_marks(text, first)[0], _with_marks(text, last)[1]
    paragraph_start = text.rfind("\n", 0, start) + 1
    paragraph_end = text.find("\n", end)
    before = text[paragraph_start:start].strip()
    after = text[end : paragraph_end if paragraph_end >= 0 else len(text)].lstrip(_AFTER_MARKS).rstrip()
    if not any(character.isalnum() for character in after):
        after = ""
    if len(before) > _CONTEXT_CHARACTERS:
        before = "… " + before[-_CONTEXT_CHARACTERS:].partition(" ")[2]
    if len(after) > _CONTEXT_CHARACTERS:
        after = after[:_CONTEXT_CHARACTERS].rpartition(" ")[0] + " …"
    return QuoteInContext(record, before, after)


class _Stretch(NamedTuple):
    """A stretch to be drawn as part of a quotation; ``is_first``: it carries the quotation's anchor."""

    start: int
    end: int
    record: QuoteRecord
    is_first: bool


def _stretches(text: str, records: Sequence[QuoteRecord]) -> list[_Stretch]:
    """What is drawn of each quotation, in order and apart; marked words come before reported ones."""
    marked = sorted(
        _Stretch(*_with_marks(text, segment), record, segment == record.segments[0])
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
    apart: list[_Stretch] = []
    for piece in sorted([*marked, *reported]):
        start = max(piece.start, apart[-1].end) if apart else piece.start
        if start < piece.end:
            apart.append(piece._replace(start=start))
    return apart


def _around(start: int, end: int, record: QuoteRecord, marked: Sequence[_Stretch]) -> Iterator[_Stretch]:
    """A reported clause without the marked words inside it."""
    is_first = True
    for piece in marked:
        if piece.end <= start or piece.start >= end:
            continue
        if piece.start > start:
            yield _Stretch(start, piece.start, record, is_first)
            is_first = False
        start = piece.end
    if start < end:
        yield _Stretch(start, end, record, is_first)


class _Cutter:
    """Cuts stretches of a text, asked for in order, at the places found in it."""

    def __init__(self, text: str, places: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._places = places
        self._ends = [end for _, end in places]

    def pieces(self, start: int, end: int) -> tuple[Piece, ...]:
        """The pieces of ``text[start:end]``."""
        return tuple(self._cut(start, end))

    def _cut(self, start: int, end: int) -> Iterator[Piece]:
        at = start
        for number in range(bisect_right(self._ends, start), len(self._places)):
            first, last = self._places[number]
            if first >= end:
                break
            if at < first:
                yield Piece(self._text[at:first])
            yield Piece(self._text[max(first, start) : min(last, end)], number + 1, is_first=first >= start)
            at = min(last, end)
        if at < end:
            yield Piece(self._text[at:end])


def _paragraph(cutter: _Cutter, start: int, end: int, stretches: Sequence[_Stretch]) -> Paragraph:
    begun = [stretch.record for stretch in stretches if stretch.is_first]
    return Paragraph(parts=tuple(_parts(cutter, start, end, stretches)), notes=tuple(_notes(begun)))


def _notes(records: Iterable[QuoteRecord]) -> Iterator[MarginNote]:
    """What stands beside a paragraph: words in marks apart from those reported without."""
    before = None
    for (speaker, _), said in groupby(records, key=lambda record: (_speaker_key(record), record.is_marked)):
        yield MarginNote(tuple(said), is_continued=speaker == before)
        before = speaker


def _parts(cutter: _Cutter, start: int, end: int, stretches: Sequence[_Stretch]) -> Iterator[Part]:
    at = start
    for stretch in stretches:
        if at < stretch.start:
            yield Part(cutter.pieces(at, stretch.start))
        yield Part(cutter.pieces(stretch.start, stretch.end), stretch.record, stretch.is_first)
        at = stretch.end
    if at < end:
        yield Part(cutter.pieces(at, end))


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
