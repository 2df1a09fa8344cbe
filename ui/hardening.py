"""What every answer carries and how large a request may be, as ASGI middleware."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MB = 1024 * 1024


def security_headers(*, framed_by: tuple[str, ...] = ()) -> dict[str, str]:
    """Headers for every answer; `framed_by` are the sites that may show the app in a frame.

    Inline scripts and `eval` stay allowed because Gradio's front end is built on both; what is
    won is that nothing is ever loaded from, or sent to, another site.
    """
    policy = {
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self' blob:",
        "worker-src": "'self' blob:",
        "form-action": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "frame-ancestors": " ".join(("'self'", *framed_by)),
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-resource-policy": "same-origin",
    }


class AnswerHeaders:
    """Adds `headers` to every HTTP answer, replacing what the app behind it may have set."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class _BodyTooLong(Exception):
    """Ends the reading of a body that went over its limit."""


class BodyLimit:
    """Answers 413 to a request whose body is longer than `limit_of(path)` bytes.

    A declared Content-Length is refused before a byte is read. A chunked body declares nothing,
    so the bytes are counted as they come; when there are too many, whatever the app behind
    makes of it is dropped and the 413 sent in its place.
    """

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int]) -> None:
        self.app = app
        self.limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limit_of(scope["path"])
        if _declared_length(scope) > limit:
            await _refusal(limit)(scope, receive, send)
            return
        count = 0
        started = False

        async def counted_receive() -> Message:
            nonlocal count
            message = await receive()
            count += len(message.get("body", b""))
            if count > limit:
                raise _BodyTooLong
            return message

        async def send_unless_too_long(message: Message) -> None:
            nonlocal started
            if count <= limit or started:
                started = started or message["type"] == "http.response.start"
                await send(message)

        try:
            await self.app(scope, counted_receive, send_unless_too_long)
        except _BodyTooLong:
            if started:
                raise
        if count > limit and not started:
            await _refusal(limit)(scope, receive, send)


def _declared_length(scope: Scope) -> int:
    declared = Headers(scope=scope).get("content-length", "0")
    return int(declared) if declared.isdecimal() else 0


def _refusal(limit: int) -> PlainTextResponse:
    size = f"{limit // MB} MB" if limit >= MB else f"{limit} bytes"
    return PlainTextResponse(
        f"This request is too large. At most {size} are taken at once: send fewer or smaller "
        "files.\n",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        {"connection": "close"},
    )
