"""Failed attempts to log in, counted so that nobody can go on guessing."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

_WINDOW_SECONDS = 900.0
_MOST_COUNTED = 10_000


class FailedLogins:
    """Counts failures of a quarter of an hour, in memory, by whoever they are counted for.

    ``clock`` tells seconds. Threads may share it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._turn = threading.Lock()
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def begin(self, who: str, most: int) -> int:
        """Count an attempt as failed until it is not; seconds to wait if there are too many (0: go on).

        Counted beforehand, so that attempts at the same moment cannot all slip through.
        """
        with self._turn:
            now = self._clock()
            failures = self._failures.setdefault(who, deque())
            self._failures.move_to_end(who)
            while failures and failures[0] <= now - _WINDOW_SECONDS:
                failures.popleft()
            if len(failures) >= most:
                return int(failures[0] + _WINDOW_SECONDS - now) + 1
            failures.append(now)
            while len(self._failures) > _MOST_COUNTED:
                self._failures.popitem(last=False)
            return 0

    def succeed(self, who: str) -> None:
        """Forget the failures of somebody who knew the password."""
        with self._turn:
            self._failures.pop(who, None)
