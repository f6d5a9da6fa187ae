"""Fetching pages and feeds from the web: politely, within limits, and from public addresses only.

An address is checked before anything is sent, and the connection goes to the very address that was checked:
a name that means something else a moment later leads nowhere. Each redirect is checked like the first one.
"""

from __future__ import annotations

import ipaddress
import socket
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpx2

from app import __version__
from app.errors import RejectedAddressError
from app.importers.bounded import MOST_BYTES
from app.importers.draft import SourceFile

AGENT = "eu-uk-defence-archive"
_USER_AGENT = f"{AGENT}/{__version__}"
_TIMEOUT_SECONDS = 10.0
_DEADLINE_SECONDS = 30.0
_MOST_HOPS = 5
_MOST_ROBOTS_BYTES = 500_000  # RFC 9309, 2.5
_PAUSE_SECONDS = 1.0
_PORTS = frozenset({80, 443})
# IPv6 addresses that carry an IPv4 address inside: who answers there is not who seems to.
_CARRIERS = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "2002::/16", "2001::/32")))
_NAMES = {
    "text/html": "page.html",
    "application/xhtml+xml": "page.xhtml",
    "application/rss+xml": "feed.rss",
    "application/atom+xml": "feed.atom",
    "application/xml": "feed.xml",
    "text/xml": "feed.xml",
    "application/json": "data.json",
    "text/plain": "text.txt",
    "text/markdown": "note.md",
}

Resolver = Callable[[str, int], Sequence[str]]
"""The IP addresses of a host; raises OSError where it has none."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave with its last answer, so that it need not send the same again."""

    etag: str | None = None
    last_modified: str | None = None


