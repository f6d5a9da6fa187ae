"""How often one client may ask for what costs most: a bucket of tokens each, refilled as time goes by.

A client is its address, or the /64 network of an IPv6 address, which is what one customer gets. Addresses
stay in memory until others push them out, and are written nowhere.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from fastapi import Depends, Request

from app.errors import TooManyRequestsError
from app.settings import Settings

_MOST_CLIENTS = 10_000
_MINUTE = 60.0
_PREFIX_BITS = 64


class Allowance(StrEnum):
    """What is counted on its own."""

    SEARCH = "search"
    EXPORT = "export"


class TokenBuckets:
    """A bucket for each client: ``per_minute`` tokens at first, and as many more each minute; 0: no limit.

    Threads may share it. ``clock`` tells seconds.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(per_minute)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, and when
        self._turn = threading.Lock()

    def take(self, client: str, tokens: float = 1.0) -> None:
        """Take tokens out of a client's bucket. Raises TooManyRequestsError where there are too few."""
        if not self._size:
            return
        with self._turn:
            now = self._clock()
            held, since = self._buckets.pop(client, (self._size, now))
            held = min(self._size, held + (now - since) * self._size / _MINUTE)
            is_enough = held >= tokens
            self._buckets[client] = (held - tokens if is_enough else held, now)
            if len(self._buckets) > _MOST_CLIENTS:
                self._buckets.popitem(last=False)
        if not is_enough:
            raise TooManyRequestsError(math.ceil((tokens - held) * _MINUTE / self._size))


Throttles = Mapping[Allowance, TokenBuckets]


def make_throttles(settings: Settings) -> Throttles:
    """The buckets of one process; it has its part of what a client may ask of all that serve."""
    return {
        Allowance.SEARCH: TokenBuckets(part_of(settings.searches_per_minute, settings)),
        Allowance.EXPORT: TokenBuckets(part_of(settings.exports_per_minute, settings)),
    }


def part_of(limit: int, settings: Settings) -> int:
    """What one process of those that serve may allow, so that all allow no more; at least 1 of any."""
    return max(1, limit // settings.workers) if limit else 0


def counted(allowance: Allowance, tokens: float = 1.0) -> Any:
    """A dependency for routes: each request takes so many of its client's tokens, or is refused with 429."""

    async def take(request: Request) -> None:
        throttles: Throttles = request.app.state.throttles
        throttles[allowance].take(client_of(request), tokens)

    return Depends(take)


def client_of(request: Request) -> str:
    """Whom a request counts for.

    Behind a proxy it is the one that the proxy names, if the proxy is among ``ARCHIVE_TRUSTED_PROXIES``: the
    server looks at no X-Forwarded-For of anybody else.
    """
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.IPv6Network((address, _PREFIX_BITS), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)
