"""The door of the full-text room: what goes in, what comes out, and the contract of every index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from app.dates import PartialDate
from app.fulltext.tree import Node


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """An article as the index sees it; ``programmes`` are slugs."""

    article_id: int
    title: str
    text: str
    published: PartialDate | None
    programmes: tuple[str, ...]
    quoted: str = ""  # what stands in quotation marks
    labels: tuple[str, ...] = ()  # "speaker:keir-starmer"
    added: date | None = None


class Order(StrEnum):
    """How hits are ordered; within the same rank, by article id, newest first."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A stretch of the hits of one query: article ids in order, and how many hits there are in all."""

    article_ids: tuple[int, ...]
    total: int


class IndexWriter(Protocol):
    """Changes that become visible together when the writer is left without an exception."""

    def put(self, document: IndexDocument) -> None:
        """Add an article, in the place of an older form of it."""
        ...

    def delete(self, article_id: int) -> None:
        """Take an article out; one that is not there is no error."""
        ...


class SearchIndex(Protocol):
    """Full-text search over articles.

    Readers are never blocked and see each commit whole or not at all, on their next search. There is
    one writer at a time: a second one raises IndexLockedError at once. ``search`` accepts any tree of
    the query grammar, from any thread. Every method raises IndexUnavailableError, with what to do, when
    the index on disk is missing or of another version.
    """

    def search(self, tree: Node, *, order: Order, offset: int, limit: int) -> SearchPage:
        """The hits of ``tree`` from ``offset`` on, at most ``limit``."""
        ...

    def writer(self) -> AbstractContextManager[IndexWriter]:
        """A writer, for use in one ``with`` block."""
        ...

    def rebuild(self, documents: Iterable[IndexDocument]) -> None:
        """Build the index anew from all articles and put it in the old one's place at one stroke."""
        ...

    def article_ids(self) -> Sequence[int]:
        """The ids of all articles in the index, in order."""
        ...

    def exists(self) -> bool:
        """Whether there is an index that this program can use."""
        ...
