"""What every answer tells browsers to refuse: OWASP's headers, on pages, files, errors and 304s alike."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LEAST_ERROR = 400

# Nothing is loaded but this site's own files, nothing inline runs, nobody may frame a page. A JSON-LD block
# is data, which browsers do not hold against script-src. No text is made markup by script (trusted types).
CONTENT_SECURITY_POLICY = "; ".join(  # noqa: FLY002  (a line a directive)
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",  # the script asks /search/suggest
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)

# What a page may ask of the machine it is shown on: to put words on the clipboard, and nothing else.
_REFUSED_FEATURES = (
    "accelerometer", "autoplay", "camera", "clipboard-read", "cross-origin-isolated", "display-capture",
    "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection",
    "keyboard-map", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "serial", "sync-xhr", "unload", "usb",
    "xr-spatial-tracking",
)  # fmt: skip

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        ("clipboard-write=(self)", *(f"{feature}=()" for feature in _REFUSED_FEATURES))
    ),
    # OWASP's list has no-referrer, with which browsers send "Origin: null" with a site's own forms, too: then
    # they cannot be told from forged ones. To other sites both send nothing.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}
_HSTS = "max-age=31536000; includeSubDomains"


class SecureHeaders:
    """Puts the headers on each answer, unless it has one of that name of its own.

    It stands outside everything, Starlette's page for a crash included. Over https it asks browsers to come
    by https only from now on. An error is kept by no cache.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_https = scope["scheme"] == "https"

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if is_https:
                    headers.setdefault("Strict-Transport-Security", _HSTS)
                if message["status"] >= _LEAST_ERROR:
                    headers.setdefault("Cache-Control", "no-store")
                message = {**message, "headers": headers.raw}
            await send(message)

        await self.app(scope, receive, send_secured)
