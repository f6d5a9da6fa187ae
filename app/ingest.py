"""Taking files in: read, clean, extract, link, store and index. One article, one transaction."""

from __future__ import annotations

import os
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlmodel import Session

from app.archive import Archive
from app.errors import NoArticleError, RejectedInputError
from app.importers import find_files, importer_for, is_readable_name, open_sources
from app.importers.draft import ArticleDraft, Found, Importer, PartRefused, SourceFile, UnknownField
from app.indexing import Progress, no_progress, update_index
from app.registers import sync_registers
from app.store import articles, models, runs, versions
from app.storing import Stored, key_of, store_draft

_BYTES_IN_MB = 1_000_000


class Outcome(StrEnum):
    """What came of a source: a file, or one of the files that it holds."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REJECTED = "rejected"
    PASSED_OVER = "passed over"


@dataclass(frozen=True, slots=True)
class FileReport:
    """What came of one source, or of one part of it that was refused.

    ``part`` names the member of an archive or the line of a file that is meant; empty for a whole file.
    ``reason`` and ``advice`` are empty unless it was not taken in.
    """

    path: Path
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


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What came of a run."""

    files: tuple[FileReport, ...]

    def count(self, outcome: Outcome) -> int:
        """How many sources, or parts of them, came out so."""
        return sum(file.outcome is outcome for file in self.files)

    def by_importer(self) -> dict[str, dict[str, int]]:
        """How many sources each importer was handed, by outcome, and how many articles it read from them."""
        counts: dict[str, Counter[str]] = {}
        for file in self.files:
            if file.importer:
                count = counts.setdefault(file.importer, Counter())
                count[file.outcome] += 1
                count["articles"] += file.article_count
        return {name: dict(count) for name, count in sorted(counts.items())}

    def unknown_fields(self) -> dict[str, int]:
        """Fields that no importer knows, with how many sources have them."""
        counts = Counter(name for file in self.files for name in file.unknown_fields)
        return dict(counts.most_common())

    def as_json(self) -> dict[str, Any]:
        """The report as it is stored with its run."""
        refused = [file for file in self.files if file.reason]
        return {
            "counts": {outcome.value: self.count(outcome) for outcome in Outcome},
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
                for file in refused
            ],
        }


def ingest(archive: Archive, paths: Iterable[Path], progress: Progress = no_progress) -> IngestReport:
    """Take in every file at ``paths``, folders opened, and bring the search index up to date.

    What cannot be taken in is reported and the rest goes on. A file whose bytes the archive has changes
    nothing. Killed at any moment and run again, it ends in the same archive. ``progress`` is told how
    many of how many files are done. Raises IndexUnavailableError when the articles are stored but the
    index cannot be written; the next run catches up.
    """
    given = list(paths)
    explicit = {path for path in given if not path.is_dir()}
    files = list(find_files(given))
    with Session(archive.engine) as session:
        sync_registers(archive, session)
        run_id = runs.begin_run(session, [str(path) for path in given])
        session.commit()
    reports: list[FileReport] = []
    for done, path in enumerate(files, start=1):
        reports.extend(_take_in(archive, path, is_explicit=path in explicit))
        progress(done, len(files))
    report = IngestReport(tuple(reports))
    with Session(archive.engine) as session:
        runs.finish_run(session, run_id, report.as_json())
        session.commit()
    update_index(archive)
    return report


def _take_in(archive: Archive, path: Path, *, is_explicit: bool) -> Iterator[FileReport]:
    """Take in the file, or each of the files that it holds."""
    shown = Path(os.fsencode(path).decode("utf-8", "replace"))
    if not is_explicit and not is_readable_name(path.name):
        yield FileReport(shown, Outcome.PASSED_OVER, *_no_importer(path.name))
        return
    max_bytes = archive.settings.max_file_mb * _BYTES_IN_MB
    try:
        for source in open_sources(path, max_bytes, follow_links=is_explicit):
            if isinstance(source, PartRefused):
                yield FileReport(shown, Outcome.REJECTED, source.reason, source.advice, source.place)
            else:
                yield from _take_in_source(archive, shown, source, is_explicit=is_explicit)
    except RejectedInputError as exc:
        yield FileReport(shown, Outcome.REJECTED, exc.reason, exc.advice, exc.member)


def _take_in_source(
    archive: Archive, shown: Path, source: SourceFile, *, is_explicit: bool
) -> Iterator[FileReport]:
    """Take in one source; what is no article is refused only if it was named itself."""
    is_named = is_explicit and not source.member
    importer = importer_for(Path(source.name))
    if importer is None:
        outcome = Outcome.REJECTED if is_named else Outcome.PASSED_OVER
        yield FileReport(shown, outcome, *_no_importer(source.name), source.member)
        return
    try:
        with Session(archive.engine) as session:
            outcome, found = _store_source(archive, session, source, importer)
            session.commit()
    except RejectedInputError as exc:
        passed_over = isinstance(exc, NoArticleError) and not is_named
        outcome = Outcome.PASSED_OVER if passed_over else Outcome.REJECTED
        yield FileReport(shown, outcome, exc.reason, exc.advice, source.member, importer.name)
        return
    is_refused = outcome is Outcome.REJECTED
    yield FileReport(
        shown,
        outcome,
        reason="none of its parts can be taken in" if is_refused else "",
        advice="mend what is said of each" if is_refused else "",
        part=source.member,
        importer=importer.name,
        article_count=sum(isinstance(one, ArticleDraft) for one in found),
        unknown_fields=tuple(sorted({one.name for one in found if isinstance(one, UnknownField)})),
    )
    for one in found:
        if isinstance(one, PartRefused):
            part = ", ".join(name for name in (source.member, one.place) if name)
            yield FileReport(shown, Outcome.REJECTED, one.reason, one.advice, part)


def _no_importer(name: str) -> tuple[str, str]:
    suffix = Path(name).suffix
    reason = f"no importer reads files that end in “{suffix}”" if suffix else "its name has no ending"
    return reason, "give it the ending of a format that is read"


def _store_source(
    archive: Archive, session: Session, source: SourceFile, importer: Importer
) -> tuple[Outcome, list[Found]]:
    """Store the articles of a source, unless the archive has them from these very bytes.

    Gives all that the importer found too; nothing if it was not asked.
    """
    row = articles.find_source(session, source.sha256)
    if row is not None and not versions.is_superseded_here(session, row, source.location):
        return Outcome.SAME, []
    found = list(_each_article_once(source, importer.read(source)))
    if not any(isinstance(one, ArticleDraft) for one in found):
        return Outcome.REJECTED, found
    if row is None:
        row = models.Source(
            sha256=source.sha256,
            location=source.location,
            content=zlib.compress(source.content),
            byte_count=len(source.content),
            importer=importer.name,
            importer_version=importer.version,
        )
        if source.retrieved_at is not None:
            row.retrieved_at = source.retrieved_at
        session.add(row)
        session.flush()
    stored = {store_draft(archive, session, draft, row) for draft in found if isinstance(draft, ArticleDraft)}
    order = (Stored.CHANGED, Stored.ADDED, Stored.SAME)
    return Outcome(next(one for one in order if one in stored)), found


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
