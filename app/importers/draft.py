"""What every importer turns its source into, and the contract it keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from app.dates import DateBasis, PartialDate
from app.importers.cleaning import Removal


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it lies on disk. ``location`` is its absolute path with forward slashes."""

    path: Path
    content: bytes = field(repr=False)

    @property
    def location(self) -> str:
        """Where the bytes lay, as the archive records it."""
        return self.path.resolve().as_posix()

    @property
    def sha256(self) -> str:
        """The fingerprint of the bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date of publication with where it comes from; ``evidence`` is the words of the source."""

    date: PartialDate
    basis: DateBasis
    evidence: str


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article as its source gives it, before anything is looked up or stored.

    What the source does not state is None: no title, date or outlet is ever made up. ``text`` is the
    cleaned text, never empty; ``removals`` lead back from it to the raw text of the file.
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
    attribution: str | None = None
    based_on: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a draft without text")


class Importer(Protocol):
    """Reads one kind of file.

    ``read`` yields the articles of a file in the order they stand there, or raises RejectedInputError
    with a reason and advice; it changes nothing and looks at nothing but the file's bytes. ``suffixes``
    are the endings of the files it reads, in lower case with their dot. ``name`` and ``version`` are
    stored with the source, so that an archive knows which articles an older version read.
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

    def read(self, source: SourceFile) -> Iterator[ArticleDraft]:
        """The articles of ``source``, at least one."""
        ...
