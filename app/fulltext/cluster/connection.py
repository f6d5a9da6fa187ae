"""Speaking to an OpenSearch cluster: requests that end in time, failures that say what to do.

Every request goes through ``Cluster.ask``. What may be in the address besides the host (a name, a password)
is in no message and no log: the client gets it apart from the address.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as UnreachableError
from opensearchpy.exceptions import ConnectionTimeout, SSLError, TransportError

from app.deadline import check_deadline, seconds_left
from app.errors import IndexUnavailableError

Body = Mapping[str, Any]

_PORT = 9200
_CONNECTIONS = 40  # as many as threads that answer readers
_LEAST_SECONDS = 0.05
_AT_ONCE_SECONDS = 0.5
# So long no reader is let wait for a machine that did not take a connection: few pages are made at once.
_AWAY_SECONDS = 5.0
_LATER = "the articles are safe in the database, and pages that read from there go on"
_NDJSON = {"content-type": "application/x-ndjson"}

# The client would write down each failed try with a traceback and the address; our errors say what failed.
logging.getLogger("opensearch").setLevel(logging.CRITICAL)


class NothingThereError(IndexUnavailableError):
    """What was asked for is not on the cluster."""


class ChangedMeanwhileError(IndexUnavailableError):
    """Somebody else has written what was to be written."""


class BusyError(IndexUnavailableError):
    """The cluster has too much to do, or a part of it is not ready; it may be asked again."""


class PartlyAnsweredError(BusyError):
    """A part of an index did not answer: perhaps it has just been replaced."""


# By status (any, where none is given) and a part of the reason, the first that fits: what a refusal means.
_REFUSALS: tuple[tuple[set[int], str, type[IndexUnavailableError], str], ...] = (
    (
        set(),
        "cluster_block",
        BusyError,
        "takes no writing ({reason}): make room on its disks and lift the block; {later}",
    ),
    (
        {401, 403},
        "",
        IndexUnavailableError,
        (
            "refuses the user or the password of ARCHIVE_SEARCH_URL, or lets that user not do this: see "
            "docs/deploy.md for the rights it needs"
        ),
    ),
    ({404}, "", NothingThereError, "does not have this ({reason})"),
    (set(), "index_not_found", NothingThereError, "does not have this ({reason})"),
    ({409}, "", ChangedMeanwhileError, "has something newer ({reason})"),
    (
        {400},
        "too_many",
        IndexUnavailableError,
        (
            "does not take as many parts as a query has ({reason}): set its "
            "indices.query.bool.max_clause_count to 8192"
        ),
    ),
    ({429, 503}, "", BusyError, "has too much to do or is not ready: {later}"),
)


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """Where a cluster is, and how indexes are made on it.

    ``url`` was checked when the settings were read; ``ca_file`` has the certificates that its own is checked
    against, empty: those that this machine trusts. ``prefix`` begins the names of all indexes of an archive.
    """

    url: str = field(repr=False)
    ca_file: str = ""
    seconds: float = 10
    prefix: str = "defence-archive"
    shards: int = 1
    replicas: int = 1


class Cluster:
    """A cluster. Threads may share it; nothing is sent before the first question."""

    def __init__(self, settings: ClusterSettings) -> None:
        parts = urlsplit(settings.url)
        is_tls = parts.scheme == "https"
        self.settings = settings
        self.host = f"{parts.hostname}:{parts.port or _PORT}"
        self._away_until = 0.0
        self._client = OpenSearch(
            hosts=[{"host": parts.hostname, "port": parts.port or _PORT}],
            http_auth=(unquote(parts.username), unquote(parts.password or "")) if parts.username else None,
            use_ssl=is_tls,
            verify_certs=is_tls,
            ca_certs=settings.ca_file or None,
            pool_maxsize=_CONNECTIONS,
            http_compress=True,
            max_retries=0,  # see ``ask``
        )

    def ask(
        self,
        method: str,
        path: str,
        body: Body | str | None = None,
        *,
        parameters: Mapping[str, str | int] | None = None,
        seconds: float | None = None,
    ) -> Any:
        """The cluster's answer. Raises IndexUnavailableError, or TookTooLongError once the deadline is over.

        ``body`` is an object, or lines of objects. ``seconds`` is how long this may take where it takes
        longer than a search may. What fails at once is tried again: the other side closes connections that
        it has not heard from for long. All that is asked may be asked twice.
        """
        request = method, path, body, dict(parameters or {}), seconds
        if seconds_left() is not None and time.monotonic() < self._away_until:
            raise self._away()
        began = time.monotonic()
        try:
            try:
                return self._send(*request)
            except UnreachableError:
                if time.monotonic() - began > _AT_ONCE_SECONDS:
                    raise
                return self._send(*request)
        except TransportError as exc:
            is_slow = time.monotonic() - began > _AT_ONCE_SECONDS
            if is_slow and isinstance(exc, UnreachableError) and not isinstance(exc, ConnectionTimeout):
                self._away_until = time.monotonic() + _AWAY_SECONDS
            raise self._told(exc) from exc

    def ask_all(self, index: str, searches: Sequence[Body]) -> list[Any]:
        """The answers to several searches of one index, in one request. Raises as ``ask`` does.

        An answer of a part of the shards is none.
        """
        lines: list[Body] = []
        for search in searches:
            lines += ({"index": index}, search)
        found = self.ask("POST", "/_msearch", as_lines(lines))
        for answer in found["responses"]:
            if "error" in answer:
                raise self._refused(answer.get("status"), answer["error"])
            if answer.get("timed_out") or answer["_shards"]["failed"]:
                raise PartlyAnsweredError(
                    f"a part of the search cluster at {self.host} does not answer: {_LATER}"
                )
        answers: list[Any] = found["responses"]
        return answers

    def _send(
        self,
        method: str,
        path: str,
        body: Body | str | None,
        parameters: dict[str, str | int],
        seconds: float | None,
    ) -> Any:
        return self._client.transport.perform_request(
            method,
            path,
            params=parameters,
            body=body,
            timeout=self._patience(seconds),
            headers=_NDJSON if isinstance(body, str) else None,
        )

    def _patience(self, seconds: float | None) -> float:
        check_deadline()
        wanted = self.settings.seconds if seconds is None else max(seconds, self.settings.seconds)
        left = seconds_left()
        return max(_LEAST_SECONDS, wanted if left is None else min(wanted, left))

    def _told(self, exc: TransportError) -> IndexUnavailableError:
        """What a failure means.

        Raises TookTooLongError where it is the end of the time that a request has.
        """
        match exc:
            case ConnectionTimeout():
                check_deadline()
                return IndexUnavailableError(
                    f"the search cluster at {self.host} does not answer in time: see how it is, or give it "
                    f"longer with ARCHIVE_SEARCH_SECONDS; {_LATER}"
                )
            case SSLError():
                return IndexUnavailableError(
                    f"the certificate of the search cluster at {self.host} is not trusted: set "
                    "ARCHIVE_SEARCH_CA_FILE to the file of the authority that signed it"
                )
            case UnreachableError():
                return self._away()
        return self._refused(exc.status_code, exc.info)

    def _away(self) -> IndexUnavailableError:
        return IndexUnavailableError(
            f"the search cluster at {self.host} cannot be reached: start it, or set ARCHIVE_SEARCH_URL "
            f"right; {_LATER}"
        )

    def _refused(self, status: object, info: object) -> IndexUnavailableError:
        """What an answer means that says no."""
        reason = _reason(info)
        for statuses, named, kind, text in _REFUSALS:
            if named in reason and (status in statuses or not statuses):
                return kind(f"the search cluster at {self.host} {text.format(reason=reason, later=_LATER)}")
        return IndexUnavailableError(
            f"the search cluster at {self.host} refused a request ({reason}): its log says why; {_LATER}"
        )


def as_lines(objects: Iterable[Body]) -> str:
    """Objects as lines, one each."""
    return "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in objects)


def _reason(info: object) -> str:
    """The cluster's own name of an error, and of its cause; not its words, which may repeat a query."""
    error = info.get("error", info) if isinstance(info, dict) else info
    if not isinstance(error, dict):
        return "no reason given"
    causes = [error, *error.get("root_cause", [])]
    return ", ".join(dict.fromkeys(str(one.get("type", "no reason given")) for one in causes))
