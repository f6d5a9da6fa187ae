"""Calls of ingest, written down when they begin and again when they end."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from app.store.models import IngestRun, utc_now


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
