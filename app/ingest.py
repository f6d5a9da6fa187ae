"""Taking files in: read, clean, extract, link, store and index. Many sources, one transaction."""

from __future__ import annotations

import os
import time
import zlib
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Any, Self

from sqlmodel import Session

from app.archive import Archive
from app.collecting import collecting_seldom
from app.errors import RejectedAddressError, RejectedInputError
from app.fetching import Fetcher, Validators
from app.helper_process import helpers
from app.importers import find_files, importer_for, is_readable_name, open_sources
from app.importers.draft import Importer, PartRefused, SourceFile, UnknownField
from app.indexing import update_index
from app.registers import sync_registers
from app.source_reading import Part, Read, ReadArticle, SourceReading, Unreadable, get_ready, read_source
from app.store import articles, models, runs, versions
from app.store.bulk import settle_ids
from app.store.database import Task, at_work, begin_writing, write_session, writing
from app.storing import Batch, Stored, store_draft

_BYTES_IN_MB = 1_000_000
# A report of a run is kept with it and shown on a page: so many sources are told one by one, all are counted.
_MOST_TOLD = 5_000
# So much is stored in one transaction: many sources together cost less, few are soon told and keep no reader
# of progress waiting, nor anybody else who writes.
_MOST_AT_ONCE = 100
_BYTES_AT_ONCE = 16_000_000
_SECONDS_AT_ONCE = 1.0
_LAST_AT_ONCE = 25  # where others read and nothing more is to come: so they have less to wait for at the end
_AHEAD = 2  # batches that other processes may be reading while one is stored: so neither waits for the other


class Outcome(StrEnum):
    """What came of a source: a file, or one of the files that it holds."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REJECTED = "rejected"
    PASSED_OVER = "passed over"


@dataclass(frozen=True, slots=True)
class FileReport:
    """What came of one source, or of one part of it that was refused. ``path`` is a web address if fetched.

    ``part`` names the member of an archive or the line of a file that is meant; empty for a whole file.
    ``reason`` and ``advice`` are empty unless it was not taken in.
    """

    path: Path | str
    outcome: Outcome
    reason: str = ""
    advice: str = ""
    part: str = ""
    importer: str = ""
    article_count: int = 0
    unknown_fields: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """What the report is about, for a reader."""
        return f"{self.path}: {self.part}" if self.part else str(self.path)


@dataclass(slots=True)
class IngestReport:
    """What comes of a run: every source is counted, the first ones and what was refused are told.

    ``files`` has at most some thousands of each; a run over an archive of any size is told in so much memory.
    """

    is_dry: bool = False
    files: list[FileReport] = field(default_factory=list)
    counts: Counter[Outcome] = field(default_factory=Counter)
    article_count: int = 0
    _importers: dict[str, Counter[str]] = field(default_factory=dict)
    _unknown: Counter[str] = field(default_factory=Counter)
    _told: Counter[bool] = field(default_factory=Counter)

    def add(self, file: FileReport) -> None:
        """Count what came of a source, and keep it to be told unless there are too many."""
        self.counts[file.outcome] += 1
        self.article_count += file.article_count
        self._unknown.update(file.unknown_fields)
        if file.importer:
            count = self._importers.setdefault(file.importer, Counter())
            count[file.outcome] += 1
            count["articles"] += file.article_count
        is_refused = bool(file.reason)
        self._told[is_refused] += 1
        if self._told[is_refused] <= _MOST_TOLD:
            self.files.append(file)

    def count(self, outcome: Outcome) -> int:
        """How many sources, or parts of them, came out so."""
        return self.counts[outcome]

    def by_importer(self) -> dict[str, dict[str, int]]:
        """How many sources each importer was handed, by outcome, and how many articles it read from them."""
        return {name: dict(count) for name, count in sorted(self._importers.items())}

    def unknown_fields(self) -> dict[str, int]:
        """Fields that no importer knows, with how many sources have them."""
        return dict(self._unknown.most_common())

    @property
    def untold(self) -> int:
        """How many refusals are only counted."""
        return max(0, self._told[True] - _MOST_TOLD)

    def as_json(self) -> dict[str, Any]:
        """The report as it is stored with its run and written to a file."""
        return {
            "dry_run": self.is_dry,
            "counts": {outcome.value: self.count(outcome) for outcome in Outcome},
            "articles": self.article_count,
            "importers": self.by_importer(),
            "unknown_fields": self.unknown_fields(),
            "refused": [
                {
                    "path": str(file.path),
                    "part": file.part,
                    "outcome": file.outcome,
                    "reason": file.reason,
                    "advice": file.advice,
                }
                for file in self.files
                if file.reason
            ],
            "refused_untold": self.untold,
        }


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a run has come; ``files_done`` of ``files_total``, and the articles read from them."""

    files_done: int
    files_total: int
    articles: int


