"""For those who run the archive: whether it lives, whether it can answer, and its numbers."""

from __future__ import annotations

import logging
import secrets

from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.archive import Archive
from app.errors import ArchiveError, NotFoundError
from app.store.schema import require_current_schema
from app.web.deps import ArchiveDep
from app.web.observing import Metrics

logger = logging.getLogger(__name__)
router = APIRouter()

_NEVER_KEPT = {"Cache-Control": "no-store"}
_UNAVAILABLE = 503


@router.get("/healthz")
async def lives() -> Response:
    """The process answers; nothing else is asked. A supervisor that gets no answer restarts it."""
    return PlainTextResponse("ok\n", headers=_NEVER_KEPT)


@router.get("/readyz")
def ready(archive: ArchiveDep) -> Response:
    """Whether database and indexes answer. A balancer that gets 503 sends readers elsewhere meanwhile."""
    found = {"database": _is_database_ready(archive), "index": _is_index_ready(archive)}
    told = {name: "ok" if is_ready else "not available" for name, is_ready in found.items()}
    return JSONResponse(told, 200 if all(found.values()) else _UNAVAILABLE, _NEVER_KEPT)


@router.get("/metrics")
async def metrics(request: Request, archive: ArchiveDep) -> Response:
    """The numbers for Prometheus, to who has the token; without one set, there is no such page."""
    token = archive.settings.metrics_token.get_secret_value()
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not token or not secrets.compare_digest(given.encode(), token.encode()):
        raise NotFoundError("page", "/metrics")
    counted: Metrics = request.app.state.metrics
    content, media_type = counted.text()
    return Response(content, media_type=media_type, headers=_NEVER_KEPT)


def _is_database_ready(archive: Archive) -> bool:
    try:
        for engine in {archive.engine, archive.read_engine}:
            require_current_schema(engine)
    except (ArchiveError, SQLAlchemyError) as exc:
        logger.warning("the database is not ready: %s", type(exc).__name__)
        return False
    return True


def _is_index_ready(archive: Archive) -> bool:
    try:
        return archive.index.exists() and archive.quote_index.exists()
    except ArchiveError as exc:
        logger.warning("the index is not ready: %s", exc)
        return False
