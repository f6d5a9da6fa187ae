"""Calls of ingest, written down when they begin and again when they end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.errors import NotFoundError
from app.store.models import IngestRun, as_utc, utc_now


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One call of ingest; ``finished`` is None for one that is under way or was interrupted."""

    id: int
    started: datetime
    finished: datetime | None
    names: tuple[str, ...]
    report: dict[str, Any]

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"/runs/{self.id}"

    def count(self, outcome: str) -> int:
        """How many sources came out so."""
        return int(self.report.get("counts", {}).get(outcome, 0))


def begin_run(session: Session, paths: list[str]) -> int:
    """Write down that a run begins; its id."""
    run = IngestRun(paths=paths)
    session.add(run)
    session.flush()
    assert run.id is not None
    return run.id


def finish_run(session: Session, run_id: int, report: dict[str, Any]) -> None:
    """Write down what came of a run."""
    run = session.get_one(IngestRun, run_id)
    run.finished_at, run.report = utc_now(), report
    session.add(run)


def list_runs(session: Session, *, offset: int, limit: int) -> list[RunRecord]:
    """Calls of ingest, the newest first."""
    query = select(IngestRun).order_by(col(IngestRun.id).desc()).offset(offset).limit(limit)
    return [_record(run) for run in session.exec(query)]


def count_runs(session: Session) -> int:
    """How often ingest was called."""
    return session.exec(select(func.count()).select_from(IngestRun)).one()


def read_run(session: Session, run_id: int) -> RunRecord:
    """One call of ingest. Raises NotFoundError."""
    run = session.get(IngestRun, run_id)
    if run is None:
        raise NotFoundError("run", str(run_id))
    return _record(run)


def _record(run: IngestRun) -> RunRecord:
    assert run.id is not None
    # Where folders lie on the archive's machine is nobody's business but its own.
    names = tuple(path.rstrip("/").rpartition("/")[2] or path for path in run.paths)
    finished = as_utc(run.finished_at) if run.finished_at else None
    return RunRecord(run.id, as_utc(run.started_at), finished, names, run.report)
