"""Other processes that do part of the work for this one, and end with it."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from app.errors import HelperEndedError


@contextmanager
def helpers(count: int, get_ready: Callable[[], None]) -> Iterator[Executor | None]:
    """So many processes to hand work to, which get ready for it at once; None if there shall be none.

    Raises HelperEndedError if one is killed.
    """
    if count == 0:
        yield None
        return
    # Not forked: a fork would share this process's connections.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, context, initializer=_serve_parent)
    try:
        for _ in range(count):
            pool.submit(get_ready)
        yield pool
    except BrokenProcessPool as exc:
        raise HelperEndedError from exc
    finally:
        pool.shutdown(cancel_futures=True)


def _serve_parent() -> None:
    """Leave being interrupted to the process that started this one, and end when that has ended.

    However it ended: a process that is killed cannot end those that work for it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # At its end what it holds goes with it: taken down piece by piece, it would take half a second.
    atexit.register(os._exit, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
