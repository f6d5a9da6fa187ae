"""Each request with an id, a line in the log, and numbers for Prometheus."""

from __future__ import annotations

import logging
import os
import time
import uuid
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.logs import REQUEST_ID

logger = logging.getLogger(__name__)

_ID_CHARACTERS = 16
_FAILED = 500
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that the library of the numbers looks at when it is imported."""
_PATH_CHARACTERS = 200
_SILENT = frozenset({"/healthz", "/readyz", "/metrics"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)


class Metrics:
    """What is counted, by the route that answered: as many series as there are routes, whatever is asked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        # Where several processes serve, the library keeps the numbers of each in files of one folder.
        self._is_shared = SHARED_FOLDER in os.environ
        if self._is_shared:
            _forget_ended(Path(os.environ[SHARED_FOLDER]))
        self.requests = Counter(
            "archive_requests", "Requests answered.", ("route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "archive_request_seconds",
            "Time until an answer was sent.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.running = Gauge(
            "archive_requests_running",
            "Requests that are being answered.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )

    def text(self) -> tuple[bytes, str]:
        """All numbers in Prometheus' format, with its media type; of all processes that serve together."""
        registry = self.registry
        if self._is_shared:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry), CONTENT_TYPE_LATEST


def _forget_ended(folder: Path) -> None:
    """Leave out what processes were at that have ended: one that was killed cannot say that it has."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid)  # type: ignore[no-untyped-call]


class Observed:
    """Gives a request its id, tells of it in the log when it is answered, and counts it.

    It stands outside everything. An answer that failed has the id in ``X-Request-Id``, so that who reports it
    can name it. The line has the path and never what follows it: what somebody searched for is theirs.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex[:_ID_CHARACTERS]
        token = REQUEST_ID.set(request_id)
        began, status = time.perf_counter(), _FAILED

        async def send_known(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if status >= _FAILED:
                    headers = [*message["headers"], (b"x-request-id", request_id.encode())]
                    message = {**message, "headers": headers}
            await send(message)

        self._metrics.running.inc()
        try:
            await self.app(scope, receive, send_known)
        except Exception:
            status = _FAILED
            logger.exception("a request failed", extra={"fields": {"path": scope["path"][:_PATH_CHARACTERS]}})
            raise
        finally:
            seconds = time.perf_counter() - began
            self._metrics.running.dec()
            self._metrics.requests.labels(_route_of(scope), status).inc()
            self._metrics.seconds.labels(_route_of(scope)).observe(seconds)
            if scope["path"] not in _SILENT:
                fields = {
                    "method": scope["method"],
                    "path": scope["path"][:_PATH_CHARACTERS],
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                }
                logger.info("answered", extra={"fields": fields})
            REQUEST_ID.reset(token)


def _route_of(scope: Scope) -> str:
    """The address of the route that answered, with the names of its parts in place of their values."""
    route = scope.get("route")
    if route is None:
        return "/static" if scope["path"].startswith("/static/") else "none"
    return f"{scope.get('root_path', '')}{getattr(route, 'path', '')}"
