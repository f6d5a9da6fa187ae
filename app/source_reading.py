"""What a source holds, read as far as it goes by itself: by this process, or with the help of others."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.collecting import collect_seldom
from app.errors import NoArticleError, RejectedInputError
from app.importers import importer_for
from app.importers.draft import ArticleDraft, Found, PartRefused, SourceFile, UnknownField
from app.text_reading import TextReader, TextReading, text_reader

_AT_ONCE = 4  # sources that a process is handed together: telling it costs about as much as reading one


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article that a source holds, with what is found in its text."""

    draft: ArticleDraft
    reading: TextReading


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a source cannot be read, and what to do; ``is_no_article``: it may well not be meant as one."""

    reason: str
    advice: str
    is_no_article: bool


Part = ReadArticle | PartRefused | UnknownField
Read = list[Part] | Unreadable


def read_source(reader: TextReader, source: SourceFile) -> Read:
    """What the source holds, or why it cannot be read. An importer for its name there must be."""
    importer = importer_for(Path(source.name))
    assert importer is not None
    try:
        found = list(_each_article_once(source, importer.read(source)))
    except RejectedInputError as exc:
        return Unreadable(exc.reason, exc.advice, isinstance(exc, NoArticleError))
    return [_read(reader, one) if isinstance(one, ArticleDraft) else one for one in found]


def get_ready() -> None:
    """In a process that helps: load what sources are read with."""
    text_reader()
    collect_seldom()


class SourceReading:
    """Reads sources in the order in which they are given; ``helpers`` read those still to come meanwhile."""

    def __init__(self, reader: TextReader, helpers: Executor | None) -> None:
        self._reader = reader
        self._helpers = helpers
        self._begun: deque[_Together] = deque()

    def read_all(self, sources: Iterable[SourceFile]) -> Iterator[Read]:
        """What each holds; with helpers, they begin at once, and without, it is read when it is asked for."""
        if self._helpers is None:
            return (read_source(self._reader, source) for source in sources)
        given = iter(sources)
        begun = []
        while some := list(islice(given, _AT_ONCE)):
            begun.append(_Together(some, self._helpers.submit(_read_there, some)))
        self._begun += begun
        return (read for together in begun for read in self._results(together))

    def _results(self, first: _Together) -> Sequence[Read]:
        """What comes next. Until it is there, this process reads what no other one has begun."""
        while first.read is None and not first.future.done():
            unread = next((one for one in self._begun if one.read is None and one.future.cancel()), None)
            if unread is None:
                break
            unread.read = [read_source(self._reader, source) for source in unread.sources]
        self._begun.remove(first)
        return first.future.result() if first.read is None else first.read


@dataclass(eq=False, slots=True)
class _Together:
    """Sources that are read together; ``read`` once this process has."""

    sources: Sequence[SourceFile]
    future: Future[list[Read]]
    read: list[Read] | None = None


def _read_there(sources: Sequence[SourceFile]) -> list[Read]:
    """In a process that helps: what each source holds."""
    return [read_source(text_reader(), source) for source in sources]


def _read(reader: TextReader, draft: ArticleDraft) -> ReadArticle:
    return ReadArticle(draft, reader.read(draft.text, draft.published.date if draft.published else None))


def _each_article_once(source: SourceFile, found: Iterable[Found]) -> Iterator[Found]:
    """What was found; of two articles of one source with one key the second would replace the first."""
    places: dict[str, str] = {}
    for one in found:
        if isinstance(one, ArticleDraft):
            key = one.key(source.location)
            if key in places:
                reason = f"it has the address, name or words of another ({places[key]})"
                yield PartRefused(one.place, reason, "keep the one that is meant")
                continue
            places[key] = one.place
        yield one
