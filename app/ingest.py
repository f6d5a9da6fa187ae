"""Taking files in: read, clean, extract, link, store and index. One article, one transaction."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlmodel import Session

from app.archive import Archive
from app.authority.names import slugify
from app.authority.programmes import tag_programmes
from app.errors import RejectedInputError
from app.importers import find_files, importer_for, read_file
from app.importers.draft import ArticleDraft, Importer, SourceFile
from app.indexing import Progress, no_progress, update_index
from app.quoting import store_quotations
from app.registers import sync_registers
from app.store import articles, changes, models, programmes, runs

_BYTES_IN_MB = 1_000_000
_OPENING_CHARACTERS = 300


class Outcome(StrEnum):
    """What came of a file."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REJECTED = "rejected"
    PASSED_OVER = "passed over"


@dataclass(frozen=True, slots=True)
class FileReport:
    """What came of one file; ``reason`` and ``advice`` are empty unless it was not taken in."""

    path: Path
    outcome: Outcome
    reason: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What came of a run."""

    files: tuple[FileReport, ...]

    def count(self, outcome: Outcome) -> int:
        """How many files came out so."""
        return sum(file.outcome is outcome for file in self.files)

    def as_json(self) -> dict[str, Any]:
        """The report as it is stored with its run."""
        refused = [file for file in self.files if file.reason]
        return {
            "counts": {outcome.value: self.count(outcome) for outcome in Outcome},
            "refused": [
                {
                    "path": str(file.path),
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
    reports = []
    for done, path in enumerate(files, start=1):
        reports.append(_take_in(archive, path, is_explicit=path in explicit))
        progress(done, len(files))
    report = IngestReport(tuple(reports))
    with Session(archive.engine) as session:
        runs.finish_run(session, run_id, report.as_json())
        session.commit()
    update_index(archive)
    return report


def _take_in(archive: Archive, path: Path, *, is_explicit: bool) -> FileReport:
    importer = importer_for(path)
    if importer is None:
        reason = (
            f"no importer reads files that end in “{path.suffix}”"
            if path.suffix
            else "its name has no ending"
        )
        outcome = Outcome.REJECTED if is_explicit else Outcome.PASSED_OVER
        return FileReport(path, outcome, reason, "give it the ending of a format that is read")
    try:
        source = read_file(path, archive.settings.max_file_mb * _BYTES_IN_MB)
        with Session(archive.engine) as session:
            outcome = _store_source(archive, session, source, importer)
            session.commit()
    except RejectedInputError as exc:
        return FileReport(path, Outcome.REJECTED, exc.reason, exc.advice)
    return FileReport(path, outcome)


def _store_source(archive: Archive, session: Session, source: SourceFile, importer: Importer) -> Outcome:
    """Store the articles of a file, unless the archive has them from these very bytes."""
    row = articles.find_source(session, source.sha256)
    if row is not None and row.id is not None and articles.articles_of_source(session, row.id):
        return Outcome.SAME
    drafts = list(importer.read(source))
    if row is None:
        row = models.Source(
            sha256=source.sha256,
            location=source.location,
            content=zlib.compress(source.content),
            byte_count=len(source.content),
            importer=importer.name,
            importer_version=importer.version,
        )
        session.add(row)
        session.flush()
    outcomes = {_store_draft(archive, session, draft, row, number) for number, draft in enumerate(drafts)}
    return Outcome.CHANGED if Outcome.CHANGED in outcomes else Outcome.ADDED


def _store_draft(
    archive: Archive, session: Session, draft: ArticleDraft, source: models.Source, number: int
) -> Outcome:
    key = f"url:{draft.url}" if draft.url else f"file:{source.location}#{number}"
    known = articles.find_article(session, key)
    article = known or models.Article(key=key, source_id=0, slug="", opening="", text="", word_count=0)
    assert source.id is not None
    article.source_id = source.id
    article.changed_at = models.utc_now() if known else None
    _fill(session, article, draft)
    session.add(article)
    session.flush()
    assert article.id is not None
    articles.replace_removals(
        session,
        article.id,
        [
            models.Removal(article_id=article.id, rule=r.rule, start=r.start, end=r.end, text=r.text)
            for r in draft.removals
        ],
    )
    _store_mentions(archive, session, article.id, draft.text)
    store_quotations(
        archive, session, article.id, draft.text, draft.published.date if draft.published else None
    )
    changes.note_change(session, article.id)
    return Outcome.CHANGED if known else Outcome.ADDED


def _fill(session: Session, article: models.Article, draft: ArticleDraft) -> None:
    """Put into the row what the draft says."""
    opening = " ".join(draft.text[:_OPENING_CHARACTERS].split())
    outlet = articles.find_outlet(session, slugify(draft.outlet), draft.outlet) if draft.outlet else None
    article.slug = slugify(draft.title or " ".join(opening.split()[:9]))
    article.title, article.opening, article.text = draft.title, opening, draft.text
    article.word_count = len(draft.text.split())
    article.outlet_id = outlet.id if outlet else None
    article.author, article.url = draft.author, draft.url
    article.language, article.licence = draft.language, draft.licence
    article.attribution, article.based_on = draft.attribution, list(draft.based_on)
    article.published = draft.published.date.iso() if draft.published else None
    article.date_basis = draft.published.basis if draft.published else None
    article.date_evidence = draft.published.evidence if draft.published else None


def _store_mentions(archive: Archive, session: Session, article_id: int, text: str) -> None:
    rows = []
    for mention in tag_programmes(text, archive.programmes):
        programme = programmes.find_programme(session, mention.slug)
        assert programme is not None, "sync_registers has stored every programme"
        assert programme.id is not None
        rows.append(
            models.Mention(
                article_id=article_id,
                programme_id=programme.id,
                start=mention.start,
                end=mention.end,
                form=mention.form,
            )
        )
    articles.replace_mentions(session, article_id, rows)
