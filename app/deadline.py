"""How long the work for one request may take, looked at wherever work loops.

No thread is killed: what takes too long ends by itself at the next look, and its thread is free again.
The limit travels in a context variable, since all that works for a request would have to hand it on
otherwise, SQLite's callback too; FastAPI takes the context along into its threads. Work that nobody limits
(a command, a test) has none.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from app.errors import TookTooLongError


@dataclass(slots=True)
class Deadline:
    """When the work must have ended, in seconds of the monotonic clock."""

    ends: float

    def extend(self, seconds: float) -> None:
        """Give the work so many seconds from now; never fewer than it had."""
        self.ends = max(self.ends, time.monotonic() + seconds)


_PRESENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def within(seconds: float) -> Iterator[Deadline]:
    """What is done inside must end in so many seconds: ``check_deadline`` raises after them."""
    deadline = Deadline(time.monotonic() + seconds)
    token = _PRESENT.set(deadline)
    try:
        yield deadline
    finally:
        _PRESENT.reset(token)


def extend_deadline(seconds: float) -> None:
    """Give the present work so many seconds from now, if it has a limit at all."""
    deadline = _PRESENT.get()
    if deadline is not None:
        deadline.extend(seconds)


def seconds_left() -> float | None:
    """How long the present work may still take, never less than 0; None if it has no limit."""
    deadline = _PRESENT.get()
    return max(0.0, deadline.ends - time.monotonic()) if deadline is not None else None


def is_over() -> bool:
    """Whether the present work has taken too long."""
    deadline = _PRESENT.get()
    return deadline is not None and time.monotonic() > deadline.ends


def check_deadline() -> None:
    """Raise TookTooLongError if the present work has taken too long."""
    if is_over():
        raise TookTooLongError
