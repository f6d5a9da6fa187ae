"""The child process of ``bounded``: takes its own rights away, then reads what it is handed.

Its jobs are functions from bytes and hints to values that JSON can hold. It never runs a script of a page
and opens no connection: none of its jobs has a use for one.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from typing import IO, Any

from app.importers.bounded import RefusedByChildError
from app.importers.feed_reading import read_feed
from app.importers.marked_up import read_fragment
from app.importers.page_reading import read_page

Job = Callable[[bytes, Mapping[str, str | None]], Any]

JOBS: dict[str, Job] = {"web page": read_page, "feed": read_feed, "fragment": read_fragment}


def main() -> None:
    """Serve until the parent closes the pipe. Arguments: seconds for each job, bytes of address space."""
    cpu_seconds, memory_bytes = (int(argument) for argument in sys.argv[1:])
    _limit_memory(memory_bytes)
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between two answers
    while head := requests.read(16):
        head_length, content_length = struct.unpack(">QQ", head)
        asked = json.loads(requests.read(head_length))
        content = requests.read(content_length)
        _limit_time(cpu_seconds)
        answer = json.dumps(_answer(JOBS[asked["job"]], content, asked["hints"])).encode()
        _write(answers, answer)


def _answer(job: Job, content: bytes, hints: Mapping[str, str | None]) -> dict[str, Any]:
    try:
        return {"found": job(content, hints)}
    except RefusedByChildError as exc:
        return {"refused": [exc.reason, exc.advice], "is_no_article": exc.is_no_article}
    except MemoryError:
        return _refusal("reading it takes more memory than one source may use") | {"is_exhausted": True}
    except Exception as exc:  # noqa: BLE001  (a fault of a library on one page must not end the others)
        return _refusal(f"its reader failed on it ({type(exc).__name__})")


def _refusal(reason: str) -> dict[str, Any]:
    advice = "save the page again from a browser, or copy its text into a .txt file"
    return {"refused": [reason, advice], "is_no_article": False}


def _limit_memory(memory_bytes: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(cpu_seconds: int) -> None:
    """Let the next job have its seconds of CPU; SIGPROF ends the process, whatever it is doing then."""
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)


def _write(stream: IO[bytes], answer: bytes) -> None:
    stream.write(struct.pack(">Q", len(answer)) + answer)
    stream.flush()


if __name__ == "__main__":
    main()
