"""Whose page is made now: of few requests at once, the others in line, first come, first served.

A page is some tens of milliseconds of work for one interpreter. Were twenty begun at once, they would all be
ready when the last one is, and each would wait for the interpreter's lock at every step; one after the other
takes less time in all, and most wait for less than all of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any

from anyio import Semaphore, fail_after
from anyio.lowlevel import RunVar
from fastapi import Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.archive import Archive
from app.deadline import extend_deadline
from app.errors import TooBusyError

# With one, a long search holds up everybody; the more there are, the more they hold up one another.
_AT_ONCE = 3
_MOST_WAIT_SECONDS = 10.0
# What nginx writes down for an answer that nobody took. Nobody gets it.
_GONE_AWAY = 499


class Turns:
    """Lets ``at_once`` pieces of work go on and the others wait; who waits too long is told so.

    What is waited for is no work: the time that a request may take begins with its turn.
    """

    def __init__(self, at_once: int = _AT_ONCE, most_wait_seconds: float = _MOST_WAIT_SECONDS) -> None:
        self._at_once = at_once
        self._most_wait_seconds = most_wait_seconds
        # One for each event loop, as anyio keeps its threads: a server has one, tests have many.
        self._free = RunVar[Semaphore]("turns")

    @asynccontextmanager
    async def take(self, most_wait_seconds: float | None = None) -> AsyncIterator[None]:
        """Wait for a turn and have it during the block. Raises TooBusyError after too long a wait."""
        free = self._semaphore()
        try:
            with fail_after(most_wait_seconds or self._most_wait_seconds):
                await free.acquire()
        except TimeoutError as exc:
            raise TooBusyError from exc
        try:
            yield
        finally:
            free.release()

    def _semaphore(self) -> Semaphore:
        try:
            return self._free.get()
        except LookupError:
            self._free.set(made := Semaphore(self._at_once))
            return made


class InTurn(APIRoute):
    """A route whose answers are made in turn. They are sent out of it: a slow reader holds nobody up.

    A form is taken at once, since what it says may come slowly.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request to this route."""
        answer = super().get_route_handler()

        async def answer_in_turn(request: Request) -> Response:
            if request.method != "GET":
                return await answer(request)
            archive: Archive = request.app.state.archive
            async with turns_of(request).take():
                if await request.is_disconnected():  # no work for somebody who has gone on meanwhile
                    return Response(status_code=_GONE_AWAY)
                extend_deadline(archive.settings.request_seconds)
                return await answer(request)

        return answer_in_turn


def turns_of(request: Request) -> Turns:
    """The line of this server."""
    turns: Turns = request.app.state.turns
    return turns


async def each_in_turn(
    blocks: Iterable[bytes], turns: Turns, most_wait_seconds: float
) -> AsyncIterator[bytes]:
    """The blocks, each made in a turn of its own."""
    waiting = iter(blocks)
    while True:
        async with turns.take(most_wait_seconds):
            block = await run_in_threadpool(next, waiting, None)
        if block is None:
            return
        yield block
