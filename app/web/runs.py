"""Calls of ingest: what each took in, and what it refused and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.store import runs
from app.web.deps import ArchiveDep, PageNumber, SessionDep
from app.web.templating import render
from app.web.turns import InTurn
from app.web.views import Pager, page_count

router = APIRouter(route_class=InTurn)

_REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that was not taken in, by its name alone."""

    name: str
    reason: str
    advice: str


@router.get("/runs")
def runs_page(request: Request, archive: ArchiveDep, session: SessionDep, page: PageNumber = 1) -> Response:
    """All calls of ingest, newest first."""
    size = archive.settings.page_size
    total = runs.count_runs(session)
    return render(
        request,
        "runs.html",
        page_title="What came in",
        noindex=True,
        path="/runs",
        runs=runs.list_runs(session, offset=(page - 1) * size, limit=size),
        total=total,
        pager=Pager("/runs", (), page, page_count(total, size)),
    )


@router.get("/runs/{run_id}")
def run_page(request: Request, session: SessionDep, run_id: Annotated[int, Path(ge=0, le=2**62)]) -> Response:
    """One call of ingest: counts, refusals with what to do, what was passed over."""
    run = runs.read_run(session, run_id)
    refused = run.report.get("refused", [])
    passed_over = Counter(one["reason"] for one in refused if one["outcome"] != _REJECTED)
    return render(
        request,
        "run.html",
        page_title=f"Run {run.id}",
        noindex=True,
        path=run.path,
        run=run,
        counts=[(name, count) for name, count in run.report.get("counts", {}).items() if count],
        importers=run.report.get("importers", {}),
        unknown_fields=run.report.get("unknown_fields", {}),
        rejected=list(_refusals(refused)),
        passed_over=passed_over.most_common(),
        untold=run.report.get("refused_untold", 0),
    )


def _refusals(refused: list[dict[str, Any]]) -> Iterator[Refusal]:
    for one in refused:
        if one["outcome"] == _REJECTED:
            name = one["path"].rpartition("/")[2]
            yield Refusal(f"{name}: {one['part']}" if one["part"] else name, one["reason"], one["advice"])