OnReached = Callable[[Reached], None]


def tell_nobody(_reached: Reached) -> None:
    """Nobody waits."""


def ingest(
    archive: Archive,
    paths: Iterable[Path],
    progress: OnReached = tell_nobody,
    *,
    urls: Sequence[str] = (),
    fetcher: Fetcher | None = None,
    is_dry: bool = False,
    jobs: int = 1,
) -> IngestReport:
    """Take in every file at ``paths``, folders opened, and every page or feed at ``urls``; index them.

    What cannot be taken in is reported and the rest goes on. A file whose bytes the archive has changes
    nothing. Killed at any moment and run again, it ends in the same archive. ``progress`` is told after each
    source. A dry run finds out what would come of each and changes nothing. With several ``jobs`` one process
    fewer than that helps this one to read sources and to write the index.

    Raises HelperEndedError if one that helps is killed, DatabaseError where the archive cannot be written,
    and IndexUnavailableError when the articles are stored but the index cannot be written; the next run
    catches up.
    """
    given = list(paths)
    files = list(find_files(given))
    report = IngestReport(is_dry)
    with (
        collecting_seldom(),
        at_work(archive.engine, Task.INGESTING),
        helpers(jobs - 1, get_ready) as others,
    ):
        reading = SourceReading(archive.reader, others)
        with _Intake(archive, reading, ahead=_AHEAD if others else 0, is_dry=is_dry) as intake:
            run_id = intake.begin([*map(_printable, given), *urls])
            explicit = {path for path in given if not path.is_dir()}
            fetcher = fetcher or Fetcher()
            tasks = chain(
                (_sources_at(archive, path, is_explicit=path in explicit) for path in files),
                (_fetched(intake, url, fetcher) for url in urls),
            )
            total = len(files) + len(urls)
            for done, told in intake.take_in(tasks):
                if told is not None:
                    report.add(told)
                progress(Reached(done, total, report.article_count))
            intake.finish(run_id, report)
        if not is_dry:
            update_index(archive, others)
    return report


@dataclass(frozen=True, slots=True)
class _Coming:
    """A source to be taken in, with the importer that reads it; ``is_named``: it was asked for by itself."""

    shown: Path | str
    source: SourceFile
    importer: Importer
    is_named: bool
    sha256: str

    @property
    def part(self) -> str:
        """What of the file it is, as reports name it."""
        return "" if self.source.is_fetched else self.source.member

    def report(self, outcome: Outcome, reason: str = "", advice: str = "", **more: Any) -> FileReport:
        """What came of it."""
        return FileReport(self.shown, outcome, reason, advice, self.part, self.importer.name, **more)

    def refused(self, why: Unreadable) -> FileReport:
        """What is no article is refused only if it was named itself."""
        passed_over = why.is_no_article and not self.is_named
        return self.report(Outcome.PASSED_OVER if passed_over else Outcome.REJECTED, why.reason, why.advice)


_Task = Iterable[FileReport | _Coming]
_Waiting = tuple[int, FileReport | _Coming | None]
"""How many tasks are done, with what came of a source, one that is to be read, or the end of a task."""


