"""Reading bytes in a child process that may use so much time and memory and no more.

Parsers of marked-up text can be kept busy for minutes by a few megabytes made for that. So they run in a
child: the kernel ends it when it has had its share, the source is refused, and the next one gets a new
child. A child serves many sources, because starting one costs as much as reading ten pages.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import IO, Any

from app.importers.draft import SourceFile

MOST_BYTES = 5_000_000
# The slowest of some seventy real pages takes 0.13; what ends a child is read twice, so this counts twice.
CPU_SECONDS = 1
ADDRESS_SPACE_BYTES = 300_000_000
# A child that sleeps uses no CPU: the clock on the wall has the last word.
_WALL_SECONDS = 60
_JOBS_PER_CHILD = 500

_LENGTH = struct.Struct(">QQ")


class BoundExceededError(Exception):
    """The child was ended before it had read the bytes."""


class RefusedByChildError(Exception):
    """The child read the bytes and refuses them, with a reason and advice."""

    def __init__(self, reason: str, advice: str, *, is_no_article: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice
        self.is_no_article = is_no_article


class BoundedChild:
    """One child process at a time, made when it is first needed; safe to call from several threads.

    For each source it may use ``cpu_seconds`` and at any time ``memory_bytes`` of address space.
    """

    def __init__(self, *, cpu_seconds: int = CPU_SECONDS, memory_bytes: int = ADDRESS_SPACE_BYTES) -> None:
        self._limits = (str(cpu_seconds), str(memory_bytes))
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._jobs = 0

    def run(self, job: str, content: bytes, hints: Mapping[str, str | None]) -> Any:
        """What the job ``job`` (see ``bounded_worker``) makes of ``content``, as JSON can hold it.

        What exceeds a bound is read once more in a new child: neither the sources read before it nor a
        moment's trouble of the machine is held against it. Raises RefusedByChildError if the child refuses
        them, BoundExceededError if the second was ended too.
        """
        with self._lock:
            answer = self._answer(job, content, hints)
        if "refused" in answer:
            raise RefusedByChildError(*answer["refused"], is_no_article=answer["is_no_article"])
        return answer["found"]

    def _answer(self, job: str, content: bytes, hints: Mapping[str, str | None]) -> dict[str, Any]:
        with contextlib.suppress(BoundExceededError):
            answer: dict[str, Any] = json.loads(self._ask(job, content, hints))
            if not answer.get("is_exhausted"):
                return answer
        self.stop()
        second: dict[str, Any] = json.loads(self._ask(job, content, hints))
        return second

    def stop(self) -> None:
        """End the child, if there is one."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                # Closing writes what is buffered, to a child that is gone.
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        process.wait()

    def _ask(self, job: str, content: bytes, hints: Mapping[str, str | None]) -> bytes:
        process = self._living_child()
        assert process.stdin is not None
        assert process.stdout is not None
        head = json.dumps({"job": job, "hints": dict(hints)}).encode()
        try:
            process.stdin.write(_LENGTH.pack(len(head), len(content)) + head + content)
            process.stdin.flush()
            (length,) = struct.unpack(">Q", _read_exactly(process.stdout, 8))
            answer = _read_exactly(process.stdout, length)
        except (BrokenPipeError, EOFError) as exc:
            self.stop()
            raise BoundExceededError from exc
        self._jobs += 1
        return answer

    def _living_child(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # a fork shares its parent's pipes: leave them alone
            self._process = None
        if self._process is not None and self._jobs >= _JOBS_PER_CHILD:
            self.stop()
        if self._process is None:
            path = os.pathsep.join(entry for entry in sys.path if entry)
            # This very interpreter, a module of this room and two numbers.
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "app.importers.bounded_worker", *self._limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PYTHONPATH": path, "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
            )
            self._owner, self._jobs = os.getpid(), 0
        return self._process


def _read_exactly(stream: IO[bytes], count: int) -> bytes:
    """``count`` bytes; EOFError if the stream ends or stays silent before."""
    deadline = time.monotonic() + _WALL_SECONDS
    pieces, missing = [], count
    while missing:
        readable, _, _ = select.select([stream], [], [], max(0.0, deadline - time.monotonic()))
        piece = os.read(stream.fileno(), min(missing, 1 << 20)) if readable else b""
        if not piece:
            raise EOFError
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


CHILD = BoundedChild()
"""The child of this process; all importers share it."""


def run_bounded(job: str, source: SourceFile) -> Any:
    """What the job makes of a source, in the child. Raises RejectedInputError, NoArticleError.

    Several megabytes of marks are no report: more than ``MOST_BYTES`` are refused unread.
    """
    if len(source.content) > MOST_BYTES:
        raise source.rejected(
            f"it has {len(source.content) / 1e6:.1f} MB, more than the {MOST_BYTES / 1e6:.0f} MB of a {job}",
            "save it without its pictures, or split it",
        )
    try:
        return CHILD.run(job, source.content, {"url": source.url, "charset": source.charset})
    except RefusedByChildError as exc:
        error = source.not_an_article if exc.is_no_article else source.rejected
        raise error(exc.reason, exc.advice) from exc
    except BoundExceededError as exc:
        raise source.rejected(
            "reading it takes too much time or memory",
            "copy the text of the report into a .txt file",
        ) from exc


atexit.register(CHILD.stop)
