"""Writing to indexes on a cluster: many changes in few requests, seen together; a rebuild at one stroke."""

from __future__ import annotations

import json
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any

from app.errors import IndexUnavailableError
from app.fulltext.cluster.connection import BusyError, Cluster, as_lines
from app.fulltext.cluster.lock import WriterLock, only_writer
from app.fulltext.cluster.mapping import WEIGHTS, document_index, document_source, exact_words, word_index
from app.fulltext.cluster.names import IndexNames
from app.fulltext.cluster.words import ClusterWords
from app.fulltext.search_index import IndexDocument, Weights
from app.fulltext.tree import Zone

_SECONDS = 120.0  # that a request of many changes may take
_REQUEST_BYTES = 4_000_000
_WORDS_AT_ONCE = 200_000
_DOCUMENTS_AT_ONCE = 500
_WAITS_SECONDS = (0.5, 1, 2, 4, 8)
_LATER = (429, 503)
_GONE = 404


class ClusterWriter:
    """An ``IndexWriter``: what it is told is held until all of it is sent."""

    def __init__(self) -> None:
        self._changes: dict[int, bytes | None] = {}
        self._elsewhere: list[tuple[Sequence[IndexDocument], Future[dict[int, bytes]]]] = []

    def put(self, document: IndexDocument) -> None:
        """Add an article, in the place of an older form of it."""
        self._changes |= _packed([document])

    def put_meanwhile(self, documents: Sequence[IndexDocument], helper: Executor) -> None:
        """As ``put`` for each; the helper takes their words apart."""
        for document in documents:
            self._changes.pop(document.article_id, None)
        self._elsewhere.append((documents, helper.submit(_packed, documents)))

    def delete(self, article_id: int) -> None:
        """Take an article out; one that is not there is no error."""
        self._changes[article_id] = None

    def await_helpers(self) -> None:
        """Do what helpers have not begun with and take over what they have; what was told later stays."""
        for documents, future in reversed(self._elsewhere):
            packed = _packed(documents) if future.cancel() else future.result()
            for article_id, line in packed.items():
                self._changes.setdefault(article_id, line)

    def batches(self) -> Iterator[dict[int, str | None]]:
        """The last state of each article told of, as a line; None for one taken out."""
        waiting = iter(self._changes.items())
        while batch := dict(islice(waiting, _DOCUMENTS_AT_ONCE)):
            yield {one: zlib.decompress(line).decode() if line else None for one, line in batch.items()}


def _packed(documents: Sequence[IndexDocument]) -> dict[int, bytes]:
    """Documents as lines, by their numbers; five times smaller, since thousands wait for a commit."""
    lines = ((one.article_id, as_lines([document_source(one)])) for one in documents)
    return {article_id: zlib.compress(line.encode(), 1) for article_id, line in lines}


