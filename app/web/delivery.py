"""How answers travel: HEAD answered, pages not sent again that a reader has, all of it compressed."""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OK, _NOT_MODIFIED = 200, 304
_TAG_CHARACTERS = 27
# 9, the usual level, takes twice the time of 6 for one per cent less.
_COMPRESSION = 6


def add_delivery(app: FastAPI) -> None:
    """Put these around an application; the one that is added last is the outermost."""
    app.add_middleware(Tagged)
    app.add_middleware(GZipMiddleware, compresslevel=_COMPRESSION)
    app.add_middleware(HeadAsGet)


def lead_on(address: str, status: int) -> RedirectResponse:
    """A lasting redirect that is asked for anew each time all the same.

    Browsers keep a 301 or 308 for good: where a correction that made it is undone, they would go in a circle.
    """
    return RedirectResponse(address, status_code=status, headers={"Cache-Control": "no-cache"})


class KeptForEver(StaticFiles):
    """Static files; an address that has a fingerprint never needs to be asked for again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or 404."""
        response = await super().get_response(path, scope)
        if scope["query_string"]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


class HeadAsGet:
    """Answers HEAD with what GET would answer, without the body: FastAPI's routes know GET only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_no_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        as_get = {**scope, "method": "GET"}
        try:
            await self.app(as_get, receive, send_no_body)
        finally:  # which route it was is told to those outside
            scope.update((name, as_get[name]) for name in ("route", "root_path") if name in as_get)


class Tagged:
    """Gives each page an entity tag made of its bytes, and answers 304 to who has these bytes already.

    The tag is a weak one, as the bytes may travel compressed. What is streamed, what has a tag of its own, or
    may be kept by nobody, is passed on untouched.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        start: dict[str, Any] = {}

        async def send_tagged(message: Message) -> None:
            if message["type"] == "http.response.start" and _may_have_tag(message):
                start.update(message)
                return
            if message["type"] == "http.response.body" and start:
                first, body = dict(start), message.get("body", b"")
                start.clear()
                if message.get("more_body", False):
                    await send(first)
                else:
                    message = {**message, "body": _tag(first, body, Headers(scope=scope))}
                    await send(first)
            await send(message)

        await self.app(scope, receive, send_tagged)


def _may_have_tag(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    is_kept = "no-store" not in headers.get("cache-control", "")
    return message["status"] == _OK and is_kept and "etag" not in headers


def _tag(start: dict[str, Any], body: bytes, request: Headers) -> bytes:
    """Put the tag into the head of an answer; the body that is to be sent."""
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:_TAG_CHARACTERS]}"'
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["ETag"] = tag
    headers.setdefault("Cache-Control", "no-cache")  # keep it, and ask whether it is still the same
    known = [one.strip().removeprefix("W/") for one in request.get("if-none-match", "").split(",")]
    if tag.removeprefix("W/") in known or known == ["*"]:
        start["status"], body = _NOT_MODIFIED, b""
        for name in ("content-length", "content-type"):
            if name in headers:
                del headers[name]
    start["headers"] = headers.raw
    return body
