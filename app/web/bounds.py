"""What is refused before the archive is asked at all, and the time that each request may take."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.deadline import within
from app.settings import Settings

# A query of 1,000 characters, none of them ASCII, with all the filters that are read has fewer.
_MOST_ADDRESS_BYTES = 32_000
_MOST_HEADER_BYTES = 32_000
_NOT_OUR_NAME = (
    "This archive does not answer to that name. Those who run it can add it: ARCHIVE_ALLOWED_HOSTS.\n"
)
_BUSY = "The archive is asked too much at the moment. Try again in a few seconds.\n"
# What costs nothing and must answer however busy the archive is.
_UNCOUNTED = ("/static/", "/healthz", "/metrics")
_ALWAYS_ALLOWED = ("localhost", "127.0.0.1", "::1")


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """The names that this server answers to, in lower case; ``*`` among them means all."""
    own = [urlsplit(settings.public_url).hostname or "", settings.host]
    given = (name.strip() for name in settings.allowed_hosts.split(","))
    return frozenset(name.lower() for name in (*own, *given, *_ALWAYS_ALLOWED) if name)


class Bounded:
    """Refuses requests for other hosts and over-long ones with a line of text; the others get a deadline.

    Links, feeds and canonical addresses are made of the Host header where no public address is set: with any
    name in it, somebody could make them lead elsewhere, and a cache would give them to everybody. A page that
    said so would have the name in it, too.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._hosts = allowed_hosts(settings)
        self._seconds = settings.request_seconds
        self._turns = asyncio.Semaphore(settings.pages_at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        with within(self._seconds):
            if scope["path"].startswith(_UNCOUNTED):
                await self.app(scope, receive, send)
            else:
                await self._in_turn(scope, receive, send)

    async def _in_turn(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Work at a request when it is its turn; the turn is over when its answer begins to be sent.

        Threads of Python that work at once share one core, so that all of them are slow: a page that costs
        much would take as many times longer as there are others. One after the other, each waits its turn.
        """
        try:
            await asyncio.wait_for(self._turns.acquire(), self._seconds)
        except TimeoutError:
            await PlainTextResponse(_BUSY, 503, {"Retry-After": "10"})(scope, receive, send)
            return
        is_held = True

        def let_others() -> None:
            nonlocal is_held
            if is_held:
                is_held = False
                self._turns.release()

        async def send_on(message: Message) -> None:
            let_others()
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        finally:
            let_others()

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or not self._is_own(hosts[0].decode("latin-1")):
            return PlainTextResponse(_NOT_OUR_NAME, 400)
        if len(scope["raw_path"]) + len(scope["query_string"]) > _MOST_ADDRESS_BYTES:
            return PlainTextResponse("This address is too long to be one of this archive.\n", 400)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > _MOST_HEADER_BYTES:
            return PlainTextResponse("This request has more headers than are read here.\n", 431)
        return None

    def _is_own(self, host: str) -> bool:
        try:
            return "*" in self._hosts or urlsplit(f"//{host}").hostname in self._hosts
        except ValueError:
            return False
