"""One writer at a time, over all machines: a document of the cluster that only one can make.

The lock ends by itself soon after its holder no longer renews it, so a killed process is not waited for
longer than that. Its end is a time of day: the machines that write must have clocks that agree within a
second or two.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from app.errors import IndexLockedError, IndexUnavailableError
from app.fulltext.cluster.connection import ChangedMeanwhileError, Cluster, NothingThereError
from app.fulltext.cluster.names import IndexNames

_SECONDS = 8.0
_RENEWED_SECONDS = 2.0
_WAIT = "another process is writing to the search index: wait until it has finished"
_LOST = (
    "this process was stopped for so long that another one has begun to write to the search index: "
    "run it again"
)


class WriterLock:
    """A lock that is held, and renewed by a thread of its own."""

    def __init__(self, cluster: Cluster, names: IndexNames) -> None:
        self._cluster = cluster
        self._index = names.locks
        self._path = f"/{names.locks}/_doc/{names.name}"
        self._holder = secrets.token_hex(8)
        self._version: dict[str, str | int] = {}
        self._renewed = 0.0
        self._turn = threading.Lock()
        self._is_over = threading.Event()
        self._is_lost = False

    def check(self) -> None:
        """Raise IndexLockedError if another writer may have begun; asked before anything is sent."""
        if self._is_lost or time.monotonic() - self._renewed > _SECONDS - _RENEWED_SECONDS:
            with self._turn:
                self._renew()

    def take(self) -> None:
        """Take the lock, or raise IndexLockedError at once."""
        if not self._cluster.ask("HEAD", f"/{self._index}"):
            self._make_index()
        try:
            self._write({"op_type": "create"})
        except ChangedMeanwhileError:
            self._take_over()

    def release(self) -> None:
        """Give the lock back.

        One that was lost is another's, and one that cannot be given back ends by itself.
        """
        with self._turn, suppress(IndexUnavailableError):
            self._cluster.ask("DELETE", self._path, parameters=self._version)

    def renew_meanwhile(self) -> None:
        """Renew the lock until it is over."""
        while not self._is_over.wait(_RENEWED_SECONDS):
            # A cluster that does not answer now may do so the next time; ``check`` says when it is too late.
            with suppress(IndexUnavailableError), self._turn:
                self._renew()

    def end(self) -> None:
        """Renew no more."""
        self._is_over.set()

    def _make_index(self) -> None:
        shards = {"number_of_shards": 1, "number_of_replicas": self._cluster.settings.replicas}
        body = {"settings": {"index": shards}, "mappings": {"dynamic": False}}
        try:
            self._cluster.ask("PUT", f"/{self._index}", body, seconds=_SECONDS)
        except IndexUnavailableError:
            if not self._cluster.ask("HEAD", f"/{self._index}"):  # another one may have made it just now
                raise

    def _take_over(self) -> None:
        """Take a lock that its holder has not renewed."""
        held = self._held()
        if held is not None and self._is_own(held):
            self._version = _version(held)
            return
        if held is None or held["_source"]["until"] > time.time():
            raise IndexLockedError(_WAIT)
        try:
            self._write(_version(held))
        except ChangedMeanwhileError as exc:
            raise IndexLockedError(_WAIT) from exc

    def _renew(self) -> None:
        if self._is_lost:
            raise IndexLockedError(_LOST)
        try:
            self._write(self._version)
        except ChangedMeanwhileError as exc:
            held = self._held()
            if held is not None and self._is_own(held):
                self._version = _version(held)
                return
            self._is_lost = True
            raise IndexLockedError(_LOST) from exc

    def _held(self) -> Any:
        """The lock as it stands on the cluster; None where it was given back just now."""
        try:
            return self._cluster.ask("GET", self._path)
        except NothingThereError:
            return None

    def _is_own(self, held: Any) -> bool:
        """Whether this writer wrote it last: an answer may be lost after what was asked for was done."""
        return bool(held["_source"]["holder"] == self._holder)

    def _write(self, parameters: dict[str, str | int]) -> None:
        began = time.monotonic()
        body: dict[str, Any] = {"holder": self._holder, "until": time.time() + _SECONDS}
        written = self._cluster.ask("PUT", self._path, body, parameters=parameters)
        self._renewed = began
        self._version = _version(written)


def _version(document: Any) -> dict[str, str | int]:
    """What a request says that means a document as it stands now."""
    return {"if_seq_no": document["_seq_no"], "if_primary_term": document["_primary_term"]}


@contextmanager
def only_writer(cluster: Cluster, names: IndexNames) -> Iterator[WriterLock]:
    """Hold the lock of an index. Raises IndexLockedError at once where another process does."""
    lock = WriterLock(cluster, names)
    lock.take()
    renewing = threading.Thread(target=lock.renew_meanwhile, daemon=True)
    renewing.start()
    try:
        yield lock
    finally:
        lock.end()
        renewing.join()
        lock.release()
