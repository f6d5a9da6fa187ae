"""What pages show, as plain values: the pages make them, the templates draw them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from app.store.quotes import PersonRef, QuoteRecord, SpeakerRecord


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``place`` is the number of the place that a search found there, if any.

    ``is_first`` is true for the stretch that carries the place's anchor.
    """

    text: str
    place: int | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a paragraph; ``quote`` is the quotation it belongs to, marks included, if any.

    ``is_first`` is true for the stretch that carries the quotation's anchor.
    """

    pieces: tuple[Piece, ...]
    quote: QuoteRecord | None = None
    is_first: bool = False

    @property
    def text(self) -> str:
        """The whole stretch."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class MarginNote:
    """One speaker's quotations that begin in one paragraph; ``is_continued``: so is the note above."""

    quotes: tuple[QuoteRecord, ...]
    is_continued: bool = False

    @property
    def first(self) -> QuoteRecord:
        """The quotation whose speaker stands for all."""
        return self.quotes[0]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph cut at its quotations, with the notes for its margin."""

    parts: tuple[Part, ...]
    notes: tuple[MarginNote, ...]


@dataclass(frozen=True, slots=True)
class QuotedSpeaker:
    """A speaker of an article with the number of their quotations in it."""

    first: QuoteRecord
    count: int


@dataclass(frozen=True, slots=True)
class QuoteInContext:
    """A quotation with the words of its paragraph before and after it; either may be empty."""

    record: QuoteRecord
    before: str
    after: str

    def speaker_at(self, path: str) -> SpeakerRecord | None:
        """The speaker whose page has this address."""
        speakers = (speaker for speaker in self.record.speakers if speaker.person is not None)
        return next((speaker for speaker in speakers if speaker.person and speaker.person.path == path), None)


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page of a list stands; ``path`` and ``params`` make the addresses of its neighbours."""

    path: str
    params: tuple[tuple[str, str], ...]
    page: int
    page_count: int

    def address(self, page: int) -> str:
        """The address of another page of the same list."""
        params = [*self.params, *([("page", str(page))] if page > 1 else [])]
        return f"{self.path}?{urlencode(params)}" if params else self.path

    @property
    def previous(self) -> str | None:
        """The address of the page before, if there is one."""
        return self.address(self.page - 1) if self.page > 1 else None

    @property
    def next(self) -> str | None:
        """The address of the page after, if there is one."""
        return self.address(self.page + 1) if self.page < self.page_count else None


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file that holds what a page shows."""

    label: str
    address: str


_SIDE_LABELS = {"uk": "UK", "eu": "EU", "other": "Other"}
_KIND_LABELS = {"unnamed": "Unnamed", "organisation": "Body", "document": "Document"}


def person_side(person: PersonRef | None) -> str:
    """The side a person is drawn in: "uk", "eu" or "oth" (also for one whose side is not known)."""
    return person.side if person is not None and person.side in ("uk", "eu") else "oth"


def person_label(person: PersonRef) -> str:
    """The word that says the same as a person's colour; "Unlisted" for one whom no register places."""
    return _SIDE_LABELS.get(person.side or "", "Unlisted")


def speaker_label(speaker: SpeakerRecord) -> str:
    """The word that says the same as a speaker's colour."""
    if speaker.person is not None:
        return person_label(speaker.person)
    return _KIND_LABELS.get(speaker.kind, "Unresolved")


def side_of(record: QuoteRecord) -> str:
    """The side a quotation is drawn in: that of its speakers, "oth" if they have not one in common."""
    sides = {person_side(speaker.person) for speaker in record.speakers}
    return sides.pop() if len(sides) == 1 else "oth"


def side_label(record: QuoteRecord) -> str:
    """The word that says the same as a quotation's colour."""
    labels = list(dict.fromkeys(speaker_label(speaker) for speaker in record.speakers))
    return " + ".join(labels) or "Unresolved"


def page_count(total: int, page_size: int) -> int:
    """How many pages ``total`` results fill; an empty list has one page."""
    return max(1, -(-total // page_size))
