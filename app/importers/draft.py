"""What every importer turns its source into, and the contract it keeps."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.dates import DateBasis, PartialDate
from app.display import DisplayMode
from app.errors import NoArticleError, RejectedInputError
from app.importers.allowance import Allowance
from app.importers.cleaning import Removal, TextTooLongError, clean


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Bytes to read, and where they lie: a file on disk, or a part of one that holds others.

    ``member`` leads to the part inside the file at ``path``: a name, or names joined by "!/" where
    archives lie in archives; empty for the file itself. ``url``, ``charset`` and ``retrieved_at`` are
    what a web server said when the bytes were fetched, where that is known.
    """

    path: Path
    content: bytes = field(repr=False)
    member: str = ""
    url: str | None = None
    charset: str | None = None
    retrieved_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None

    @property
    def is_fetched(self) -> bool:
        """Whether this program fetched the bytes itself."""
        return not self.path.name and self.url is not None

    @property
    def location(self) -> str:
        """Where the bytes lay, as the archive records it: an absolute path, "!/" and the member; a URL."""
        if self.url is not None and self.is_fetched:
            return self.url
        # A name that is no UTF-8 is recorded with its bad bytes replaced: the database holds text.
        place = os.fsencode(self.path.resolve().as_posix()).decode("utf-8", "replace")
        return f"{place}!/{self.member}" if self.member else place

    @property
    def name(self) -> str:
        """The name that tells the format: the member's, else the file's."""
        return self.member.rpartition("!/")[2].rpartition("/")[2] or self.path.name

    @property
    def sha256(self) -> str:
        """The fingerprint of the bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    def cleaned(self, raw: str, taken: Sequence[Removal] = ()) -> tuple[str, tuple[Removal, ...]]:
        """The text of the report in ``raw`` and what was taken from it (see ``cleaning.clean``).

        Raises RejectedInputError for a text that is longer than any report.
        """
        try:
            return clean(raw, taken)
        except TextTooLongError as exc:
            raise self.rejected(exc.reason, exc.advice) from exc

    def rejected(self, reason: str, advice: str) -> RejectedInputError:
        """The error that refuses these bytes."""
        return RejectedInputError(self.path, reason, advice, self.member)

    def not_an_article(self, reason: str, advice: str) -> NoArticleError:
        """The error that says that these bytes are no article and may well not be meant as one."""
        return NoArticleError(self.path, reason, advice, self.member)


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date of publication with where it comes from; ``evidence`` is the words of the source."""

    date: PartialDate
    basis: DateBasis
    evidence: str


_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article as its source gives it, before anything is looked up or stored.

    What the source does not state is None: no title, date or outlet is ever made up. ``text`` is the
    cleaned text, never empty; ``removals`` lead back from it to the raw text of a file that is text
    itself, and there are none where the text was drawn from marked-up bytes. ``place`` is where the
    article stands in a source with several ("item 3"). ``is_known_by_words`` says that this place may be
    another article's when the source comes again. ``is_summary`` says that the source gives a summary only.
    Title, outlet and author lose the controls that turn the direction of writing: with them a name can be
    made to look like another.
    """

    text: str
    removals: tuple[Removal, ...] = ()
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    published: StatedDate | None = None
    language: str | None = None
    licence: str | None = None
    display: DisplayMode | None = None
    attribution: str | None = None
    based_on: tuple[str, ...] = ()
    place: str = "0"
    is_known_by_words: bool = False
    is_summary: bool = False

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a draft without text")
        for name in ("title", "outlet", "author"):
            value = getattr(self, name)
            if value is not None and _TURNING.search(value):
                object.__setattr__(self, name, _TURNING.sub("", value).strip() or None)

    def key(self, location: str) -> str:
        """What makes the article the same one when it comes again; ``location`` is that of its source."""
        if self.url:
            return f"url:{self.url}"
        if self.is_known_by_words:
            return f"words:{hashlib.sha256(self.text.encode()).hexdigest()}"
        return f"file:{location}#{self.place}"


@dataclass(frozen=True, slots=True)
class PartRefused:
    """A part of a source that cannot be taken in, while the rest can; ``place`` as in a draft."""

    place: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class UnknownField:
    """A field of the source that the importer does not know and has left out."""

    name: str


Found = ArticleDraft | PartRefused | UnknownField
"""What an importer can say about a source."""


class Importer(Protocol):
    """Reads one kind of file.

    ``read`` yields what it finds in the order it stands there: drafts, parts refused, unknown fields.
    It raises RejectedInputError, with a reason and advice, for what it cannot read at all, and
    NoArticleError for what is readable but no article. It changes nothing, uses no network and looks at
    nothing but the source. ``suffixes`` are the endings of the files it reads, in lower case with their
    dot. ``name`` and ``version`` are stored with the source, so that an archive knows which articles an
    older version read. Of 100 kB it makes its drafts in at most 2 seconds and 300 MB; work that could
    take longer on bytes made for that is done in a child process (see ``bounded``).
    """

    @property
    def name(self) -> str:
        """What the format is called."""
        ...

    @property
    def version(self) -> str:
        """Raised with every change of what is read from the same bytes."""
        ...

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings of its files."""
        ...

    def read(self, source: SourceFile) -> Iterator[Found]:
        """What ``source`` holds: at least one draft or refusal, else NoArticleError."""
        ...


class Unpacker(Protocol):
    """Opens one kind of file that holds other files, and yields each with its own bytes.

    A member that cannot be read is yielded as a PartRefused and the rest goes on; RejectedInputError
    means that the file itself cannot be opened. Nothing is ever written to disk. What is unpacked is
    taken from the ``allowance``, piece by piece: a member that is too much for it is refused.
    """

    @property
    def name(self) -> str:
        """What the format is called."""
        ...

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings of its files."""
        ...

    def members(self, source: Path | SourceFile, allowance: Allowance) -> Iterator[SourceFile | PartRefused]:
        """The files inside, in the order they stand there."""
        ...