class ClusterWriting:
    """Changes the indexes of one name."""

    def __init__(self, cluster: Cluster, names: IndexNames, weights: Weights) -> None:
        self._cluster = cluster
        self._names = names
        self._weights = weights

    @contextmanager
    def writer(self) -> Iterator[ClusterWriter]:
        """A writer whose changes become visible together at the end of the ``with`` block."""
        with only_writer(self._cluster, self._names) as lock:
            if not self._cluster.ask("HEAD", f"/{self._names.documents}"):
                self._build((), lock)
            writer = ClusterWriter()
            yield writer
            writer.await_helpers()
            self._commit(writer, lock)

    def rebuild(self, documents: Iterable[IndexDocument]) -> None:
        """Build the index anew and put it in the old one's place at one stroke."""
        with only_writer(self._cluster, self._names) as lock:
            self._build(documents, lock)

    def _commit(self, writer: ClusterWriter, lock: WriterLock) -> None:
        """Words before the documents that have them: a prefix finds every word that a document has."""
        words = ClusterWords(self._cluster, self._names.words)
        counts: Counter[str] = Counter()
        for batch in writer.batches():
            counts.update(word for line in batch.values() if line for word in exact_words(json.loads(line)))
            counts.subtract(self._words_before(list(batch)))
        self._send(words.changes({word: count for word, count in counts.items() if count > 0}), lock)
        self._send(
            (
                _operation(self._names.documents, article_id, line)
                for batch in writer.batches()
                for article_id, line in batch.items()
            ),
            lock,
        )
        self._show(self._names.words, self._names.documents)
        if fewer := {word: count for word, count in counts.items() if count < 0}:
            self._send(words.changes(fewer), lock)
            self._show(self._names.words)

    def _words_before(self, article_ids: Sequence[int]) -> Iterator[str]:
        """The words of these articles as they stand in the index."""
        found = self._cluster.ask(
            "POST",
            f"/{self._names.documents}/_mget",
            {"ids": [str(article_id) for article_id in article_ids]},
            parameters={"_source_includes": f"{WEIGHTS}.{Zone.EXACT.value}"},
            seconds=_SECONDS,
        )
        for one in found["docs"]:
            if one["found"] and one["_source"]:
                yield from exact_words(one["_source"])

    def _build(self, documents: Iterable[IndexDocument], lock: WriterLock) -> None:
        """Make new indexes and let the aliases mean them; older ones, and what a killed rebuild left, go."""
        new, new_words = self._names.new()
        settings = self._cluster.settings
        try:
            self._cluster.ask("PUT", f"/{new}", document_index(settings, self._weights), seconds=_SECONDS)
            self._cluster.ask("PUT", f"/{new_words}", word_index(settings), seconds=_SECONDS)
            self._fill(new, ClusterWords(self._cluster, new_words), documents, lock)
            self._show(new, new_words)
            lock.check()
            self._change_aliases(new, new_words)
        except BaseException:
            with suppress(IndexUnavailableError):
                self._cluster.ask("DELETE", f"/{new},{new_words}", parameters={"ignore_unavailable": "true"})
            raise

    def _fill(
        self, index: str, words: ClusterWords, documents: Iterable[IndexDocument], lock: WriterLock
    ) -> None:
        """Documents until they have very many different words, then these; and so on."""
        waiting = iter(documents)
        counts: Counter[str] = Counter()

        def some() -> Iterator[str]:
            for document in waiting:
                source = document_source(document)
                counts.update(exact_words(source))
                yield _operation(index, document.article_id, as_lines([source]))
                if len(counts) > _WORDS_AT_ONCE:
                    return

        while self._send(some(), lock):
            self._send(words.changes(counts), lock)
            counts.clear()

    def _change_aliases(self, new: str, new_words: str) -> None:
        there = self._cluster.ask("GET", f"/{self._names.all}/_alias")
        old = [one for one in there if self._names.is_own(one) and one not in (new, new_words)]
        actions: list[dict[str, Any]] = [{"remove_index": {"index": one}} for one in sorted(old)]
        actions += (
            {"add": {"index": new, "alias": self._names.documents}},
            {"add": {"index": new_words, "alias": self._names.words}},
        )
        self._cluster.ask("POST", "/_aliases", {"actions": actions}, seconds=_SECONDS)

    def _show(self, *indexes: str) -> None:
        """Let the next search see what was written."""
        self._cluster.ask("POST", f"/{','.join(indexes)}/_refresh", seconds=_SECONDS)

    def _send(self, operations: Iterable[str], lock: WriterLock) -> int:
        """Send operations in requests of some megabytes; how many they were."""
        waiting: list[str] = []
        count = size = 0
        for count, operation in enumerate(operations, start=1):  # noqa: B007  (counted to the last one)
            waiting.append(operation)
            size += len(operation)
            if size > _REQUEST_BYTES:
                self._send_request(waiting, lock)
                waiting, size = [], 0
        if waiting:
            self._send_request(waiting, lock)
        return count

    def _send_request(self, operations: Sequence[str], lock: WriterLock) -> None:
        """Send operations; those for which the cluster is too busy again, after a while each time longer."""
        for wait_seconds in (*_WAITS_SECONDS, None):
            lock.check()
            try:
                answer = self._cluster.ask("POST", "/_bulk", "".join(operations), seconds=_SECONDS)
            except BusyError:
                if wait_seconds is None:
                    raise
            else:
                operations = self._refused(operations, answer)
                if not operations:
                    return
            if wait_seconds is not None:
                time.sleep(wait_seconds)
        raise BusyError(
            f"the search cluster at {self._cluster.host} has too much to do to take what is written: run the "
            "command again when it is less busy; no article is lost"
        )

    def _refused(self, operations: Sequence[str], answer: Any) -> list[str]:
        """The operations that are to be sent again. Raises where one can never be carried out."""
        if not answer["errors"]:
            return []
        again = []
        for operation, item in zip(operations, answer["items"], strict=True):
            ((kind, done),) = item.items()
            if done["status"] in _LATER:
                again.append(operation)
            elif "error" in done and not (kind == "delete" and done["status"] == _GONE):
                raise IndexUnavailableError(
                    f"the search cluster at {self._cluster.host} does not take document {done['_id']} "
                    f"({done['error'].get('type')}): its log says why; no article is lost"
                )
        return again


def _operation(index: str, article_id: int, line: str | None) -> str:
    """What is sent to put an article into an index, or to take it out."""
    target = {"_index": index, "_id": str(article_id)}
    return as_lines([{"delete": target}]) if line is None else as_lines([{"index": target}]) + line
