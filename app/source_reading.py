"""What a source holds, read as far as it goes by itself: by this process, or ahead of it by others."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.archive import Archive, assemble_archive
from app.errors import HelperEndedError, NoArticleError, RejectedInputError
from app.helper_process import serve_parent
from app.importers import importer_for
from app.importers.draft import ArticleDraft, Found, PartRefused, SourceFile, UnknownField
from app.settings import Settings
from app.storing import key_of
from app.text_reading import TextReading, read_text

_POLITE = 10  # telling the indexes takes longest, and one process does it: where cores are few it goes first
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
ReadAll = Callable[[Iterable[SourceFile]], Iterator[Read]]
"""Reads sources that an importer reads, in order; those still to come may be read already."""


@contextmanager
def reading(archive: Archive, helpers: int) -> Iterator[ReadAll]:
    """A ``ReadAll`` that reads in so many other processes; without any, each source when it is asked for.

    It raises HelperEndedError if one of them is killed.
    """
    if helpers == 0:
        yield partial(map, partial(read_source, archive))
        return
    # Not forked: a fork would share this process's connections.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(helpers, context, initializer=_begin, initargs=(archive.settings,))
    try:
        yield partial(pool.map, _read_there, chunksize=_AT_ONCE)
    except BrokenProcessPool as exc:
        raise HelperEndedError from exc
    finally:
        pool.shutdown(cancel_futures=True)


def read_source(archive: Archive, source: SourceFile) -> Read:
    """What the source holds, or why it cannot be read. An importer for its name there must be."""
    importer = importer_for(Path(source.name))
    assert importer is not None
    try:
        found = list(_each_article_once(source, importer.read(source)))
    except RejectedInputError as exc:
        return Unreadable(exc.reason, exc.advice, isinstance(exc, NoArticleError))
    return [_read(archive, one) if isinstance(one, ArticleDraft) else one for one in found]


def _read(archive: Archive, draft: ArticleDraft) -> ReadArticle:
    return ReadArticle(
        draft, read_text(archive, draft.text, draft.published.date if draft.published else None)
    )


def _each_article_once(source: SourceFile, found: Iterable[Found]) -> Iterator[Found]:
    """What was found; of two articles of one source with one key the second would replace the first."""
    places: dict[str, str] = {}
    for one in found:
        if isinstance(one, ArticleDraft):
            key = key_of(one, source)
            if key in places:
                reason = f"it has the address, name or words of another ({places[key]})"
                yield PartRefused(one.place, reason, "keep the one that is meant")
                continue
            places[key] = one.place
        yield one


_archives: list[Archive] = []
"""In a process that reads for another one: the archive whose extractor and registers it reads with."""


def _begin(settings: Settings) -> None:
    serve_parent()
    os.nice(_POLITE)
    _archives.append(assemble_archive(settings))


def _read_there(source: SourceFile) -> Read:
    return read_source(_archives[0], source)