def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses that this machine finds for a host."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet.

    >>> [is_public(one) for one in ("192.0.32.7", "127.0.0.1", "::ffff:10.0.0.1", "169.254.169.254")]
    [True, False, False, False]
    """
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in carrier for carrier in _CARRIERS):
            return False
    return found.is_global and not found.is_multicast


@dataclass(slots=True)
class Fetcher:
    """Fetches one address after the other. What it rests on is handed in, so that tests need no network."""

    resolver: Resolver = resolve
    is_allowed_address: Callable[[str], bool] = is_public
    ports: frozenset[int] = _PORTS
    sleep: Callable[[float], None] = time.sleep
    _robots: dict[str, RobotFileParser] = field(default_factory=dict)
    _asked: dict[str, float] = field(default_factory=dict)

    def fetch(self, url: str, known: Validators | None = None) -> SourceFile | None:
        """What the server answers, None if it is as it was. Raises RejectedAddressError."""
        known = known or Validators()
        validators = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        headers = {name: value for name, value in validators.items() if value}
        at = url
        for _ in range(_MOST_HOPS + 1):
            self._checked(at)
            self._ask_robots(at)
            answer = self._get(at, headers, MOST_BYTES)
            if answer.status == httpx2.codes.NOT_MODIFIED:
                return None
            if answer.location is None:
                return _source(at, answer)
            at = _joined(at, answer.location)
        raise RejectedAddressError(
            url, f"it redirects more than {_MOST_HOPS} times", "give the address it leads to"
        )

    def _ask_robots(self, url: str) -> None:
        """Refuse what the site's robots.txt forbids (RFC 9309): an unreachable one forbids all."""
        origin = urljoin(url, "/")
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(origin)
        robots = self._robots[origin]
        if not robots.can_fetch(AGENT, url):
            raise RejectedAddressError(
                url, "the site's robots.txt forbids it", "ask the site, or save the page"
            )

    def _read_robots(self, origin: str) -> RobotFileParser:
        rules = RobotFileParser()
        at = urljoin(origin, "robots.txt")
        for _ in range(_MOST_HOPS + 1):
            answer = self._get(at, {}, _MOST_ROBOTS_BYTES)
            if answer.location is None:
                break
            at = _joined(at, answer.location)
        if httpx2.codes.is_success(answer.status):
            rules.parse(answer.content.decode("utf-8", "replace").splitlines())
        elif httpx2.codes.is_client_error(answer.status):
            rules.parse([])
        else:
            rules.parse(["User-agent: *", "Disallow: /"])
        return rules

    def _get(self, url: str, headers: dict[str, str], most_bytes: int) -> _Answer:
        host, port, address = self._checked(url)
        self._wait_for_turn(host)
        try:
            parts = urlsplit(url)
            pinned = f"[{address}]" if ":" in address else address
            target = parts._replace(netloc=f"{pinned}:{port}", fragment="").geturl()
            with (
                httpx2.Client(trust_env=False, timeout=_TIMEOUT_SECONDS) as client,
                client.stream(
                    "GET",
                    target,
                    headers={
                        **headers,
                        "Host": parts.netloc,
                        "User-Agent": _USER_AGENT,
                        "Accept-Encoding": "gzip",
                    },
                    extensions={"sni_hostname": host},
                ) as response,
            ):
                return _read(url, response, most_bytes)
        except httpx2.HTTPError as exc:
            raise RejectedAddressError(
                url, f"it does not answer ({type(exc).__name__})", "try later"
            ) from exc

    def _checked(self, url: str) -> tuple[str, int, str]:
        """Host, port and the one IP address to connect to. Raises RejectedAddressError."""
        advice = "give an address of the open web"
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as exc:
            raise RejectedAddressError(url, "it is no web address", advice) from exc
        if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
            raise RejectedAddressError(url, "it is no plain address of http or https", advice)
        if not host.isascii() or port not in self.ports:
            raise RejectedAddressError(url, "its host or port is none of the open web", advice)
        try:
            addresses = self.resolver(host, port)
        except (OSError, UnicodeError) as exc:
            raise RejectedAddressError(url, "its host has no address", "check the spelling") from exc
        if not addresses or not all(map(self.is_allowed_address, addresses)):
            raise RejectedAddressError(url, "its host is no public one", advice)
        return host, port, addresses[0]

    def _wait_for_turn(self, host: str) -> None:
        """A second between two requests to one host."""
        now = time.monotonic()
        pause = self._asked.get(host, now - _PAUSE_SECONDS) + _PAUSE_SECONDS - now
        if pause > 0:
            self.sleep(pause)
        self._asked[host] = time.monotonic()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came back; ``location`` is where a redirect leads."""

    status: int
    location: str | None
    kind: str
    charset: str | None
    validators: Validators
    content: bytes


def _read(url: str, response: httpx2.Response, most_bytes: int) -> _Answer:
    """The answer with its body, within size and time. Raises RejectedAddressError."""
    headers = response.headers
    is_read = httpx2.codes.is_success(response.status_code)
    return _Answer(
        status=response.status_code,
        location=headers.get("location") if response.has_redirect_location else None,
        kind=headers.get("content-type", "").partition(";")[0].strip().lower(),
        charset=response.charset_encoding,
        validators=Validators(headers.get("etag"), headers.get("last-modified")),
        content=_body(url, response, most_bytes) if is_read else b"",
    )


def _body(url: str, response: httpx2.Response, most_bytes: int) -> bytes:
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding not in {"identity", "gzip"}:
        raise RejectedAddressError(url, f"it answers in the encoding “{encoding}”", "save the page instead")
    unpack = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    end = time.monotonic() + _DEADLINE_SECONDS
    pieces, size = [], 0
    for raw in response.iter_raw():
        try:
            piece = unpack.decompress(raw, most_bytes + 1 - size) if unpack else raw
        except zlib.error as exc:
            raise RejectedAddressError(url, "its answer is damaged", "try later") from exc
        size += len(piece)
        if size > most_bytes:
            raise RejectedAddressError(
                url, f"it answers with more than {most_bytes / 1e6:.1f} MB", "save what you need of it"
            )
        if time.monotonic() > end:
            raise RejectedAddressError(
                url, f"its answer takes more than {_DEADLINE_SECONDS:.0f} seconds", "try later"
            )
        pieces.append(piece)
    return b"".join(pieces)


def _joined(url: str, location: str) -> str:
    """Where a redirect leads. Raises RejectedAddressError."""
    try:
        return urljoin(url, location)
    except ValueError as exc:
        raise RejectedAddressError(
            url, "it redirects to what is no web address", "give the address it leads to"
        ) from exc


def _source(url: str, answer: _Answer) -> SourceFile:
    """The answer as bytes to read. Raises RejectedAddressError for what is nothing to read."""
    if answer.status != httpx2.codes.OK:
        raise RejectedAddressError(url, f"it answers with status {answer.status}", "check the address")
    name = _NAMES.get(answer.kind)
    if name is None:
        raise RejectedAddressError(
            url, f"it answers with “{answer.kind or 'no type'}”, which nothing reads", "save it as a file"
        )
    return SourceFile(
        Path(),
        answer.content,
        name,
        url=url,
        charset=answer.charset,
        retrieved_at=datetime.now(UTC),
        etag=answer.validators.etag,
        last_modified=answer.validators.last_modified,
    )