class _Intake:
    """Where a run writes: sources in batches, each in a transaction of its own.

    In a dry run all is in one transaction that is undone. While a batch is stored, others may be reading as
    many more as ``ahead`` says.
    """

    def __init__(self, archive: Archive, reading: SourceReading, *, ahead: int, is_dry: bool) -> None:
        self.archive = archive
        self._reading = reading
        self._ahead = ahead
        self._dry = Session(archive.engine) if is_dry else None
        if self._dry is not None:
            begin_writing(self._dry)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._dry is not None:
            self._dry.rollback()
            self._dry.close()

    def take_in(self, tasks: Iterable[_Task]) -> Iterator[tuple[int, FileReport | None]]:
        """Take in what the tasks bring: how many are done with each report; None when one is."""
        begun: deque[tuple[Sequence[_Waiting], Iterator[Read | None]]] = deque()
        for waiting in _batches(tasks):
            begun.append((waiting, self._begin(waiting)))
            if len(begun) > self._ahead:
                yield from self._take_in_all(*begun.popleft())
        for batch in begun:
            yield from self._take_in_all(*batch, most=_LAST_AT_ONCE)

    def _begin(self, waiting: Sequence[_Waiting]) -> Iterator[Read | None]:
        """What each source holds, in order, as it is read; None for those that the archive has."""
        coming = [one for _, one in waiting if isinstance(one, _Coming)]
        with Session(self.archive.engine) as session:
            known = articles.sources_among(self._dry or session, [one.sha256 for one in coming])
        unread = [one.source for one in coming if one.sha256 not in known]
        read = self._reading.read_all(unread)
        return (None if one.sha256 in known else next(read) for one in coming)

    def _take_in_all(
        self, waiting: Sequence[_Waiting], read: Iterator[Read | None], most: int = _MOST_AT_ONCE
    ) -> Iterator[tuple[int, FileReport | None]]:
        """Reports in the order of what waits.

        At most so many sources are stored at once, and no more than can be read within a second.
        """
        batch: list[tuple[int, FileReport | tuple[_Coming, Read | None] | None]] = []
        began, count = time.monotonic(), 0
        for done, one in waiting:
            batch.append((done, (one, next(read)) if isinstance(one, _Coming) else one))
            count += isinstance(one, _Coming)
            if count == most or time.monotonic() - began > _SECONDS_AT_ONCE:
                yield from self._store(batch)
                batch, began, count = [], time.monotonic(), 0
        yield from self._store(batch)

    def _store(
        self, batch: Sequence[tuple[int, FileReport | tuple[_Coming, Read | None] | None]]
    ) -> Iterator[tuple[int, FileReport | None]]:
        """Store what was read, in one transaction, and say of each what came of it."""
        read = [one for _, one in batch if isinstance(one, tuple)]
        if not read:
            yield from ((done, one) for done, one in batch if not isinstance(one, tuple))
            return
        keys = {
            part.draft.key(coming.source.location)
            for coming, parts in read
            if isinstance(parts, list)
            for part in parts
            if isinstance(part, ReadArticle)
        }
        reports: list[tuple[int, FileReport | None]] = []
        with self.transaction() as session:
            known = articles.sources_among(session, [coming.sha256 for coming, _ in read])
            storing = _Storing(Batch(self.archive, session, keys), known)
            for done, one in batch:
                if isinstance(one, tuple):
                    reports += ((done, report) for report in storing.store(*one))
                else:
                    reports.append((done, one))
            storing.batch.write()
        yield from reports

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose changes stand if the block ends well, and are undone if it does not."""
        if self._dry is None:
            with write_session(self.archive.engine) as session:
                yield session
        else:
            with writing(self.archive.engine), self._dry.begin_nested():
                yield self._dry
            self._dry.expunge_all()

    def begin(self, given: list[str]) -> int:
        """Bring the registers in and write down that a run begins."""
        with self.transaction() as session:
            settle_ids(session.connection())
            sync_registers(self.archive, session)
            return runs.begin_run(session, given)

    def finish(self, run_id: int, report: IngestReport) -> None:
        """Write down what came of the run."""
        with self.transaction() as session:
            runs.finish_run(session, run_id, report.as_json())


def _batches(tasks: Iterable[_Task]) -> Iterator[list[_Waiting]]:
    """What the tasks bring, so much together as is stored at once."""
    waiting: list[_Waiting] = []
    size = count = 0
    for done, task in enumerate(tasks):
        for one in task:
            waiting.append((done, one))
            if isinstance(one, _Coming):
                size += len(one.source.content)
                count += 1
            if count >= _MOST_AT_ONCE or size >= _BYTES_AT_ONCE:
                yield waiting
                waiting, size, count = [], 0, 0
        waiting.append((done + 1, None))
    yield waiting


def _printable(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _sources_at(archive: Archive, path: Path, *, is_explicit: bool) -> Iterator[FileReport | _Coming]:
    """The file, or each of the files that it holds."""
    shown = Path(_printable(path))
    if not is_explicit and not is_readable_name(path.name):
        yield FileReport(shown, Outcome.PASSED_OVER, *_no_importer(path.name))
        return
    max_bytes = archive.settings.max_file_mb * _BYTES_IN_MB
    try:
        for source in open_sources(path, max_bytes, follow_links=is_explicit):
            if isinstance(source, PartRefused):
                yield FileReport(shown, Outcome.REJECTED, source.reason, source.advice, source.place)
            else:
                yield _coming(shown, source, is_explicit=is_explicit)
    except RejectedInputError as exc:
        yield FileReport(shown, Outcome.REJECTED, exc.reason, exc.advice, exc.member)


def _fetched(intake: _Intake, url: str, fetcher: Fetcher) -> Iterator[FileReport | _Coming]:
    """What is at an address; nothing where the server says that it is as it was."""
    with intake.transaction() as session:
        known = articles.last_fetched(session, url)
        validators = Validators(known.etag, known.last_modified) if known else None
        reader = known.importer if known else ""
    try:
        source = fetcher.fetch(url, validators)
    except RejectedAddressError as exc:
        yield FileReport(url, Outcome.REJECTED, exc.reason, exc.advice)
        return
    if source is None:
        yield FileReport(url, Outcome.SAME, importer=reader)
    else:
        yield _coming(url, source, is_explicit=True)


def _coming(shown: Path | str, source: SourceFile, *, is_explicit: bool) -> FileReport | _Coming:
    part = "" if source.is_fetched else source.member
    is_named = is_explicit and not part
    importer = importer_for(Path(source.name))
    if importer is None:
        outcome = Outcome.REJECTED if is_named else Outcome.PASSED_OVER
        return FileReport(shown, outcome, *_no_importer(source.name), part)
    return _Coming(shown, source, importer, is_named, source.sha256)


def _no_importer(name: str) -> tuple[str, str]:
    suffix = Path(name).suffix
    reason = f"no importer reads files that end in “{suffix}”" if suffix else "its name has no ending"
    return reason, "give it the ending of a format that is read"


class _Storing:
    """Sources stored in one batch; ``known`` are the hashes of those stored before it."""

    def __init__(self, batch: Batch, known: Collection[str]) -> None:
        self.batch = batch
        self._known = known
        self._rows: dict[str, models.Source] = {}  # by hash: those of this batch

    def store(self, coming: _Coming, read: Read | None) -> Iterator[FileReport]:
        """Store the articles of a source, unless the archive has them from these bytes; what came of it."""
        batch, source = self.batch, coming.source
        key = coming.sha256
        row = self._rows.get(key)
        if row is None and key in self._known:
            row = articles.find_source(batch.session, key)
        if row is not None:
            batch.write()
            if not versions.is_superseded_here(batch.session, row, source.location):
                yield coming.report(Outcome.SAME)
                return
        found = read_source(batch.archive.reader, source) if read is None else read
        if isinstance(found, Unreadable):
            yield coming.refused(found)
            return
        parts = [one for one in found if isinstance(one, ReadArticle)]
        if parts:
            if row is None:
                row = self._rows[key] = _source_row(batch, coming)
            stored = {store_draft(batch, part.draft, part.reading, row) for part in parts}
            order = (Stored.CHANGED, Stored.ADDED, Stored.SAME)
            outcome = Outcome(next(one for one in order if one in stored))
            yield coming.report(outcome, article_count=len(parts), unknown_fields=_unknown_fields(found))
        else:
            reason, advice = "none of its parts can be taken in", "mend what is said of each"
            yield coming.report(Outcome.REJECTED, reason, advice, unknown_fields=_unknown_fields(found))
        for one in found:
            if isinstance(one, PartRefused):
                place = ", ".join(name for name in (coming.part, one.place) if name)
                yield FileReport(coming.shown, Outcome.REJECTED, one.reason, one.advice, place)


def _unknown_fields(found: Iterable[Part]) -> tuple[str, ...]:
    return tuple(sorted({one.name for one in found if isinstance(one, UnknownField)}))


def _source_row(batch: Batch, coming: _Coming) -> models.Source:
    """The source as a row of the batch."""
    source, importer = coming.source, coming.importer
    row = models.Source(
        id=batch.rows.new_id(models.Source),
        sha256=coming.sha256,
        location=source.location,
        content=zlib.compress(source.content),
        byte_count=len(source.content),
        url=source.url,
        charset=source.charset,
        etag=source.etag,
        last_modified=source.last_modified,
        importer=importer.name,
        importer_version=importer.version,
    )
    if source.retrieved_at is not None:
        row.retrieved_at = source.retrieved_at
    batch.rows.add_object(row)
    return row
