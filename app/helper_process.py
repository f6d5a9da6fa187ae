"""Other processes that do part of the work for this one, and end with it."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, ParamSpec, TypeVar

from app.errors import HelperEndedError

_P = ParamSpec("_P")
_T = TypeVar("_T")

# Calls that lie ready for those that are made, so that no process waits for its next one while this process,
# which hands it on, is at work itself.
_READY = 3


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
    others = _Helpers(pool, count)
    try:
        for _ in range(count):
            pool.submit(get_ready)
        yield others
    except BrokenProcessPool as exc:
        raise HelperEndedError from exc
    finally:
        others.take_all_back()
        pool.shutdown()


class _Helpers(Executor):
    """Hands to a pool of processes what they are about to begin with; until then it can be taken back.

    From the pool nothing is ever taken back: where one of its futures is cancelled and then a process is
    killed, Python 3.11 fails to tell the others, and who waits for them waits for ever.
    """

    def __init__(self, pool: ProcessPoolExecutor, count: int) -> None:
        self._pool = pool
        self._waiting: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._room = threading.Semaphore(count + _READY)

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """What comes of a call in one of the processes; cancelled, it is not made unless it has begun."""
        future: Future[_T] = Future()
        self._waiting.append((future, partial(fn, *args, **kwargs)))
        self._hand_on()
        return future

    def take_all_back(self) -> None:
        """Cancel what nobody has begun with."""
        for future, _ in [*self._waiting]:
            future.cancel()

    def _hand_on(self) -> None:
        """Hand on as much as there is room for; called by any thread, at any time."""
        while self._waiting and self._room.acquire(blocking=False):
            try:
                future, call = self._waiting.popleft()
            except IndexError:  # another thread has taken the last one
                self._room.release()
                continue
            if future.set_running_or_notify_cancel():
                self._begin(future, call)
            else:
                self._room.release()

    def _begin(self, future: Future[Any], call: Callable[[], Any]) -> None:
        try:
            begun = self._pool.submit(call)
        except BrokenProcessPool as exc:
            self._room.release()
            future.set_exception(exc)
        else:
            begun.add_done_callback(partial(self._end, future))

    def _end(self, future: Future[Any], begun: Future[Any]) -> None:
        self._room.release()
        exc = begun.exception()
        if exc is None:
            future.set_result(begun.result())
        else:
            future.set_exception(exc)
        if isinstance(exc, BrokenProcessPool):
            self._end_all(exc)
        else:
            self._hand_on()

    def _end_all(self, exc: BrokenProcessPool) -> None:
        """Tell of all that waits that it does not come: the pool, which is ending, must not be asked."""
        with suppress(IndexError):
            while True:
                future, _ = self._waiting.popleft()
                if future.set_running_or_notify_cancel():
                    future.set_exception(exc)


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
